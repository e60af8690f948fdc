# shellcheck shell=sh
# daemon_boot FILE [ARGUMENT...]: the same as `start_boot`

. "$RELEASE_LIBEXEC_DIR/command-start_boot.sh"
