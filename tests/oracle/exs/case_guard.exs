# needs Elixir
import Config
case 5 do
  n when n > 3 -> config :c, a: :big
  _ -> config :c, a: :small
end
