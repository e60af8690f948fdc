import Config
config :e,
  set: System.get_env("EXS_SET"),
  unset: System.get_env("EXS_UNSET"),
  default: System.get_env("EXS_UNSET", "fallback"),
  not_default: System.get_env("EXS_SET", "fallback"),
  empty: System.get_env("EXS_EMPTY", "fallback"),
  either: System.get_env("EXS_UNSET") || "or",
  fetched: System.fetch_env!("EXS_SET"),
  number: String.to_integer(System.get_env("EXS_NUMBER") || "1"),
  piped: "EXS_NUMBER" |> System.get_env("5") |> String.to_integer(),
  list: "EXS_LIST" |> System.get_env("") |> String.split(","),
  flag: System.get_env("EXS_SET") == "value",
  mode: String.to_atom(System.get_env("EXS_SET", "x")),
  bare: String.to_integer System.get_env("EXS_UNSET") || "17"

if value = System.get_env("EXS_SET") do
  config :e, value: value
end

if value = System.get_env("EXS_UNSET") do
  config :e, never: value
end
