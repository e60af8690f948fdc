# shellcheck shell=sh
# The command lines of virtual machines. A line is kept as text quoted for a shell, so that it
# can be executed here or be handed to run_erl, which has a shell read it.

# vm_begin BOOT: starts $vm_line with what every VM of the release needs.
vm_begin() {
    erts_find
    vm_line=''
    vm_words "$BINDIR/erlexec" -boot "$REL_DIR/$1" -boot_var RELEASE_LIB "$REL_LIB_DIR"
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

# The cookie by way of a private home (see cookie.sh). HOME itself is set again for the code
# that runs in the VM; vm_exec and run_erl must not pass it on, since erlexec would use both.
# What asks init:get_argument(home) instead (System.user_home, ssh) gets the private folder.
vm_home() {
    vm_words -home "$RELEASE_NODE_DIR"
    [ -z "${HOME+set}" ] || vm_words -env HOME "$HOME"
}

# The node of the release: name, cookie, configuration and the options of its operator.
vm_node() {
    vm_words -mode "$CODE_LOADING_MODE"
    vm_config
    _vm_args_file
    vm_home
    [ -z "${EXTRA_CODE_PATHS-}" ] || vm_words -pa "$EXTRA_CODE_PATHS"
    vm_split "${ERL_OPTS-}"
}

# Elixir's Config.Provider reads the file again at boot, by the name in RELEASE_SYS_CONFIG.
vm_config() {
    [ -f "$SYS_CONFIG_PATH" ] || return 0
    vm_words -config "$SYS_CONFIG_PATH"
    export RELEASE_SYS_CONFIG="${SYS_CONFIG_PATH%.config}"
}

# The arguments file as it is, if it can be: a cookie in it would appear among the arguments
# of the VM, and of two names erl takes the first.
_vm_args_file() {
    if [ -z "$vmargs_cookie" ] && [ "$NAME_TYPE $NAME" = "$vmargs_type $vmargs_name" ]; then
        vm_words -args_file "$VMARGS_PATH"
        return
    fi
    _copy=$RELEASE_NODE_DIR/vm.args
    (
        umask 077
        random_id
        printf '%s' "$vmargs_rest" >"$_copy.$id" && mv -f "$_copy.$id" "$_copy"
    ) || fail "cannot write '$_copy'; set RELEASE_MUTABLE_DIR to a folder that this user can write"
    vm_words -args_file "$_copy" "$NAME_TYPE" "$NAME"
}

# vm_plain WORD...: what follows reaches the code as plain arguments; must be the last.
vm_plain() {
    vm_words -extra "$@"
}

vm_exec() {
    unset HOME
    eval "exec $vm_line"
}

# What a start needs before the node's VM: the runtime, the name, the cookie.
vm_prepare() {
    erts_find
    erts_check
    node_find
    cookie_prepare start
    cookie_guard
    [ -w "$RELEASE_ROOT_DIR" ] || export ERL_CRASH_DUMP="${ERL_CRASH_DUMP:-$RUNNER_LOG_DIR/erl_crash.dump}"
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
