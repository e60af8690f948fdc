defmodule BookApp.Database do
  @moduledoc """
  The connection to the database, one for the whole application.

  The process starts at once and connects then; while there is no connection it tries again
  every second, and queries get an error. An application with more traffic has several of
  these.
  """

  use GenServer

  require Logger

  alias BookApp.Postgres

  @retry_after 1_000
  @call_timeout 90_000

  def start_link(_args) do
    GenServer.start_link(__MODULE__, nil, name: __MODULE__)
  end

  @doc "Runs one statement with parameters for `$1`, `$2`...; returns its rows."
  def query(sql, params \\ []) do
    GenServer.call(__MODULE__, {:run, &Postgres.query(&1, sql, params)}, @call_timeout)
  end

  @doc "Runs statements without parameters, all of them in one transaction."
  def script(sql) do
    GenServer.call(__MODULE__, {:run, &Postgres.script(&1, sql)}, @call_timeout)
  end

  @doc """
  Waits until there is a connection, at most for `timeout` milliseconds.

  That the server refuses this user or this database does not pass by waiting.
  """
  def await(timeout) do
    case GenServer.call(__MODULE__, :status, @call_timeout) do
      {:error, {:away, _problem}} when timeout > 0 ->
        Process.sleep(100)
        await(timeout - 100)

      {:error, {_kind, problem}} ->
        {:error, problem}

      :ok ->
        :ok
    end
  end

  @doc """
  Calls a function that needs the database, also where the application is not started, as
  in `bin/book_app eval`: the process then lives as long as the function.
  """
  def run_with(fun) do
    {:ok, _} = Application.ensure_all_started(:p1_pgsql)
    address!()

    case GenServer.start(__MODULE__, nil, name: __MODULE__) do
      {:ok, pid} ->
        # What goes wrong is said by the function's exception, not by a log beside it.
        :logger.set_primary_config(:level, :none)

        try do
          fun.()
        after
          GenServer.stop(pid)
        end

      {:error, {:already_started, _pid}} ->
        fun.()
    end
  end

  @impl true
  def init(_args) do
    Process.flag(:trap_exit, true)
    # A wrong address is worth more than a message every second: it ends the start.
    address!()
    {:ok, %{connection: nil, problem: {:away, "not connected yet"}}, {:continue, :connect}}
  end

  @impl true
  def handle_continue(:connect, state) do
    # Not kept in the state, which is logged when this process crashes: it has the password.
    address = address!()

    case Postgres.connect(address) do
      {:ok, connection} ->
        Logger.info("connected to the database #{Postgres.describe(address)}")
        {:noreply, %{state | connection: connection, problem: nil}}

      {:error, {kind, reason}} ->
        problem = "cannot connect to the database #{Postgres.describe(address)}: #{reason}"
        {:noreply, retry(%{state | problem: {kind, problem}}, state.problem)}
    end
  end

  @impl true
  def handle_call(:status, _from, state) do
    {:reply, if(state.connection, do: :ok, else: {:error, state.problem}), state}
  end

  def handle_call({:run, _fun}, _from, %{connection: nil, problem: {_kind, problem}} = state) do
    {:reply, {:error, problem}, state}
  end

  def handle_call({:run, fun}, _from, state) do
    {:reply, fun.(state.connection), state}
  end

  @impl true
  def handle_info({:EXIT, connection, _reason}, %{connection: connection} = state) do
    problem = {:away, "the connection to the database was lost"}
    {:noreply, retry(%{state | connection: nil, problem: problem}, nil)}
  end

  def handle_info(:connect, state) do
    {:noreply, state, {:continue, :connect}}
  end

  def handle_info({:EXIT, _former_connection, _reason}, state), do: {:noreply, state}
  def handle_info({:pgsql_notice, _notice}, state), do: {:noreply, state}

  @impl true
  def terminate(_reason, %{connection: connection}) do
    if connection, do: Postgres.close(connection)
  end

  defp address!, do: Postgres.address!(Application.fetch_env!(:book_app, :database_url))

  # Says what is wrong once, not every second.
  defp retry(%{problem: problem} = state, former) do
    if problem != former, do: Logger.warning(elem(problem, 1))
    Process.send_after(self(), :connect, @retry_after)
    state
  end
end
