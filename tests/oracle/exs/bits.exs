# needs Elixir: a binary by its bytes
import Config
config :a, b: <<1, 2, 3>>
