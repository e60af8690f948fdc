# shellcheck shell=sh
# daemon_iex [ARGUMENT...]: the same as `start`, whose node has IEx for `attach`

. "$RELEASE_LIBEXEC_DIR/command-start.sh"
