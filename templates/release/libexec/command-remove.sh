# shellcheck shell=sh
# remove VERSION: removes a version that is not used, with all that only it needs
#
# Not the one that runs, that is permanent, or that the next start takes. Also what is left of a
# version that the release handler does not know.

. "$RELEASE_LIBEXEC_DIR/upgrade.sh"
remove_command "$@"
