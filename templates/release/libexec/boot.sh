# shellcheck shell=sh
# The boot file that a command is given, and the console, which may have one.

# boot_find FILE: sets $boot to the path of a boot file without its extension. It is looked for
# in the version's folder, then in the release's root and in the caller's folder.
boot_find() {
    [ -n "${1-}" ] || fail "$RELEASE_COMMAND needs a boot file: $REL_NAME $RELEASE_COMMAND FILE; there are $(_boot_files)"
    _name=${1%.boot}
    for boot in "$_name" "$REL_DIR/$_name" "$RELEASE_ROOT_DIR/$_name" "$RELEASE_CALLER_DIR/$_name"; do
        case $boot in /*) [ ! -f "$boot.boot" ] || return 0 ;; esac
    done
    fail "there is no boot file '$1'; version $REL_VSN has $(_boot_files)"
}

_boot_files() {
    _names=''
    for _file in "$REL_DIR"/*.boot; do
        _file=${_file##*/}
        _names="$_names${_names:+, }'${_file%.boot}'"
    done
    printf '%s' "$_names"
}

# console BOOT ARGUMENT...: becomes the node, with a shell on this terminal.
console() {
    RELEASE_BOOT_SCRIPT=$1
    shift
    vm_prepare
    vm_begin "$RELEASE_BOOT_SCRIPT"
    vm_node
    vm_shell '' "$@"
    vm_exec
}
