# shellcheck shell=sh
# Environment variables in the configuration files: ${NAME}, and ${NAME:-DEFAULT} for one that is
# not set or empty. A value means itself wherever it stands: it is written so that the file's
# reader gets just this value, and is not looked at for further variables. A default is part of
# the file, and is put there as it is.
#
#   sys.config  within "..." and '...' the value is escaped as Erlang demands it; elsewhere it is
#               inserted as it is, for a number or a whole term. Comments stay as they are.
#   vm.args     the value is one word or a part of one, within quotes and without. Comments stay
#               as they are, too.
#
# A backslash before the $ leaves a variable alone.
#
# The text is for a copy in another folder: where sys.config names further files that lie beside
# it, the copy has their whole paths.

# replace_vars sys.config|vm.args FILE: prints the text; or an error, and fails, if a variable is
# not set. Without REPLACE_OS_VARS no variable is replaced.
replace_vars() {
    _result=$(
        RELEASE_REPLACE_DIR=${2%/*}
        export RELEASE_REPLACE_DIR
        awk -v kind="$1" -v replaces="${REPLACE_OS_VARS:+1}" "$_replace_program" <"$2"
    ) && printf '%s\n' "$_result" && return
    case $_result in
    *' '*) error "the variable '${_result#* }' in line ${_result%% *} of '$2' is not set; give it a value, or a default: \${${_result#* }:-DEFAULT}" ;;
    *) error "cannot replace the variables in '$2'" ;;
    esac
    return 1
}

# shellcheck disable=SC2016 # the $ are for awk
_replace_program='
# The value as it has to be written within the quotes q, or outside of quotes.
function erlang(value, q,    out, c) {
    if (q == "")
        return value
    while (match(value, /[\\"\047\n]/)) {
        c = substr(value, RSTART, 1)
        out = out substr(value, 1, RSTART - 1) (c == "\n" ? "\\n" : c == "\\" || c == q ? "\\" c : c)
        value = substr(value, RSTART + 1)
    }
    return out value
}

function word(value, q,    out, c) {
    while (match(value, q == "" ? "[ \t\n\v\f\r\\\\\"\047#]" : q)) {
        c = substr(value, RSTART, 1)
        out = out substr(value, 1, RSTART - 1)
        if (q == "")
            out = out "\\" c
        else
            out = out q (q == "\"" ? "\047\"\047" : "\"\047\"") q
        value = substr(value, RSTART + 1)
    }
    return out value
}

# The text for NAME or NAME:-DEFAULT.
function replacement(reference,    name, split_at) {
    split_at = index(reference, ":-")
    name = split_at ? substr(reference, 1, split_at - 1) : reference
    if (split_at && (!(name in ENVIRON) || ENVIRON[name] == ""))
        return substr(reference, split_at + 2)
    if (!(name in ENVIRON)) {
        missing = NR " " name
        exit 1
    }
    return kind == "vm.args" ? word(ENVIRON[name], quote) : erlang(ENVIRON[name], quote)
}

# A backslash means something everywhere in vm.args; in sys.config within quotes, and as $\" for
# one character outside of them, where $ alone stands before every character.
function dollar(    length_taken) {
    if (replaces && match(rest, /^[{][A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?[}]/)) {
        length_taken = RLENGTH
        all = all replacement(substr(rest, 2, length_taken - 2))
    } else {
        length_taken = kind == "vm.args" || quote != "" ? 0 : substr(rest, 1, 1) == "\\" ? 2 : 1
        all = all "$" substr(rest, 1, length_taken)
    }
    rest = substr(rest, length_taken + 1)
}

function is_file(path,    line, found) {
    found = (getline line < path) >= 0
    close(path)
    return found
}

# A string has ended. In the outermost list it is the name of a file.
function included(    name, dir) {
    name = substr(all, string_at)
    dir = ENVIRON["RELEASE_REPLACE_DIR"] "/"
    if (name !~ /^[\/]/ && (is_file(dir name) || is_file(dir name ".config")))
        all = substr(all, 1, string_at - 1) erlang(dir, "\"") name
}

BEGIN {
    depth = 0
    quote = ""
    comment = kind == "vm.args" ? "#" : "%"
    special = kind == "vm.args" ? "[$\\\\\"\047#]" : "[]$\\\\\"\047%({[})]"
}

{
    rest = $0
    if (NR > 1)
        all = all "\n"
    while (match(rest, special)) {
        all = all substr(rest, 1, RSTART - 1)
        c = substr(rest, RSTART, 1)
        rest = substr(rest, RSTART + 1)
        if (c == "$") {
            dollar()
            continue
        }
        if (c == quote && depth == 1 && c == "\"")
            included()
        all = all c
        if (c == "\\" && (kind == "vm.args" ? quote == "" : quote != "")) {
            all = all substr(rest, 1, 1)
            rest = substr(rest, 2)
        } else if (c == quote) {
            quote = ""
        } else if (quote == "" && (c == "\"" || c == "\047")) {
            quote = c
            string_at = length(all) + 1
        } else if (quote == "" && index("([{", c)) {
            depth++
        } else if (quote == "" && index(")]}", c)) {
            depth--
        } else if (quote == "" && c == comment) {
            break
        }
    }
    all = all rest
}

END {
    ORS = ""
    print missing == "" ? all : missing
    exit (missing != "")
}
'
