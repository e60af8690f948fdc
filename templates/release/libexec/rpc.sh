# shellcheck shell=sh
# Evaluation of an expression on the running node, with its output while it runs.

# rpc SECONDS: does the call that call_read has read, else evaluates $expression (language.sh).
rpc() {
    call_evaluation
    node_evaluate "$1"
}

# node_evaluate SECONDS: does $evaluation (see rpc_program) on the node; 0 seconds stands for no
# limit. Output and value go to standard output, an exception to standard error. Status: 0 or 1.
node_evaluate() {
    case $1 in '' | *[!0-9]*) fail "${rpc_limit_name:-RELEASE_RPC_TIMEOUT} must be a number of seconds, not '$1'" ;; esac
    random_id
    rpc_program "$id"
    [ "$control_means" = erl_call ] || [ "${#program}" -lt 100000 ] ||
        fail "the expression is too long for a call without 'erl_call'"
    { _rpc_send "$1" 2>/dev/null; } | _rpc_receive "$1"
}

_rpc_send() {
    if [ "$control_means" = erl_call ]; then
        _timeout=''
        [ "$1" -eq 0 ] || _timeout="-timeout $1"
        # It collects what it prints until it ends, unless it is told otherwise.
        erl_call_by=''
        ! command -v stdbuf >/dev/null || erl_call_by='stdbuf -oL'
        # shellcheck disable=SC2086 # no word or two
        _erl_call -e -fetch_stdout -no_result_term $_timeout <<END
$program
END
    else
        control_vm "$program" "$1"
    fi
    printf '\n%s end %s\n' "$id" "$?"
}

# Passes lines on as they come, and takes out those that the protocol adds, each with the
# newline before it. So a newline is printed only when the line after it is known.
_rpc_receive() {
    _outcome=''
    _between=''
    while IFS= read -r line; do
        case $line in
        "$id begin") _outcome=lost ;;
        "$id ok") _outcome=ok _between='' ;;
        "$id failed") _rpc_failure ;;
        "$id end "*) _rpc_ended "$1" "${line##* }" ;;
        *)
            printf '%s%s' "$_between" "$line"
            _between=$newline
            ;;
        esac
    done
    [ "$_outcome" = ok ]
}

_rpc_failure() {
    _outcome=failed
    _between=''
    while IFS= read -r line; do
        case $line in
        "$id end "*) return ;;
        *)
            printf '%s%s' "$_between" "$line" >&2
            _between=$newline
            ;;
        esac
    done
}

# The call is over; only if the node has sent no outcome there is something to tell.
_rpc_ended() {
    case $_outcome:$2 in
    ok:* | failed:*) ;;
    *:142) error "the expression was not evaluated within $1 s (${rpc_limit_name:-RELEASE_RPC_TIMEOUT}); it may still be running on the node '$NAME'" ;;
    lost:*) [ -n "${rpc_may_be_lost-}" ] || error "the connection to the node '$NAME' was lost before the expression was evaluated: has the node ended?" ;;
    *) error "the node '$NAME' did not take the call" ;;
    esac
}
