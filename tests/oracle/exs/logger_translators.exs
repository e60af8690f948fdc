import Config
require Logger
config :logger, :default_formatter, format: {Exs.Log, :format}, metadata: :all
config :logger, :default_handler, %{level: :info, config: %{type: :standard_error}}
config :logger, truncate: :infinity, utc_log: true, discard_threshold: 500, sync_threshold: 20, handle_otp_reports: true
