defmodule BookApp.Release do
  @moduledoc """
  What operators do with a release of the application, where there is no Mix: hooks and
  commands of `bin/book_app` call these functions.
  """

  alias BookApp.{Books, Database, Migrations}

  @patience 15_000

  @doc "Brings the tables up to date."
  def migrate do
    with_database(fn ->
      for name <- done!(Migrations.run()), do: IO.puts("migrated: #{name}")
      :ok
    end)
  end

  @doc """
  Adds books to the database. The arguments are those of `bin/book_app seed`: a file with
  one book a line (title, author and year with tabs between them), or none for the first
  books. Books that are there already stay as they are.
  """
  def seed(args) do
    books = args |> seed_file() |> read_books()

    with_database(fn ->
      new = Enum.count(books, fn {title, author, year} -> add(title, author, year) == :new end)
      IO.puts("books added: #{new} of #{length(books)}")
    end)
  end

  defp add(title, author, year), do: done!(Books.add(title, author, year))

  defp seed_file([]), do: Application.app_dir(:book_app, "priv/seeds/books.tsv")
  defp seed_file([file]), do: file
  defp seed_file(_args), do: raise(ArgumentError, "seed takes one argument at most, a file")

  defp read_books(file) do
    lines = file |> File.read!() |> String.split("\n")

    for {line, number} <- Enum.with_index(lines, 1), line != "" do
      with [title, author, year] <- String.split(line, "\t"),
           {year, ""} <- Integer.parse(year) do
        {title, author, year}
      else
        _ -> raise ArgumentError, "#{file}:#{number}: expected title, author and year"
      end
    end
  end

  defp with_database(fun) do
    Database.run_with(fn ->
      case Database.await(@patience) do
        :ok -> fun.()
        {:error, problem} -> raise problem
      end
    end)
  end

  defp done!({:ok, result}), do: result
  defp done!({:error, problem}), do: raise(problem)
end
