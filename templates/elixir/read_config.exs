# Run by relc with the project's Elixir: evaluates a configuration file and writes the
# result, or what was wrong with it, in the external term format.
#
#     elixir -e THIS FILE ENV TARGET OUTPUT
[file, env, target, output] = System.argv()

place = fn stacktrace ->
  Enum.find_value(stacktrace, {"", 0}, fn entry ->
    location = elem(entry, tuple_size(entry) - 1)
    path = is_list(location) && Keyword.get(location, :file)
    path && String.ends_with?(to_string(path), ".exs") && {to_string(path), location[:line] || 0}
  end)
end

result =
  try do
    Mix.start()
    Mix.env(String.to_atom(env))
    Mix.target(String.to_atom(target))
    {:ok, Config.Reader.read!(file, env: String.to_atom(env), target: String.to_atom(target))}
  rescue
    error ->
      {path, line} = place.(__STACKTRACE__)
      message = Map.get(error, :description) || Exception.message(error)

      {:error, to_string(Map.get(error, :file) || path), Map.get(error, :line) || line,
       Map.get(error, :column) || 0, message}
  catch
    kind, reason ->
      {path, line} = place.(__STACKTRACE__)
      {:error, path, line, 0, Exception.format_banner(kind, reason)}
  end

File.write!(output, :erlang.term_to_binary(result))
