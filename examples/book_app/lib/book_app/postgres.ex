defmodule BookApp.Postgres do
  @moduledoc """
  PostgreSQL by way of p1_pgsql: addresses, connections, statements.

  p1_pgsql speaks TCP, with the authentication methods trust, password, md5 and
  scram-sha-256. Columns of numbers must not be NULL: it cannot read them.
  """

  @connect_timeout 5_000
  @script_timeout 60_000

  # What PostgreSQL calls "not now": it starts, it stops, or has no connection to spare.
  @passing ["57P01", "57P02", "57P03", "53300"]

  @doc "Reads `postgres://USER:PASSWORD@HOST:PORT/DATABASE`; password and port may be missing."
  def address!(url) do
    with {:ok, uri} <- URI.new(url),
         true <- uri.scheme in ["postgres", "postgresql"],
         [user | password] when user != "" <- String.split(uri.userinfo || "", ":", parts: 2),
         true <- uri.host not in [nil, ""],
         "/" <> database when database != "" <- uri.path do
      %{
        host: uri.host,
        port: uri.port || 5432,
        database: URI.decode(database),
        user: URI.decode(user),
        password: URI.decode(Enum.join(password))
      }
    else
      # The address may hold a password, so it is not in the message.
      _ ->
        raise ArgumentError,
              "DATABASE_URL must be like postgres://USER:PASSWORD@HOST:PORT/DATABASE"
    end
  end

  @doc "The address for messages: without the password."
  def describe(address) do
    "#{address.database} at #{address.host}:#{address.port} as #{address.user}"
  end

  @doc """
  Connects; the connection is a process, linked to the caller, who must trap exits.

  An error is `{:away, reason}` if trying again may help, else `{:refused, reason}`.
  """
  def connect(address) do
    options = [as_binary: true, connect_timeout: @connect_timeout] ++ Map.to_list(address)

    case :pgsql.connect(options) do
      {:ok, connection} ->
        Process.link(connection)
        forget_password(connection)
        {:ok, connection}

      {:error, {stage, details}} when stage in [:authentication, :error_response] ->
        {:error, {kind(details), message(details)}}

      {:error, {:init, {:error, reason}}} ->
        {:error, {:away, to_string(:inet.format_error(reason))}}

      {:error, _reason} ->
        {:error, {:away, "the server does not answer as PostgreSQL does"}}
    end
  end

  @doc "Runs one statement with parameters: `{:ok, rows}`, a row being the list of its values."
  def query(connection, sql, params) do
    guarded(connection, fn ->
      with {:ok, _status, _types, _columns} <- :pgsql.prepare(connection, "", sql),
           {:ok, {_command, result}} <- :pgsql.execute(connection, "", params) do
        {:ok, rows(result)}
      else
        {:error, details} -> {:error, message(details)}
      end
    end)
  end

  @doc "Runs statements that PostgreSQL takes as one transaction."
  def script(connection, sql) do
    guarded(connection, fn ->
      {:ok, results} = :pgsql.squery(connection, sql, @script_timeout)

      case List.keyfind(results, :error, 0) do
        nil -> :ok
        {:error, details} -> {:error, message(details)}
      end
    end)
  end

  def close(connection) do
    guarded(connection, fn -> :pgsql.terminate(connection) end)
  end

  # A connection that failed or was too slow would mix up the answers to the next query.
  defp guarded(connection, fun) do
    fun.()
  catch
    :exit, _reason ->
      Process.exit(connection, :kill)
      {:error, "the connection to the database was lost"}
  end

  # A process that ends with an error logs its state, and p1_pgsql keeps all options there.
  defp forget_password(connection) do
    :sys.replace_state(connection, fn state ->
      state |> Tuple.to_list() |> Enum.map(&without_password/1) |> List.to_tuple()
    end)
  end

  defp without_password(options) when is_list(options), do: List.keydelete(options, :password, 0)
  defp without_password(other), do: other

  # Without rows the result is the number of those that changed, or the command's name.
  defp rows(rows) when is_list(rows),
    do: Enum.map(rows, &Enum.map(&1, fn cell -> value(cell) end))

  defp rows(_no_rows), do: []

  defp value({_type, :null}), do: nil
  defp value({:bool, bit}), do: bit == "1"
  defp value({type, digits}) when type in [:int2, :int4, :int8], do: String.to_integer(digits)
  defp value({_type, text}), do: text

  # What p1_pgsql reports is PostgreSQL's message, or a text of its own.
  defp kind([{_field, _value} | _] = details) do
    if details[:code] in @passing, do: :away, else: :refused
  end

  defp kind(_text), do: :refused

  defp message([{_field, _value} | _] = details) do
    Enum.join([details[:message] | List.wrap(details[:detail])], ": ")
  end

  defp message(text) when is_list(text), do: to_string(text)
  defp message(other), do: inspect(other)
end
