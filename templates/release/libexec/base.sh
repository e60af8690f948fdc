# shellcheck shell=sh
# Messages, quoting, identifiers and processes: what every other file here stands on.

newline='
'

_colour() {
    # $1: file descriptor, $2: colour code; sets $_on and $_off
    _on='' _off=''
    if [ -z "${NO_COLOR-}" ] && [ -t "$1" ] && [ "${TERM:-dumb}" != dumb ]; then
        _on=$(printf '\033[%sm' "$2")
        _off=$(printf '\033[0m')
    fi
}

error() {
    _colour 2 31
    printf '%s%s: %s%s\n' "$_on" "$REL_NAME" "$*" "$_off" >&2
}

fail() {
    error "$*"
    exit 1
}

notice() {
    _colour 2 33
    printf '%s%s%s\n' "$_on" "$*" "$_off" >&2
}

success() {
    _colour 1 32
    printf '%s%s%s\n' "$_on" "$*" "$_off"
}

info() {
    printf '%s\n' "$*"
}

# replace_all TEXT CHARACTER REPLACEMENT: sets $replaced.
replace_all() {
    replaced=''
    _rest=$1
    while :; do
        case $_rest in
        *"$2"*)
            replaced=$replaced${_rest%%"$2"*}$3
            _rest=${_rest#*"$2"}
            ;;
        *) break ;;
        esac
    done
    replaced=$replaced$_rest
}

# quote WORD: sets $quoted to the word as a shell would have to read it.
quote() {
    case $1 in
    '' | *[!A-Za-z0-9_./:@%+=,-]*)
        replace_all "$1" "'" "'\\''"
        quoted="'$replaced'"
        ;;
    *) quoted=$1 ;;
    esac
}

# Sets $id to 128 random bits in hexadecimal.
random_id() {
    id=''
    if [ -r /proc/sys/kernel/random/uuid ]; then
        read -r id </proc/sys/kernel/random/uuid
    fi
    [ -n "$id" ] || id=$(od -A n -t x1 -N 16 /dev/urandom | tr -d ' \n')
}

# process_alive PID: a process that is dead but not yet collected by its parent is not alive.
process_alive() {
    case $1 in
    '' | *[!0-9]*) return 1 ;;
    esac
    if [ -r /proc/self/stat ]; then
        _stat=''
        { read -r _stat <"/proc/$1/stat"; } 2>/dev/null || return 1
        # Its first thread may be dead before the others are, which keep its files open.
        # shellcheck disable=SC2086 # fields
        set -- ${_stat##*\) }
        case $1:${18} in [ZX]*:[01]) return 1 ;; esac
        return 0
    fi
    kill -0 "$1" 2>/dev/null
}

# Between the two, DEBUG_BOOT shows nothing: what happens there has to do with secrets.
trace_off() {
    { case $- in *x*) traced=yes ;; *) traced=${traced-} ;; esac; set +x; } 2>/dev/null
    trace_depth=$((${trace_depth:-0} + 1))
}

trace_on() {
    trace_depth=$((trace_depth - 1))
    if [ "$trace_depth" -eq 0 ] && [ -n "$traced" ]; then
        traced=''
        set -x
    fi
}

# Waits a tenth of a second. POSIX promises whole seconds only.
pause() {
    sleep 0.1 2>/dev/null || sleep 1
}

# deadline_in SECONDS VARIABLE: sets $deadline; the variable's name is for the message.
deadline_in() {
    case $1 in
    '' | *[!0-9]*) fail "$2 must be a number of seconds, not '$1'" ;;
    esac
    deadline=$(($(date +%s) + $1))
}

deadline_passed() {
    [ "$(date +%s)" -gt "$deadline" ]
}
