# wrong
import Config
config :app, [1, 2]
