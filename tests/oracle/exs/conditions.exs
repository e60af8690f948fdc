import Config

if config_env() == :prod do
  config :c, env: "prod"
else
  config :c, env: "other"
end

unless config_env() == :prod, do: config(:c, extra: true)
if config_target() == :host and config_env() in [:dev, :test], do: config(:c, dev: true)

config :c,
  one: if(config_env() != :prod, do: 1, else: 2),
  two: (if nil, do: 1),
  three: unless(true, do: 1),
  four: (if config_env() === :prod do
    "multi"
  else
    "line"
  end)

case config_env() do
  :prod -> config :c, from_case: :prod
  env -> config :c, from_case: {:other, env}
end

cond do
  config_env() == :test -> config :c, from_cond: 1
  config_env() == :prod -> config :c, from_cond: 2
  true -> config :c, from_cond: 3
end
