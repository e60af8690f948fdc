# shellcheck shell=sh
# daemon [ARGUMENT...]: the same as `start`

. "$RELEASE_LIBEXEC_DIR/command-start.sh"
