# shellcheck shell=sh disable=SC2034,SC2154
# Helpers of the tests that run releases in a chroot; sourced after ../e2e/lib.sh, by scripts
# that have a mount namespace of their own, with
#   CHROOT  its folder, with TMPDIR in it; empty for this machine's own root

: "${CHROOT?}"
chroot_erlang=$CHROOT/usr/lib/erlang
installed="$chroot_erlang $CHROOT/usr/lib/elixir"
inside=${work#"$CHROOT"}

cat >"$work/inside" <<END
#!/bin/sh
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 TERM=xterm HOME=$inside/home \\
    MIX_ENV=prod TMPDIR=$inside ERL_CRASH_DUMP=/dev/null \\
    chroot '${CHROOT:-/}' "\$@"
END
chmod 755 "$work/inside"

# erts_of ERLANG: the name of its folder, erts-VSN.
erts_of() {
    basename "$1"/erts-*
}

# otp_of ERLANG: its release, such as 25.
otp_of() {
    sed 's/.* //' "$1/releases/start_erl.data"
}

# The scripts of a release are known in the chroot by the end of their path.
launch() {
    inside_program=${1#"$CHROOT"}
    shift
    timeout "$limit" "$work/inside" "$inside_program" "$@"
}

# inside FOLDER COMMAND...: as `run`, in that folder of the chroot.
inside() {
    inside_folder=$inside/$1
    shift
    # The inner shell expands them.
    # shellcheck disable=SC2016
    run timeout "$limit" "$work/inside" sh -c 'cd "$1" && shift && exec "$@"' sh \
        "$inside_folder" "$@"
}

# compile PROJECT: as in upgrade_lib.sh, with the chroot's Erlang.
compile() {
    # shellcheck disable=SC2016 # as above
    timeout "$limit" "$work/inside" sh -c 'cd "$1" && erlc +debug_info -o ebin src/*.erl' sh \
        "${1#"$CHROOT"}"
}

# A release brings all it needs: the chroot's own Erlang is not there while it runs.
hide_erlang() {
    for folder in $installed; do
        mount -t tmpfs none "$folder" || give_up "an empty folder hides $folder"
    done
}

show_erlang() {
    for folder in $installed; do
        umount "$folder" || give_up "$folder is there again"
    done
}

# The process of the node is the emulator of that ERTS in the release's own folder.
runs_own_emulator() {
    node pid
    pid=$out
    same "$1: the node runs $2 of the release" \
        "$release/$2/bin/beam.smp" "$(readlink "/proc/$pid/exe")"
}
