import Config
config :main, shared: [one: 1], order: 1
import_config "imports/second.exs"
import_config Path.join("imports", "first.exs")
config :main, order: 2
