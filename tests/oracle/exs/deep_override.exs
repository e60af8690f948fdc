import Config
config :app, Endpoint, http: [port: 1, transport: [num: 1, opts: [a: 1]]], url: "x"
config :app, Endpoint, http: [transport: [opts: [b: 2]]]
config :app, Endpoint, http: [transport: [opts: [a: [z: 1]], num: 2]]
config :app, Endpoint, http: false
config :app, Endpoint, http: [port: 2]
