# needs Elixir
import Config
for file <- Path.wildcard(Path.expand("imports/fi*.exs", __DIR__)), do: import_config(file)
