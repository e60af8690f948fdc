# shellcheck shell=sh
# start_iex [ARGUMENT...]: the same as `console`

. "$RELEASE_LIBEXEC_DIR/command-console.sh"
