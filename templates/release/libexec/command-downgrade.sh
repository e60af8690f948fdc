# shellcheck shell=sh
# downgrade VERSION: changes the running node to an earlier version, without stopping it
#
# The same work as `upgrade`: the way down is in the relup of the running version.

. "$RELEASE_LIBEXEC_DIR/upgrade.sh"
upgrade_command "$@"
