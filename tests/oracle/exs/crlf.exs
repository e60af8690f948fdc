import Config

config :c,
  a: 1,
  b: "x",
  c: "two
lines"
