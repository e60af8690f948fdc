# shellcheck shell=sh
# What there is to tell about a release.

describe() {
    as_json=''
    show_cookie=''
    for _option; do
        case $_option in
        --json) as_json=yes ;;
        --show-cookie) show_cookie=yes ;;
        *) fail "unknown argument '$_option' of 'describe'; it takes --show-cookie and --json" ;;
        esac
    done
    node_state
    _text=''
    [ -n "$as_json" ] || info "$REL_NAME-$REL_VSN"
    _describe_system
    _describe_release
    _describe_configuration
    _describe_hooks
    _describe_commands
    [ -z "$as_json" ] || info "{$_text}"
}

# A section of pairs begins; _pair adds one, _end ends it.
_section() {
    if [ -n "$as_json" ]; then
        json "$2"
        _text="$_text${_text:+,}$json:$3"
    else
        printf '\n%s\n' "$1"
    fi
    _comma=''
}

_end() {
    [ -z "$as_json" ] || _text="$_text$1"
}

# _pair TITLE KEY VALUE: left out if there is no value.
_pair() {
    [ -n "$3" ] || return 0
    if [ -n "$as_json" ]; then
        json=$3
        [ "$2" = pid ] || json "$3"
        _text="$_text$_comma\"$2\":$json"
        _comma=,
    else
        printf '  %-22s %s\n' "$1" "$3"
    fi
}

_describe_system() {
    node_pid=''
    rpc_limit_name=RELEASE_CONTROL_TIMEOUT
    case $state in running | starting | stopping) node_facts || node_pid='' ;; esac
    _section System system '{'
    _pair 'Operating system' os "$(uname -srm)"
    _pair OTP otp "$REL_OTP_VSN"
    _pair ERTS erts "$ERTS_VSN"
    _pair Elixir elixir "$REL_ELIXIR_VSN"
    _pair Runtime runtime "$BINDIR"
    _pair Status status "$state"
    [ -z "$node_pid" ] || _pair 'Process' pid "$node_pid"
    [ -z "$node_pid" ] || _pair 'Running version' running_version "$node_vsn"
    _end '}'
}

_describe_release() {
    _section Release release '{'
    _pair Name name "$REL_NAME"
    _pair Version version "$REL_VSN"
    _pair Environment environment "${REL_ENVIRONMENT-}"
    _pair Node node "$NAME"
    _cookie_shown=hidden
    if [ -n "$show_cookie" ]; then
        _cookie_shown=''
        if [ "$state" != unknown ] && cookie_prepare control; then
            IFS= read -r _cookie_shown <"$COOKIE_HOME/.erlang.cookie" || :
        fi
    fi
    [ -n "$as_json" ] || _cookie_shown=${_cookie_shown:-none yet: the first start makes a random one}
    _pair Cookie cookie "$_cookie_shown"
    _pair Folder root_dir "$RELEASE_ROOT_DIR"
    _pair 'Code loading' code_loading_mode "$CODE_LOADING_MODE"
    _end '}'
}

_describe_configuration() {
    _section Configuration configuration '{'
    _pair 'Arguments of the VM' vm_args "$VMARGS_PATH"
    _pair 'Applications' sys_config "$SYS_CONFIG_PATH"
    _pair "Operator's files" config_dir "$RELEASE_CONFIG_DIR"
    _pair 'Files of the run time' mutable_dir "$RELEASE_MUTABLE_DIR"
    _pair Logs log_dir "$RUNNER_LOG_DIR"
    _pair Pipes pipe_dir "$PIPE_DIR"
    _flags=${ERL_OPTS-${REL_ERL_OPTS-}}
    case $show_cookie:$_flags in :*-setcookie*) _flags='hidden: there is a cookie among them' ;; esac
    _pair 'Further VM flags' erl_opts "$_flags"
    _pair 'Further arguments' extra_opts "${EXTRA_OPTS-}"
    _pair 'Further code path' extra_code_paths "${EXTRA_CODE_PATHS-}"
    _pair 'Environment of run_erl' run_erl_env "${RUN_ERL_ENV-${REL_RUN_ERL_ENV-}}"
    _end '}'
}

# _script FILE NAME: one hook or command with its comment.
_script() {
    comment_read "$1" || :
    if [ -n "$as_json" ]; then
        json "$2"
        _text="$_text$_comma{\"name\":$json"
        json "$1"
        _text="$_text,\"file\":$json"
        json "$comment"
        _text="$_text,\"text\":$json}"
        _comma=,
        return
    fi
    printf '  %s\n' "$2"
    _rest=$comment$newline
    while [ -n "$comment" ] && [ -n "$_rest" ]; do
        _line=${_rest%%"$newline"*}
        printf '%s\n' "${_line:+      }$_line"
        _rest=${_rest#*"$newline"}
    done
}

_describe_hooks() {
    _section Hooks hooks '['
    _none=yes
    for _event in pre_configure post_configure pre_start post_start pre_stop post_stop pre_upgrade post_upgrade status; do
        for _hook in "$REL_DIR/hooks/$_event.d"/*; do
            [ -f "$_hook" ] || continue
            _none=''
            _script "$_hook" "$_event/${_hook##*/}"
        done
    done
    [ -z "$_none" ] || [ -n "$as_json" ] || printf '  none\n'
    _end ']'
}

_describe_commands() {
    _section 'Custom commands' commands '['
    custom_names
    [ -n "$custom$as_json" ] || printf '  none\n'
    _names=$custom
    while [ -n "$_names" ]; do
        command_custom "${_names%%"$newline"*}"
        _script "$command_file" "${_names%%"$newline"*}"
        _names=${_names#*"$newline"}
    done
    _end ']'
}
