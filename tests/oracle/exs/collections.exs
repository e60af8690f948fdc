import Config
config :c,
  list: [1, [2, [3]], {}], tuple: {1, {2}, []}, trailing: [
    1,
    2,
  ], map: %{:a => 1, "b" => %{c: []}, 1 => 2, 1.0 => 3, [x: 1] => {}}, kw_map: %{a: 1, b: 2},
  cons: [1, 2 | [3, 4]], pairs: [{:a, 1}, {:b, 2}], mixed: [1, 2, a: 3, b: 4],
  nested: [[a: 1], [b: 2]], tuple_kw: {1, a: 2, b: 3}, dup_map: %{a: 1, a: 2}, trailing_map: %{a: 1,},
  trailing_tuple: {
    1,
    2,
  }
