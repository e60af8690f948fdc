# shellcheck shell=sh
# remsh: the same as `remote_console`

. "$RELEASE_LIBEXEC_DIR/command-remote_console.sh"
