import Config
config :a, formatter: &Exs.Format.line/4, erl: &:lists.reverse/1, tuple: {Exs.Format, :line}
