import Config
config :x, y: 1
import_config "literal_config.exs"
