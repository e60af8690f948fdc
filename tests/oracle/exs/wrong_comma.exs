# wrong
import Config
config :app, a: [1
, 2]
