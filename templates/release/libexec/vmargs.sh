# shellcheck shell=sh
# Reading of arguments files (vm.args), word for word as erlexec reads them.

# Splits off the next word of $rest into $word: quotes, backslashes, and # for the rest of the
# line, also inside a word. Fails at the line's end. $_unfinished is set if the word goes on in
# the next line: within quotes, or after a backslash.
_next_word() {
    rest=${rest#"${rest%%[![:space:]]*}"}
    case $rest in
    '' | '#'*) return 1 ;;
    esac
    word=''
    while :; do
        _chunk=${rest%%[[:space:]\"\'\\#]*}
        word=$word$_chunk
        rest=${rest#"$_chunk"}
        case $rest in
        \"*) _next_quoted '"' ;;
        \'*) _next_quoted "'" ;;
        \\?*)
            rest=${rest#?}
            word=$word${rest%"${rest#?}"}
            rest=${rest#?}
            ;;
        \\)
            rest=''
            _unfinished=yes
            ;;
        '#'*)
            rest=''
            return 0
            ;;
        *) return 0 ;;
        esac
    done
}

_next_quoted() {
    rest=${rest#?}
    case $rest in *"$1"*) ;; *) _unfinished=yes ;; esac
    _chunk=${rest%%"$1"*}
    word=$word$_chunk
    rest=${rest#"$_chunk"}
    rest=${rest#?}
}

# vmargs_read [replace]: reads VMARGS_PATH and the files that it includes; with `replace` their
# variables are replaced. Sets
#   vmargs_name, vmargs_type  the node's name and its flag, -name or -sname
#   vmargs_cookie             the cookie, if the file has one
#   vmargs_dist               the flags that every VM needs that talks to the node, quoted
#   vmargs_rest               the text without name and cookie, included files in place
vmargs_read() {
    vmargs_name='' vmargs_type='' vmargs_cookie='' vmargs_dist='' vmargs_rest=''
    _want=''
    _files=0
    _included=''
    _vmargs_file "$VMARGS_PATH" "${1-}"
    while [ -n "$_included" ]; do
        _file=${_included%%"$newline"*}
        _included=${_included#*"$newline"}
        _vmargs_file "$_file" "${1-}"
    done
}

_vmargs_file() {
    _files=$((_files + 1))
    [ "$_files" -le 20 ] || fail "too many -args_file in '$VMARGS_PATH': does one include itself?"
    [ -r "$1" ] || fail "cannot read the arguments file '$1', named by '$VMARGS_PATH'"
    if [ -n "$2" ]; then
        _text=$(replace_vars vm.args "$1") || exit 1
        _vmargs_lines <<END
$_text
END
    else
        _vmargs_lines <"$1"
    fi
    [ "$_want" != second ] || _vmargs_cookie
    _want=''
}

_vmargs_lines() {
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
        '' | '#'*) continue ;;
        *[\"\'\\]*) _vmargs_complete ;;
        esac
        case $line in
        *-name* | *-sname* | *-setcookie* | *-args_file* | *-proto_dist* | *-ssl_dist* | *-epmd* | *-start_epmd*) ;;
        *)
            # A line without these words matters only while a value is awaited.
            if [ -z "$_want" ]; then
                vmargs_rest=$vmargs_rest$line$newline
                continue
            fi
            ;;
        esac
        rest=$line
        _before=$rest
        while _next_word; do
            _raw=${_before%"$rest"}
            _before=$rest
            _vmargs_word
        done
        vmargs_rest=$vmargs_rest$newline
    done
}

# Adds lines to $line as long as it ends within a word.
_vmargs_complete() {
    while :; do
        _unfinished=''
        rest=$line
        while _next_word; do :; done
        if [ -z "$_unfinished" ] || ! IFS= read -r _more; then
            return 0
        fi
        line=$line$newline$_more
    done
}

# vmargs_words: adds the words of $vmargs_rest to the line of a VM.
vmargs_words() {
    _vmargs_words <<END
$vmargs_rest
END
}

_vmargs_words() {
    while IFS= read -r line; do
        case $line in *[\"\'\\]*) _vmargs_complete ;; esac
        rest=$line
        while _next_word; do vm_words "$word"; done
    done
}

# One word of the file: $word as read, $_raw as written.
_vmargs_word() {
    case $_want in
    -name | -sname)
        # erl uses the first of several names
        if [ -z "$vmargs_name" ]; then
            vmargs_type=$_want
            vmargs_name=$word
        fi
        _want=''
        return
        ;;
    -args_file)
        _included=$_included$word$newline
        _want=''
        return
        ;;
    -setcookie)
        _first=$word
        _first_raw=$_raw
        _want=second
        return
        ;;
    second)
        # -setcookie NODE COOKIE is for another node, and stays
        case $word in
        [-+]*) _vmargs_cookie ;;
        *)
            vmargs_rest="$vmargs_rest -setcookie $_first_raw $_raw"
            _want=''
            return
            ;;
        esac
        ;;
    ?*)
        quote "$word"
        vmargs_dist="$vmargs_dist $_want $quoted"
        vmargs_rest="$vmargs_rest $_want $_raw"
        _want=''
        return
        ;;
    esac
    case $word in
    -name | -sname | -setcookie | -args_file | -proto_dist | -ssl_dist_optfile | -epmd_module | -start_epmd)
        _want=$word
        ;;
    *) vmargs_rest="$vmargs_rest$_raw" ;;
    esac
}

_vmargs_cookie() {
    vmargs_cookie=$_first
    _want=''
}
