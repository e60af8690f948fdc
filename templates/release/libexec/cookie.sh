# shellcheck shell=sh
# The cookie. Whatever it comes from, virtual machines and erl_call get it in one way only: as
# the file .erlang.cookie of a private folder which they take for their home. So it is in no
# process's arguments. The folder belongs to the node: nodes with different cookies, started
# from one release, do not meet in it.

# cookie_prepare start|control: sets COOKIE_HOME to a folder whose .erlang.cookie is the cookie:
# RELEASE_NODE_DIR, unless nothing may be written or the caller has a cookie of their own.
# For `start` a random one is made when nobody gave one; for `control`, which takes the cookie
# that the node was started with, that is a failure, as no node of this release can be running.
cookie_prepare() {
    [ -z "${_cookie_ready-}" ] || return 0
    trace_off
    _cookie=${RELEASE_COOKIE:-${COOKIE-}}
    _cookie_from='the environment'
    COOKIE_HOME=$RELEASE_NODE_DIR
    if [ "$1" = start ]; then
        _cookie_find
        [ -n "$_cookie" ] || _cookie_generate
        _cookie_keep
    elif [ -n "$_cookie" ]; then
        _cookie_of_caller
    elif _cookie_read "$RELEASE_NODE_DIR/.erlang.cookie" && [ -n "$_kept" ]; then
        _cookie=$_kept
    else
        _cookie_find
        if [ -z "$_cookie" ]; then
            trace_on
            return 1
        fi
        _cookie_keep
    fi
    _cookie_ready=yes
    trace_on
}

# Sets $_cookie, empty if there is none; $_cookie_from says for messages where it is from.
_cookie_find() {
    [ -z "$_cookie" ] || return 0
    _cookie=$vmargs_cookie
    _cookie_from="'$VMARGS_PATH'"
    # known only to a start, which replaces variables
    case $_cookie in *"\${"*) _cookie='' ;; esac
    [ -z "$_cookie" ] || return 0
    for _file in "$RELEASES_DIR/COOKIE" "$RELEASE_MUTABLE_DIR/COOKIE"; do
        if [ -e "$_file" ]; then
            _cookie_read "$_file" || fail "cannot read the cookie in '$_file' as this user"
            [ -n "$_kept" ] || fail "the cookie file '$_file' is empty"
            _cookie=$_kept
            _cookie_from="'$_file'"
            return 0
        fi
    done
    [ -z "${RELEASE_READ_ONLY-}" ] || _cookie_of_home
}

# The cookie of the caller, for a node that may have been started with another one: that is not
# forgotten for it.
_cookie_of_caller() {
    if ! _cookie_read "$RELEASE_NODE_DIR/.erlang.cookie"; then
        _cookie_keep
    elif [ "$_kept" != "$_cookie" ]; then
        COOKIE_HOME=$RELEASE_NODE_DIR/caller
        _cookie_keep
    fi
}

# When nothing may be written, the user's own cookie file is the one, if there is no other.
_cookie_of_home() {
    if [ -n "${HOME-}" ] && _cookie_read "$HOME/.erlang.cookie"; then
        _cookie=$_kept
        _cookie_from="'$HOME/.erlang.cookie'"
    fi
}

_cookie_keep() {
    _cookie_file=$COOKIE_HOME/.erlang.cookie
    ! _cookie_read "$_cookie_file" || [ "$_kept" != "$_cookie" ] || return 0
    _cookie_check
    if [ -n "${RELEASE_READ_ONLY-}" ]; then
        COOKIE_HOME=${HOME-}
        if _cookie_read "$COOKIE_HOME/.erlang.cookie" && [ "$_kept" = "$_cookie" ]; then
            return 0
        fi
        fail "with RELEASE_READ_ONLY the node can only take its cookie from the file '${HOME-}/.erlang.cookie', which holds another one or is not there"
    fi
    (_cookie_write) || fail "cannot write the cookie for the node '$NAME' to '$_cookie_file'; set RELEASE_MUTABLE_DIR to a folder that this user can write"
}

# Sets $_kept to the first line of a file; fails if it cannot be read.
_cookie_read() {
    _kept=''
    [ -r "$1" ] || return 1
    IFS= read -r _kept <"$1" || [ -n "$_kept" ] || return 0
}

# Both the VM and erl_call take printable ASCII, and as many characters as an atom may have.
_cookie_check() {
    # shellcheck disable=SC2030 # the locale is for the comparison alone
    if ! ( LC_ALL=C; case $_cookie in *[!\ -~]*) exit 1 ;; esac ); then
        fail "the cookie from $_cookie_from has a character that is not printable ASCII"
    fi
    [ "${#_cookie}" -le 255 ] || fail "the cookie from $_cookie_from is longer than 255 characters"
}

# In a subshell. Other commands may be doing the same: only whole files appear under the name.
_cookie_write() {
    mkdir -p "$RELEASE_MUTABLE_DIR" || exit 1
    umask 077
    mkdir -p "$COOKIE_HOME" || exit 1
    random_id
    printf '%s' "$_cookie" >"$_cookie_file.$id" && mv -f "$_cookie_file.$id" "$_cookie_file"
}

# A random cookie, kept in the mutable folder so that later versions of the release have the
# same. The link fails if a parallel command was first: then its cookie is the one.
_cookie_generate() {
    _file=$RELEASE_MUTABLE_DIR/COOKIE
    [ -z "${RELEASE_READ_ONLY-}" ] ||
        fail "there is no cookie, and RELEASE_READ_ONLY forbids to make one; put one into '${HOME-}/.erlang.cookie'"
    (
        mkdir -p "$RELEASE_MUTABLE_DIR" || exit 1
        umask 077
        random_id
        od -A n -v -t x1 -N 32 /dev/urandom | tr -d ' \n' >"$_file.$id" || exit 1
        [ -s "$_file.$id" ] || exit 1
        ln "$_file.$id" "$_file" 2>/dev/null || [ -e "$_file" ] || mv -f "$_file.$id" "$_file"
        rm -f "$_file.$id"
    ) || fail "cannot write a new cookie to '$_file'; set RELEASE_MUTABLE_DIR to a folder that this user can write"
    _cookie_read "$_file" || fail "cannot read the new cookie in '$_file'"
    _cookie=$_kept
    _cookie_from="'$_file'"
}

# cookie_guard: before a node starts, the folder must be as the VM demands it, and a cookie
# that others can read is worth a word.
cookie_guard() {
    [ -n "${RELEASE_READ_ONLY-}" ] || chmod 600 "$COOKIE_HOME/.erlang.cookie" 2>/dev/null
    for _file in "$RELEASES_DIR/COOKIE" "$RELEASE_MUTABLE_DIR/COOKIE"; do
        if [ -f "$_file" ] && [ -n "$(find "$_file" -prune -perm -004)" ]; then
            notice "warning: every user of this machine can read the cookie in '$_file'; run: chmod 600 '$_file'"
        fi
    done
}
