import Config
case System.get_env("EXS_UNSET") do
  nil -> config :c, a: :unset
  "" -> config :c, a: :empty
  text -> config :c, a: text
end
case {config_env(), System.get_env("EXS_SET")} do
  {:prod, "other"} -> config :c, b: 1
  {:prod, "value"} -> config :c, b: 2
  {_, value} -> config :c, b: value
end
value = case [1, 2] do
  [1] -> :one
  [a, b] -> a + b
end
config :c, value: value
