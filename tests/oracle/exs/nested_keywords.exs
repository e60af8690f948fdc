import Config
config :app, a: [b: [c: [d: 1, e: 2], f: 3], g: 4], h: 5
config :app, a: [b: [c: [e: 20, z: 0]], g: [x: 1]]
config :app, h: [i: 1], a: [b: [f: [j: 1]]]
config :app, h: [i: [k: 1]]
