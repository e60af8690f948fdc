#!/bin/sh
# The project's env.sh, its arguments for remote VMs, status hooks, and waiting for a process.
# shellcheck disable=SC2016 # what looks like a variable is meant as it stands

. "$(dirname "$0")/lib.sh"

copy_release "$erlang_release" "$work/rel"
env_sh=$release/releases/$vsn/env.sh
mkdir -p "$release/releases/$vsn/hooks/status.d"
hooks=$release/releases/$vsn/hooks
echo 'env' >"$release/releases/$vsn/commands/env.sh"

# has WHAT LINE: in what the last run has printed
has() {
    case "
$out
" in
    *"
$2
"*) ok "$1" ;;
    *) not_ok "$1" "wanted: $2" "got: $out" ;;
    esac
}

# --- env.sh --------------------------------------------------------------------------

cat >"$env_sh" <<END
export FROM_ENV_SH="\$RELEASE_NAME \$RELEASE_VSN \$RELEASE_COMMAND \$2 \$RELEASE_ROOT"
export RELEASE_MODE=interactive
[ -n "\${NOT_SET-}" ] || SHELL_ONLY=x
cd /
END
run env one
expect 'a command with an env.sh' 0 '*' ''
has 'what it exports is there, and it knows the command' "FROM_ENV_SH=$name $vsn env one $release"
has 'it comes before defaults' CODE_LOADING_MODE=interactive
has 'it does not change the folder' "PWD=$release"
run version
expect 'every command has it' 0 "$name $vsn" ''
run start
expect 'start with an env.sh' 0 '' ''
run rpc '{os:getenv("FROM_ENV_SH"), os:getenv("RELEASE_MODE"), code:get_mode()}'
expect 'it reaches the node' 0 "{\"$name $vsn start  $release\",\"interactive\",interactive}" ''

# --- status hooks and waiting --------------------------------------------------------

run status
expect 'status without hooks' 0 '*running*' ''
echo 'echo "healthy $(release_remote_ctl rpc "demo:hello/0")"' >"$hooks/status.d/1.sh"
run status
expect 'a status hook' 0 '*running*healthy hello_world' ''
run status --json
expect 'with --json it prints elsewhere' 0 '{*"running"*}' 'healthy hello_world'
echo 'false' >"$hooks/status.d/2.sh"
echo 'echo third' >"$hooks/status.d/3.sh"
run status
expect 'one that fails makes status fail' 1 '*running*healthy*third' "*status hook '*2.sh' has failed*"
cat >"$release/releases/$vsn/commands/wait.sh" <<'END'
wait_for_process "$@"
echo there
END
run wait demo
expect 'wait_for_process' 0 there ''
run wait none 1
expect 'of one that never comes' 1 '' "*has no process 'none' after 1 s*"
run wait No.Such 0
expect "of Elixir's" 1 '' "*has no process 'Elixir.No.Such'*"
run wait "a'b"
expect 'of a name that is none' 1 '' '*needs the name of a process*'
run rpc 'spawn(fun() -> timer:sleep(1500), register(late, self()), timer:sleep(9000) end), ok'
run wait late 10
expect 'of one that comes late' 0 there ''
run stop
expect 'stop' 0 '*' ''
run status
expect 'status hooks do not run without a node' 1 '*stopped*' ''

# --- what fails ----------------------------------------------------------------------

echo 'false; echo not here' >"$env_sh"
run version
expect 'an env.sh that fails' 1 '' "*'$env_sh' has ended with status 1*"
echo 'exit 0' >"$env_sh"
run version
expect 'an env.sh that exits' 1 '' "*'$env_sh' has ended with status 0*"
rm "$env_sh"

# --- arguments of remote VMs ---------------------------------------------------------

run start
printf -- '-relc_remote yes\n' >"$release/releases/$vsn/remote.vm.args"
cat >"$release/releases/$vsn/commands/call_vm.sh" <<'END'
control_find
. "$RELEASE_LIBEXEC_DIR/control_vm.sh"
(control_vm 'timer:sleep(2000).' 10) &
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
    sleep 0.1
    case $(ps -eo args) in *"-relc_remote yes"*) echo used && break ;; esac
done
wait
END
run call_vm
expect 'a VM for a call has the arguments of remote.vm.args' 0 used ''
run stop
