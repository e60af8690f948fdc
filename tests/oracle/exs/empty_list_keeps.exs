import Config
config :a, k: [x: 1], l: []
config :a, k: [], l: [y: 1]
config :a, []
config :b, []
