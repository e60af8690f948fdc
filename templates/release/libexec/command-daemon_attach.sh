# shellcheck shell=sh
# daemon_attach: the same as `attach`

. "$RELEASE_LIBEXEC_DIR/command-attach.sh"
