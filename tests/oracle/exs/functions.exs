import Config
config :f,
  up: String.upcase("abc"), down: String.downcase("ABC"), trim: String.trim("  a b \n"),
  split: String.split("a b  c"), split_on: String.split("a,,b", ","),
  split_trim: String.split(",a,,b,", ",", trim: true), atom: String.to_atom("an atom"),
  int: String.to_integer("-12"), float: String.to_float("1.5e3"), chars: String.to_charlist("aé"),
  to_s: to_string(:abc), to_s_nil: to_string(nil), to_s_list: to_string('abc'), int_s: Integer.to_string(99),
  seconds: :timer.seconds(5), minutes: :timer.minutes(2), hours: :timer.hours(24),
  join: Path.join("a", "b/c"), join3: Path.join(["/", "a", "b/"]), slash: Path.join("a/", "/b"),
  dir: __DIR__, expand: Path.expand("../x/./y", __DIR__), expand_abs: Path.expand("/a/../b"),
  expand_cwd: Path.expand("x"), cwd: File.cwd!(), nil?: is_nil(nil), kernel: Kernel.to_string(1),
  exists: File.exists?("functions.exs"), missing: File.exists?("nowhere.exs"),
  here: File.exists?(Path.join(__DIR__, "functions.exs"))
