defmodule BookApp.Books do
  @moduledoc "The books: what the rest of the application may ask of them."

  alias BookApp.Database

  @doc "All books, the oldest first."
  def list do
    sql = "SELECT id, title, author, year FROM books ORDER BY year, title"

    with {:ok, rows} <- Database.query(sql) do
      {:ok, Enum.map(rows, &book/1)}
    end
  end

  @doc "Adds a book, and tells whether it was `:new` or `:known` by its title and author."
  def add(title, author, year) when is_integer(year) do
    sql = """
    INSERT INTO books (title, author, year) VALUES ($1, $2, $3)
    ON CONFLICT (title, author) DO NOTHING RETURNING id
    """

    case Database.query(sql, [title, author, year]) do
      {:ok, [[_id]]} -> {:ok, :new}
      {:ok, []} -> {:ok, :known}
      {:error, _} = error -> error
    end
  end

  defp book([id, title, author, year]) do
    %{id: id, title: title, author: author, year: year}
  end
end
