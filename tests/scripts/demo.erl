%% The application of the test releases. Its environment variables make it misbehave.
-module(demo).
-behaviour(application).
-behaviour(supervisor).
-export([start/2, prep_stop/1, stop/1, config_change/3, init/1]).
-export([hello/0, arguments/0, changes/0, tell/0, say/1, boom/0]).

start(_Type, _Args) ->
    case os:getenv("DEMO_START") of
        "fail" ->
            {error, demo_told_to_fail};
        Delay ->
            delay(Delay),
            supervisor:start_link({local, demo}, ?MODULE, [])
    end.

prep_stop(State) ->
    delay(os:getenv("DEMO_STOP")),
    State.

stop(_State) -> ok.

delay(false) -> ok;
delay(Ms) -> timer:sleep(list_to_integer(Ms)).

init([]) -> {ok, {#{}, []}}.

config_change(Changed, New, Removed) ->
    persistent_term:put(demo_changes, [{changed, Changed}, {new, New}, {removed, Removed}]),
    ok.

changes() -> persistent_term:get(demo_changes, none).

hello() -> hello_world.

arguments() -> [unicode:characters_to_binary(A) || A <- init:get_plain_arguments()].

tell() -> io:format("~p~n", [init:get_plain_arguments()]).

%% Prints, and returns nothing that could be mistaken for it.
say(Text) -> io:put_chars([Text, $\n]), said.

boom() -> error(boom).
