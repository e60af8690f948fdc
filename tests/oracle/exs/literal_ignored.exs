import Config
config :a, b: 1
[c: [d: 1]]
