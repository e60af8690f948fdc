import Config
config :a, value: config(:b, c: 1), imported: import_config("part_dev.exs")
