defmodule Sequence.MixProject do
  use Mix.Project

  def project do
    [
      app: :sequence,
      version: "0.2.0",
      elixir: "~> 1.11",
      start_permanent: Mix.env() == :prod,
      deps: []
    ]
  end

  def application do
    [
      mod: {Sequence.Application, []},
      env: [initial_number: 456],
      registered: [Sequence.Supervisor, Sequence.Stash, Sequence.Server],
      extra_applications: [:logger]
    ]
  end
end
