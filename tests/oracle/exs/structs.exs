# needs Elixir: a struct
import Config
config :a, b: %URI{host: "x"}
