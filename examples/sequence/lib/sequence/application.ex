defmodule Sequence.Application do
  @moduledoc """
  Starts the stash and then the server, which asks the stash where to begin.

  Either may die alone: a new server takes its numbers from the stash, and a new
  stash gets them with the server's next change.
  """

  use Application

  @impl true
  def start(_type, _args) do
    first = Application.fetch_env!(:sequence, :initial_number)

    children = [
      {Sequence.Stash, %{number: first}},
      Sequence.Server
    ]

    Supervisor.start_link(children, strategy: :one_for_one, name: Sequence.Supervisor)
  end
end
