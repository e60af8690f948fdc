# shellcheck shell=sh
# console_clean [ARGUMENT...]: the console of a node whose applications are loaded, not started

. "$RELEASE_LIBEXEC_DIR/vm.sh"
. "$RELEASE_LIBEXEC_DIR/boot.sh"
console "${RELEASE_BOOT_SCRIPT_CLEAN:-start_clean}" "$@"
