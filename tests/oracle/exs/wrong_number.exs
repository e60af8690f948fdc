# wrong
import Config
config :app, a: 1__0
