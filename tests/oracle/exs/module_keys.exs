import Config
config :app, App.One, a: 1, b: [c: 1]
config :app, App.Two, [1, 2]
config :app, App.One, b: [d: 2]
config :app, App.Two, :none
config :app, :plain, nil
config :app, App.Three, %{x: 1}
config :app, :"odd key", "odd"
