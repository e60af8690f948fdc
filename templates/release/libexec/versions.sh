# shellcheck shell=sh
# The installed versions of the release.

# versions_find: sets $versions to lines "VERSION STATE", $versions_start to the version that
# `start` takes, $versions_running to the one that runs, and $versions_from to node or files: who has told the states.
versions_find() {
    versions_start='' versions_running=''
    if [ -r "$RELEASES_DIR/start_erl.data" ]; then
        read -r _ versions_start <"$RELEASES_DIR/start_erl.data" || :
    fi
    versions_from=files
    versions=''
    if _versions_of_node; then
        versions_from=node
    elif [ -r "$RELEASES_DIR/RELEASES" ]; then
        versions=$(versions_of_file)$newline
    fi
    versions=${versions#"$newline"}
    for _file in "$RELEASES_DIR"/*/"$REL_NAME.sh"; do
        [ -f "$_file" ] || continue
        _file=${_file%/*}
        _version=${_file##*/}
        case $newline$versions in
        *"$newline$_version "*) ;;
        *) versions="$versions$_version unregistered$newline" ;;
        esac
    done
}

_versions_of_node() {
    erts_find
    node_find try && control_find && control_apply erlang whereis '[release_handler]' || return 1
    [ "$reply" != undefined ] || return 1
    # shellcheck disable=SC2016 # it is Erlang
    evaluation='begin
        Known = release_handler:which_releases(),
        [Running | _] = [V || {_, V, _, current} <- Known] ++ [V || {_, V, _, permanent} <- Known],
        {ok, [Running, 10 | [io_lib:format("~s ~s~n", [V, S]) || {_, V, _, S} <- Known]]}
    end'
    rpc_limit_name=RELEASE_CONTROL_TIMEOUT
    versions=$(node_evaluate "$RELEASE_CONTROL_TIMEOUT") || return 1
    versions_running=${versions%%"$newline"*}
    versions=${versions#*"$newline"}
    versions=${versions%"$newline"}$newline
}

# The file is an Erlang term: a list of {release,"NAME","VSN","ERTS",[{App,"VSN","DIR"},...],State}.
versions_of_file() {
    tr '\n' ' ' <"$RELEASES_DIR/RELEASES" | awk '
        {
            count = split($0, parts, /[{] *release *, */)
            for (i = 2; i <= count; i++) {
                split(parts[i], strings, "\"")
                state = parts[i]
                sub(/[ \]}.,]*$/, "", state)
                sub(/.*[^a-z]/, "", state)
                print strings[4], state
            }
        }'
}

versions_list() {
    _rest=$versions
    while [ -n "$_rest" ]; do
        _line=${_rest%%"$newline"*}
        _rest=${_rest#*"$newline"}
        _mark=' '
        [ "${_line%% *}" != "$versions_start" ] || _mark='*'
        _runs=''
        [ "${_line%% *}" != "$versions_running" ] || _runs=', running'
        printf '%s %-15s %s\n' "$_mark" "${_line%% *}" "${_line##* }$_runs"
    done
}

versions_json() {
    json "$REL_NAME"
    _text="{\"name\":$json"
    json "$versions_start"
    _text="$_text,\"start\":$json"
    if [ -n "$versions_running" ]; then
        json "$versions_running"
        _text="$_text,\"running\":$json"
    fi
    _text="$_text,\"from\":\"$versions_from\",\"versions\":["
    _comma=''
    _list=$versions
    while [ -n "$_list" ]; do
        _line=${_list%%"$newline"*}
        _list=${_list#*"$newline"}
        json "${_line%% *}"
        _text="$_text$_comma{\"version\":$json,\"status\":\"${_line##* }\"}"
        _comma=,
    done
    info "$_text]}"
}
