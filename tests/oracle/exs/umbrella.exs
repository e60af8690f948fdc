import Config
config :umbrella_web, UmbrellaWeb.Endpoint, url: [host: "localhost"], http: [port: 4000]
config :umbrella_data, UmbrellaData.Repo, pool: 5
config :logger, level: if(config_env() == :prod, do: :info, else: :debug)
config :logger, backends: [:console, {LoggerFileBackend, :error_log}]
config :logger, :error_log, path: "/var/log/my_app/error.log", level: :error
config :kernel, inet_dist_listen_min: 9100, inet_dist_listen_max: 9155
config :sasl, sasl_error_logger: false
config :umbrella_web, UmbrellaWeb.Endpoint, http: [ip: {0, 0, 0, 0, 0, 0, 0, 0}]
