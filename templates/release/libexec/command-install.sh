# shellcheck shell=sh
# install VERSION|FILE: the same as `upgrade`, in either direction

. "$RELEASE_LIBEXEC_DIR/upgrade.sh"
upgrade_command "$@"
