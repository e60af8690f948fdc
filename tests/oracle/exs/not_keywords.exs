import Config
config :a, list: [1, 2, 3], pairs: [{"a", 1}], mixed: [{:a, 1}, 2], map: %{a: 1}
config :a, list: [4], pairs: [{"b", 2}], mixed: [a: 5], map: %{b: 2}
config :a, list: [k: 1]
config :a, list: [l: 2]
