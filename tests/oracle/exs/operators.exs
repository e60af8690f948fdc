import Config
config :o,
  and: true and false, or: false or true, not: not true, bang: !nil, both: nil && 1,
  either: nil || false || 3, eq: 1 == 1.0, strict: 1 === 1.0, ne: :a != :b, nes: 1 !== 1,
  lt: 1 < 2, gt: "a" > "b", le: :a <= :a, ge: 2 >= 3, in: :a in [:a, :b], not_in: 1 not in [1],
  old_not_in: not 1 in [2], concat: "a" <> "b" <> "c", append: [1] ++ [2] ++ [3], add: 1 + 2 * 3 - 4,
  minus: 10 - 2 - 3, div: 6 / 4, mul: 1.5 * 2, group: (1 + 2) * 3, prec: true || false && false,
  pipe: "5" |> String.to_integer, neg: -(3), order: 1 < :a, nested: [1, {2}] < [1, {3}],
  multi: "one" <>
    "two" <>
    "three",
  lines: "one"
    <> "two"
    <> "three",
  cmp_maps: %{a: 1} == %{a: 1.0}, lists_in: [1] in [[1], [2]], numbers_in: 1 in [1.0]
