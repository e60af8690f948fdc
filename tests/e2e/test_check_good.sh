#!/bin/sh
# Ten good upgrades of one node: relc check finds no error in them, and they succeed.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/upgrade_lib.sh"

good() {
    before=$after
    after=$((before + 1))
    version "$after"
    finds_no_error "$1" "$before" "$after"
    upgrades_to "$after"
    same "$scene: $1: the upgrade succeeds" 0 "$status"
    says "$1: the server lives on" "whereis(demo_server) =:= list_to_pid(\"$pid_text\")" true ||
        printf '# %s\n' "$out"
}

scene good
version 1
# relc build judges them, too.
upgrade_options=--upgrade
after=1
node_starts
node rpc 'pid_to_list(whereis(demo_server))'
pid_text=$(printf '%s' "$out" | tr -d '"')
edit demo_other 's/-> 1\./-> 2./'
good 'a changed function'
edit demo_server 's/^-vsn.*/-vsn("2")./; s/{ok, 1}/{ok, {n, 1}}/
    s/^handle_call.*/handle_call(next, _, {n, N}) -> {reply, N, {n, N + 1}}./
    s/^code_change.*/code_change("1", N, _) -> {ok, {n, N}}; code_change({down, "1"}, {n, N}, _) -> {ok, N}; code_change(_, S, _) -> {ok, S}./'
good 'a state that is converted'
module demo_more <<'END'
-module(demo_more).
-export([more/0]).
more() -> 1.
END
edit demo 's/demo_other:version()/demo_other:version() + demo_more:more()/'
good 'a new module'
printf '[{demo, [{key, 1}]}].\n' >"$project/rel/sys.config"
good 'a new setting'
rm "$project/src/demo_more.erl"
edit demo 's/ + demo_more:more()//'
good 'a module that is gone'
edit demo_sup 's/intensity => 0/intensity => 5/'
good 'other flags of a supervisor'
edit demo_server 's/^next() .*/next() -> gen_server:call(?MODULE, next, 1000)./'
good 'a server with the same state'
module demo_new <<'END'
-module(demo_new).
-export([start_link/0, init/1]).
start_link() -> proc_lib:start_link(?MODULE, init, [self()]).
init(Parent) -> register(?MODULE, self()), proc_lib:init_ack(Parent, {ok, self()}), receive stop -> ok end.
END
edit demo_sup 's/\[]}}\]/[]}},\
        #{id => demo_new, start => {demo_new, start_link, []}}]/'
own_appup 8 9 '{add_module, demo_new}, {update, demo_sup, supervisor}, {apply, {supervisor, restart_child, [demo_sup, demo_new]}}' \
    '{apply, {supervisor, terminate_child, [demo_sup, demo_new]}}, {update, demo_sup, supervisor}, {delete_module, demo_new}'
good 'a new child that the appup starts'
says 'it runs' 'is_pid(whereis(demo_new))' true
edit demo_other 's/^version.*/version() -> lists:sum(lists:map(fun(N) -> N end, [1, 1]))./'
good 'a fun that is not kept'
good 'a mere build of another version'
node_stops
