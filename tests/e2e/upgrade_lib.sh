# shellcheck shell=sh disable=SC2034,SC2154
# Helpers of the tests that judge hot upgrades; sourced after lib.sh. They make versions of
# a small Erlang application, demo, and their releases.
#
# A scene is a project folder. In it, module NAME writes a module (from standard
# input); version N compiles what is there as version N of the application and builds
# version N of the release, from version 2 on with an upgrade from the version before.

need erlc jq
name=demo
include_erts=true # or an Erlang installation

# scene NAME: begins with the same application each time.
scene() {
    scene=$1
    project=$work/$scene/project
    release=$work/$scene/node
    app_vsn='' upgrade_options='' build_options=''
    mkdir -p "$project/src" "$project/rel" "$project/ebin"
    cat >"$project/rel/config.yaml" <<END
environments:
  prod:
    include_erts: $include_erts
    vm_args: rel/vm.args
    sys_config: rel/sys.config
releases:
  demo:
    lib_dirs: [.]
    applications: [demo, sasl]
END
    printf -- '-name %s\n' "$node" >"$project/rel/vm.args"
    printf '[].\n' >"$project/rel/sys.config"
    module demo_app <<'END'
-module(demo_app).
-behaviour(application).
-export([start/2, stop/1]).
start(_, _) -> demo_sup:start_link().
stop(_) -> ok.
END
    module demo_sup <<'END'
-module(demo_sup).
-behaviour(supervisor).
-export([start_link/0, init/1]).
start_link() -> supervisor:start_link({local, ?MODULE}, ?MODULE, []).
init([]) ->
    {ok, {#{intensity => 0}, [#{id => demo_server, start => {demo_server, start_link, []}}]}}.
END
    module demo_server <<'END'
-module(demo_server).
-behaviour(gen_server).
-vsn("1").
-export([start_link/0, next/0, init/1, handle_call/3, handle_cast/2, code_change/3]).
start_link() -> gen_server:start_link({local, ?MODULE}, ?MODULE, [], []).
next() -> gen_server:call(?MODULE, next).
init([]) -> {ok, 1}.
handle_call(next, _, N) -> {reply, N, N + 1}.
handle_cast(_, N) -> {noreply, N}.
code_change(_, N, _) -> {ok, N}.
END
    module demo <<'END'
-module(demo).
-export([version/0]).
version() -> demo_other:version().
END
    module demo_other <<'END'
-module(demo_other).
-export([version/0]).
version() -> 1.
END
}

# compile PROJECT: src/ to ebin/. Tests with another Erlang define their own.
compile() {
    erlc +debug_info -o "$1/ebin" "$1"/src/*.erl
}

module() {
    cat >"$project/src/$1.erl"
}

# edit MODULE SED-SCRIPT
edit() {
    sed "$2" "$project/src/$1.erl" >"$work/edited" && cat "$work/edited" >"$project/src/$1.erl"
}

# The application's version is $app_vsn where that is set.
version() {
    rm -f "$project"/ebin/*.beam
    run compile "$project"
    [ "$status" -eq 0 ] || give_up "$scene: version $1 compiles" "$out" "$err"
    modules=$(cd "$project/src" && printf '%s,' *.erl | sed 's/\.erl//g; s/,$//')
    cat >"$project/ebin/demo.app" <<END
{application, demo, [{description, "Demo"}, {vsn, "${app_vsn:-$1}"}, {modules, [$modules]}, {registered, []},
    {applications, [kernel, stdlib]}, {mod, {demo_app, []}}]}.
END
    sed "/^ *version:/d; s/^  demo:/  demo:\\n    version: \"$1\"/" "$project/rel/config.yaml" \
        >"$work/edited" && cat "$work/edited" >"$project/rel/config.yaml"
    [ "$1" = 1 ] || upgrade_options=${upgrade_options:-"--upgrade --no-check"}
    # shellcheck disable=SC2086 # several options
    in_folder "$project" "$relc" build --env=prod $upgrade_options $build_options
    [ "$status" -eq 0 ] || give_up "$scene: version $1 is built" "ran: $ran" "$out" "$err"
    tarball=$project/build/rel/demo/releases/$1/demo.tar.gz
}

# own_appup OLD NEW UP-INSTRUCTIONS [DOWN-INSTRUCTIONS]: the project's appup for demo.
own_appup() {
    mkdir -p "$project/rel/appups/demo"
    printf '{"%s", [{"%s", [%s]}], [{"%s", [%s]}]}.\n' "$2" "$1" "$3" "$1" "${4-}" \
        >"$project/rel/appups/demo/$1_to_$2.appup"
}

# finds WHAT OLD NEW CODE [MODULE [LINE]]: relc check finds it, and fails if it is an error.
finds() {
    in_folder "$project" "$relc" check --json "$2" "$3"
    note_finding "$@"
}

note_finding() {
    printf '%s\n' "$out" >"$work/findings.json"
    found=$(jq -r --arg code "$4" --arg mod "${5-}" --arg line "${6-}" \
        '.findings[] | select(.code == $code and ($mod == "" or .module == $mod)
            and ($line == "" or (.line | tostring) == $line)) | .severity' "$work/findings.json")
    printf '%s\n' "$4" >>"$work/found"
    case $found:$status in
    *error*:1 | warning*:[01] | note*:[01]) ok "$scene: $1 ($4)" ;;
    *) not_ok "$scene: $1 ($4 ${5-}${6:+:}${6-})" "ran: $ran" "status $status" "$out" "$err" ;;
    esac
}

# finds_no_error WHAT OLD NEW
finds_no_error() {
    in_folder "$project" "$relc" check "$2" "$3"
    expect "$scene: $1" 0 '*: 0 errors, *' ''
}

# The node of the scene in version 1; installs DIR with later packages.
node_starts() {
    mkdir -p "$release"
    tar -xzf "$project/build/rel/demo/releases/1/demo.tar.gz" -C "$release" ||
        give_up "$scene: the package is unpacked"
    node start
    [ "$status" -eq 0 ] || give_up "$scene: the node starts" "$out" "$err"
}

node_stops() {
    node stop
    rm -rf "$release"
}

# upgrades_to N: sets $status, $out, $err.
upgrades_to() {
    mkdir -p "$release/releases/$1"
    cp "$project/build/rel/demo/releases/$1/demo.tar.gz" "$release/releases/$1/demo.tar.gz"
    node upgrade "$1"
}

# says WHAT EXPRESSION PATTERN: of the node.
says() {
    node rpc "$2"
    expect "$scene: $1" 0 "$3" ''
}
