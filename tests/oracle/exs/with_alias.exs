# needs Elixir
import Config
alias App.Very.Long
config :app, Long, a: 1
