# shellcheck shell=sh
# Finds the Erlang runtime: the release's own, or the host's when the release has none or
# USE_HOST_ERTS is set. No virtual machine is started for it, save in _host_root_asked.

# erts_find: sets and exports ROOTDIR, BINDIR, EMU, PROGNAME for erlexec.
erts_find() {
    [ -z "${BINDIR_FOUND-}" ] || return 0
    if [ "$REL_INCLUDES_ERTS" = true ] && [ -z "${USE_HOST_ERTS-}" ]; then
        ROOTDIR=$RELEASE_ROOT_DIR
        BINDIR=$ROOTDIR/erts-$ERTS_VSN/bin
        [ -x "$BINDIR/erlexec" ] ||
            fail "the release's runtime is not there: '$BINDIR/erlexec' is missing or not executable"
    else
        _host_erts_find
    fi
    EMU=beam
    PROGNAME=erl
    BINDIR_FOUND=yes
    ERTS_DIR=${BINDIR%/bin}
    ERTS_LIB_DIR=$ROOTDIR/lib
    export ROOTDIR BINDIR EMU PROGNAME ERTS_DIR ERTS_LIB_DIR
}

# A runtime of another version may lack what the release was made for: said once per start.
erts_check() {
    if [ "${BINDIR%/erts-"$ERTS_VSN"/bin}" = "$BINDIR" ]; then
        notice "warning: the release was built for ERTS $ERTS_VSN, the host has '${BINDIR%/bin}': it may fail to run"
    fi
}

_host_erts_find() {
    _erl=''
    _path=${PATH-}:
    while [ -n "$_path" ]; do
        _folder=${_path%%:*}
        _path=${_path#*:}
        if [ -x "${_folder:-.}/erl" ] && [ ! -d "${_folder:-.}/erl" ]; then
            _erl=${_folder:-.}/erl
            break
        fi
    done
    [ -n "$_erl" ] ||
        fail "no Erlang found: the release has none of its own and there is no 'erl' on PATH; install Erlang/OTP ${REL_OTP_VSN:-}"
    _program=$_erl
    while [ -h "$_erl" ]; do
        _link=$(readlink "$_erl") || fail "cannot read the symbolic link '$_erl'"
        case $_link in
        /*) _erl=$_link ;;
        *) _erl=${_erl%/*}/$_link ;;
        esac
    done
    # ROOT/bin/erl, ROOT/erts-VSN/bin/erl, or a script that stands anywhere else
    _host_root_try "${_erl%/*}/.." || _host_root_try "${_erl%/*}/../.." ||
        _host_root_try "$(_host_root_asked)" ||
        fail "cannot find the Erlang installation that '$_program' belongs to"
}

_host_root_try() {
    [ -n "$1" ] || return 1
    for _erts in "$1/erts-$ERTS_VSN" "$1"/erts-*; do
        if [ -x "$_erts/bin/erlexec" ] && [ -d "$1/lib" ]; then
            _here=$PWD
            cd -P -- "$1" || return 1
            ROOTDIR=$PWD
            cd -- "$_here" || return 1
            BINDIR=$ROOTDIR/${_erts##*/}/bin
            return 0
        fi
    done
    return 1
}

# The shims of version managers are scripts that only Erlang itself can tell where it is.
_host_root_asked() {
    "$_program" -boot start_clean -noinput -eval \
        'io:put_chars([code:root_dir(), 10]), halt().' 2>/dev/null
}

# erts_tool NAME: sets $tool to a program that comes with the runtime, or fails.
erts_tool() {
    for tool in "$BINDIR/$1" "$ROOTDIR/bin/$1" "$ROOTDIR"/lib/erl_interface-*/bin/"$1"; do
        [ ! -x "$tool" ] || return 0
    done
    return 1
}
