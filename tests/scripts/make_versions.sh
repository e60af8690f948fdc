#!/bin/sh
# Makes versions of a release for the tests of upgrades, from a fixture of make_fixture.sh, and
# their relups with systools.
#
# usage: make_versions.sh ERLANG_RELEASE FOLDER NODE
# FOLDER/V is the root folder of version V alone; FOLDER/V.tar.gz its package, and
# FOLDER/V-delta.tar.gz what it has in addition to 0.1.0 (0.3.0: to 0.2.0).
#   0.1.0, 0.2.0, 0.3.0  plain; the server's state goes through code_change
#   0.2.1  code_change crashes        0.2.2  code_change kills the node
#   0.2.3  code_change takes 3 s      0.2.4  purges softly
#   0.2.5  no relup                   0.2.6  restarts the emulator
#   0.2.8  the same, and does not start then
#   0.2.7  a runtime of another version: a copy of the same under the name 99.0
set -eu

base=$1
out=$2
node=$3
here=$(cd "$(dirname "$0")" && pwd)
every='0.1.0 0.2.0 0.2.1 0.2.2 0.2.3 0.2.4 0.2.5 0.2.6 0.2.7 0.2.8 0.3.0'
read -r erts _ <"$base/releases/start_erl.data" || [ -n "$erts" ]
mkdir -p "$out/lib"

what_of() {
    case $1 in 0.2.1) echo crash ;; 0.2.2) echo kill ;; 0.2.3) echo slow ;; 0.2.8) echo fail ;; *) echo plain ;; esac
}

# lib/tally-V and releases/V of every version in one root, which systools needs for the relups.
all=$out/all
mkdir -p "$all/releases"
cp -R "$base/lib" "$base/erts-$erts" "$base/bin" "$all/"
cat >"$out/tally_sup.erl" <<'EOF'
-module(tally_sup).
-behaviour(supervisor).
-export([start_link/0, init/1]).
start_link() -> supervisor:start_link({local, ?MODULE}, ?MODULE, []).
init([]) -> {ok, {#{}, [#{id => tally, start => {tally, start_link, []}}]}}.
EOF
for vsn in $every; do
    ebin=$all/lib/tally-$vsn/ebin
    dir=$all/releases/$vsn
    mkdir -p "$ebin"
    erlc +debug_info -DVSN="\"$vsn\"" -DWHAT="$(what_of "$vsn")" -o "$ebin" "$here/tally.erl" "$out/tally_sup.erl"
    cat >"$ebin/tally.app" <<EOF
{application,tally,[{description,"tally"},{vsn,"$vsn"},{modules,[tally,tally_sup]},{registered,[tally]},
  {applications,[kernel,stdlib]},{mod,{tally,[]}},{env,[{colour,default},{version,"$vsn"}]}]}.
EOF
    old='"0[.].*"'
    change='{update,tally,{advanced,extra}}'
    [ "$vsn" != 0.2.4 ] || change='{update,tally,{advanced,extra},soft_purge,soft_purge,[]}'
    case $vsn in 0.2.[68]) change="$change,restart_emulator" ;; esac
    printf '{"%s",[{<<%s>>,[%s]}],[{<<%s>>,[%s]}]}.\n' "$vsn" "$old" "$change" "$old" "$change" >"$ebin/tally.appup"
    cp -R "$base/releases/0.1.0" "$dir"
    sed "s/^-name .*/-name $node/" "$base/releases/0.1.0/vm.args" >"$dir/vm.args"
    sed -e "s/{\"demo\",\"0.1.0\"}/{\"demo\",\"$vsn\"}/" -e "s/{demo,\"0.1.0\"}/&,{tally,\"$vsn\"}/" \
        "$base/releases/0.1.0/demo.rel" >"$dir/demo.rel"
    printf '[{demo,[{colour,blue}]},{tally,[{colour,c%s}]}].\n' "$(echo "$vsn" | tr -d .)" >"$dir/sys.config"
    rm -f "$dir"/*.boot "$dir"/*.script
    if [ "$vsn" = 0.2.7 ]; then
        sed -i 's/{erts,"[^"]*"}/{erts,"99.0"}/' "$dir/demo.rel"
        sed -i "s/^REL_ERTS_VSN=.*/REL_ERTS_VSN='99.0'/" "$dir/demo.sh"
    fi
    printf '%s %s' "$erts" "$vsn" >"$dir/start_erl.data"
done

FIXTURE=$all ROOTDIR=$all BINDIR=$all/erts-$erts/bin EMU=beam PROGNAME=erl "$all/erts-$erts/bin/erlexec" \
    -boot "$base/releases/0.1.0/start_clean" -boot_var RELEASE_LIB "$all/lib" -noinput -eval '
    D = os:getenv("FIXTURE"),
    Path = {path, [D ++ "/lib/*/ebin"]},
    Dir = fun(V) -> filename:join([D, "releases", V]) end,
    Rel = fun(V) -> filename:join(Dir(V), "demo") end,
    [begin
        {ok, _, _} = systools:make_script(Rel(V), [silent, no_warn_sasl, {outdir, Dir(V)}, Path]),
        {ok, [{script, RV, Is}]} = file:consult(Rel(V) ++ ".script"),
        Clean = {script, RV, [I || I <- Is, case I of
            {apply, {application, start_boot, [A | _]}} -> lists:member(A, [kernel, stdlib, compiler]);
            _ -> true end]},
        Write = fun(N, T) -> ok = file:write_file(filename:join(Dir(V), N ++ ".boot"), term_to_binary(T)) end,
        Write("start", {script, RV, Is}), Write("start_clean", Clean), Write("no_dot_erlang", Clean),
        {ok, [{release, {N, V}, {erts, E}, Apps}]} = file:consult(Rel(V) ++ ".rel"),
        Libs = [{element(1, A), element(2, A), "lib/" ++ lists:concat([element(1, A), "-", element(2, A)])} || A <- Apps],
        ok = file:write_file(Dir(V) ++ "/RELEASES", io_lib:format("~p.~n", [[{release, N, V, E, Libs, permanent}]])),
        Froms = case V of "0.1.0" -> []; "0.2.5" -> []; "0.3.0" -> ["0.2.0"]; _ -> ["0.1.0"] end,
        Froms =:= [] orelse begin
            {ok, _, _, _} = systools:make_relup(Rel(V), [Rel(F) || F <- Froms], [Rel(F) || F <- Froms],
                [silent, {outdir, Dir(V)}, Path])
        end,
        Elixir = none,
        Info = fun(Kind, Needs) -> io_lib:format("%% coding: utf-8~n~p.~n", [{package, 1, [{name, N}, {vsn, V}, {kind, Kind},
            {from, Froms}, {otp, erlang:system_info(otp_release)}, {erts, E}, {includes_erts, true}, {elixir, Elixir},
            {restarts_emulator, lists:member(V, ["0.2.6", "0.2.7", "0.2.8"])}, {needs, Needs}]}]) end,
        file:write_file(Dir(V) ++ "/package.info", Info(full, [])),
        file:write_file(Dir(V) ++ "/delta.info", Info(delta, ["erts-" ++ E || E =/= "99.0"] ++ [L || {A, _, L} <- Libs, A =/= tally]))
    end || V <- string:lexemes("'"$every"'", " ")],
    halt(0).' || { echo "make_versions: systools failed" >&2; exit 1; }

for vsn in $every; do
    dir=$all/releases/$vsn
    delta=$out/delta/$vsn
    mkdir -p "$delta/lib" "$delta/releases"
    cp -R "$all/lib/tally-$vsn" "$delta/lib/"
    cp -R "$dir" "$delta/releases/"
    mv "$delta/releases/$vsn/delta.info" "$delta/releases/$vsn/package.info"
    rm "$dir/delta.info" "$delta/releases/$vsn/start_erl.data" "$delta/releases/$vsn/RELEASES"
    cp "$dir/demo.rel" "$delta/releases/"
    [ "$vsn" != 0.2.7 ] || cp -R "$all/erts-$erts" "$delta/erts-99.0"
    tar -czf "$out/$vsn-delta.tar.gz" -C "$delta" .
    case $vsn in 0.1.0 | 0.2.0) ;; *) continue ;; esac
    root=$out/$vsn
    mkdir -p "$root/lib" "$root/releases"
    cp -R "$all/bin" "$all/erts-$erts" "$root/"
    for lib in "$all"/lib/*; do
        case $lib in */tally-*) ;; *) cp -R "$lib" "$root/lib/" ;; esac
    done
    cp -R "$all/lib/tally-$vsn" "$root/lib/"
    cp -R "$dir" "$root/releases/"
    cp "$dir/demo.rel" "$root/releases/"
    mv "$root/releases/$vsn/start_erl.data" "$root/releases/$vsn/RELEASES" "$root/releases/"
    tar -cf - -C "$root" bin lib releases "erts-$erts" | gzip -1 >"$out/$vsn.tar.gz"
done
rm -rf "$all" "$out/delta" "$out/0.2.0"
