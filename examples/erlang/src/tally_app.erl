-module(tally_app).
-behaviour(application).

-export([start/2, stop/1]).

start(_Type, _Args) ->
    {ok, Choices} = application:get_env(tally, choices),
    tally_sup:start_link(Choices).

stop(_State) ->
    ok.
