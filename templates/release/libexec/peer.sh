# shellcheck shell=sh
# Other nodes, with other cookies.

# peer_options ARGUMENT...: sets $peer and $peer_cookie, empty if not given.
peer_options() {
    peer='' peer_cookie=''
    while [ "$#" -gt 0 ]; do
        _option=$1
        case $1 in
        --name=* | --cookie=* | --id=*)
            _option=${1%%=*}
            _value=${1#*=}
            ;;
        --name | --cookie | --id)
            [ "$#" -ge 2 ] || fail "the option '$1' of '$RELEASE_COMMAND' needs a value"
            _value=$2
            shift
            ;;
        -*) fail "unknown option '$1' of '$RELEASE_COMMAND'" ;;
        *) fail "$RELEASE_COMMAND takes no argument '$1'; another node is given with '--name $1'" ;;
        esac
        [ -n "$_value" ] || fail "the option '$_option' of '$RELEASE_COMMAND' needs a value"
        case $_option in
        --name) peer=$_value ;;
        --cookie) peer_cookie=$_value ;;
        esac
        shift
    done
}

# peer_ping: returns if the node $peer (this release's, if empty) takes $peer_cookie (if empty,
# the one that this release has for it, else its own), else ends the command. The cookie is in
# a private folder for this call: that of a node of that name may be for another cookie.
peer_ping() {
    trace_off
    _own_node=${RELEASE_NODE-}
    [ -z "$peer" ] || RELEASE_NODE=$peer
    node_find
    [ -n "$peer_cookie" ] || peer_cookie=$(_peer_own_cookie)
    if [ -z "$peer_cookie" ]; then
        fail "there is no cookie to ping the node '$NAME' with: this release has none yet; give one with --cookie or in COOKIE"
    fi
    RELEASE_COOKIE=$peer_cookie
    random_id
    RELEASE_NODE_DIR=$RELEASE_MUTABLE_DIR/nodes/.ping.$id
    trap 'rm -rf "$RELEASE_NODE_DIR"' EXIT
    trap 'exit 1' HUP INT TERM
    control_find
    trace_on
    ! control_apply erlang node || return 0
    case $NAME in
    *@127.* | *@localhost | *@::1) ;;
    *@*) [ "${control_status-}" = 142 ] || fail "the node '$NAME' is not running, cannot be reached, or its cookie is another one" ;;
    esac
    node_unreachable
}

# Prints the cookie of the peer, if that is a node of this release that was started once, else
# of this release's own node.
_peer_own_cookie() {
    if [ ! -f "$RELEASE_NODE_DIR/.erlang.cookie" ]; then
        RELEASE_NODE=$_own_node
        node_forget
        node_find try || return 0
    fi
    cookie_prepare control || return 0
    IFS= read -r _own <"$COOKIE_HOME/.erlang.cookie" || :
    printf '%s' "$_own"
}
