import Config
name = :worker
n = 3
config :i,
  a: "#{name}-#{n}", b: "#{"nested #{"deep"}"}", c: "#{if true, do: "yes"}", d: "#{nil}",
  e: "#{'chars'}", f: "#{
    n
  }", g: '#{name}', h: "#{~s(})}", i: "a\#{b}", j: "#{My.Module}", k: "#{}", l: "#{n; name}"
