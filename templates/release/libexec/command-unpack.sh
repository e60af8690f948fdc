# shellcheck shell=sh
# unpack VERSION|FILE: unpacks the package of another version, for the running node
#
# Where the package is looked for says `help upgrade`. It is checked and unpacked beside, and goes
# when it is in its place, unless it is a file from elsewhere. A version that has never run is
# unpacked anew if there is a package.

. "$RELEASE_LIBEXEC_DIR/upgrade.sh"
unpack_command "$@"
