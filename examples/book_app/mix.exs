defmodule BookApp.MixProject do
  use Mix.Project

  def project do
    [
      app: :book_app,
      version: "1.0.0",
      elixir: "~> 1.14",
      start_permanent: Mix.env() == :prod,
      deps: []
    ]
  end

  # p1_pgsql comes from the Debian package erlang-p1-pgsql, the others from OTP.
  def application do
    [
      mod: {BookApp.Application, []},
      registered: [BookApp.Supervisor, BookApp.Database],
      extra_applications: [:logger, :crypto, :inets, :p1_pgsql]
    ]
  end
end
