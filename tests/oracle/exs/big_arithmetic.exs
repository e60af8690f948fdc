# needs Elixir: integers of more than 64 bits
import Config
config :a, b: 9223372036854775807 + 1
