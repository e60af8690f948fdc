# shellcheck shell=sh
# The configuration files of the release, and the name of its node.

# config_find: sets VMARGS_PATH and SYS_CONFIG_PATH, unless the caller did: a file in
# RELEASE_CONFIG_DIR comes before the one that the release was built with.
config_find() {
    if [ -z "${VMARGS_PATH-}" ]; then
        VMARGS_PATH=$RELEASE_CONFIG_DIR/vm.args
        [ -f "$VMARGS_PATH" ] || VMARGS_PATH=$REL_DIR/vm.args
    fi
    if [ -z "${SYS_CONFIG_PATH-}" ]; then
        SYS_CONFIG_PATH=$RELEASE_CONFIG_DIR/sys.config
        [ -f "$SYS_CONFIG_PATH" ] || SYS_CONFIG_PATH=$REL_DIR/sys.config
    fi
    [ -r "$VMARGS_PATH" ] || fail "cannot read the arguments file '$VMARGS_PATH'"
}

# Splits off the next word of $rest into $word as erlexec does in an arguments file: quotes,
# backslashes, and # for the rest of the line, also inside a word. Fails at the line's end.
_next_word() {
    rest=${rest#"${rest%%[![:space:]]*}"}
    case $rest in
    '' | '#'*) return 1 ;;
    esac
    word=''
    while :; do
        _chunk=${rest%%[[:space:]\"\'\\#]*}
        word=$word$_chunk
        rest=${rest#"$_chunk"}
        case $rest in
        \"*) _next_quoted '"' ;;
        \'*) _next_quoted "'" ;;
        \\?*)
            rest=${rest#?}
            word=$word${rest%"${rest#?}"}
            rest=${rest#?}
            ;;
        '#'*)
            rest=''
            return 0
            ;;
        *) return 0 ;;
        esac
    done
}

_next_quoted() {
    rest=${rest#?}
    _chunk=${rest%%"$1"*}
    word=$word$_chunk
    rest=${rest#"$_chunk"}
    rest=${rest#?}
}

# vmargs_read: reads VMARGS_PATH and the files that it includes. Sets
#   vmargs_name, vmargs_type  the node's name and its flag, -name or -sname
#   vmargs_cookie             the cookie, if the file has one
#   vmargs_dist               the flags that every VM needs that talks to the node, quoted
#   vmargs_rest               the text without name and cookie, included files in place
vmargs_read() {
    vmargs_name='' vmargs_type='' vmargs_cookie='' vmargs_dist='' vmargs_rest=''
    _want=''
    _files=0
    _included=''
    _vmargs_file "$VMARGS_PATH"
    while [ -n "$_included" ]; do
        _file=${_included%%"$newline"*}
        _included=${_included#*"$newline"}
        _vmargs_file "$_file"
    done
}

_vmargs_file() {
    _files=$((_files + 1))
    [ "$_files" -le 20 ] || fail "too many -args_file in '$VMARGS_PATH': does one include itself?"
    [ -r "$1" ] || fail "cannot read the arguments file '$1', named by '$VMARGS_PATH'"
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
        '' | '#'*) continue ;;
        *-name* | *-sname* | *-setcookie* | *-args_file* | *-proto_dist* | *-ssl_dist* | *-epmd* | *-start_epmd*) ;;
        *)
            # A line without these words matters only while a value is awaited.
            if [ -z "$_want" ]; then
                vmargs_rest=$vmargs_rest$line$newline
                continue
            fi
            ;;
        esac
        rest=$line
        _before=$rest
        while _next_word; do
            _raw=${_before%"$rest"}
            _before=$rest
            _vmargs_word
        done
        vmargs_rest=$vmargs_rest$newline
    done <"$1"
    [ "$_want" != second ] || _vmargs_cookie
    _want=''
}

# One word of the file: $word as read, $_raw as written.
_vmargs_word() {
    case $_want in
    -name | -sname)
        # erl uses the first of several names
        if [ -z "$vmargs_name" ]; then
            vmargs_type=$_want
            vmargs_name=$word
        fi
        _want=''
        return
        ;;
    -args_file)
        _included=$_included$word$newline
        _want=''
        return
        ;;
    -setcookie)
        _first=$word
        _first_raw=$_raw
        _want=second
        return
        ;;
    second)
        # -setcookie NODE COOKIE is for another node, and stays
        case $word in
        [-+]*) _vmargs_cookie ;;
        *)
            vmargs_rest="$vmargs_rest -setcookie $_first_raw $_raw"
            _want=''
            return
            ;;
        esac
        ;;
    ?*)
        quote "$word"
        vmargs_dist="$vmargs_dist $_want $quoted"
        vmargs_rest="$vmargs_rest $_want $_raw"
        _want=''
        return
        ;;
    esac
    case $word in
    -name | -sname | -setcookie | -args_file | -proto_dist | -ssl_dist_optfile | -epmd_module | -start_epmd)
        _want=$word
        ;;
    *) vmargs_rest="$vmargs_rest$_raw" ;;
    esac
}

_vmargs_cookie() {
    vmargs_cookie=$_first
    _want=''
}

# node_find: sets NAME, NAME_TYPE and RELEASE_NODE_DIR, the folder of what is the node's own at
# run time. The caller's RELEASE_NODE or NAME win over the arguments file.
node_find() {
    [ -z "${RELEASE_NODE_DIR-}" ] || return 0
    config_find
    vmargs_read
    _wanted=${RELEASE_NODE:-${NAME-}}
    [ -n "$_wanted" ] || _wanted=${vmargs_name:-$REL_NAME@127.0.0.1}
    _node_type
    case $NAME_TYPE:$_wanted in
    -name:*@*) ;;
    -name:*) _node_host ;;
    -sname:*@*.*) fail "the short node name '$_wanted' must not have a host with dots; use -name for it" ;;
    esac
    case $_wanted in
    @* | *@ | *@*@* | *[!A-Za-z0-9_.@:-]*) fail "'$_wanted' is not a node name" ;;
    esac
    NAME=$_wanted
    RELEASE_NODE_DIR=$RELEASE_MUTABLE_DIR/nodes/$NAME
    PIPE_DIR=${PIPE_DIR:-$RELEASE_MUTABLE_DIR/erl_pipes/$NAME}
    PIPE_DIR=${PIPE_DIR%/}
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

# A long name without host takes the host of the arguments file's name, else this machine's.
_node_host() {
    case $vmargs_name in
    *@*) _wanted=$_wanted@${vmargs_name##*@} ;;
    *) _wanted=$_wanted@$(hostname -f 2>/dev/null || hostname) ;;
    esac
}
