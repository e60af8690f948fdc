import Config
config :s,
  w: ~w(a b  c), wa: ~w[a b]a, wc: ~w{ab cd}c, ws: ~w<x y>s, wl: ~w/a b/, wp: ~w|a b|,
  wq: ~w"a b", w1: ~w'a b', raw: ~W(a\tb #{c}), esc: ~w(a\tb\sc d\)e), empty: ~w(),
  lines: ~w(
    one
    two
  ), s: ~s(it's "quoted" #{1}), big_s: ~S(a\nb\)c\\), c: ~c(chars), big_c: ~C(a\nb),
  interpolated: ~w(a#{1 + 1} b#{"x y"}z)
