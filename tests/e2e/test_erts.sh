#!/bin/sh
# The runtime system of a release: its own, all of it, that of another installation, or
# that of the machine it runs on.

. "$(dirname "$0")/lib.sh"

need mix erl
name=sequence
erlang_root=$(dirname "$(dirname "$(readlink -f "$(command -v erl)")")")

sequence_project 0.1.0 "$work/project"
initialised "$work/project"

# set_erts VALUE [SETTING...]: of the environment prod.
set_erts() {
    {
        printf 'environments:\n  prod:\n    vm_args: rel/vm.args\n    include_erts: %s\n' "$1"
        shift
        [ "$#" -eq 0 ] || printf '    %s\n' "$@"
        printf 'releases:\n  sequence: {applications: [sequence]}\n'
    } >"$work/project/rel/config.yaml"
}

build_into() {
    release=$work/$1
    built "$2" "$work/project" --env=prod --no-tar "--output=$release"
}

programs_of() {
    (cd "$1" && find . -type f -name "$2" | LC_ALL=C sort)
}

life() {
    node start
    expect "start, $1" 0 '' "$2" || return
    node rpc 'Sequence.Server.next_number()'
    expect "rpc, $1" 0 456 ''
    node rpc '{:code.root_dir(), :code.lib_dir(:kernel)} |> inspect(width: :infinity) |> IO.puts()'
    places=$out
    node stop
    expect "stop, $1" 0 ok ''
}

# --- included ------------------------------------------------------------------------

set_erts true
build_into default 'relc build with include_erts: true'
read -r erts _ <"$release/releases/start_erl.data"
for program in beam.smp epmd erl erl_call erl_child_setup erlexec escript heart inet_gethost run_erl to_erl; do
    check "$program is in the release" [ -x "$release/erts-$erts/bin/$program" ]
done
for program in dialyzer typer ct_run erlc '*.src' start dyn_erl '*.a' '*.h' '*.c'; do
    same "$program is not" '' "$(programs_of "$release/erts-$erts" "$program")"
done
same 'nothing but bin is in the runtime system' bin "$(ls "$release/erts-$erts")"
life 'with its own runtime' ''

set_erts true 'full_erts: true'
build_into full 'relc build with full_erts: true'
for program in dialyzer typer ct_run erlc; do
    check "$program is in the full runtime" [ -x "$release/erts-$erts/bin/$program" ]
done
for folder in include lib src; do
    same "$folder/ of the installation is in the full runtime" \
        "$(cd "$erlang_root/erts-$erts/$folder" && find . | LC_ALL=C sort)" \
        "$(cd "$release/erts-$erts/$folder" && find . | LC_ALL=C sort)"
done
same 'no script there names the installation' '' \
    "$(grep -rlI -e "$erlang_root" "$release/erts-$erts/bin")"
rm -rf "$release"

# --- of another installation ---------------------------------------------------------

# A copy with a version of SASL that the machine's installation does not have.
copy_installation() {
    mkdir -p "$work/other otp/lib"
    cp -R "$erlang_root/bin" "$erlang_root/erts-$erts" "$erlang_root/releases" "$work/other otp/"
    for app in kernel stdlib compiler sasl; do
        cp -R "$erlang_root/lib/$app"-[0-9]* "$work/other otp/lib/"
    done
    sasl=$(cd "$work/other otp/lib" && echo sasl-*)
    mv "$work/other otp/lib/$sasl" "$work/other otp/lib/sasl-99.1"
    sed "s/{vsn, *\"[^\"]*\"}/{vsn, \"99.1\"}/" "$erlang_root/lib/$sasl/ebin/sasl.app" \
        >"$work/other otp/lib/sasl-99.1/ebin/sasl.app"
}

copy_installation
set_erts '"../other otp"'
build_into other 'relc build with the path of another installation'
same 'that installation is named' "==> Including ERTS $erts from ../other otp/erts-$erts" \
    "$(printf '%s\n' "$err" | grep Including)"
set_erts "\"../other otp/erts-$erts\""
build_into other 'relc build with the path of its runtime, as for mix release'
check 'means the same' [ -d "$release/lib/sasl-99.1" ]
mv "$work/other otp" "$work/moved otp"
check 'its applications are in the release' [ -d "$release/lib/sasl-99.1" ]
life 'with the runtime of another installation' ''
same 'all is in the release' "{'$release', '$release/lib/kernel-${places##*/kernel-}" "$places"
mv "$work/moved otp" "$work/other otp"

# --- the machine's -------------------------------------------------------------------

set_erts false
build_into host 'relc build with include_erts: false'
same 'no runtime is in the release' '' "$(find "$release" -name 'erts-*' -o -name 'beam*')"
for app in kernel stdlib sasl compiler; do
    same "$app is not in the release" '' "$(find "$release/lib" -name "$app-*")"
done
for app in sequence sequence_protocols elixir iex logger; do
    check "$app is" test -n "$(find "$release/lib" -maxdepth 1 -name "$app-[0-9]*")"
done
life "with the machine's runtime" ''
same "OTP's libraries are the machine's" \
    "{'$erlang_root', '$erlang_root/lib/kernel-${places##*/kernel-}" "$places"

PATH="$work/other otp/bin:$PATH"
node eval ':code.root_dir() |> IO.puts()'
PATH=${PATH#*:}
expect 'the first erl on PATH counts, wherever it is' 0 "$work/other otp" ''

mkdir "$work/tools"
for tool in env sh sed tr od date sleep mkdir mv ln chmod rm ls head tail awk find cat readlink hostname timeout; do
    ln -s "$(command -v "$tool")" "$work/tools/$tool"
done
run env PATH="$work/tools" "$release/bin/sequence" start
expect 'without an erl on PATH it says so' 1 '' "*no Erlang found*no 'erl' on PATH*"
run env PATH="$work/tools" "$release/bin/sequence" ping
expect 'ping says so too' 1 '' "*no Erlang found*"

# A machine with another version of the runtime.
mv "$work/other otp/erts-$erts" "$work/other otp/erts-99.0"
PATH="$work/other otp/bin:$PATH"
node eval 'IO.puts(:ran)'
PATH=${PATH#*:}
expect 'another version of the runtime is worth a warning' 0 ran \
    "*warning: the release was built for ERTS $erts, the host has*erts-99.0*"

# --- none ----------------------------------------------------------------------------

none() {
    set_erts "$1"
    in_folder "$work/project" "$relc" build --env=prod "--output=$work/none"
    expect "$2" 1 '' "*relc: error: rel/config.yaml:4:19: *$3*"
    check_not 'nothing is written' [ -e "$work/none" ]
}
none /nonexistent 'a path that is not there' "'/nonexistent' is no Erlang installation"
none "$work/project" 'a folder that is no Erlang installation' "is no Erlang installation: it has no folder erts-VSN"
none rel/config.yaml 'a file' "is no Erlang installation"
none '[1]' 'a list' "include_erts"
mkdir -p "$work/half/erts-1.0/bin" "$work/half/lib"
none "$work/half" 'half an installation' "$work/half"
