import Config
config :app, App.Scheduler,
  jobs: [
    {"* * * * *", {App.Jobs, :tick, []}},
    {"@daily", {App.Jobs, :report, [:daily, %{to: "ops@example.org"}]}},
    nightly: [schedule: "0 3 * * *", task: {App.Jobs, :night, []}, run_strategy: Quantum.RunStrategy.Local]
  ]
config :app, Oban, repo: App.Repo, queues: [default: 10, mail: [limit: 5, dispatch_cooldown: 100]], plugins: [{Oban.Plugins.Pruner, max_age: 60 * 60 * 24 * 7}]
