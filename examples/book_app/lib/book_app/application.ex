defmodule BookApp.Application do
  @moduledoc """
  Starts the connection to the database and the HTTP endpoint.

  Neither waits for the other: with the database away, the endpoint says so.
  """

  use Application

  @impl true
  def start(_type, _args) do
    children = [
      BookApp.Database,
      {BookApp.Endpoint, port: Application.fetch_env!(:book_app, :port)}
    ]

    Supervisor.start_link(children, strategy: :one_for_one, name: BookApp.Supervisor)
  end
end
