# shellcheck shell=sh
# Help texts: they are the comments that the command files begin with.

# The order in which commands are listed; a file that is not named here comes after them.
help_order='start foreground console stop restart reboot ping pid rpc eval remote_console attach version help'

help_list() {
    printf '%s\n\n%s\n\n%s\n\n' "$REL_NAME $REL_VSN" "Usage: $REL_NAME COMMAND [ARGUMENT...]" "Commands:"
    _listed=' '
    for _command in $help_order; do
        _help_line "$_command"
    done
    for _file in "$RELEASE_LIBEXEC_DIR"/command-*.sh; do
        _command=${_file##*/command-}
        _help_line "${_command%.sh}"
    done
    printf '\n%s\n' "'$REL_NAME help COMMAND' tells more about a command."
}

_help_line() {
    case $_listed in *" $1 "*) return 0 ;; esac
    _listed="$_listed$1 "
    command_file "$1" || return 0
    while read -r _hash _text; do
        case $_hash:$_text in
        '#:shellcheck'*) ;;
        '#:'*': '*)
            printf '  %-31s %s\n' "${_text%%: *}" "${_text#*: }"
            return 0
            ;;
        *) return 0 ;;
        esac
    done <"$command_file"
}

help_command() {
    if ! command_file "$1"; then
        . "$RELEASE_LIBEXEC_DIR/suggest.sh"
        command_unknown "$1"
    fi
    _first=yes
    while IFS= read -r line; do
        case $line in
        '# shellcheck'*) ;;
        '# '*': '*)
            if [ -n "$_first" ]; then
                line=${line#\# }
                printf '%s\n\n%s\n' "Usage: $REL_NAME ${line%%: *}" "${line#*: }"
                _first=''
            else
                printf '%s\n' "${line#\# }"
            fi
            ;;
        '# '*) printf '%s\n' "${line#\# }" ;;
        '#') printf '\n' ;;
        *) return 0 ;;
        esac
    done <"$command_file"
}
