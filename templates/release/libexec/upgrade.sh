# shellcheck shell=sh
# Other versions on the running node: what upgrade, downgrade, install, unpack and remove share.
#
# The work on the files and in the node is done on the node, by the Erlang programs in upgrade/.
# releases/.upgrade holds all that is in the making: `new`, the package unpacked beside; `old`,
# what had to make room; `moves`, how to take that back; `sys.config`, the file that stands in
# for the pristine one during the installation; RELEASES and start_erl.data as they were.
# Whoever finds it there without the process in releases/.upgrade.lock puts things right.

. "$RELEASE_LIBEXEC_DIR/control.sh"
. "$RELEASE_LIBEXEC_DIR/language.sh"
. "$RELEASE_LIBEXEC_DIR/rpc.sh"
. "$RELEASE_LIBEXEC_DIR/reload.sh"
. "$RELEASE_LIBEXEC_DIR/hooks.sh"
. "$RELEASE_LIBEXEC_DIR/state.sh"
. "$RELEASE_LIBEXEC_DIR/recover.sh"
. "$RELEASE_LIBEXEC_DIR/restart.sh"

# _upgrade_argument ARGUMENT...: sets $upgrade_to or $upgrade_file.
_upgrade_argument() {
    upgrade_to='' upgrade_file=''
    [ -n "${1-}" ] ||
        fail "$RELEASE_COMMAND needs a version: $REL_NAME $RELEASE_COMMAND VERSION"
    [ "$#" -eq 1 ] || fail "$RELEASE_COMMAND takes nothing after the version, not '$2'"
    case $1 in
    .* | -* | *[!A-Za-z0-9._+@~-]*)
        case $RELEASE_COMMAND:$1 in
        remove:*) ;;
        *:*/* | *:*.tar.gz)
            _upgrade_package "$1"
            return
            ;;
        esac
        fail "'$1' cannot be a version of a release"
        ;;
    *.tar.gz | *.tgz) _upgrade_package "$1" ;;
    *) upgrade_to=$1 ;;
    esac
}

_upgrade_package() {
    [ "$RELEASE_COMMAND" != remove ] || fail "'$1' cannot be a version of a release"
    case $1 in
    /*) upgrade_file=$1 ;;
    *) upgrade_file=$RELEASE_CALLER_DIR/$1 ;;
    esac
    [ -f "$upgrade_file" ] || fail "there is no package '$1'"
}

_upgrade_guard() {
    [ -z "${RELEASE_READ_ONLY-}" ] || fail "cannot $RELEASE_COMMAND a release with RELEASE_READ_ONLY set"
    case $REL_INCLUDES_ERTS${USE_HOST_ERTS-} in
    true) ;;
    *) fail "cannot $RELEASE_COMMAND a release without its own runtime: its node takes this machine's Erlang for its root folder" ;;
    esac
    for _folder in "$RELEASES_DIR" "$RELEASE_ROOT_DIR" "$REL_LIB_DIR"; do
        [ -w "$_folder" ] || fail "cannot write to the folder '$_folder' as this user"
    done
}

# _upgrade_call STEP [FILE...]: evaluates a step on the node.
_upgrade_call() {
    _given="#{step => \"$1\""
    set -- "$1" root "$RELEASE_ROOT_DIR" name "$REL_NAME" command "$RELEASE_COMMAND" \
        vsn "$upgrade_to" file "$upgrade_file" state "${upgrade_state-}" restarts "${upgrade_restarts-}" \
        package "${upgrade_package-}" config "${upgrade_config-}" config_final "${upgrade_config_final-}" \
        environment "$upgrade_dir/environment"
    _step=$1
    shift
    while [ "$#" -gt 0 ]; do
        erlang_binary "$2"
        _given="$_given, $1 => unicode:characters_to_list($literal)"
        shift 2
    done
    _given="$_given}"
    erlang_binary "$RELEASE_LIBEXEC_DIR/upgrade/"
    case $_step in
    remove) _files='["tools", "remove"]' ;;
    *) _files='["tools", "package", "checks", "place", "configuration", "install"]' ;;
    esac
    text_evaluation "fun() ->
        $_reload_read,
        Bound = lists:foldl(fun({V, T}, B) -> erl_eval:add_binding(V, T, B) end, erl_eval:new_bindings(),
            [{'Given', $_given}, {'ConfigFiles', Files}, {'LoadConfig', Load}, {'MergeConfig', Merge},
                {'RunProviders', $_reload_providers}]),
        element(1, lists:foldl(fun(File, {_, B}) ->
            Path = unicode:characters_to_list($literal) ++ File ++ \".erl\",
            {ok, Bytes} = file:read_file(Path),
            {ok, Tokens, _} = erl_scan:string(unicode:characters_to_list(Bytes)),
            {ok, Expressions} = erl_parse:parse_exprs(Tokens),
            {value, Value, Now} = erl_eval:exprs(Expressions, B),
            {Value, Now}
        end, {none, Bound}, $_files))
    end"
    node_evaluate 0
}

# Has the new version scripts that this one can go on with? Those of other tools are not.
_upgrade_has_scripts() {
    [ -f "$RELEASES_DIR/$upgrade_to/libexec/upgrade.sh" ] && [ -f "$RELEASES_DIR/$upgrade_to/$REL_NAME.sh" ]
}

# In a subshell: from here on it is about the new version, with that one's scripts. Not to be
# called where its status is a condition, see run_hooks.
_upgrade_switch() {
    node_forget
    REL_VSN=$upgrade_to
    ERTS_VSN='' BINDIR_FOUND=''
    switching=yes
    set -- "$RELEASE_COMMAND" "$upgrade_to"
    . "$RELEASES_DIR/$upgrade_to/$REL_NAME.sh"
    . "$RELEASE_LIBEXEC_DIR/control.sh"
    . "$RELEASE_LIBEXEC_DIR/hooks.sh"
    . "$RELEASE_LIBEXEC_DIR/configure.sh"
    control_find
}

# The configuration of the new version, made by its own scripts beside that of the old one. Leaves
# its path, and what the node's environment is to be, in $upgrade_dir.
_upgrade_configure() {
    _node_dir=$RELEASE_NODE_DIR
    if _upgrade_has_scripts; then
        _upgrade_switch
        RELEASE_NODE_DIR=$_node_dir/upgrade
        configure_release
    else
        REL_VSN=$upgrade_to REL_DIR=$RELEASES_DIR/$upgrade_to
        SYS_CONFIG_PATH=$given_sys_config VMARGS_PATH=$given_vmargs
        config_find
    fi
    case $SYS_CONFIG_PATH in
    "$_node_dir/upgrade/sys.config") _final=$_node_dir/sys.config ;;
    *) _final=$SYS_CONFIG_PATH ;;
    esac
    printf '%s\n' "$SYS_CONFIG_PATH" "$_final" >"$upgrade_dir/config"
    RELEASE_SYS_CONFIG=${_final%.config}
    SYS_CONFIG_PATH=$_final
    RELEASE_VSN=$REL_VSN
    for _variable in REL_VSN RELEASE_VSN ERTS_VSN REL_DIR RELEASE_LIBEXEC_DIR SCRIPT SCRIPT_DIR \
        PRE_CONFIGURE_HOOKS POST_CONFIGURE_HOOKS PRE_START_HOOKS POST_START_HOOKS PRE_STOP_HOOKS \
        POST_STOP_HOOKS PRE_UPGRADE_HOOKS POST_UPGRADE_HOOKS CONSOLIDATED_DIR RELEASE_INHERITED \
        SYS_CONFIG_PATH RELEASE_SYS_CONFIG; do
        eval "printf '%s=%s\n' \"\$_variable\" \"\${$_variable-}\""
    done >"$upgrade_dir/environment"
}

_upgrade_state() {
    IFS=' ' read -r upgrade_from upgrade_to upgrade_state upgrade_restarts upgrade_way upgrade_package <"$upgrade_dir/facts"
}

# _upgrade_locked FUNCTION ARGUMENT...: does it while no other command of this kind can run. It
# has a shell of its own, so that its end is not the end of the tidying up.
_upgrade_locked() {
    _upgrade_guard
    require_live_pid
    upgrade_lock
    ("$@")
    _status=$?
    if control_apply erlang whereis '[relc_upgrade]' && [ "$reply" != undefined ]; then
        notice "the node is still at work; '$REL_NAME versions' shows what becomes of it"
    else
        upgrade_recover
    fi
    rm -f "$upgrade_lock_file"
    exit "$_status"
}

upgrade_command() {
    _upgrade_argument "$@"
    _upgrade_locked _upgrade
}

unpack_command() {
    _upgrade_argument "$@"
    _upgrade_locked _unpack
}

remove_command() {
    _upgrade_argument "$@"
    _upgrade_locked _upgrade_call remove
}

_unpack() {
    _upgrade_call check || exit 1
    _upgrade_state
    case $upgrade_state in
    new)
        _upgrade_call place && _upgrade_call register
        ;;
    unpacked) info "Release $upgrade_to is already unpacked." ;;
    *) info "Release $upgrade_to is already there: $upgrade_state." ;;
    esac
}

_upgrade() {
    _upgrade_call check || exit 1
    _upgrade_state
    if [ "$upgrade_to" = "$upgrade_from" ]; then
        _upgrade_already
        return
    fi
    _upgrade_direction
    restart_cookie || notice "$restart_problem; should this upgrade fail and restart the node, no command will reach it"
    RELEASE_UPGRADE_FROM=$upgrade_from
    RELEASE_UPGRADE_TO=$upgrade_to
    export RELEASE_UPGRADE_FROM RELEASE_UPGRADE_TO
    run_hooks pre_upgrade
    if [ "$upgrade_state" = new ]; then
        _upgrade_call place || _upgrade_undone
    fi
    (_upgrade_configure) </dev/null
    case $? in 0) ;; *) _upgrade_undone ;; esac
    { read -r upgrade_config && read -r upgrade_config_final; } <"$upgrade_dir/config"
    control_apply erlang whereis '[application_controller]' || node_unreachable
    _controller=$reply
    control_apply erlang whereis '[heart]' || node_unreachable
    _heart=${reply#undefined}
    rpc_may_be_lost=yes
    _upgrade_call install || _upgrade_failed
    rpc_may_be_lost=''
    [ "$upgrade_restarts" != true ] || _upgrade_restarted
    (_upgrade_after)
    case $? in 0) ;; *) fail "the node '$NAME' runs version $upgrade_to, but a post_upgrade hook has failed" ;; esac
}

# Nothing was installed, and nothing is left of the try.
_upgrade_undone() {
    [ "$upgrade_state" != new ] || _upgrade_call unplace >/dev/null
    exit 1
}

_upgrade_already() {
    case $upgrade_state in
    current)
        info "Release $upgrade_to is already installed and current, making permanent."
        (_upgrade_configure) </dev/null
        case $? in 0) ;; *) exit 1 ;; esac
        { read -r upgrade_config && read -r upgrade_config_final; } <"$upgrade_dir/config"
        _upgrade_call permanent || exit 1
        ;;
    *) info "Release $upgrade_to is already installed, current, and permanent." ;;
    esac
}

# In the new version's own shell.
_upgrade_after() {
    REL_DIR=$RELEASES_DIR/$upgrade_to
    ! _upgrade_has_scripts || _upgrade_switch
    hooks_failed=''
    run_hooks post_upgrade
    [ -z "$hooks_failed" ]
}

# Which way it goes is the relup's to say; the word is not.
_upgrade_direction() {
    case $RELEASE_COMMAND:$upgrade_way in
    upgrade:down) notice "version $upgrade_to comes before $upgrade_from: this is a downgrade" ;;
    downgrade:up) notice "version $upgrade_to comes after $upgrade_from: this is an upgrade" ;;
    esac
}

# The step has failed: tells why, and what runs now.
_upgrade_failed() {
    _outcome='' _reason='the connection to the node was lost'
    if [ -s "$upgrade_dir/failed" ]; then
        { IFS= read -r _outcome && _reason=$(cat); } <"$upgrade_dir/failed"
    fi
    [ "$_outcome" != kept ] || exit 1
    if [ -z "$_outcome" ] && _upgrade_same; then
        # It was before anything was installed, or after everything was: that is said already.
        [ ! -f "$upgrade_dir/moves" ] || _upgrade_undone
        exit 1
    fi
    if _upgrade_await && control_suits && node_facts; then
        fail "the upgrade to $upgrade_to has failed: $_reason; the node was restarted and runs $node_vsn"
    fi
    _recover_records
    read -r _ upgrade_next _ <"$START_ERL_DATA" || :
    fail "the upgrade to $upgrade_to has failed: $_reason; the node '$NAME' has not come up again${_waited}; the next start takes version $upgrade_next"
}

# Is it still the same node, which has not been restarted?
_upgrade_same() {
    node_pid_old=$node_pid
    node_pid_find && [ "$node_pid" = "$node_pid_old" ] &&
        control_apply erlang whereis '[application_controller]' && [ "$reply" = "$_controller" ]
    _same=$?
    node_pid=$node_pid_old
    return "$_same"
}

# Waits until the node is up again after a restart, in the same process or in a new one. Fails if
# it has ended and nobody starts it, or after RELEASE_START_TIMEOUT.
_upgrade_await() {
    deadline_in "${RELEASE_START_TIMEOUT:-60}" RELEASE_START_TIMEOUT
    _waited=''
    _dead=0
    while :; do
        if node_up && ! _upgrade_same && node_up; then
            return 0
        fi
        if process_alive "$node_pid" || [ -n "$_heart" ]; then
            _dead=0
        else
            _dead=$((_dead + 1))
            [ "$_dead" -le 20 ] || return 1
        fi
        if deadline_passed; then
            _waited=" after ${RELEASE_START_TIMEOUT:-60} s (RELEASE_START_TIMEOUT)"
            return 1
        fi
        pause
    done
}

# The emulator is started anew, by heart.
_upgrade_restarted() {
    _upgrade_await ||
        fail "the node '$NAME' has not come back from the restart of its emulator${_waited}; the next start takes version $upgrade_from"
    { control_suits && node_facts; } || node_unreachable
    [ "$node_vsn" = "$upgrade_to" ] ||
        fail "the upgrade to $upgrade_to has failed: the node came back with version $node_vsn; its log says why"
    info "Installed Release: $upgrade_to"
    _upgrade_call permanent || exit 1
}
