import Config
config :part, env: :prod, only: [here: 1]
