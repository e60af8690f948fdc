# wrong: config_env is not imported by Mix.Config
use Mix.Config
config :a, b: config_env()
