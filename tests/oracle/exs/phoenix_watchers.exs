import Config

config :hello, HelloWeb.Endpoint,
  watchers: [
    esbuild: {Esbuild, :install_and_run, [:hello, ~w(--sourcemap=inline --watch)]},
    node: ["node_modules/webpack/bin/webpack.js", "--mode", cd: "assets"],
    tailwind: {Tailwind, :install_and_run, [:hello, ~w(--watch)]}
  ]
