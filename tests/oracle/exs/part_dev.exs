import Config
config :part, env: :dev
