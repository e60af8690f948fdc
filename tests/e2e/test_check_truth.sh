#!/bin/sh
# Upgrades prepared to go wrong: relc check says so, and the same upgrade on a real node goes
# wrong just as it says.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/upgrade_lib.sh"

# --- an application changed, its version not raised ----------------------------------

scene version_not_raised
app_vsn=1
version 1
edit demo_other 's/-> 1\./-> 2./'
version 2
finds 'a change without a raised version' 1 2 app_version_not_raised
node_starts
upgrades_to 2
same "$scene: the upgrade succeeds" 0 "$status"
says 'but the node has the old code' 'demo:version()' 1
node_stops

# --- the state became another one, and nobody converts it ----------------------------

scene state_changed
version 1
edit demo_server 's/^-vsn.*/-record(state, {n = 1})./; s/{ok, 1}/{ok, #state{}}/
    s/^handle_call.*/handle_call(next, _, #state{n = N} = S) -> {reply, N, S#state{n = N + 1}}./'
version 2
finds 'a state that nobody converts' 1 2 state_changed demo_server 7
node_starts
says 'it works before' 'demo_server:next()' 1
upgrades_to 2
same "$scene: the upgrade succeeds" 0 "$status"
node rpc 'demo_server:next()'
expect "$scene: but the server crashes at the next call" 1 '' '*function_clause*'
node_stops

# --- a record with one more field ----------------------------------------------------

scene record_changed
edit demo_server 's/^-vsn.*/-record(state, {n = 1})./; s/{ok, 1}/{ok, #state{}}/
    s/^handle_call.*/handle_call(next, _, #state{n = N} = S) -> {reply, N, S#state{n = N + 1}}./'
version 1
edit demo_server 's/{n = 1}/{n = 1, step = 1}/; s/N + 1/N + S#state.step/'
version 2
finds 'a record with one more field' 1 2 state_changed demo_server 7
node_starts
says 'it works before' 'demo_server:next()' 1
upgrades_to 2
same "$scene: the upgrade succeeds" 0 "$status"
node rpc 'demo_server:next()'
expect "$scene: but the server crashes at the next call" 1 '' '*function_clause*'
node_stops

# --- code_change without a clause for the running version ----------------------------

scene version_missed
version 1
edit demo_server 's/^-vsn.*/-vsn("2")./; s/^code_change.*/code_change("0", N, _) -> {ok, {n, N}}./'
version 2
finds 'a code_change without the clause' 1 2 code_change_misses_version demo_server 10
node_starts
upgrades_to 2
same "$scene: the upgrade fails" 1 "$status"
case $out$err in
*code_change*) ok "$scene: in code_change" ;;
*) not_ok "$scene: in code_change" "$out" "$err" ;;
esac
check "$scene: the node comes back" wait_for 30 node_answers
says 'in the old version' 'element(2, hd([R || R <- release_handler:which_releases(), element(4, R) =:= permanent]))' '"1"'
node_stops

# --- the way back is not handled -----------------------------------------------------

scene downgrade_missed
version 1
edit demo_server 's/^-vsn.*/-vsn("2")./; s/^code_change.*/code_change("1", N, _) -> {ok, N}./'
version 2
finds 'a code_change without {down, Vsn}' 1 2 downgrade_misses_version demo_server 10
node_starts
upgrades_to 2
same "$scene: the upgrade succeeds" 0 "$status"
node downgrade 1
same "$scene: but the downgrade fails" 1 "$status"
node_stops

# --- an appup that forgets a module, one that removes too much ------------------------

scene module_forgotten
version 1
edit demo_other 's/-> 1\./-> 2./'
edit demo_server 's/^-vsn.*/-vsn("2")./'
own_appup 1 2 '{update, demo_server, {advanced, []}}' '{update, demo_server, {advanced, []}}'
version 2
finds 'a module that the appup forgets' 1 2 module_not_loaded demo_other
node_starts
upgrades_to 2
same "$scene: the upgrade succeeds" 0 "$status"
says 'but the node has the old module' 'demo:version()' 1
node_stops

scene module_removed
version 1
edit demo_other 's/-> 1\./-> 2./'
own_appup 1 2 '{delete_module, demo_other}' '{add_module, demo_other}'
version 2
finds 'a module that is removed though it is needed' 1 2 module_wrongly_removed demo_other
node_starts
upgrades_to 2
same "$scene: the upgrade succeeds" 0 "$status"
says 'but the module is not loaded' 'code:is_loaded(demo_other)' false
node_stops

# --- supervisors start and stop nothing ----------------------------------------------

scene children
module demo_old <<'END'
-module(demo_old).
-export([start_link/0, init/1]).
start_link() -> proc_lib:start_link(?MODULE, init, [self()]).
init(Parent) -> register(?MODULE, self()), proc_lib:init_ack(Parent, {ok, self()}), receive stop -> ok end.
END
edit demo_sup 's/\[#{id => demo_server.*}\]/[#{id => demo_server, start => {demo_server, start_link, []}},\
        #{id => demo_old, start => {demo_old, start_link, []}}]/'
version 1
sed 's/demo_old/demo_new/' "$project/src/demo_old.erl" >"$project/src/demo_new.erl"
edit demo_sup 's/demo_old/demo_new/g'
version 2
finds 'a child that nobody starts' 1 2 child_not_started demo_sup 7
finds 'a child that nobody stops' 1 2 child_not_stopped demo_sup
node_starts
upgrades_to 2
same "$scene: the upgrade succeeds" 0 "$status"
says 'but the new child is not there' 'whereis(demo_new)' undefined
says 'and the old one still is' 'is_pid(whereis(demo_old))' true
node_stops

# --- a process that release_handler does not find ------------------------------------

scene process_not_found
edit demo_sup 's/#{id => demo_server.*}\]/{demo_server, {demo_server, start_link, []}, permanent, 5000, worker, []}]/'
version 1
edit demo_server 's/^-vsn.*/-vsn("2")./; s/{ok, 1}/{ok, {n, 1}}/
    s/^handle_call.*/handle_call(next, _, {n, N}) -> {reply, N, {n, N + 1}}./
    s/^code_change.*/code_change("1", N, _) -> {ok, {n, N}}; code_change({down, "1"}, {n, N}, _) -> {ok, N}./'
version 2
finds 'a child without its module' 1 2 process_not_found demo_sup 6
node_starts
upgrades_to 2
same "$scene: the upgrade succeeds" 0 "$status"
node rpc 'demo_server:next()'
expect "$scene: but code_change was not called, and the server crashes" 1 '' '*function_clause*'
node_stops

# --- funs and loops of code that the upgrade removes ---------------------------------

scene kept_code
edit demo_server 's/{ok, 1}/{ok, fun() -> 1 end}/
    s/^handle_call.*/handle_call(next, _, F) -> {reply, F(), F}./'
module demo_loop <<'END'
-module(demo_loop).
-export([start/0, loop/0]).
start() -> register(?MODULE, spawn(fun loop/0)).
loop() ->
    receive
        {From, version} -> From ! 1, loop()
    end.
END
edit demo_app 's/^start(.*/start(_, _) -> demo_loop:start(), demo_sup:start_link()./'
version 1
edit demo_server 's/{noreply, N}/{noreply, N, infinity}/'
edit demo_loop 's/From ! 1/From ! 2/'
version 2
finds 'a fun in a state' 1 2 fun_kept demo_server 7
finds 'a loop that calls itself by its bare name' 1 2 loop_keeps_old_code demo_loop 4
node_starts
says 'the loop runs' 'demo_loop ! {self(), version}, receive V -> V end' 1
says 'and the server calls the fun' 'demo_server:next()' 1
upgrades_to 2
same "$scene: the upgrade succeeds" 0 "$status"
says 'but the loop was killed' 'whereis(demo_loop)' undefined
node rpc 'demo_server:next()'
expect "$scene: and the fun cannot be called" 1 '' '*badfun*'
node_stops

# --- on_load that works only once ----------------------------------------------------

scene on_load
edit demo_other 's/^-export.*/-export([version\/0]).\
-on_load(load\/0).\
load() -> case persistent_term:get(loaded, no) of no -> persistent_term:put(loaded, yes); _ -> again end./'
version 1
edit demo_other 's/-> 1\./-> 2./'
version 2
finds 'an on_load function that runs again' 1 2 on_load_runs_again demo_other
node_starts
upgrades_to 2
same "$scene: the upgrade fails" 1 "$status"
case $out$err in
*on_load*) ok "$scene: in on_load" ;;
*) not_ok "$scene: in on_load" "$out" "$err" ;;
esac
node_stops

# --- native code ---------------------------------------------------------------------

# native VERSION: the library of demo_other, which knows no upgrade.
native() {
    cat >"$work/demo_nif.c" <<END
#include <erl_nif.h>
static ERL_NIF_TERM version(ErlNifEnv *env, int argc, const ERL_NIF_TERM argv[])
{
    (void)argc;
    (void)argv;
    return enif_make_int(env, $1);
}
static ErlNifFunc functions[] = {{"version", 0, version, 0}};
ERL_NIF_INIT(demo_other, functions, NULL, NULL, NULL, NULL)
END
    run cc -shared -fPIC -I "$nif_folder" -o "$project/priv/demo_nif.so" "$work/demo_nif.c"
    [ "$status" -eq 0 ] || give_up "$scene: the library compiles" "$err"
}

native_scene() {
    scene native
    mkdir "$project/priv"
    native 1
    module demo_other <<'END'
-module(demo_other).
-export([version/0]).
-on_load(load/0).
load() -> erlang:load_nif(filename:join(code:priv_dir(demo), "demo_nif"), 0).
version() -> erlang:nif_error(not_loaded).
END
    version 1
    native 2
    version 2
    finds 'a library that nobody loads again' 1 2 nif_changed
    edit demo_other 's/not_loaded/no_library/'
    version 3
    finds 'a library that is loaded a second time' 2 3 on_load_runs_again demo_other
    node_starts
    says 'the library is loaded' 'demo:version()' 1
    upgrades_to 2
    same "$scene: the upgrade succeeds" 0 "$status"
    says 'but the node has the old library' 'demo:version()' 1
    upgrades_to 3
    same "$scene: the next one fails" 1 "$status"
    case $out$err in
    *on_load*) ok "$scene: in load_nif" ;;
    *) not_ok "$scene: in load_nif" "$out" "$err" ;;
    esac
    node_stops
}

nif_folder=$(erl -noshell -eval 'io:put_chars(code:root_dir()), halt().')/usr/include
if command -v cc >/dev/null && [ -f "$nif_folder/erl_nif.h" ]; then
    native_scene
else
    skip 'native code' 'there is no C compiler, or no erl_nif.h'
fi

# --- settings that only a restart takes ----------------------------------------------

scene settings
version 1
printf '[{kernel, [{logger_level, error}]}].\n' >"$project/rel/sys.config"
printf '+zdbbl 2048\n' >>"$project/rel/vm.args"
edit demo_other 's/-> 1\./-> 2./'
version 2
finds 'a setting of kernel' 1 2 config_needs_restart
finds 'flags of the emulator' 1 2 vm_args_need_restart
node_starts
upgrades_to 2
same "$scene: the upgrade succeeds" 0 "$status"
says 'the setting is there' 'application:get_env(kernel, logger_level)' '{ok,error}'
says 'but not in force' 'maps:get(level, logger:get_primary_config())' notice
says 'and so are the flags' 'erlang:system_info(dist_buf_busy_limit)' 1048576
node stop
node start
says 'a new start takes the setting' 'maps:get(level, logger:get_primary_config())' error
says 'and the flags' 'erlang:system_info(dist_buf_busy_limit)' 2097152
node_stops

# --- a module that is gone, but still called -----------------------------------------

scene module_gone
version 1
rm "$project/src/demo_other.erl"
version 2
finds 'calls of a module that is gone' 1 2 removed_module_used demo
node_starts
upgrades_to 2
same "$scene: the upgrade succeeds" 0 "$status"
node rpc 'demo:version()'
expect "$scene: but the call fails" 1 '' '*undef*'
node_stops

# --- a version that the relup does not lead up from ----------------------------------

scene relup
version 1
edit demo_other 's/-> 1\./-> 2./'
version 2
edit demo_other 's/-> 2\./-> 3./'
version 3
finds 'a relup from another version' 1 3 relup_lacks_version
node_starts
upgrades_to 3
same "$scene: the upgrade is refused" 1 "$status"
says 'and the node is as it was' 'demo:version()' 1
node_stops
