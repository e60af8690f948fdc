# wrong
import Config
config :app, a: [Path.join "a", "b"]
