# wrong
import Config
config :a, b: ~w(a b)x
