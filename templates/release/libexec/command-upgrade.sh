# shellcheck shell=sh
# upgrade VERSION|FILE: changes the running node to another version, without stopping it
#
# The package is a file that is named, or the first there is of releases/VERSION/NAME.tar.gz,
# releases/VERSION/NAME-delta.tar.gz, releases/NAME-VERSION.tar.gz and
# releases/NAME-VERSION-delta.tar.gz. Everything that can be known beforehand is checked before
# anything is changed. The version is permanent afterwards: the next start takes it. If the
# upgrade fails, the command says what runs. A version that is there already needs no package.
#
# RELEASE_START_TIMEOUT: how many seconds to wait for a node that is restarted; the default is 60.

. "$RELEASE_LIBEXEC_DIR/upgrade.sh"
upgrade_command "$@"
