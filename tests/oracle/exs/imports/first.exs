import Config
config :first, dir: __DIR__, a: 1
