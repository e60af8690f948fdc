# shellcheck shell=sh
# What a command on versions leaves behind when it, or the node, is killed; see upgrade.sh.

. "$RELEASE_LIBEXEC_DIR/versions.sh"

upgrade_dir=$RELEASES_DIR/.upgrade
upgrade_lock_file=$RELEASES_DIR/.upgrade.lock

# _lock_time PID: sets $_time to when a process was started, so that another one of the same
# number is not taken for it.
_lock_time() {
    _time=unknown
    _stat=''
    { read -r _stat <"/proc/$1/stat"; } 2>/dev/null || return 0
    # shellcheck disable=SC2086 # fields
    set -- ${_stat##*\) }
    _time=${20}
}

# lock_held: sets $lock_pid, $lock_node and $lock_command; fails if nobody holds the lock.
lock_held() {
    lock_pid='' lock_time='' lock_node='' lock_command=''
    { read -r lock_pid lock_time lock_node lock_command <"$upgrade_lock_file"; } 2>/dev/null
    process_alive "$lock_pid" || return 1
    _lock_time "$lock_pid"
    [ "$_time" = "$lock_time" ]
}

# upgrade_lock: takes the lock, and puts right what a killed command has left; or ends the
# command. A file appears under the lock's name whole, and only if there is none.
upgrade_lock() {
    _lock_time "$$"
    _new=$upgrade_lock_file.$$
    if ! printf '%s %s %s %s\n' "$$" "$_time" "$NAME" "$RELEASE_COMMAND" >"$_new" 2>/dev/null; then
        rm -f "$_new"
        fail "cannot write '$_new'; is the disk full?"
    fi
    until ln "$_new" "$upgrade_lock_file" 2>/dev/null; do
        if lock_held || ! _lock_take_over; then
            rm -f "$_new"
            fail "another command is at work on the versions of the release: '$lock_command', process $lock_pid"
        fi
    done
    rm -f "$_new"
    if control_apply erlang whereis '[relc_upgrade]' && [ "$reply" != undefined ]; then
        rm -f "$upgrade_lock_file"
        fail "the node '$NAME' is still at work with what an earlier command has begun"
    fi
    upgrade_recover
    mkdir "$upgrade_dir" || fail "cannot make the folder '$upgrade_dir'"
}

# Takes away the lock of a dead process, but not one that somebody else has taken meanwhile.
_lock_take_over() {
    _dead=$lock_pid
    mv -f "$upgrade_lock_file" "$_new.dead" 2>/dev/null || return 0
    lock_pid=''
    read -r lock_pid _ _ lock_command <"$_new.dead" || :
    [ "$lock_pid" = "$_dead" ] || ln "$_new.dead" "$upgrade_lock_file" 2>/dev/null
    rm -f "$_new.dead"
    [ "$lock_pid" = "$_dead" ]
}

# upgrade_recover: puts right what is not finished, and removes what is in the making.
upgrade_recover() {
    [ -d "$upgrade_dir" ] || return 0
    _recover_pristine
    _recover_places
    _recover_records
    rm -rf "$upgrade_dir" "$RELEASES_DIR/new_start_erl.data" "$RELEASES_DIR"/*/sys.config.new
    [ -z "${RELEASE_NODE_DIR-}" ] || rm -rf "$RELEASE_NODE_DIR/upgrade"
}

_recover_pristine() {
    if [ -f "$upgrade_dir/sys.config" ] && [ -f "$upgrade_dir/sys.config.of" ]; then
        mv -f "$upgrade_dir/sys.config" "$RELEASE_ROOT_DIR/$(cat "$upgrade_dir/sys.config.of")"
    fi
    rm -f "$upgrade_dir/sys.config.of"
}

# Folders that had to make room for others which never came
_recover_places() {
    for _saved in "$upgrade_dir"/old/lib/* "$upgrade_dir"/old/erts-* "$upgrade_dir"/old/releases/*; do
        _place=$RELEASE_ROOT_DIR/${_saved#"$upgrade_dir/old/"}
        [ ! -d "$_saved" ] || [ -d "$_place" ] || mv "$_saved" "$_place"
    done
}

# RELEASES and start_erl.data are written one after the other, neither of them in one step. If
# they do not agree, both are as they were before.
_recover_records() {
    [ -s "$upgrade_dir/RELEASES" ] && [ -s "$upgrade_dir/start_erl.data" ] || return 0
    _start=''
    read -r _ _start _ <"$RELEASES_DIR/start_erl.data" || :
    case $(tr -d ' \n' <"$RELEASES_DIR/RELEASES") in
    *'].')
        case $newline$(versions_of_file)$newline in *"$newline$_start permanent$newline"*) return 0 ;; esac
        ;;
    esac
    for _file in RELEASES start_erl.data; do
        mv -f "$upgrade_dir/$_file" "$RELEASES_DIR/$_file"
    done
}

# upgrade_recover_start: before a start of the node, which is not running. If another version than
# this one is to be started then, becomes the start of that.
upgrade_recover_start() {
    if lock_held; then
        # It waits for this very node, or is about another one.
        [ "$lock_node" = "$NAME" ] || return 0
        [ -n "$restart_boot" ] || _recover_pristine
        [ -n "$restart_vsn" ] || _recover_records
    elif [ -z "$restart_vsn" ]; then
        upgrade_recover
        rm -f "$upgrade_lock_file"
    fi
    [ -z "$restart_vsn$REL_VSN_CHOSEN" ] || return 0
    _start=''
    read -r _ _start _ <"$RELEASES_DIR/start_erl.data" || :
    if [ -n "$_start" ] && [ "$_start" != "$REL_VSN" ]; then
        cd "$RELEASE_CALLER_DIR" || exit 1
        eval "exec \"\$RELEASE_ROOT_DIR/bin/\$REL_NAME\" $release_arguments"
    fi
}
