# shellcheck shell=sh
# unpack VERSION: unpacks the package of another version, for the running node
#
# The package is releases/VERSION/NAME.tar.gz or releases/NAME-VERSION.tar.gz. It is read to its
# end before anything is unpacked, and goes when it is unpacked. A version that the node knows
# already is left as it is.

. "$RELEASE_LIBEXEC_DIR/control.sh"
. "$RELEASE_LIBEXEC_DIR/language.sh"
. "$RELEASE_LIBEXEC_DIR/rpc.sh"
[ "$#:${1:+given}" = 1:given ] || fail "unpack needs a version: $REL_NAME unpack VERSION"
case $1 in
.* | -* | *[!A-Za-z0-9._+@~-]*) fail "'$1' cannot be a version of a release" ;;
esac
[ -z "${RELEASE_READ_ONLY-}" ] || fail "cannot unpack a release with RELEASE_READ_ONLY set"
[ "$REL_INCLUDES_ERTS" = true ] ||
    fail "cannot unpack into a release without its own runtime: it would go into this machine's Erlang"
require_live_node

_package=releases/$1/$REL_NAME.tar.gz
if [ ! -f "$_package" ] && [ -f "releases/$REL_NAME-$1.tar.gz" ]; then
    mkdir -p "releases/$1"
    cp "releases/$REL_NAME-$1.tar.gz" "$_package" || fail "cannot write the package to '$_package'"
fi
erlang_binary "$1"
_version=$literal
erlang_binary "$REL_NAME"
text_evaluation "fun() ->
        [Vsn, Name] = [unicode:characters_to_list(T) || T <- [$_version, $literal]],
        Fail = fun(Format, Arguments) -> throw({failed, io_lib:format(Format, Arguments)}) end,
        File = filename:join([code:root_dir(), \"releases\", Vsn, Name ++ \".tar.gz\"]),
        Unpack = fun() ->
            io:format(\"Release ~s not found, attempting to unpack releases/~s/~s.tar.gz~n\", [Vsn, Vsn, Name]),
            filelib:is_regular(File) orelse Fail(\"there is no package ~ts\", [File]),
            case erl_tar:table(File, [compressed]) of
                {ok, _} -> ok;
                {error, Damage} -> Fail(\"the package ~ts is damaged: ~tp\", [File, Damage])
            end,
            case release_handler:unpack_release(Vsn ++ \"/\" ++ Name) of
                {ok, Unpacked} -> io_lib:format(\"Unpacked successfully: ~tp~n\", [Unpacked]);
                {error, Reason} -> Fail(\"cannot unpack ~ts: ~tp\", [File, Reason])
            end
        end,
        whereis(release_handler) =/= undefined orelse
            Fail(\"the node does not run sasl, which unpacks releases\", []),
        case lists:keyfind(Vsn, 2, release_handler:which_releases()) of
            false -> Unpack();
            {_, _, _, unpacked} -> io_lib:format(\"Release ~s is already unpacked.~n\", [Vsn]);
            {_, _, _, State} -> io_lib:format(\"Release ~s is already there: ~s.~n\", [Vsn, State])
        end
    end"
node_evaluate "${RELEASE_RPC_TIMEOUT:-0}" || exit 1
