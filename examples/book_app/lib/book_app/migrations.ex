defmodule BookApp.Migrations do
  @moduledoc """
  Brings the tables of the database up to date.

  A migration is a file `priv/migrations/NUMBER_NAME.sql`. Each one runs once, in the order
  of the names; the table `schema_migrations` knows which did.
  """

  alias BookApp.Database

  # Any number of our own: nodes that start at the same time wait for each other with it.
  @lock "SELECT pg_advisory_xact_lock(6021023)"

  @doc "Runs what has not run yet; returns its names."
  def run do
    create_table = """
    #{@lock};
    CREATE TABLE IF NOT EXISTS schema_migrations
      (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())
    """

    with :ok <- Database.script(create_table),
         {:ok, applied} <- applied() do
      run_each(names() -- applied, [])
    end
  end

  defp run_each([], done), do: {:ok, Enum.reverse(done)}

  defp run_each([name | names], done) do
    case Database.script(transaction(name)) do
      :ok -> run_each(names, [name | done])
      {:error, problem} -> look_again([name | names], done, problem)
    end
  end

  # The name is a primary key: when another node was faster, the transaction fails on it.
  defp look_again([name | names], done, problem) do
    with {:ok, applied} <- applied() do
      if name in applied,
        do: run_each(names, done),
        else: {:error, "the migration #{name} failed: #{problem}"}
    end
  end

  defp transaction(name) do
    """
    #{@lock};
    INSERT INTO schema_migrations (name) VALUES ('#{name}');
    #{File.read!(Path.join(folder(), name <> ".sql"))}
    """
  end

  defp applied do
    with {:ok, rows} <- Database.query("SELECT name FROM schema_migrations") do
      {:ok, Enum.concat(rows)}
    end
  end

  defp names do
    for file <- Enum.sort(File.ls!(folder())), Path.extname(file) == ".sql" do
      name = Path.rootname(file)
      true = name =~ ~r/^[a-z0-9_]+$/
      name
    end
  end

  defp folder, do: Application.app_dir(:book_app, "priv/migrations")
end
