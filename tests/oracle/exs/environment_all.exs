# needs Elixir
import Config
config :a, b: map_size(System.get_env()) > 0
