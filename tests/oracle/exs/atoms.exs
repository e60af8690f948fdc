import Config
config :a,
  plain: :atom, quoted: :"with space", question: :ok?, bang: :ok!, at: :node@host, op: :+,
  cmp: :==, upper: :Upper, elixir: :"Elixir.Foo", mod: Foo.Bar, elix: Elixir.Baz, under: :_x,
  tuple: :{}, map: :%{}, bits: :<<>>, dots: :.., word: :end, t: true, f: false, n: nil,
  utf: :"é", inter: :"a#{1}b", single: :'x y'
config :a, "quoted key": 1, "inter#{:x}": 2, do: 3, end: 4, nil: 5, and: 6, when: 7, Foo: 8
