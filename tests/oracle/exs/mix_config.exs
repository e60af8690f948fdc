use Mix.Config

config :old, key: "value", env: Mix.env()
config :old, Old.Repo,
  adapter: Ecto.Adapters.Postgres,
  pool_size: 5

if Mix.env() == :prod do
  config :old, Old.Repo, pool_size: 20
end

import_config "part_#{Mix.env}.exs"
