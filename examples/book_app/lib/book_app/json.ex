defmodule BookApp.JSON do
  @moduledoc "Writes JSON. (Elixir has a module for it from 1.18 on, OTP from 27 on.)"

  @doc "The JSON text of maps, lists, texts, numbers, true, false and nil."
  def encode(nil), do: "null"
  def encode(value) when is_boolean(value), do: Atom.to_string(value)
  def encode(value) when is_integer(value), do: Integer.to_string(value)
  def encode(value) when is_float(value), do: Float.to_string(value)
  def encode(value) when is_atom(value), do: encode(Atom.to_string(value))
  def encode(value) when is_binary(value), do: [?", escape(value), ?"]
  def encode(values) when is_list(values), do: [?[, joined(values, &encode/1), ?]]

  # In the order of the keys, so that the same value is always the same text.
  def encode(map) when is_map(map) do
    members = map |> Enum.map(fn {key, value} -> {to_string(key), value} end) |> Enum.sort()
    [?{, joined(members, fn {key, value} -> [encode(key), ?:, encode(value)] end), ?}]
  end

  defp joined(values, fun), do: values |> Enum.map(fun) |> Enum.intersperse(?,)

  defp escape(text), do: for(<<char::utf8 <- text>>, do: escape_char(char))

  defp escape_char(?"), do: ~S(\")
  defp escape_char(?\\), do: ~S(\\)
  defp escape_char(?\n), do: ~S(\n)
  defp escape_char(?\t), do: ~S(\t)
  defp escape_char(char) when char < 0x20, do: :io_lib.format(~c"\\u~4.16.0b", [char])
  defp escape_char(char), do: <<char::utf8>>
end
