#!/bin/sh
# How fast a running node is controlled: ping, pid, rpc and a custom command that does one
# rpc, against erl_call itself, against booting `erl`, and against the rpc and pid of a
# `mix release` node, in one run: tests/bench/control.sh [RELC]
# Needs hyperfine and elixir. RELC: default build/release/relc.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
relc=$(realpath "${1:-$top/build/release/relc}")
work=$(mktemp -d)
node=bench_control_$$@127.0.0.1
export MIX_ENV=prod HOME="$work"
release=$work/project/_build/prod/rel/sequence
mix=$work/mix
stop() {
    "$release/bin/sequence" stop >/dev/null 2>&1 || :
    RELEASE_NODE=bench_mix_$$ "$mix/bin/sequence" stop >/dev/null 2>&1 || :
    rm -rf "$work"
}
trap stop EXIT

cp -R "$top/examples/sequence" "$work/project"
cd "$work/project"
awk '{ print } /^  def project do/ { inside = 1 }
     inside && /\[$/ { print "      releases: [sequence: [include_executables_for: [:unix]]],"; inside = 0 }' mix.exs >mix.new
mv mix.new mix.exs
mix compile >/dev/null
mix release --quiet --overwrite --path "$mix" </dev/null >/dev/null
"$relc" init --silent
sed "s/^-name .*/-name $node/" rel/vm.args >vm.args && mv vm.args rel/vm.args
printf '# Asks the node.\nrelease_remote_ctl rpc "1 + 1"\n' >rel/one.sh
printf '    commands: {one: rel/one.sh}\n' >>rel/config.yaml
"$relc" build --env=prod --no-tar --silent
"$release/bin/sequence" start
RELEASE_NODE=bench_mix_$$ "$mix/bin/sequence" daemon
cookie=$work/cookie
mkdir "$cookie"
cp "$release"/var/COOKIE "$cookie/.erlang.cookie"
chmod 400 "$cookie/.erlang.cookie"
erl_call=$(echo "$release"/erts-*/bin/erl_call)
until RELEASE_NODE=bench_mix_$$ "$mix/bin/sequence" pid >/dev/null 2>&1; do sleep 0.2; done

hyperfine -N --warmup 3 --runs "${RUNS:-30}" --export-json "$work/control.json" \
    -n erl_call "env HOME=$cookie $erl_call -h bench$$ -name $node -a 'erlang node'" \
    -n ping "$release/bin/sequence ping" \
    -n pid "$release/bin/sequence pid" \
    -n rpc "$release/bin/sequence rpc '1 + 1'" \
    -n 'custom command, one rpc' "$release/bin/sequence one" \
    -n version "$release/bin/sequence version" \
    -n 'booting erl' "erl -noinput -eval halt()." \
    -n 'mix release rpc' "env RELEASE_NODE=bench_mix_$$ $mix/bin/sequence rpc '1 + 1'" \
    -n 'mix release pid' "env RELEASE_NODE=bench_mix_$$ $mix/bin/sequence pid"
