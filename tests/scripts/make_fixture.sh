#!/bin/sh
# Makes a release for the tests of the scripts, without relc: libraries and runtime are copied
# from this machine's Erlang, boot scripts come from systools, and sed fills in the templates.
#
# usage: make_fixture.sh erlang|elixir|host FOLDER
#   erlang  pure Erlang, runtime included     elixir  the same with Elixir and IEx
#   host    pure Erlang, no runtime, OTP's libraries left on the host
set -eu

kind=$1
root=$2
here=$(cd "$(dirname "$0")" && pwd)
templates=$here/../../templates
name=demo
vsn=0.1.0
otp_root=$(dirname "$(dirname "$(readlink -f "$(command -v erl)")")")
erts=$(ls -d "$otp_root"/erts-*)
erts_vsn=${erts##*/erts-}
elixir_lib=/usr/lib/elixir/lib
elixir_vsn=''
apps='kernel stdlib sasl compiler'
[ "$kind" != elixir ] || apps="$apps elixir logger iex"

mkdir -p "$root/bin" "$root/lib" "$root/releases/$vsn"

# The application of the release: $here/demo.erl
mkdir -p "$root/lib/demo-$vsn/ebin"
erlc -o "$root/lib/demo-$vsn/ebin" "$here/demo.erl"
cat >"$root/lib/demo-$vsn/ebin/demo.app" <<END
{application,demo,[{description,"demo"},{vsn,"$vsn"},{modules,[demo]},{registered,[demo]},
  {applications,[kernel,stdlib]},{mod,{demo,[]}},{env,[{colour,green}]}]}.
END

app_vsn() {
    sed -n 's/.*{vsn, *"\([^"]*\)"}.*/\1/p' "$1" | head -n 1
}

rel_apps=''
for app in $apps; do
    case $app in
    elixir | logger | iex) from=$elixir_lib/$app ;;
    *) from=$(ls -d "$otp_root/lib/$app"-[0-9]*) ;;
    esac
    app_vsn=$(app_vsn "$from/ebin/$app.app")
    [ "$app" != elixir ] || elixir_vsn=$app_vsn
    rel_apps="$rel_apps{$app,\"$app_vsn\"},"
    if [ "$kind" != host ]; then
        mkdir -p "$root/lib/$app-$app_vsn"
        cp -R "$from/ebin" "$root/lib/$app-$app_vsn/"
    fi
done
printf '{release,{"%s","%s"},{erts,"%s"},[%s{demo,"%s"}]}.\n' \
    "$name" "$vsn" "$erts_vsn" "$rel_apps" "$vsn" >"$root/releases/$vsn/$name.rel"

if [ "$kind" = host ]; then
    include_erts=false
    boot_root=$otp_root
    options='[{path,[D ++ "/lib/*/ebin"]},{variables,[{"RELEASE_LIB",D ++ "/lib"}]}]'
else
    include_erts=true
    mkdir -p "$root/erts-$erts_vsn/bin"
    for program in beam.smp erlexec erl_child_setup inet_gethost heart run_erl to_erl epmd erl_call escript; do
        cp "$erts/bin/$program" "$root/erts-$erts_vsn/bin/"
    done
    cp "$templates/erts/erl" "$root/erts-$erts_vsn/bin/erl"
    chmod 755 "$root/erts-$erts_vsn/bin/erl"
    boot_root=$root
    options='[{path,[D ++ "/lib/*/ebin"]}]'
fi

# With the release as its root, systools writes $ROOT/lib/... for every library.
FIXTURE=$root ROOTDIR=$boot_root BINDIR=$erts/bin EMU=beam PROGNAME=erl "$erts/bin/erlexec" \
    -boot "$otp_root/bin/start_clean" -noinput -pa "$otp_root"/lib/sasl-*/ebin -eval '
    D = os:getenv("FIXTURE"),
    V = filename:join([D, "releases", "'"$vsn"'"]),
    Rel = filename:join(V, "demo"),
    Options = [silent, no_warn_sasl, {outdir, V} | '"$options"'],
    case systools:make_script(Rel, Options) of
        {ok, _, _} -> ok;
        Error -> io:format("~p~n", [Error]), halt(1)
    end,
    {ok, [{script, RV, Is}]} = file:consult(Rel ++ ".script"),
    Clean = {script, RV, [I || I <- Is, case I of
        {apply, {application, start_boot, [A | _]}} -> lists:member(A, [kernel, stdlib, compiler, elixir]);
        _ -> true end]},
    Write = fun(N, T) -> file:write_file(filename:join(V, N ++ ".boot"), term_to_binary(T)) end,
    Write("start", {script, RV, Is}), Write("start_clean", Clean), Write("no_dot_erlang", Clean),
    halt(0).' || { echo "make_fixture: systools failed" >&2; exit 1; }
cp "$root/releases/$vsn/start_clean.boot" "$root/releases/$vsn/no_dot_erlang.boot" "$root/bin/"

printf '%s %s' "$erts_vsn" "$vsn" >"$root/releases/start_erl.data"
printf '[{demo,[{colour,blue}]}].\n' >"$root/releases/$vsn/sys.config"

has_elixir=false
[ "$kind" != elixir ] || has_elixir=true
fill() {
    sed -e "s/<%= release_name %>/$name/g" -e "s/<%= release_version %>/$vsn/g" \
        -e "s/<%= erts_vsn %>/$erts_vsn/g" -e "s/<%= include_erts %>/$include_erts/g" \
        -e "s/<%= elixir %>/$has_elixir/g" -e "s/<%= elixir_vsn %>/$elixir_vsn/g" \
        -e "s/<%= environment %>/prod/g" -e "s/<%= reboot_system_after_config %>/false/g" \
        -e "s/<%= erl_opts_quoted %>/''/g" -e "s/<%= run_erl_env_quoted %>/''/g" \
        -e "s/<%= otp_vsn %>/25/g" -e "s/<%= code_loading_mode %>/embedded/g" "$1"
}
fill "$templates/bin/NAME" >"$root/bin/$name"
fill "$templates/bin/start" >"$root/bin/start"
chmod 755 "$root/bin/$name" "$root/bin/start"
fill "$templates/release/NAME.sh" >"$root/releases/$vsn/$name.sh"
fill "$templates/release/vm.args" >"$root/releases/$vsn/vm.args"
cp -R "$templates/release/libexec" "$root/releases/$vsn/libexec"
mkdir "$root/releases/$vsn/commands"
for event in configure start stop upgrade; do
    mkdir -p "$root/releases/$vsn/hooks/pre_$event.d" "$root/releases/$vsn/hooks/post_$event.d"
done
