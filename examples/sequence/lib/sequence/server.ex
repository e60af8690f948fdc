defmodule Sequence.Server do
  @moduledoc """
  Hands out numbers, each one once.

  The state is an integer, the number to be given next. It is saved in the stash
  before a number leaves the server: whatever happens then, the number is not given
  a second time.
  """

  use GenServer

  alias Sequence.Stash

  @vsn "0"

  def start_link(_args) do
    GenServer.start_link(__MODULE__, nil, name: __MODULE__)
  end

  @doc "The next number."
  def next_number do
    GenServer.call(__MODULE__, :next_number)
  end

  @doc "Skips `delta` numbers."
  def increment_number(delta) when is_integer(delta) do
    GenServer.cast(__MODULE__, {:increment_number, delta})
  end

  @impl true
  def init(_args) do
    {:ok, Stash.get().number}
  end

  @impl true
  def handle_call(:next_number, _from, number) do
    {:reply, number, save(number + 1)}
  end

  @impl true
  def handle_cast({:increment_number, delta}, number) do
    {:noreply, save(number + delta)}
  end

  defp save(number) do
    Stash.save(%{number: number})
    number
  end
end
