# shellcheck shell=sh
# What the root folder of a chroot needs; sourced by the first process of namespaces of
# their own, with which it ends.

# prepare_root: of $CHROOT; empty for this machine's own, which has it all but a network.
prepare_root() {
    busybox ip link set lo up
    [ -n "$CHROOT" ] || return 0
    mount -t proc proc "$CHROOT/proc"
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$CHROOT/dev/pts"
    # erl_call dies when the name of the machine has no address
    printf '127.0.0.1 localhost %s\n' "$(hostname)" >"$CHROOT/etc/hosts"
}
