%% A poll: votes are counted while it is open, refused when it is closed.
-module(tally).

-export([vote/1, counts/0, open/0, close/0, status/0]).

-spec vote(atom()) -> {ok, pos_integer()} | {error, closed | unknown_choice}.
vote(Choice) ->
    tally_poll:request({vote, Choice}).

-spec counts() -> #{atom() => non_neg_integer()}.
counts() ->
    tally_poll:request(counts).

%% Opening a closed poll goes on with the votes it had.
-spec open() -> ok.
open() ->
    tally_poll:request(open).

-spec close() -> ok.
close() ->
    tally_poll:request(close).

-spec status() -> open | closed.
status() ->
    tally_poll:request(status).
