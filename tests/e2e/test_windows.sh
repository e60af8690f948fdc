#!/bin/sh
# The scripts for Windows: under wine's cmd, with a stand-in for erl.exe and erlsrv.exe that
# records how it is called; what they have a VM do, on a real one.

. "$(dirname "$0")/lib.sh"

need mix erl
name=sequence
sequence_project 0.1.0 "$work/project"
initialised "$work/project"

# An installation as Windows has it, but for the programs.
otp_root=$(dirname "$(dirname "$(readlink -f "$(command -v erl)")")")
erts=$(basename "$otp_root"/erts-*)
mkdir -p "$work/otp/$erts/bin"
for part in lib releases bin; do
    ln -s "$otp_root/$part" "$work/otp/$part"
done
echo 'stands for a program' >"$work/otp/$erts/bin/erl.exe"
echo 'stands for a program' >"$work/otp/$erts/bin/erlsrv.exe"
if command -v wine >/dev/null && command -v lld-link >/dev/null && command -v llvm-dlltool >/dev/null; then
    llvm-dlltool -m i386:x86-64 -d "$top/tests/windows/kernel32.def" -l kernel32.lib
    clang --target=x86_64-windows-msvc -O1 -ffreestanding -fno-stack-protector \
        -c "$top/tests/windows/stand_in.c" -o stand_in.obj
    lld-link -subsystem:console -entry:start -nodefaultlib stand_in.obj kernel32.lib \
        "-out:$work/otp/$erts/bin/erl.exe" || give_up 'the stand-in compiles'
    cp "$work/otp/$erts/bin/erl.exe" "$work/otp/$erts/bin/erlsrv.exe"
fi

sed "s,include_erts: true,include_erts: $work/otp\n    cookie: s3cret," "$work/project/rel/config.yaml" >"$work/config"
cat "$work/config" >"$work/project/rel/config.yaml"
release="$work/win rel"
built 'a release with the ERTS of Windows' "$work/project" --env=prod --output "$release"
check 'has its script' [ -f "$release/bin/sequence.bat" ]
check_not 'and none for Unix' [ -e "$release/bin/sequence" ]
check_not 'nor the erl of Unix' [ -e "$release/$erts/bin/erl" ]
same 'lines end as on Windows' 0 "$(grep -cv "$(printf '\r')\$" "$release/bin/sequence.bat" "$release/releases/0.1.0/sequence.bat" | grep -vc ':0$')"

# --- both ------------------------------------------------------------------------------

sed "s,cookie: s3cret,&\n    include_executables_for: [unix\, windows]," "$work/config" |
    sed "s,include_erts: .*,include_erts: true," >"$work/project/rel/config.yaml"
built 'a release for both' "$work/project" --env=prod --output "$work/both"
for file in bin/sequence bin/sequence.bat "$erts/bin/erl"; do
    check "$file is there" [ -f "$work/both/$file" ]
done

# --- call.es on a real node --------------------------------------------------------------

real=$release
release=$work/both
node start
expect 'a node' 0 '' ''
# call COMMAND [EXPRESSION]: what the script has a VM do.
call() {
    run env RELEASE_CALL="$1" RELEASE_EXPRESSION="${2-}" RELEASE_NODE="$node" \
        RELEASE_PROGRAM="$release/releases/0.1.0/call.es" ROOTDIR="$release" \
        BINDIR="$release/$erts/bin" EMU=beam PROGNAME=erl "$release/$erts/bin/erlexec" \
        -name "call$$@127.0.0.1" -hidden -setcookie s3cret -noinput \
        -boot "$release/releases/0.1.0/start_clean" -boot_var RELEASE_LIB "$release/lib" \
        -mode interactive -eval "file:eval(os:getenv(atom_to_list('RELEASE_PROGRAM')))"
}
call ping
expect 'ping' 0 pong ''
call rpc 'Sequence.Server.next_number() + 1'
expect 'rpc' 0 '[0-9]*' ''
call rpc 'IO.puts("żó"); :done'
expect 'output and value of an rpc' 0 "żó$newline:done" ''
call rpc 'raise "boom"'
expect 'an rpc that raises' 1 '' '*boom*'
call rpc '1 +'
expect 'a syntax error' 1 '' '*TokenMissingError*'
call eval 'IO.puts(Node.self())'
expect 'eval' 0 "call$$@127.0.0.1" ''
call eval 'System.halt(4)'
expect 'eval keeps the status' 4 '' ''
call stop
expect 'stop' 0 ok ''
call ping
expect 'ping of a node that is gone' 1 '' "*'$node' is not running*"
release=$real

# --- under wine --------------------------------------------------------------------------

if [ ! -x "$(command -v wine)" ] || ! grep -q MZ "$release/$erts/bin/erl.exe"; then
    skip 'the commands under cmd' 'wine or lld is not there'
    exit 0
fi
export WINEPREFIX="$work/wine" WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml='
unset DISPLAY
timeout 120 wine cmd /c 'exit 0' >/dev/null 2>&1 || {
    skip 'the commands under cmd' 'wine does not run here'
    exit 0
}
windows() {
    printf 'Z:%s' "$1" | sed 's,/,\\,g'
}
RELC_RECORD=$(windows "$work/record")
export RELC_RECORD
root=$(windows "$release")

# script LINE: runs bin\sequence.bat with the rest of the line; what erl.exe was told is in $record.
script() {
    rm -f "$work/record"
    printf '@echo off\r\n"%s\\bin\\sequence.bat" %s\r\n' "$root" "$1" >"$work/run.bat"
    run timeout 60 wine cmd /c "$(windows "$work/run.bat")"
    out=$(printf '%s' "$out" | tr -d '\r')
    err=$(printf '%s' "$err" | tr -d '\r' | grep -v 'wine32\|multiarch\|dpkg\|apt-get')
    record=$(cat "$work/record" 2>/dev/null)
}

# told WHAT PART...: the parts occur in the record, in this order.
told() {
    what=$1
    rest=$record
    shift
    for part; do
        case $rest in
        *"$part"*) rest=${rest#*"$part"} ;;
        *)
            not_ok "$what" "expected: $part" "in: $record"
            return
            ;;
        esac
    done
    ok "$what"
}

script version
expect 'version' 0 'sequence 0.1.0' ''
script help
expect 'help' 0 '*console*remote_console*' ''
script frobnicate
expect 'an unknown command' 1 '' "*unknown command 'frobnicate'*"
erl="\"$root\\$erts\\bin\\erl.exe\""
vsn="$root\\releases\\0.1.0"
script 'foreground one "two three"'
told 'foreground' "$erl -name \"$node\"" "-args_file \"$root\\var\\cookie.args\"" "-boot \"$vsn\\start\"" \
    "-boot_var RELEASE_LIB \"$root\\lib\"" '-mode embedded' "-config \"$vsn\\sys.config\"" \
    "-args_file \"$vsn\\vm.args\"" '-noshell -noinput' '-extra "one" "two three"' "RELEASE_SYS_CONFIG=$vsn\\sys"
same 'the cookie is in a file' '-setcookie "s3cret"' "$(tr -d '\r' <"$release/var/cookie.args")"
check_not 'and not among the arguments' grep -q s3cret "$work/record"
RELC_STATUS_ERL=6 script foreground
expect 'the status of the VM' 6 '' ''
script 'console a'
told 'console' "-name \"$node\"" '-user' '--no-halt +iex' '-- "a"'
USE_ERL_SHELL=1 script 'console a'
told 'a console of Erlang' "-args_file \"$vsn\\vm.args\"" '-extra "a"'
RELEASE_NODE=other@127.0.0.9 RELEASE_COOKIE=mine script foreground
told 'another name' '-name "other@127.0.0.9"'
same 'and another cookie' '-setcookie "mine"' "$(tr -d '\r' <"$release/var/cookie.args")"
cp "$release/releases/0.1.0/sys.config" "$release/sys.config"
script foreground
told "the operator's sys.config" "-config \"$root\\sys.config\""
rm "$release/sys.config"
for command in ping stop; do
    RELC_STATUS_ERLSRV=1 script "$command"
    told "$command" "-name \"sequence-$command-" '@127.0.0.1" -hidden' "-boot \"$vsn\\start_clean\"" \
        "-eval \"file:eval(os:getenv(atom_to_list('RELEASE_PROGRAM')))\"" "RELEASE_CALL=$command"
done
script 'rpc "1 + 2"'
told 'rpc' 'RELEASE_CALL=rpc' 'RELEASE_EXPRESSION=1 + 2'
RELC_STATUS_ERL=1 script 'rpc "1 + 2"'
expect 'an rpc that fails' 1 '' ''
script rpc
expect 'rpc without an expression' 1 '' '*rpc needs an expression*'
script 'eval "IO.puts(1) && 2"'
told 'eval' "-config \"$vsn\\sys.config\"" 'RELEASE_CALL=eval' 'RELEASE_EXPRESSION=IO.puts(1) && 2'
script 'eval --file x.exs'
told 'eval --file' 'RELEASE_EXPRESSION_FILE=' 'x.exs'
script remote_console
told 'remote_console' '-name "sequence-remote-' '-hidden' "+iex --remsh $node"
service="\"$root\\$erts\\bin\\erlsrv.exe\""
script install
told 'install' "$service add \"sequence\" -machine $erl" '-stopaction "init:stop()."' "-name \"$node\"" \
    '-args "' "-boot \\\"$vsn\\start\\\"" "-args_file \\\"$vsn\\vm.args\\\""
script start
told 'start' "$service list" "$service start \"sequence\""
RELC_STATUS_ERLSRV=1 script start
expect 'start without the service' 1 '' "*there is no service 'sequence'*"
script stop
told 'stop of a service' "$service stop \"sequence\""
script restart
told 'restart of a service' "$service stop \"sequence\"" "$service start \"sequence\""
script uninstall
told 'uninstall' "$service stop \"sequence\"" "$service remove \"sequence\""
mv "$release/releases/COOKIE" "$release/releases/kept"
rm "$release/var/cookie.args"
script foreground
case $err in
*'there is no cookie'*) ok 'no cookie and no PowerShell to make one' ;;
*) check 'a random cookie' [ -s "$release/var/COOKIE" ] ;;
esac
rm "$release/$erts/bin/erl.exe"
script foreground
expect 'the runtime is missing' 1 '' "*the release's runtime is not there*erl.exe* is missing*"
wineserver -k 2>/dev/null || true
