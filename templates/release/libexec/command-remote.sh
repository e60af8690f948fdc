# shellcheck shell=sh
# remote: the same as `remote_console`

. "$RELEASE_LIBEXEC_DIR/command-remote_console.sh"
