import Config
config :a, [{:k, 1}, {:k, 2}, {:l, 3}]
config :a, k: 5
config :b, [{:k, [a: 1]}, {:k, [b: 2]}, {:m, 0}, {:k, [c: 3]}]
config :b, [{:k, [x: 1]}, {:k, [y: 1]}, {:k, [z: 1]}, {:k, [w: 1]}]
