# needs Elixir: an operator
import Config
config :a, b: [1, 2, 3] -- [2]
