# needs Elixir
import Config
for {name, port} <- [a: 4000, b: 4001] do
  config :multi, name, port: port
end
