# wrong
import Config
config :app, a: )
