# shellcheck shell=sh
# start_boot FILE [--no-wait] [ARGUMENT...]: starts the node in the background with another boot file
#
# FILE is a boot file's path with or without .boot: absolute, or in the version's folder
# (releases/VSN), the release's root folder or the current one. Everything else is as with
# `start`; heart starts the node again with the same file.

. "$RELEASE_LIBEXEC_DIR/boot.sh"
boot_find "${1-}"
shift
RELEASE_BOOT_SCRIPT=$boot
if [ -z "${HEART_COMMAND-}" ]; then
    quote "$RELEASE_ROOT_DIR/bin/$REL_NAME"
    HEART_COMMAND=$quoted
    quote "$boot"
    HEART_COMMAND="$HEART_COMMAND start_boot $quoted"
fi
. "$RELEASE_LIBEXEC_DIR/command-start.sh"
