# wrong
import Config
if true do
  config :app, a: 1
