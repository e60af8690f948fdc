import Config; config :l, a: 1; config :l, b: 2;

config(
  :l,
  c: 3,
  d: 4
)

config :l,
       [e: 5,
        f: 6]

config :l, [{:g, 7}]
config(:l, [h: 8, i: 9])
config :l, :j, 10
config(:l, :k, [
  l: 11
])
config :l,
  m:
    12,
  n: [

    1

  ]
