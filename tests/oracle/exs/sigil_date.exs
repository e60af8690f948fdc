# needs Elixir: a struct
import Config
config :a, b: ~D[2024-02-29]
