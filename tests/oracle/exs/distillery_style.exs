use Mix.Config

config :distillery, no_warn_missing: [:elixir_make]
config :app, port: "${PORT}", secret: "${SECRET_KEY_BASE}", hosts: {:system, "HOSTS"}
config :app, App.Endpoint,
  server: true,
  root: ".",
  version: Mix.target()
