import Config

# Read at every start of the application, also in a release: what differs from one machine
# to the other comes from the environment.

database_url =
  if config_env() == :prod do
    System.fetch_env!("DATABASE_URL")
  else
    System.get_env(
      "DATABASE_URL",
      "postgres://book_app:book_app@localhost/book_app_#{config_env()}"
    )
  end

config :book_app,
  database_url: database_url,
  port: String.to_integer(System.get_env("PORT", "4000"))

if config_env() == :prod do
  config :logger, level: :info
end
