%% The poll's process: its state is open or closed, its data the votes of each choice.
-module(tally_poll).
-behaviour(gen_statem).
-vsn("1").

-export([start_link/1, request/1]).
-export([init/1, callback_mode/0, open/3, closed/3, code_change/4]).

start_link(Choices) ->
    gen_statem:start_link({local, ?MODULE}, ?MODULE, Choices, []).

request(Request) ->
    gen_statem:call(?MODULE, Request).

callback_mode() ->
    state_functions.

init(Choices) ->
    {ok, open, maps:from_list([{Choice, 0} || Choice <- Choices])}.

open({call, From}, {vote, Choice}, Votes) ->
    case Votes of
        #{Choice := Count} ->
            Reply = {reply, From, {ok, Count + 1}},
            {keep_state, Votes#{Choice := Count + 1}, [Reply]};
        #{} ->
            {keep_state_and_data, [{reply, From, {error, unknown_choice}}]}
    end;
open({call, From}, close, Votes) ->
    {next_state, closed, Votes, [{reply, From, ok}]};
open(Type, Event, Votes) ->
    any_state(Type, Event, open, Votes).

closed({call, From}, {vote, _Choice}, _Votes) ->
    {keep_state_and_data, [{reply, From, {error, closed}}]};
closed({call, From}, open, Votes) ->
    {next_state, open, Votes, [{reply, From, ok}]};
closed(Type, Event, Votes) ->
    any_state(Type, Event, closed, Votes).

any_state({call, From}, counts, _State, Votes) ->
    {keep_state_and_data, [{reply, From, Votes}]};
any_state({call, From}, status, State, _Votes) ->
    {keep_state_and_data, [{reply, From, State}]};
any_state({call, From}, Same, State, _Votes) when
    {Same, State} =:= {open, open}; {Same, State} =:= {close, closed}
->
    {keep_state_and_data, [{reply, From, ok}]};
any_state(_Type, _Event, _State, _Votes) ->
    %% A message from elsewhere, or from a newer or older version, is no reason to lose votes.
    keep_state_and_data.

%% State and data look the same in all versions so far.
code_change(_Vsn, State, Votes, _Extra) ->
    {ok, State, Votes}.
