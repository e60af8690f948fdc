import Config
host = "example.org"
port = 4000
url = "https://#{host}:#{port}/"
common = [timeout: 60 * 1000, retries: 3]
{a, b} = {1, 2}
[first, _second] = [:x, :y]

if config_env() == :prod do
  port = 5000
  config :v, inner: port
end

config :v, url: url, port: port, common: common, all: common ++ [more: true], sum: a + b
config :v, first: first, access: common[:timeout], missing: common[:nope], host: host <> "."
x = y = 5
config :v, x: x, y: y
