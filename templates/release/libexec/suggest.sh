# shellcheck shell=sh
# The end of a command that does not exist, with the known one that it may stand for.

# command_unknown WORD: the hint is the known word that is one slip of the finger away (a
# letter too much, too few, wrong, or two exchanged), or that the word is the beginning of.
command_unknown() {
    _hint=''
    for _file in "$RELEASE_LIBEXEC_DIR"/command-*.sh "$REL_DIR"/commands/*.*; do
        _known=${_file##*/}
        case $_file in "$RELEASE_LIBEXEC_DIR/"*) _known=${_known#command-} ;; esac
        _known=${_known%.*}
        if _near "$1" "$_known"; then
            _hint=$_known
            break
        fi
    done
    [ -z "$_hint" ] || _hint="; did you mean '$_hint'?"
    error "unknown command '$1'$_hint"
    printf "'%s help' lists the commands\n" "$REL_NAME" >&2
    exit 1
}

_near() {
    [ "${#1}" -ge 3 ] || return 1
    case $2 in "$1"*) return 0 ;; esac
    # off with what both begin with, then with what both end with
    _a=$1 _b=$2
    while [ -n "$_a" ] && [ -n "$_b" ] && [ "${_a%"${_a#?}"}" = "${_b%"${_b#?}"}" ]; do
        _a=${_a#?} _b=${_b#?}
    done
    while [ -n "$_a" ] && [ -n "$_b" ] && [ "${_a#"${_a%?}"}" = "${_b#"${_b%?}"}" ]; do
        _a=${_a%?} _b=${_b%?}
    done
    case ${#_a}${#_b} in
    00 | 01 | 10 | 11) return 0 ;;
    22) [ "${_a#?}${_a%?}" = "$_b" ] ;;
    *) return 1 ;;
    esac
}
