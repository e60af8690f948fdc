-module(tally_sup).
-behaviour(supervisor).

-export([start_link/1]).
-export([init/1]).

start_link(Choices) ->
    supervisor:start_link({local, ?MODULE}, ?MODULE, Choices).

init(Choices) ->
    Poll = #{id => tally_poll, start => {tally_poll, start_link, [Choices]}},
    {ok, {#{strategy => one_for_one}, [Poll]}}.
