# needs Elixir: the text of a float
import Config
config :a, b: "#{1.5}"
