defmodule BookApp.Endpoint do
  @moduledoc """
  The HTTP endpoint: the web server of OTP's inets, with this module as the only one that
  it asks for an answer.

      GET /books     all books
      GET /health    200 if the database answers, else 503
  """

  require Record

  alias BookApp.{Books, Database, JSON}

  Record.defrecordp(:request, :mod, Record.extract(:mod, from_lib: "inets/include/httpd.hrl"))

  def child_spec(options) do
    %{id: __MODULE__, start: {__MODULE__, :start_link, [options]}, type: :supervisor}
  end

  def start_link(port: port) do
    # The server insists on these two folders; no module of it reads files.
    folder = to_charlist(Application.app_dir(:book_app))

    options = [
      port: port,
      server_name: ~c"book_app",
      server_root: folder,
      document_root: folder,
      modules: [__MODULE__]
    ]

    case :inets.start(:httpd, options, :stand_alone) do
      {:ok, pid} -> {:ok, pid}
      {:error, reason} -> {:error, {:port, port, reason}}
    end
  end

  @doc false
  # The name that inets asks for is a reserved word of Elixir.
  def unquote(:do)(request) do
    method = request(request, :method)
    [path | _query] = String.split(to_string(request(request, :request_uri)), "?", parts: 2)
    {status, headers, body} = answer(meaning(method), path)
    json = JSON.encode(body)

    head =
      [code: status, content_type: ~c"application/json", content_length: length_of(json)] ++
        headers

    {:proceed, [response: {:response, head, [json]}]}
  end

  # inets itself leaves the body of an answer to HEAD away.
  defp meaning(~c"HEAD"), do: "GET"
  defp meaning(method), do: to_string(method)

  defp answer("GET", "/books") do
    case Books.list() do
      {:ok, books} -> {200, [], %{books: books}}
      {:error, problem} -> {503, [], %{error: problem}}
    end
  end

  defp answer("GET", "/health") do
    case Database.query("SELECT 1") do
      {:ok, [[1]]} -> {200, [], %{database: "up"}}
      {:error, _problem} -> {503, [], %{database: "down"}}
    end
  end

  defp answer(_method, path) when path in ["/books", "/health"] do
    {405, [allow: ~c"GET, HEAD"], %{error: "only GET and HEAD"}}
  end

  defp answer(_method, _path), do: {404, [], %{error: "not found"}}

  defp length_of(json), do: json |> IO.iodata_length() |> Integer.to_charlist()
end
