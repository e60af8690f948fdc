# shellcheck shell=sh
# help [COMMAND]: lists the commands, or describes one

. "$RELEASE_LIBEXEC_DIR/help.sh"
if [ -n "${1-}" ]; then
    help_command "$1"
else
    help_list
fi
