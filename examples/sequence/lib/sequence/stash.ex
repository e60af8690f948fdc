defmodule Sequence.Stash do
  @moduledoc """
  Keeps a copy of the server's numbers, so that a crash of the server loses none.

  The copy is a plain map and no struct of the server's, because it outlives the
  server's code: what one version saves, the next and the previous one must be able
  to read. A hot upgrade converts the server's state, but nobody converts this map.
  """

  use GenServer

  @vsn "0"

  def start_link(initial) do
    GenServer.start_link(__MODULE__, initial, name: __MODULE__)
  end

  @doc "The numbers saved last."
  def get do
    GenServer.call(__MODULE__, :get)
  end

  @doc """
  Replaces the saved numbers.

  The caller does not wait: a server that waited here could not be suspended, and so
  not be upgraded, while the stash is.
  """
  def save(numbers) when is_map(numbers) do
    GenServer.cast(__MODULE__, {:save, numbers})
  end

  @impl true
  def init(initial) do
    {:ok, initial}
  end

  @impl true
  def handle_call(:get, _from, numbers) do
    {:reply, numbers, numbers}
  end

  @impl true
  def handle_cast({:save, numbers}, _previous) do
    {:noreply, numbers}
  end
end
