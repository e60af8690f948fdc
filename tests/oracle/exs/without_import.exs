# wrong
config :a, b: 1
