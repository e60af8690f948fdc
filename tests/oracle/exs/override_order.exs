import Config
config :one, a: 1, b: 2, c: 3
config :two, x: 1
config :one, b: 20
config :three, y: 1
config :two, x: 2, w: 3
config :one, a: 10, d: 4
