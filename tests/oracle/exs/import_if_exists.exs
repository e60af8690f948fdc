import Config
config :a, b: 1
if File.exists?(Path.expand("secret.exs", __DIR__)), do: import_config("secret.exs")
if File.exists?("part_prod.exs"), do: import_config "part_prod.exs"
