{application, tally,
 [{description, "Counts the votes of a poll"},
  {vsn, "1.0.0"},
  {modules, [tally, tally_app, tally_poll, tally_sup]},
  {registered, [tally_poll, tally_sup]},
  {applications, [kernel, stdlib]},
  {mod, {tally_app, []}},
  {env, [{choices, [tea, coffee]}]}]}.
