import Config
config :main, a: 1, shared: [one: 1]
import_config "imports/first.exs"
config :main, shared: [three: 3]
