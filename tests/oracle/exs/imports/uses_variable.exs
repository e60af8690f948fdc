import Config
config :a, b: variable
