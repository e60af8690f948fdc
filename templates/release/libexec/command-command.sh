# shellcheck shell=sh
# command MODULE FUNCTION [ARGUMENT...]: calls a function without arguments in a VM of its own
#
# Deprecated, as in Distillery: eval --mfa 'Mod.fun/1' does more. The arguments are System.argv()
# or init:get_plain_arguments().

. "$RELEASE_LIBEXEC_DIR/vm.sh"
. "$RELEASE_LIBEXEC_DIR/language.sh"
. "$RELEASE_LIBEXEC_DIR/call.sh"
. "$RELEASE_LIBEXEC_DIR/eval.sh"
[ "$#" -ge 2 ] || fail "command needs a module and a function: $REL_NAME command MODULE FUNCTION [ARGUMENT...]"
case $1 in
[A-Z]*) call_read --mfa "$1.$2/0" ;;
*) call_read --mfa "$1:$2/0" ;;
esac
shift 2
for _argument; do
    quote "$_argument"
    call_arguments="$call_arguments $quoted"
done
call_none=yes
eval_call
