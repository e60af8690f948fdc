# shellcheck shell=sh
# The configuration files of the release, and the name of its node. A start takes both from their
# sources. A command that talks to a node takes what the node was started with, as it was left
# in RELEASE_NODE_DIR, even if the sources have changed since.

# config_find: sets VMARGS_PATH and SYS_CONFIG_PATH, unless the caller did: a file in
# RELEASE_CONFIG_DIR comes before the one that the release was built with.
config_find() {
    if [ ! -d "$RELEASE_CONFIG_DIR" ] || [ ! -r "$RELEASE_CONFIG_DIR" ] || [ ! -x "$RELEASE_CONFIG_DIR" ]; then
        fail "cannot read the folder '$RELEASE_CONFIG_DIR' (RELEASE_CONFIG_DIR)"
    fi
    if [ -z "${VMARGS_PATH-}" ]; then
        VMARGS_PATH=$RELEASE_CONFIG_DIR/vm.args
        [ -f "$VMARGS_PATH" ] || VMARGS_PATH=$REL_DIR/vm.args
    fi
    if [ -z "${SYS_CONFIG_PATH-}" ]; then
        SYS_CONFIG_PATH=$RELEASE_CONFIG_DIR/sys.config
        [ -f "$SYS_CONFIG_PATH" ] || SYS_CONFIG_PATH=$RELEASES_DIR/${restart_boot:-$REL_VSN}/sys.config
    fi
    [ -r "$VMARGS_PATH" ] || fail "cannot read the arguments file '$VMARGS_PATH'"
}

# node_given: remembers what the caller has chosen, before anything else is set.
node_given() {
    given_name=${NAME-}
    given_type=${NAME_TYPE-}
    given_pipes=${PIPE_DIR-}
    given_vmargs=${VMARGS_PATH:-${RELEASE_VM_ARGS-}}
    given_sys_config=${SYS_CONFIG_PATH-}
    node_forget
}

# node_forget: name, folder, files and cookie are to be found anew.
node_forget() {
    NAME=$given_name NAME_TYPE=$given_type PIPE_DIR=$given_pipes
    VMARGS_PATH=$given_vmargs SYS_CONFIG_PATH=$given_sys_config
    RELEASE_NODE_DIR='' control_means='' _cookie_ready=''
}

# node_find: sets NAME, NAME_TYPE and RELEASE_NODE_DIR, the folder of what is the node's own at
# run time. The caller's RELEASE_NODE or NAME win over the arguments file.
#   node_find        of a node that may be running
#   node_find start  of one to be started: variables in vm.args are replaced
#   node_find try    of one that may be running; fails if its name cannot be known yet
node_find() {
    [ -z "$RELEASE_NODE_DIR" ] || return 0
    trace_off
    config_find
    _replace=''
    [ "${1-}" != start ] || _replace=${REPLACE_OS_VARS-}
    [ -z "$_replace" ] || . "$RELEASE_LIBEXEC_DIR/replace_vars.sh"
    vmargs_read "$_replace"
    if ! _node_name "${1-}"; then
        trace_on
        return 1
    fi
    RELEASE_NODE_DIR=$RELEASE_MUTABLE_DIR/nodes/$NAME
    PIPE_DIR=${PIPE_DIR:-$RELEASE_MUTABLE_DIR/erl_pipes/$NAME}
    PIPE_DIR=${PIPE_DIR%/}
    [ "${1-}" = start ] || _node_started_with
    NAME_ARG="$NAME_TYPE $NAME"
    derived NAME "$given_name"
    derived NAME_TYPE "$given_type"
    derived PIPE_DIR "$given_pipes"
    export NAME_ARG
    trace_on
}

_node_name() {
    case ${NAME_TYPE:-${RELEASE_DISTRIBUTION-}} in
    none) _node_none "$1"; return ;;
    esac
    _wanted=${RELEASE_NODE:-$NAME}
    if [ -z "$_wanted" ]; then
        [ "$1" = start ] || ! _node_recorded || return 0
        _wanted=${vmargs_name:-$REL_NAME@127.0.0.1}
    fi
    _node_type
    case $NAME_TYPE:$_wanted in
    -name:*@*) ;;
    -name:*) _node_host ;;
    -sname:*@*.*) fail "the short node name '$_wanted' must not have a host with dots; use -name for it" ;;
    esac
    case $1:$_wanted in
    start:*"\${"*) fail "'$_wanted' is not a node name: the variables in '$VMARGS_PATH' are replaced only when REPLACE_OS_VARS is set" ;;
    try:*"\${"*) return 1 ;;
    *"\${"*) fail "the node is not running: it has not been started yet, and its name '$_wanted' is not known before" ;;
    *:@* | *@ | *@*@* | ?*:*[!A-Za-z0-9_.@:-]* | :*[!A-Za-z0-9_.@:-]*) fail "'$_wanted' is not a node name" ;;
    esac
    NAME=$_wanted
}

# A node without distribution can be run, but not be talked to.
_node_none() {
    case $1 in
    start) ;;
    try) return 1 ;;
    *) fail "without distribution (RELEASE_DISTRIBUTION=none) there is no way to the node" ;;
    esac
    NAME=nonode@nohost
    NAME_TYPE=none
}

_node_type() {
    case ${NAME_TYPE:-${RELEASE_DISTRIBUTION-}} in
    -name | name) NAME_TYPE=-name ;;
    -sname | sname) NAME_TYPE=-sname ;;
    '')
        case $_wanted in
        *@*.*) NAME_TYPE=-name ;;
        *) NAME_TYPE=${vmargs_type:--name} ;;
        esac
        ;;
    *) fail "NAME_TYPE must be -name or -sname, not '${NAME_TYPE:-$RELEASE_DISTRIBUTION}'" ;;
    esac
}

# A long name without host takes the host of the arguments file's name, else this machine's. If
# only a start knows that host, a node of that name has left its folder.
_node_host() {
    case $vmargs_name in
    *@*"\${"*)
        for _folder in "$RELEASE_MUTABLE_DIR/nodes/$_wanted@"*; do :; done
        if [ -d "$_folder" ]; then _wanted=${_folder##*/}; else _wanted=$_wanted@${vmargs_name##*@}; fi
        ;;
    *@*) _wanted=$_wanted@${vmargs_name##*@} ;;
    *) _wanted=$_wanted@$(hostname -f 2>/dev/null || hostname) ;;
    esac
}

# The name that a start without a name of the caller's found last; one for each source.
_node_recorded() {
    _type='' _name=''
    { read -r _type _name <"$RELEASE_MUTABLE_DIR/nodes/$node_record"; } 2>/dev/null
    [ -n "$_name" ] || return 1
    case ${NAME_TYPE:-${RELEASE_DISTRIBUTION-}} in
    '' | "$_type" | "${_type#-}") ;;
    *) return 1 ;;
    esac
    NAME=$_name NAME_TYPE=$_type
}

# node_record_key: sets $node_record, the name of the file for what the caller has chosen.
node_record_key() {
    node_record=${REL_VSN_CHOSEN:+@$REL_VSN_CHOSEN}$given_vmargs
    [ "$RELEASE_CONFIG_DIR" = "$RELEASE_ROOT_DIR" ] || node_record=$node_record:$RELEASE_CONFIG_DIR
    if [ -n "$node_record" ]; then
        replace_all "$node_record" / %
        node_record=$replaced
    fi
    node_record=.default$node_record
}

# Of a node that was started: the files that it was given, if they were made for it.
_node_started_with() {
    if [ -f "$RELEASE_NODE_DIR/vm.args" ]; then
        VMARGS_PATH=$RELEASE_NODE_DIR/vm.args
        vmargs_read
    fi
    [ ! -f "$RELEASE_NODE_DIR/sys.config" ] || SYS_CONFIG_PATH=$RELEASE_NODE_DIR/sys.config
}
