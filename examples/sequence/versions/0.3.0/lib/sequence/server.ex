defmodule Sequence.Server do
  @moduledoc """
  Hands out numbers, each one once, in steps of a delta.

  The state is a struct. Versions 0.1.0 and 0.2.0 of the application had a plain
  integer there (`@vsn "0"`): `code_change/3` turns one into the other while the
  process lives on. The numbers are saved in the stash before one of them leaves the
  server: whatever happens then, it is not given a second time.
  """

  use GenServer

  alias Sequence.Stash

  @vsn "1"

  defmodule State do
    @moduledoc "The number to be given next, and the step from it to the one after."
    defstruct current_number: 0, delta: 1
  end

  def start_link(_args) do
    GenServer.start_link(__MODULE__, nil, name: __MODULE__)
  end

  @doc "The next number, as a sentence."
  def next_number do
    "The next number is #{GenServer.call(__MODULE__, :next_number)}"
  end

  @doc "Skips `delta` numbers, and counts in steps of `delta` from there."
  def increment_number(delta) when is_integer(delta) do
    GenServer.cast(__MODULE__, {:increment_number, delta})
  end

  @impl true
  def init(_args) do
    saved = Stash.get()
    # A stash that an older version filled knows no delta.
    {:ok, %State{current_number: saved.number, delta: Map.get(saved, :delta, 1)}}
  end

  @impl true
  def handle_call(:next_number, _from, %State{current_number: number} = state) do
    {:reply, number, save(%{state | current_number: number + state.delta})}
  end

  @impl true
  def handle_cast({:increment_number, delta}, %State{current_number: number} = state) do
    {:noreply, save(%{state | current_number: number + delta, delta: delta})}
  end

  @doc """
  Converts the state when the version changes under a running process.

  On the way up the first argument is the `@vsn` of the code that made the state; on
  the way down it is `{:down, vsn}`, with the `@vsn` of the code that will use it.
  """
  @impl true
  def code_change("0", number, _extra) when is_integer(number) do
    {:ok, %State{current_number: number}}
  end

  def code_change({:down, "0"}, %State{current_number: number}, _extra) do
    {:ok, number}
  end

  # Same @vsn, same state.
  def code_change(vsn, %State{} = state, _extra) when vsn in ["1", {:down, "1"}] do
    {:ok, state}
  end

  defp save(state) do
    Stash.save(%{number: state.current_number, delta: state.delta})
    state
  end
end
