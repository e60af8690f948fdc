# needs Elixir: a wildcard
use Mix.Config
import_config "part_*.exs"
