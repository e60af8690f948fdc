%% A server with a state for the tests of upgrades. What it does depends on the macros that it is
%% compiled with: VSN, and WHAT: plain, crash (code_change does), kill (code_change ends the VM),
%% slow (code_change takes its time), fail
%% (it does not start).
-module(tally).
-vsn(?VSN).
-behaviour(application).
-behaviour(gen_server).
-export([start/2, stop/1, config_change/3, start_link/0, next/0, history/0, changes/0, hold/0]).
-export([init/1, handle_call/3, handle_cast/2, code_change/3]).

start(_, _) ->
    case ?WHAT of
        fail -> {error, told_to_fail};
        _ -> tally_sup:start_link()
    end.
stop(_) -> ok.

config_change(Changed, New, Removed) ->
    persistent_term:put(tally_changes, {Changed, New, Removed}),
    ok.

changes() -> persistent_term:get(tally_changes, none).

start_link() -> gen_server:start_link({local, tally}, ?MODULE, [], []).
next() -> gen_server:call(tally, next).
history() -> gen_server:call(tally, history).

%% A process that stays in this version of the code.
hold() -> spawn(fun() -> register(holder, self()), wait() end).
wait() -> receive stop -> ok end.

init([]) -> {ok, {?VSN, 0, []}}.
handle_call(next, _, {V, N, H}) -> {reply, N + 1, {V, N + 1, H}};
handle_call(history, _, {V, _, H} = S) -> {reply, {?VSN, V, H}, S}.
handle_cast(_, S) -> {noreply, S}.

code_change(Old, {_, N, H}, Extra) ->
    change(?WHAT),
    Colour = application:get_env(tally, colour, none),
    {ok, {?VSN, N, [{Old, Extra, Colour} | H]}}.

change(crash) -> error(told_to_crash);
change(kill) -> os:cmd("kill -9 " ++ os:getpid());
change(slow) -> timer:sleep(3000);
change(_) -> ok.
