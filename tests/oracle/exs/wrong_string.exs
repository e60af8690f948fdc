# wrong
import Config
config :app, a: "no end
