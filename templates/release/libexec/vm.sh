# shellcheck shell=sh
# The command lines of virtual machines. A line is kept as text quoted for a shell, so that it
# can be executed here or be handed to run_erl, which has a shell read it.

# vm_begin BOOT: starts $vm_line with what every VM of the release needs. The boot file is one
# of the version's, or an absolute path.
vm_begin() {
    erts_find
    vm_line=''
    case $1 in /*) _boot=$1 ;; *) _boot=$REL_DIR/$1 ;; esac
    vm_words "$BINDIR/erlexec" -boot "$_boot" -boot_var RELEASE_LIB "$REL_LIB_DIR"
}

# vm_remote: options of the machines that only talk to the node.
vm_remote() {
    [ ! -f "$REL_DIR/remote.vm.args" ] || vm_words -args_file "${RELEASE_REMOTE_VM_ARGS:-$REL_DIR/remote.vm.args}"
}

vm_words() {
    for _word; do
        quote "$_word"
        vm_line="$vm_line $quoted"
    done
}

# vm_split TEXT: words of a variable that holds several, separated by blanks.
vm_split() {
    set -f
    # shellcheck disable=SC2086 # splitting is the purpose
    vm_words $1
    set +f
}

# The cookie by way of a private folder (see cookie.sh), which is the VM's home where there is no
# other way: then System.user_home, "~" of Elixir and ssh, which ask init:get_argument(home), get
# the private folder. HOME in the environment is the user's either way; vm_exec and run_erl must
# not pass it on, since erlexec would add a second -home.
vm_home() {
    [ "$NAME_TYPE" != none ] || return 0
    if _vm_cookie_by_xdg; then
        vm_words -home "$HOME" -env XDG_CONFIG_HOME "$COOKIE_HOME/config"
    else
        vm_words -home "$COOKIE_HOME"
    fi
    [ -z "${HOME+set}" ] || vm_words -env HOME "$HOME"
}

# From OTP 25 on the VM looks for the cookie in XDG_CONFIG_HOME/erlang too, if there is none in
# its home.
_vm_cookie_by_xdg() {
    [ "${ERTS_VSN%%.*}" -ge 13 ] 2>/dev/null || return 1
    # A home that this user cannot look into makes the VM give up.
    [ -z "${XDG_CONFIG_HOME-}${RELEASE_READ_ONLY-}" ] && [ -x "${HOME-}" ] && [ ! -e "$HOME/.erlang.cookie" ] || return 1
    (
        umask 077
        mkdir -p "$COOKIE_HOME/config/erlang" &&
            ln -f "$COOKIE_HOME/.erlang.cookie" "$COOKIE_HOME/config/erlang/.erlang.cookie"
    ) 2>/dev/null
}

# The node of the release: name, cookie, configuration and the options of its operator.
vm_node() {
    run_hooks pre_start
    _vm_mode
    vm_config
    case $vmargs_means in
    words) vmargs_words ;;
    *) vm_words -args_file "$VMARGS_PATH" ;;
    esac
    case $vmargs_means:$NAME_TYPE in
    file:* | *:none) ;;
    *) vm_words "$NAME_TYPE" "$NAME" ;;
    esac
    vm_home
    [ -z "${EXTRA_CODE_PATHS-}" ] || vm_words -pa "$EXTRA_CODE_PATHS"
    vm_split "${ERL_OPTS-$REL_ERL_OPTS}"
    vm_of_node=yes
}

# A node that boots a second time with the result of its config providers needs its modules, all
# of them, only then. The first time it has no distribution: its sys.config says so.
_vm_mode() {
    case $REL_REBOOTS_AFTER_CONFIG:$CODE_LOADING_MODE in
    true:embedded) vm_words -mode interactive -elixir config_provider_reboot_mode embedded ;;
    *) vm_words -mode "$CODE_LOADING_MODE" ;;
    esac
}

# Elixir's Config.Provider reads the file again at boot, by the name in RELEASE_SYS_CONFIG. A
# file that was made for this VM alone is deleted by it when the boot has read it.
vm_config() {
    vm_words -config "$SYS_CONFIG_PATH"
    RELEASE_SYS_CONFIG=${SYS_CONFIG_PATH%.config}
    derived RELEASE_SYS_CONFIG ''
    [ -z "${config_private-}" ] || vm_words -eval 'fun(F) ->
        file:delete(F ++ ".config"), file:del_dir(filename:dirname(F)) end(os:getenv("RELEASE_SYS_CONFIG")).'
}

# vm_plain WORD...: what follows reaches the code as plain arguments; must be the last.
vm_plain() {
    vm_words -extra "$@"
}

vm_exec() {
    _vm_environment
    [ -z "${vm_of_node-}" ] || _vm_beginning "$$"
    eval "exec $vm_line"
}

# vm_exec_child: the same for a shell that is not the command's main one.
vm_exec_child() {
    _vm_environment
    eval "exec $vm_line"
}

# What the VM has in its environment. The names of mix release are made from Distillery's; files
# that were made for this start are not the caller's wish for the next one by heart.
_vm_environment() {
    [ "$NAME_TYPE" = none ] || unset HOME
    [ -n "${vm_of_node-}" ] || return 0
    _given=${RELEASE_NODE-}
    RELEASE_NODE=$NAME
    derived RELEASE_NODE "$_given"
    _given=${RELEASE_DISTRIBUTION-}
    RELEASE_DISTRIBUTION=${NAME_TYPE#-}
    derived RELEASE_DISTRIBUTION "$_given"
    default RELEASE_BOOT_SCRIPT start
    default RELEASE_BOOT_SCRIPT_CLEAN start_clean
    derived VMARGS_PATH ''
    derived SYS_CONFIG_PATH ''
    [ -z "$given_vmargs" ] || VMARGS_PATH=$given_vmargs
    [ -z "$given_sys_config" ] || SYS_CONFIG_PATH=$given_sys_config
}

_vm_beginning() {
    pid_file_write "$1"
    [ -z "${VERBOSE-}" ] || notice "Root: $ROOTDIR${newline}Exec:$vm_line"
}

pid_file_check() {
    [ -n "${PIDFILE-}" ] && [ ! -w "$PIDFILE" ] || return 0
    if [ -e "$PIDFILE" ] || [ ! -w "${PIDFILE%/*}/" ]; then
        fail "cannot write the pid file '$PIDFILE' (PIDFILE)"
    fi
}

# pid_file_write PID: to the file PIDFILE, if there is to be one.
pid_file_write() {
    [ -z "${PIDFILE-}" ] || printf '%s\n' "$1" >"$PIDFILE" || fail "cannot write the pid file '$PIDFILE' (PIDFILE)"
}

# What a start needs before the node's VM: the runtime, the configuration, name and cookie. Hooks
# must not run, nor files be made, for a node that is there already.
vm_prepare() {
    erts_find
    erts_check
    . "$RELEASE_LIBEXEC_DIR/control.sh"
    . "$RELEASE_LIBEXEC_DIR/configure.sh"
    pid_file_check
    node_forget
    ! node_find try || _vm_refuse
    [ ! -d "$RELEASES_DIR/.upgrade" ] || [ -n "${RELEASE_READ_ONLY-}" ] || _vm_recover
    _vm_checked=$NAME
    node_forget
    configure_release
    [ "$NAME" = "$_vm_checked" ] || [ "$NAME_TYPE" = none ] || _vm_refuse
    control_means='' _cookie_ready=''
    [ "$NAME_TYPE" = none ] || cookie_prepare start
    cookie_guard
    [ -w "$RELEASE_ROOT_DIR" ] || export ERL_CRASH_DUMP="${ERL_CRASH_DUMP:-$RUNNER_LOG_DIR/erl_crash.dump}"
}

# A command on versions may have been killed, or may be the reason for this start.
_vm_recover() {
    . "$RELEASE_LIBEXEC_DIR/recover.sh"
    upgrade_recover_start
}

# Ends the command if there is a node of that name.
_vm_refuse() {
    _registered=yes
    case $vmargs_dist in
    *epmd*) _registered='' ;;
    *) node_registered || return 0 ;;
    esac
    if node_answers; then
        node_pid_find
        fail "the node '$NAME' is already running (pid ${node_pid:-unknown})"
    fi
    if [ -n "$_registered" ] || [ "${control_status-}" = 142 ]; then
        fail "a node with the name of '$NAME' is already running on this machine, and does not answer: it hangs, or its cookie is another one"
    fi
}

# Arguments of the command, for the node: as plain arguments, and as System.argv of Elixir.
vm_arguments() {
    set -f
    # shellcheck disable=SC2086 # splitting is the purpose
    set -- ${EXTRA_OPTS-} "$@"
    set +f
    [ "$#" -gt 0 ] || return 0
    if [ "$REL_HAS_ELIXIR" = true ]; then
        . "$RELEASE_LIBEXEC_DIR/language.sh"
        vm_words -eval "'Elixir.System':argv($arguments_program)."
    fi
    vm_plain "$@"
}

# The shell of a console: IEx where the release has it. How it starts depends on its version.
# vm_shell REMOTE-NODE ARGUMENT...: ends the line.
vm_shell() {
    _remote=$1
    shift
    set -f
    # shellcheck disable=SC2086 # splitting is the purpose
    set -- ${EXTRA_OPTS-} "$@"
    set +f
    if [ "$REL_HAS_ELIXIR" != true ] || [ -n "${USE_ERL_SHELL-}" ] ||
        [ ! -d "$REL_LIB_DIR/iex-$REL_ELIXIR_VSN" ]; then
        [ -z "$_remote" ] || vm_words -remsh "$_remote"
        [ "$#" -eq 0 ] || vm_plain "$@"
        return
    fi
    vm_words -noshell
    [ -n "${NO_COLOR-}" ] || [ ! -t 1 ] || vm_words -elixir ansi_enabled true
    _options=''
    case $REL_ELIXIR_VSN in
    1.[0-9].* | 1.1[0-4].*) vm_words -user Elixir.IEx.CLI ;;
    1.15.0)
        vm_words -user elixir -s elixir start_cli
        _options="-e :elixir.start_iex()"
        ;;
    1.15.* | 1.16.*) vm_words -user elixir -s elixir start_iex ;;
    *) vm_words -user elixir ;;
    esac
    vm_words -extra --no-halt
    vm_split "$_options"
    vm_words +iex
    [ -z "$_remote" ] || vm_words --remsh "$_remote"
    [ "$#" -eq 0 ] || vm_words -- "$@"
}
