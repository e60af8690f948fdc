# shellcheck shell=sh
# escript PATH [ARGUMENT...]: runs an Erlang script with the release's runtime and libraries
#
# PATH is absolute or relative to the release's root folder.

[ -n "${1-}" ] || fail "escript needs a file: $REL_NAME escript PATH [ARGUMENT...]"
erts_find
erts_tool escript || fail "cannot find 'escript', which belongs to the runtime in '$BINDIR'"
case $1 in
/*) _script=$1 ;;
*) _script=$RELEASE_ROOT_DIR/$1 ;;
esac
[ -f "$_script" ] || fail "there is no script '$_script'"
shift
# The version's own boot file instead of bin/no_dot_erlang: the first of several is the one.
quote "$REL_DIR/no_dot_erlang"
_flags="-boot $quoted"
quote "$REL_LIB_DIR"
export ERL_AFLAGS="$_flags -boot_var RELEASE_LIB $quoted ${ERL_AFLAGS-}"
exec "$tool" "$_script" "$@"
