#!/bin/sh
# A plain Erlang application through three versions of a stripped release: a gen_statem whose
# data changes shape, an application that comes and one that goes, a new child of a supervisor,
# an appup by hand, and the way over two versions at once.

. "$(dirname "$0")/lib.sh"

need erlc
name=shop
project=$work/project
packages=$project/build/rel/shop/releases
mkdir -p "$project/rel/appups/shop" "$project/src"
echo "-name $node" >"$project/rel/vm.args"

# --- sources -------------------------------------------------------------------------

# module NAME: its source from standard input, with an application's start for NAME_app.
module() {
    cat >"$project/src/$1.erl"
}

# app APPLICATION VERSION DEPENDENCIES MODULE...: compiled to lib/APPLICATION.
app() {
    app=$1 version=$2 needs=$3
    shift 3
    rm -rf "${project:?}/lib/$app"
    mkdir -p "$project/lib/$app/ebin"
    for source; do
        erlc +debug_info -o "$project/lib/$app/ebin" "$project/src/$source.erl" ||
            give_up "$source compiles"
    done
    modules=$(echo "$*" | tr ' ' ',')
    echo "{application, $app, [{description, \"$app\"}, {vsn, \"$version\"}, {modules, [$modules]}, {registered, []},
        {applications, [kernel, stdlib$needs]}, {mod, {${app}_app, []}}]}." \
        >"$project/lib/$app/ebin/$app.app"
}

# settings VERSION APPLICATIONS
settings() {
    cat >"$project/rel/config.yaml" <<EOF
environments:
  prod: {vm_args: rel/vm.args, strip_debug_info: true}
releases:
  shop: {version: "$1", lib_dirs: [lib], applications: [$2]}
EOF
}

# One process under a supervisor, for the applications that come and go.
for app in legacy stats; do
    module ${app}_app <<EOF
-module(${app}_app).
-behaviour(application).
-behaviour(supervisor).
-export([start/2, stop/1, init/1, start_link/0, loop/0]).
start(_, _) -> supervisor:start_link(?MODULE, []).
stop(_) -> ok.
init(_) -> {ok, {#{}, [#{id => $app, start => {?MODULE, start_link, []}}]}}.
start_link() -> Pid = spawn_link(?MODULE, loop, []), register($app, Pid), {ok, Pid}.
loop() -> receive stop -> ok end.
EOF
done
module shop_app <<'EOF'
-module(shop_app).
-behaviour(application).
-export([start/2, stop/1]).
start(_, _) -> shop_sup:start_link().
stop(_) -> ok.
EOF
# supervisor CHILD...
supervisor() {
    children=$(for child; do printf '#{id => %s, start => {%s, start_link, []}}\n' "$child" "$child"; done | paste -sd ,)
    module shop_sup <<EOF
-module(shop_sup).
-behaviour(supervisor).
-export([start_link/0, init/1]).
start_link() -> supervisor:start_link({local, ?MODULE}, ?MODULE, []).
init([]) -> {ok, {#{}, [$children]}}.
EOF
}
module shop_audit <<'EOF'
-module(shop_audit).
-behaviour(gen_server).
-export([start_link/0, init/1, handle_call/3, handle_cast/2]).
start_link() -> gen_server:start_link({local, ?MODULE}, ?MODULE, [], []).
init([]) -> {ok, 0}.
handle_call(_, _, N) -> {reply, N + 1, N + 1}.
handle_cast(_, N) -> {noreply, N}.
EOF
module shop_till <<'EOF'
-module(shop_till).
-vsn("1").
-behaviour(gen_statem).
-export([start_link/0, sell/0, close/0]).
-export([init/1, callback_mode/0, open/3, closed/3, code_change/4]).
start_link() -> gen_statem:start_link({local, ?MODULE}, ?MODULE, [], []).
sell() -> gen_statem:call(?MODULE, sell).
close() -> gen_statem:call(?MODULE, close).
callback_mode() -> state_functions.
init([]) -> {ok, open, 0}.
open({call, From}, sell, Sold) -> {keep_state, Sold + 1, [{reply, From, Sold + 1}]};
open({call, From}, close, Sold) -> {next_state, closed, Sold, [{reply, From, ok}]}.
closed({call, From}, _, _) -> {keep_state_and_data, [{reply, From, closed}]}.
code_change(_, State, Sold, _) -> {ok, State, Sold}.
EOF
supervisor shop_till

settings 1.0 'shop, legacy'
app legacy 1.0 '' legacy_app
app shop 1.0 ', legacy' shop_app shop_sup shop_till
built '1.0' "$project" --env=prod

# The second version: the data becomes a record, the state another one, and what else there is.
# second_till VERSION CALLS
second_till() {
    module shop_till <<EOF
-module(shop_till).
-vsn("2").
-behaviour(gen_statem).
-export([start_link/0, sell/0, close/0]).
-export([init/1, callback_mode/0, selling/3, closed/3, code_change/4]).
-record(till, {sold = 0, changes = []}).
start_link() -> gen_statem:start_link({local, ?MODULE}, ?MODULE, [], []).
sell() -> {version, $1, gen_statem:call(?MODULE, sell)}.
close() -> gen_statem:call(?MODULE, close).
callback_mode() -> state_functions.
init([]) -> {ok, selling, #till{}}.
selling({call, From}, sell, #till{sold = Sold} = Till) ->
    {keep_state, Till#till{sold = Sold + 1}, [{reply, From, Sold + 1}]};
selling({call, From}, close, Till) -> {next_state, closed, Till, [{reply, From, ok}]}.
closed({call, From}, _, _) -> {keep_state_and_data, [{reply, From, closed}]}.
code_change("1", open, Sold, Extra) -> {ok, selling, #till{sold = Sold, changes = [Extra]}};
code_change({down, "1"}, selling, #till{sold = Sold}, _) -> {ok, open, Sold};
code_change(_, State, #till{changes = Old} = Till, Extra) -> {ok, State, Till#till{changes = [Extra | Old]}}.
EOF
}
second_till 2
supervisor shop_till shop_audit
settings 2.0 'shop, stats'
app stats 1.0 '' stats_app
app shop 2.0 ', stats' shop_app shop_sup shop_till shop_audit
built '2.0, with a generated appup' "$project" --env=prod --upgrade

# The third one's appup is written by hand, for both versions before.
second_till 3
settings 3.0 'shop, stats'
app shop 3.0 ', stats' shop_app shop_sup shop_till shop_audit
cat >"$project/rel/appups/shop/any_to_3.0.appup" <<'EOF'
{"3.0",
 [{"1.0", [{add_module, shop_audit},
           {update, shop_till, {advanced, jump}},
           {update, shop_sup, supervisor},
           {apply, {supervisor, restart_child, [shop_sup, shop_audit]}}]},
  {<<"2\\..*">>, [{update, shop_till, {advanced, step}},
                  {apply, {supervisor, restart_child, [shop_sup, shop_audit]}}]}],
 [{"1.0", [{apply, {supervisor, terminate_child, [shop_sup, shop_audit]}},
           {apply, {supervisor, delete_child, [shop_sup, shop_audit]}},
           {update, shop_sup, supervisor},
           {update, shop_till, {advanced, jump}},
           {delete_module, shop_audit}]},
  {<<"2\\..*">>, [{apply, {supervisor, terminate_child, [shop_sup, shop_audit]}},
                  {update, shop_till, {advanced, step}}]}]}.
EOF
built '3.0, from two versions with an appup by hand' "$project" --env=prod --upfrom=1.0 --upfrom=2.0
check_not 'none is generated for it' matches "$err" '*Generated .appup for shop*'

# --- on the node ---------------------------------------------------------------------

# runs WHAT: which of the three processes are there, and the code of which applications.
runs() {
    answer "$1" \
        '{[P || P <- [legacy, stats, shop_audit], is_pid(whereis(P))],
          lists:sort([{A, V} || {A, _, V} <- application:which_applications(), lists:member(A, [legacy, stats, shop])])}' \
        "$2"
}
children='lists:sort([{Id, is_pid(Pid)} || {Id, Pid, _, _} <- supervisor:which_children(shop_sup)])'

first_version() {
    runs "$1: processes and applications of 1.0" '{\[legacy],\[{legacy,"1.0"},{shop,"1.0"}]}'
    answer "$1: data of 1.0" 'sys:get_state(shop_till)' "{open,$2}"
    answer "$1: new modules are gone, old ones there" \
        '[erlang:module_loaded(M) || M <- [legacy_app, stats_app, shop_audit]]' '\[true,false,false]'
}

fresh "$packages/1.0/shop.tar.gz"
node start
expect 'start' 0 '' '' || give_up 'the node is up' "$(cat "$release"/var/log/* 2>&1)"
node rpc 'io:format("~w~n", [whereis(shop_till)])'
till=${out%%"$newline"*}
answer 'three sold' '[shop_till:sell() || _ <- "abc"]' '\[1,2,3]'
first_version 'at first' 3

deliver "$packages/2.0/shop.tar.gz" 2.0
changes upgrade 2.0
answer 'code_change/4 has changed state and data' 'sys:get_state(shop_till)' '{selling,{till,3,\[\[]]}}'
answer 'the fourth is sold' 'shop_till:sell()' '{version,2,4}'
runs 'an application has come, another one is gone' '{\[stats],\[{shop,"2.0"},{stats,"1.0"}]}'
answer 'with its code' '[erlang:module_loaded(M) || M <- [legacy_app, stats_app]]' '\[false,true]'
answer 'the supervisor knows its new child, but nobody has started it' "$children" \
    '\[{shop_audit,false},{shop_till,true}]'
changes downgrade 1.0
first_version 'down again' 4

deliver "$packages/3.0/shop.tar.gz" 3.0
changes upgrade 3.0
answer 'over two versions at once' '[shop_till:sell(), sys:get_state(shop_till)]' \
    '\[{version,3,5},{selling,{till,5,\[jump]}}]'
runs 'the appup has started the new child' '{\[stats,shop_audit],\[{shop,"3.0"},{stats,"1.0"}]}'
answer 'it works' 'gen_server:call(shop_audit, count)' 1
changes downgrade 2.0
answer 'one version down' '[shop_till:sell(), sys:get_state(shop_till)]' \
    '\[{version,2,6},{selling,{till,6,\[step,jump]}}]'
runs 'its child is stopped' '{\[stats],\[{shop,"2.0"},{stats,"1.0"}]}'
changes upgrade 3.0
runs 'and started again' '{\[stats,shop_audit],\[{shop,"3.0"},{stats,"1.0"}]}'
changes downgrade 1.0
first_version 'two versions down at once' 6
answer 'the supervisor has forgotten the child' "$children" '\[{shop_till,true}]'
answer 'all that with one process' "list_to_pid(\"$till\") =:= whereis(shop_till)" true

changes upgrade 2.0
node restart
expect 'restart' 0 ok ''
runs 'after a restart it is 2.0 with all children' '{\[stats,shop_audit],\[{shop,"2.0"},{stats,"1.0"}]}'
answer 'its modules are stripped' \
    '{ok, {_, [{abstract_code, A}]}} = beam_lib:chunks(code:which(shop_till), [abstract_code]), A' no_abstract_code
node remove 3.0
expect 'remove' 0 '*' ''
same 'what is left' 'legacy-1.0 shop-1.0 shop-2.0 stats-1.0' \
    "$(cd "$release/lib" && echo legacy* shop* stats*)"
node stop
expect 'stop' 0 ok ''
