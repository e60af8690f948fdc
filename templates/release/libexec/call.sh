# shellcheck shell=sh
# What `rpc` and `eval` are asked to do: an expression, a file, or a function with arguments.

# call_read ARGUMENT...: sets
#   expression                    the text to evaluate: the expression's, or the file's
#   call_file                     the file's name, if it is one
#   call_module, call_function    the function of --mfa, else empty
#   call_arguments                the other arguments, quoted: for `eval "set -- ..."`
#   call_argv                     not empty: the function gets them as one list
#   call_none                     the caller may set it: the function gets none of them
#   call_timeout                  seconds, empty if not given
# With an expression $call_options_end says whether options may come after it.
call_read() {
    expression='' call_file='' call_module='' call_arguments='' call_argv='' call_timeout=''
    call_none=''
    _given=''
    _spec=''
    _options=yes
    while [ "$#" -gt 0 ]; do
        case $_options:$1 in
        yes:--) _options='' ;;
        yes:--argv) call_argv=yes ;;
        yes:--timeout=* | yes:--file=* | yes:--mfa=*) _call_option "${1%%=*}" "${1#*=}" ;;
        yes:--timeout | yes:--file | yes:--mfa)
            [ "$#" -ge 2 ] || fail "the option '$1' of '$RELEASE_COMMAND' needs a value"
            _call_option "$1" "$2"
            shift
            ;;
        yes:--*) fail "unknown option '$1' of '$RELEASE_COMMAND'; arguments that look like options come after '--'" ;;
        *) _call_word "$1" ;;
        esac
        shift
    done
    [ -z "$_spec" ] || eval "_call_arity $call_arguments"
    [ -n "$_given" ] ||
        fail "$RELEASE_COMMAND needs an expression: $REL_NAME $RELEASE_COMMAND 'EXPRESSION'"
    if [ -n "$call_argv" ] && [ -z "$_spec" ]; then
        fail "the option '--argv' of '$RELEASE_COMMAND' goes with '--mfa'"
    fi
}

_call_option() {
    case $1 in
    --timeout)
        call_timeout=$2
        case $2 in '' | *[!0-9]*) fail "--timeout must be a number of seconds, not '$2'" ;; esac
        return
        ;;
    esac
    [ -z "$_given" ] || fail "$RELEASE_COMMAND takes one of an expression, '--file' and '--mfa'"
    _given=$1
    case $1 in
    --file) _call_file "$2" ;;
    --mfa) _call_function "$2" ;;
    esac
}

# The first word is the expression, unless an option has given what to do.
_call_word() {
    if [ -z "$_given" ]; then
        [ -n "$1" ] || return 0
        _given=expression
        expression_read "$1"
        [ -z "${call_options_end-}" ] || _options=''
        return
    fi
    quote "$1"
    call_arguments="$call_arguments $quoted"
}

_call_file() {
    case $1 in
    /*) call_file=$1 ;;
    *) call_file=$RELEASE_CALLER_DIR/$1 ;;
    esac
    if [ ! -f "$call_file" ] || [ ! -r "$call_file" ]; then
        fail "cannot read the file '$call_file'"
    fi
}

# Mod.fun/2 and :mod.fun/2 as in Elixir, mod:fun/2 as in Erlang, in every release.
_call_function() {
    _spec=$1
    case $1 in
    ?*[.:]?*/[0-9]*) ;;
    *) fail "'$1' is no function with its arity: --mfa 'Mod.fun/1', or mod:fun/1" ;;
    esac
    call_arity=${1##*/}
    _name=${1%/*}
    case $_name in
    :*) _name=${_name#:} ;;
    esac
    case $_name in
    *:*)
        call_module=${_name%%:*}
        call_function=${_name#*:}
        ;;
    *)
        call_module=${_name%.*}
        call_function=${_name##*.}
        ;;
    esac
    case $call_module in
    Elixir.*) ;;
    [A-Z]*) call_module=Elixir.$call_module ;;
    esac
    case $call_module:$call_function:$call_arity in
    :* | *::* | *[!A-Za-z0-9_@.]*:*:* | *:*[!A-Za-z0-9_@?!]*:* | *:*:*[!0-9]*)
        fail "'$1' is no function with its arity: --mfa 'Mod.fun/1', or mod:fun/1"
        ;;
    esac
}

_call_arity() {
    if [ -n "$call_argv" ]; then
        [ "$call_arity" -eq 1 ] || fail "with '--argv' the function gets one argument, the list; '$_spec' takes $call_arity"
    elif [ "$#" -ne "$call_arity" ]; then
        fail "the function is '$_spec', and the number of arguments given is $#"
    fi
}
