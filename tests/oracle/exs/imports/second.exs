import Config
config :main, shared: [two: 2]
import_config "../part_#{config_env()}.exs"
config :second, done: true
