#!/bin/sh
# An upgrade from the release for one OTP to that for another, by OTP's own appups: the
# emulator is started anew, by heart.
#
#     CHROOT=DIR OLD_ERLANG=DIR TMPDIR=DIR other_otp_restart.sh BUILD_DIR
#
# CHROOT, empty for this machine's own root, has the newer Erlang and runs the node: there the
# older one's programs find a libc that is new enough. Started by other_otp.sh in namespaces
# of its own.
# shellcheck disable=SC2034,SC2154 # shared with lib.sh and upgrade_lib.sh

# shellcheck source=/dev/null
. "$(dirname "$0")/../e2e/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/../e2e/upgrade_lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/other_otp_lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/other_otp_root.sh"

: "${OLD_ERLANG:?}"
old_otp=$(otp_of "$OLD_ERLANG") old_erts=$(erts_of "$OLD_ERLANG")
new_otp=$(otp_of "$chroot_erlang") new_erts=$(erts_of "$chroot_erlang")

# Compiled by the Erlang that it is for, which stands in for the newer one meanwhile.
old_version() {
    mount --bind "$OLD_ERLANG" "$chroot_erlang" || give_up "OTP $old_otp is in the chroot"
    include_erts=$OLD_ERLANG
    scene "$old_otp to $new_otp"
    project=$work/project release=$work/node
    mkdir -p "$project"
    mv "$work/$scene/project"/* "$project/"
    sed -i 's/\[demo, sasl\]/[demo, sasl, runtime_tools]/' "$project/rel/config.yaml"
    echo '-heart' >>"$project/rel/vm.args"
    version 1
    umount "$chroot_erlang" || give_up "OTP $new_otp is in the chroot again"
}

new_version() {
    sed -i "s,include_erts: .*,include_erts: $chroot_erlang," "$project/rel/config.yaml"
    edit demo_other 's/-> 1/-> 2/'
    edit demo_server 's/-vsn("1")/-vsn("2")/; s/{reply, N, /{reply, {second, N}, /; s/^code_change(_, N, _) -> .*/code_change("1", N, _) -> {ok, N + 40};\
code_change({down, "1"}, N, _) -> {ok, N}./'
    upgrade_options=--upgrade
    version 2
    expect "$scene: relc build says that the node restarts" 0 '*' \
        '*this upgrade restarts the emulator*'
    check_not "$scene: the appups are OTP's own" \
        matches "$err" '*Generated .appup for [!d]*'
    finds 'relc check says it' 1 2 emulator_restarts
}

# runs VERSION OTP ERTS WHAT ANSWER
runs() {
    says "$4" '{erlang:system_info(otp_release), demo_server:next(), demo:version(),
        element(2, application:get_key(demo, vsn))}' "{\"$2\",$5,$1,\"$1\"}"
    runs_own_emulator "$scene" "$3"
}

is_installed() {
    expect "$scene: $1" 0 "*Installed Release: $2${newline}Made release permanent: \"$2\"" ''
}

runs_anew() {
    node pid
    [ "$status" -eq 0 ] && [ "$out" != "$pid" ] || return 1
    node status
    [ "$status" -eq 0 ]
}

life() {
    hide_erlang
    node_starts
    runs 1 "$old_otp" "$old_erts" "OTP $old_otp runs" 1
    upgrades_to 2
    is_installed upgrade 2
    runs 2 "$new_otp" "$new_erts" "OTP $new_otp runs, and code_change was called in it" '{second,41}'
    node versions
    expect "$scene: versions" 0 "\\* 2  *permanent, running${newline}  1  *old" ''
    kill -9 "$pid"
    check "$scene: heart starts it again" wait_for 60 runs_anew
    runs 2 "$new_otp" "$new_erts" 'as the new version' '{second,1}'
    node downgrade 1
    is_installed downgrade 1
    runs 1 "$old_otp" "$old_erts" "OTP $old_otp runs again" 1
    node upgrade 2
    is_installed 'upgrade again' 2
    runs 2 "$new_otp" "$new_erts" "OTP $new_otp runs" '{second,41}'
    node restart
    expect "$scene: restart" 0 ok ''
    node remove 1
    expect "$scene: remove" 0 'Removed Release: 1' ''
    same "$scene: the older runtime is gone" "$new_erts" "$(cd "$release" && echo erts-*)"
    runs 2 "$new_otp" "$new_erts" 'the node goes on' '{second,1}'
    node stop
    expect "$scene: stop" 0 ok ''
    show_erlang
}

prepare_root
old_version
new_version
life
