# shellcheck shell=sh
# The configuration that a node starts with. The files are taken as they are, if they can be;
# copies in RELEASE_NODE_DIR are made when something in them has to be changed: variables to be
# replaced (REPLACE_OS_VARS), a post_configure hook that may edit them, a name or a cookie of the
# caller's, a sys.config that the node itself writes to (reboot_system_after_config).

. "$RELEASE_LIBEXEC_DIR/hooks.sh"
. "$RELEASE_LIBEXEC_DIR/replace_vars.sh"

# configure_release: makes the configuration and sets VMARGS_PATH and SYS_CONFIG_PATH to it. Of a
# node that is running (control_find was called) sys.config is made anew, and nothing else.
configure_release() {
    _configure_name=${RELEASE_NODE_DIR:+known}
    run_hooks pre_configure
    if [ -n "$_configure_name" ]; then
        SYS_CONFIG_PATH=$given_sys_config
        config_find
    else
        [ -n "${RELEASE_NODE:-$NAME}" ] || _configure_name=recorded
        node_find start
        [ "$_configure_name" != recorded ] || _configure_record
        _configure_vmargs
    fi
    _configure_sys_config
    export SRC_VMARGS_PATH DEST_VMARGS_PATH SRC_SYS_CONFIG_PATH DEST_SYS_CONFIG_PATH
    [ -n "${RELEASE_READ_ONLY-}" ] || mkdir -p "$RELEASE_TMP" 2>/dev/null || :
    run_hooks post_configure
}

# Commands for this node have to find its name again. See _node_recorded.
_configure_record() {
    [ -z "${RELEASE_READ_ONLY-}" ] && [ "$NAME_TYPE" != none ] || return 0
    _record=$RELEASE_MUTABLE_DIR/nodes/$node_record
    _line=''
    { read -r _line <"$_record"; } 2>/dev/null || :
    [ "$_line" != "$NAME_TYPE $NAME" ] || return 0
    printf '%s %s\n' "$NAME_TYPE" "$NAME" | _configure_write "$_record" || exit 1
}

# _configure_write FILE: writes its input to a file that only its owner can read. Whole or not.
_configure_write() {
    (
        mkdir -p "$RELEASE_MUTABLE_DIR" || exit 1
        umask 077
        mkdir -p "${1%/*}" || exit 1
        random_id
        cat >"$1.$id" && mv -f "$1.$id" "$1"
    ) || fail "cannot write '$1'; set RELEASE_MUTABLE_DIR to a folder that this user can write"
}

# A cookie in vm.args would appear among the arguments of the VM; of two names erl takes the
# first. Sets $vmargs_means: `file` as it is, a `copy`, or its `words` if nothing may be written.
_configure_vmargs() {
    SRC_VMARGS_PATH=$VMARGS_PATH
    DEST_VMARGS_PATH=$RELEASE_NODE_DIR/vm.args
    vmargs_means='copy'
    _own=yes
    case $NAME_TYPE:$vmargs_name in
    none:) _own='' ;;
    *) [ "$NAME_TYPE $NAME" != "$vmargs_type $vmargs_name" ] || _own='' ;;
    esac
    if [ -z "$_own$vmargs_cookie${REPLACE_OS_VARS-}" ] && ! _configure_for_hooks; then
        vmargs_means='file'
        _configure_remove "$DEST_VMARGS_PATH"
    elif [ -n "${RELEASE_READ_ONLY-}" ]; then
        vmargs_means='words'
    else
        printf '%s# made from %s\n' "$vmargs_rest" "$SRC_VMARGS_PATH" | _configure_write "$DEST_VMARGS_PATH" || exit 1
        VMARGS_PATH=$DEST_VMARGS_PATH
    fi
}

_configure_for_hooks() {
    [ -z "${RELEASE_READ_ONLY-}" ] && hooks_exist post_configure
}

# What an earlier start has left
_configure_remove() {
    if [ -z "${RELEASE_READ_ONLY-}" ] && [ -f "$1" ]; then rm -f "$1"; fi
}

_configure_sys_config() {
    SRC_SYS_CONFIG_PATH=$SYS_CONFIG_PATH
    DEST_SYS_CONFIG_PATH=$RELEASE_NODE_DIR/sys.config
    if _configure_needed; then
        _configure_copy "$DEST_SYS_CONFIG_PATH"
    else
        _configure_remove "$DEST_SYS_CONFIG_PATH"
    fi
}

_configure_needed() {
    [ -r "$SYS_CONFIG_PATH" ] || fail "cannot read the configuration file '$SYS_CONFIG_PATH'"
    if [ -n "${RELEASE_READ_ONLY-}" ]; then
        _configure_read_only
        return 1
    fi
    case $SYS_CONFIG_PATH in *.config) ;; *) return 0 ;; esac
    [ -n "${REPLACE_OS_VARS-}" ] || [ "$REL_REBOOTS_AFTER_CONFIG" = true ] || _configure_for_hooks
}

_configure_read_only() {
    [ "$REL_REBOOTS_AFTER_CONFIG" != true ] ||
        fail "with RELEASE_READ_ONLY the node cannot write the configuration that it boots with again (reboot_system_after_config)"
    [ -n "${REPLACE_OS_VARS-}" ] || return 0
    _text=$(replace_vars sys.config "$SYS_CONFIG_PATH") || exit 1
    [ "$_text" = "$(cat "$SYS_CONFIG_PATH")" ] ||
        fail "with RELEASE_READ_ONLY the variables in '$SYS_CONFIG_PATH' cannot be replaced (REPLACE_OS_VARS)"
}

# _configure_copy FILE: with the variables replaced, if that is wanted.
_configure_copy() {
    trace_off
    _text=$(replace_vars sys.config "$SYS_CONFIG_PATH") || exit 1
    trace_on
    _configure_write "$1" <<END
$_text
%% made from $SYS_CONFIG_PATH
END
    SYS_CONFIG_PATH=$1
}

# configure_private: the same for a VM that is not the node, and which deletes the file. Its name
# must be sys.config: only then may it name other files. Standard output is that VM's alone.
# In a hook the configuration may be just in the making, and hooks do not run again.
configure_private() {
    config_private=''
    [ -n "${_hook_file-}" ] || run_hooks pre_configure >&2
    config_find
    if _configure_needed; then
        random_id
        config_private=$RELEASE_TMP/$REL_NAME-$id/sys.config
        _configure_copy "$config_private"
    fi
    [ -n "${_hook_file-}" ] || run_hooks post_configure >&2
}
