# needs Elixir
import Config
double = fn x -> x * 2 end
config :a, b: double.(2)
