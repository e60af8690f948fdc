# shellcheck shell=sh
# Help texts: they are the comments that the command files begin with.

. "$RELEASE_LIBEXEC_DIR/comment.sh"

# The order in which commands are listed; a file that is not named here comes after them.
help_order='start foreground console stop restart reboot reload_config
    status ping pid describe info versions version
    rpc eval remote_console attach escript
    upgrade downgrade install unpack remove
    start_boot console_clean console_boot pingpeer command help'
help_aliases='daemon daemon_iex daemon_boot daemon_attach start_iex remote remsh'

help_list() {
    printf '%s\n\n%s\n\n%s\n\n' "$REL_NAME $REL_VSN" "Usage: $REL_NAME COMMAND [ARGUMENT...]" "Commands:"
    _listed=" $help_aliases "
    for _command in $help_order; do
        _help_line "$_command"
    done
    for _file in "$RELEASE_LIBEXEC_DIR"/command-*.sh; do
        _command=${_file##*/command-}
        _help_line "${_command%.sh}"
    done
    printf '\n%s\n\n' "Their names in mix release and rebar3:"
    _listed=' '
    for _command in $help_aliases; do
        _help_line "$_command"
    done
    _help_custom
    printf '\n%s\n%s\n' "'start' is Distillery's, in the background; the one of mix release is 'foreground'." \
        "'$REL_NAME help COMMAND' tells more about a command."
}

_help_line() {
    case $_listed in *" $1 "*) return 0 ;; esac
    _listed="$_listed$1 "
    command_file "$1" && comment_read "$command_file" || return 0
    _first=${comment%%"$newline"*}
    _help_entry "${_first%%: *}" "${_first#*: }"
}

_help_entry() {
    if [ "${#1}" -le 31 ]; then
        printf '  %-31s %s\n' "$1" "$2"
    else
        printf '  %s\n  %-31s %s\n' "$1" '' "$2"
    fi
}

# The first line may tell the arguments, as "seed [FILE]: fills the database".
_help_custom() {
    custom_names
    [ -n "$custom" ] || return 0
    printf '\n%s\n\n' "Custom commands:"
    _rest=$custom
    while [ -n "$_rest" ]; do
        _command=${_rest%%"$newline"*}
        _rest=${_rest#*"$newline"}
        command_custom "$_command"
        comment_read "$command_file" || :
        _first=${comment%%"$newline"*}
        case $_first in
        "$_command"*': '*) _help_entry "${_first%%: *}" "${_first#*: }" ;;
        *) _help_entry "$_command" "$_first" ;;
        esac
    done
}

help_command() {
    _custom=''
    if ! command_file "$1"; then
        if ! command_custom "$1"; then
            . "$RELEASE_LIBEXEC_DIR/suggest.sh"
            command_unknown "$1"
        fi
        _custom=yes
    fi
    comment_read "$command_file" || :
    _first=${comment%%"$newline"*}
    case $_custom:$_first in
    :* | yes:"$1"*': '*) printf '%s\n\n%s\n' "Usage: $REL_NAME ${comment%%: *}" "${comment#*: }" ;;
    *) printf '%s\n\n%s\n' "Usage: $REL_NAME $1 [ARGUMENT...]" "${comment:-a custom command without a description}" ;;
    esac
}
