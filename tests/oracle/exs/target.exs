import Config
config :target, value: config_target()
