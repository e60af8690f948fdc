# shellcheck shell=sh
# console_boot FILE [ARGUMENT...]: the console of a node with another boot file
#
# FILE is a boot file's path with or without .boot: absolute, or in the version's folder
# (releases/VSN), the release's root folder or the current one.

. "$RELEASE_LIBEXEC_DIR/vm.sh"
. "$RELEASE_LIBEXEC_DIR/boot.sh"
boot_find "${1-}"
shift
console "$boot" "$@"
