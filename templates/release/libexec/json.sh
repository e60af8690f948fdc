# shellcheck shell=sh
# JSON, of what shell variables hold.

# json TEXT: sets $json to a JSON string.
json() {
    replace_all "$1" \\ \\\\
    replace_all "$replaced" \" '\"'
    json=$replaced
    case $json in *[[:cntrl:]]*) _json_controls ;; esac
    json="\"$json\""
}

_json_controls() {
    _json_rest=$json
    json=''
    while :; do
        case $_json_rest in
        *[[:cntrl:]]*) ;;
        *) break ;;
        esac
        _json_part=${_json_rest%%[[:cntrl:]]*}
        _json_rest=${_json_rest#"$_json_part"}
        _json_part=$json$_json_part
        json=$_json_part$(printf '\\u%04x' "'${_json_rest%"${_json_rest#?}"}")
        _json_rest=${_json_rest#?}
    done
    json=$json$_json_rest
}

# json_options ARGUMENT...: sets $as_json, empty or not; fails on anything but --json.
json_options() {
    as_json=''
    for _option; do
        [ "$_option" = --json ] || fail "unknown argument '$_option' of '$RELEASE_COMMAND'; it takes --json"
        as_json=yes
    done
}
