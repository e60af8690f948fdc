# elixir exs_oracle.exs TOOL WORK SEED: see exs_oracle.sh.
defmodule Random do
  # Elixir source text of a random literal.
  def literal(depth) do
    kinds = [:integer, :float, :atom, :string, :charlist, :sigil, :alias, :character, :heredoc]
    nested = [:list, :tuple, :map, :keyword, :keyword, :operator, :interpolation]
    source(Enum.random(if depth > 0, do: kinds ++ nested ++ nested, else: kinds), depth - 1)
  end

  defp source(:integer, _) do
    n = Enum.random([Enum.random(0..20), Enum.random(0..1_000_000), big()])
    sign = Enum.random(["", "", "-", "- ", "+"])

    sign <>
      case Enum.random(1..6) do
        1 -> "0x" <> Integer.to_string(n, 16)
        2 -> "0b" <> Integer.to_string(n, 2)
        3 -> "0o" <> Integer.to_string(n, 8)
        4 -> n |> Integer.to_string() |> String.graphemes() |> Enum.join("_")
        _ -> Integer.to_string(n)
      end
  end

  defp source(:float, _) do
    Enum.random(["", "-"]) <>
      Enum.random([
        "#{:rand.uniform() * 1000}",
        "#{Enum.random(1..99)}.#{Enum.random(0..999)}e#{Enum.random(-300..280)}",
        "#{Enum.random(1..9)}_#{Enum.random(0..9)}.5E+#{Enum.random(0..20)}"
      ])
  end

  defp source(:atom, _) do
    Enum.random([
      ":" <> name(),
      ":" <> name() <> Enum.random(["?", "!", "@host", ""]),
      ":\"" <> text("\"") <> "\"",
      ":" <> Enum.random(~w(+ - * / == <> ++ && || and or not in do end nil fn when .. <<>> {} %{} |> =)),
      Enum.random(~w(true false nil))
    ])
  end

  defp source(:string, _), do: "\"" <> text("\"") <> "\""
  defp source(:charlist, _), do: "'" <> String.replace(text("'"), ~r/\\x../, "") <> "'"

  defp source(:character, _) do
    "?" <> Enum.random(~w(a Z 0 _ é 😀 \\n \\s \\\\ \\0 \\e \\" ' " # \( ]) ++ [" "])
  end

  defp source(:alias, _) do
    Enum.map_join(1..Enum.random(1..3), ".", fn _ -> String.capitalize(name()) end)
  end

  defp source(:sigil, _) do
    {open, close} = Enum.random([{"(", ")"}, {"[", "]"}, {"{", "}"}, {"<", ">"}, {"|", "|"}, {"/", "/"}, {"\"", "\""}, {"'", "'"}])
    words = Enum.map_join(1..Enum.random(1..4), Enum.random([" ", "  ", "\n", "\t"]), fn _ -> name() end)

    case Enum.random(1..5) do
      1 -> "~w" <> open <> words <> close <> Enum.random(["", "a", "s", "c"])
      2 -> "~W" <> open <> words <> "\\n" <> close
      3 -> "~s" <> open <> text(close) <> close
      4 -> "~S" <> open <> words <> "\\t\#{x}" |> String.replace(close, "") |> Kernel.<>(close)
      5 -> "~c" <> open <> words <> close
    end
    |> fix_raw(open, close)
  end

  defp source(:heredoc, _) do
    indent = String.duplicate(" ", Enum.random(0..4))
    mark = Enum.random(["\"\"\"", "~s\"\"\"", "~S'''", "'''"])
    close = String.slice(mark, -3, 3)

    lines =
      Enum.map(1..Enum.random(1..4), fn _ ->
        Enum.random(["", indent, String.duplicate(" ", Enum.random(0..6))]) <>
          Enum.random(["", name(), name() <> "  " <> name() <> "\\n", "\\", "é"])
      end)

    mark <> "\n" <> Enum.join(lines, "\n") <> "\n" <> indent <> close
  end

  defp source(:list, depth), do: "[" <> items(depth) <> "]"
  defp source(:tuple, depth), do: "{" <> items(depth) <> "}"

  defp source(:map, depth) do
    pairs = some(fn -> literal(depth) <> " => " <> literal(depth) end)
    "%{" <> Enum.join(pairs, ", ") <> "}"
  end

  defp source(:keyword, depth) do
    pairs =
      some(fn ->
        key = Enum.random([name(), name(), "\"" <> text("\"") <> "\"", "do", "nil", "and", "Upper"])
        key <> ":" <> blank() <> literal(depth)
      end)

    before = Enum.random([[], [], [literal(0)]])
    "[" <> Enum.join(before ++ pairs, "," <> Enum.random([" ", "\n", " # c\n"])) <> "]"
  end

  defp source(:operator, depth) do
    Enum.random([
      fn -> "(" <> literal(depth) <> Enum.random([" == ", " != ", " === ", " < ", " >= "]) <> literal(depth) <> ")" end,
      fn -> "(" <> literal(depth) <> " " <> Enum.random(["||", "&&"]) <> "\n " <> literal(depth) <> ")" end,
      fn -> "\"" <> text("\"") <> "\" <> " <> "\"" <> text("\"") <> "\"" end,
      fn -> source(:list, depth) <> "\n ++ " <> source(:list, depth) end,
      fn -> "if(" <> literal(0) <> ", do: " <> literal(depth) <> ", else: " <> literal(0) <> ")" end,
      fn -> "(if " <> literal(0) <> " do\n" <> literal(depth) <> "\nelse\n" <> literal(0) <> "\nend)" end,
      fn -> "#{Enum.random(0..99)} #{Enum.random(["+", "-", "*", "- -"])} #{Enum.random(0..99)} * 3 - 1" end,
      fn -> literal(depth) <> " in " <> source(:list, depth) end,
      fn -> "not (" <> literal(0) <> " == nil)" end
    ]).()
  end

  defp source(:interpolation, depth) do
    inner = Enum.random([":a1", "17", "\"x\#{1}y\"", "nil", "~s(})", "'cl'", "My.Mod", "if(true, do: \"t\")"])
    _ = depth
    Enum.random(["\"", "\"", "~s("]) |> then(fn open ->
      open <> name() <> "\#{" <> blank() <> inner <> "}" <> name() <> if(open == "\"", do: "\"", else: ")")
    end)
  end

  # Texts that would hold their own closing character are left to the other cases.
  defp fix_raw(text, open, close) do
    body = String.slice(text, 2..-1)
    if open == close and length(String.split(body, close)) != 3, do: ":sigil", else: text
  end

  defp items(depth), do: Enum.join(some(fn -> literal(depth) end), Enum.random([", ", ",\n  ", ","]))
  defp some(fun), do: for(_ <- 1..Enum.random(0..4)//1, do: fun.())
  defp blank, do: Enum.random([" ", "  ", "\n "])
  defp big, do: Enum.reduce(1..Enum.random(2..30), 1, fn _, n -> n * Enum.random(1..100_000) end)

  defp name do
    first = Enum.random(~w(a b zed port_x url host _y))
    first <> Enum.random(["", "1", "_b", "Cc"])
  end

  defp text(close) do
    Enum.map_join(0..Enum.random(0..5), fn _ ->
      piece = Enum.random(["a", "Bc", " ", "é", "😀", "\\n", "\\t", "\\\\", "\\x41", "\\u00e9", "\\u{1F600}", "\\e", "\\0", "#", "{", "\\\"", "'", "]", "(", "\\q", "\\\n", "\n", "/"])
      if piece == close, do: "\\" <> piece, else: piece
    end)
    |> balance(close)
  end

  defp balance(text, close) when close in [")", "]", "}", ">", "|", "/"], do: String.replace(text, ~r/(?<!\\)#{Regex.escape(close)}/, "")
  defp balance(text, _), do: String.replace(text, "\#{", "#")
end

defmodule Oracle do
  def relc(tool, root, env, file) do
    port = Port.open({:spawn_executable, tool}, [:binary, :exit_status, :hide, args: [root, env, "host", file]])
    collect(port, "")
  end

  defp collect(port, out) do
    receive do
      {^port, {:data, data}} -> collect(port, out <> data)
      {^port, {:exit_status, 0}} -> {:ok, decode(out)}
      {^port, {:exit_status, 3}} -> :needs_elixir
      {^port, {:exit_status, _}} -> :error
    end
  end

  # A map with a key twice and the like are no terms.
  defp decode(bytes) do
    :erlang.binary_to_term(bytes)
  rescue
    ArgumentError -> {:no_term, bytes}
  end

  def elixir(env, file) do
    Mix.env(String.to_atom(env))
    {:ok, Config.Reader.read!(file, env: String.to_atom(env), target: :host)}
  rescue
    _ -> :error
  end

  # The first line says what relc is allowed: "# needs Elixir", "# wrong".
  def judge(relc, elixir, mark) do
    cond do
      mark == :needs_elixir -> relc == :needs_elixir
      mark == :wrong -> elixir == :error and relc in [:error, :needs_elixir]
      match?({:ok, _}, elixir) -> relc === elixir
      true -> false
    end
  end

  def corpus(tool, root) do
    for file <- Path.wildcard(root <> "/*.exs"), env <- ["prod", "dev"] do
      mark =
        case File.read!(file) do
          "# needs Elixir" <> _ -> :needs_elixir
          "# wrong" <> _ -> :wrong
          _ -> :same
        end

      report(judge(relc(tool, root, env, file), elixir(env, file), mark), fn ->
        "#{Path.basename(file)} (#{env})\n relc:   #{inspect(relc(tool, root, env, file), limit: :infinity)}\n" <>
          " Elixir: #{inspect(elixir(env, file), limit: :infinity)}"
      end)
    end
  end

  # Literals by the hundred in one file; only when that differs, each in its own.
  def literals(tool, work, count) do
    sources = for _ <- 1..count, do: Random.literal(Enum.random(0..4))
    good = Enum.filter(sources, &match?({:ok, _}, value(&1)))

    results =
      for chunk <- Enum.chunk_every(good, 100), source <- wrong_ones(tool, work, chunk) do
        report(false, fn ->
          "literal #{source}\n relc:   #{inspect(one(tool, work, [source]), limit: :infinity)}\n" <>
            " Elixir: #{inspect(value(source), limit: :infinity)}"
        end)
      end

    if length(good) < count / 2, do: raise("too few of the literals are good")
    IO.puts("exs: #{length(good)} random literals, #{length(results)} differ")
    results
  end

  defp wrong_ones(tool, work, sources) do
    if one(tool, work, sources) === expected(sources) do
      []
    else
      Enum.reject(sources, &(one(tool, work, [&1]) === expected([&1])))
    end
  end

  defp one(tool, work, sources) do
    file = Path.join(work, "literals.exs")
    lines = for {s, i} <- Enum.with_index(sources), do: "config :app, k#{i}: (#{s})\n"
    File.write!(file, ["import Config\n" | lines])
    relc(tool, work, "prod", file)
  end

  defp expected(sources) do
    pairs = for {s, i} <- Enum.with_index(sources), do: {:"k#{i}", elem(value(s), 1)}
    {:ok, [app: pairs]}
  end

  defp value(source) do
    {value, _} = Code.eval_string(source)
    {:ok, value}
  rescue
    _ -> :error
  end

  defp report(true, _), do: true

  defp report(false, text) do
    IO.puts("FAILED: " <> text.())
    false
  end
end

[tool, work, seed] = System.argv()
:rand.seed(:exsss, String.to_integer(seed))
Mix.start()
File.cd!(Path.join(work, "corpus"))
results = Oracle.corpus(tool, Path.join(work, "corpus"))
IO.puts("exs: #{length(results)} evaluations of files, #{Enum.count(results, &(!&1))} differ")
results = results ++ Oracle.literals(tool, work, 4000)
if Enum.all?(results), do: :ok, else: System.halt(1)
