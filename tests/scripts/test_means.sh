#!/bin/sh
# Other means: no erl_call, no epmd on PATH, another runtime than wanted, erl and escript.

. "$(dirname "$0")/lib.sh"

for kind in erlang elixir; do
    case $kind in erlang) from=$erlang_release ;; elixir) from=$elixir_release ;; esac
    copy_release "$from" "$work/$kind without erl_call"
    rm "$release"/erts-*/bin/erl_call
    run ping
    expect "$kind: ping without node" 1 '' '*is not running'
    # nothing of the host's Erlang on PATH: the release's own epmd and everything else
    mkdir -p "$work/bin"
    for program in sh env od tr mv mkdir ln rm date sleep chmod find cat ls tail head awk ps readlink grep "${shell_under_test%% *}"; do
        [ -e "$work/bin/$program" ] || ln -s "$(command -v "$program")" "$work/bin/$program"
    done
    PATH=$work/bin run start
    expect "$kind: start, host's Erlang not on PATH" 0 '' ''
    run ping
    expect "$kind: ping" 0 pong ''
    run pid
    expect "$kind: pid" 0 '[0-9]*' ''
    pid=$out
    case $kind in
    elixir) set -- 'IO.puts("žluť \" \\"); {:done, node()}' "{:done, :\"$node\"}" 'raise "boom"' ;;
    *) set -- 'io:format("~ts~n", ["žluť \" \\"]), {done, node()}' "{done,'$node'}" 'demo:boom()' ;;
    esac
    run rpc "$1"
    expect "$kind: rpc" 0 "žluť \" \\\\
$2" ''
    run rpc "$3"
    expect "$kind: rpc that raises" 1 '' '*boom*'
    case $kind in elixir) sleep='Process.sleep(9000)' ;; *) sleep='timer:sleep(9000)' ;; esac
    RELEASE_RPC_TIMEOUT=1 run rpc "$sleep"
    expect "$kind: rpc that takes too long" 1 '' '*not evaluated within 1 s*'
    run status --json
    expect "$kind: status" 0 "*\"status\":\"running\",\"pid\":$pid,*" ''
    run info processes
    expect "$kind: info processes" 0 'Name *init *' ''
    run reload_config
    expect "$kind: reload_config" 0 ok ''
    COOKIE=wrong run ping
    expect "$kind: another cookie" 1 '' '*its cookie is another one*'
    run stop
    expect "$kind: stop" 0 ok ''
    check "$kind: gone" wait_for gone "$pid"
done

# erl_call that crashes, as it does where the host's own name does not resolve
copy_release "$erlang_release" "$work/crash"
crashing=$(echo "$release"/erts-*/bin/erl_call)
printf '#!/bin/sh\nkill -SEGV $$\n' >"$crashing"
run start
expect "start without a working erl_call" 0 '' ''
run rpc 'demo:hello()'
expect "rpc without a working erl_call" 0 hello_world ''
run stop
expect "stop without a working erl_call" 0 ok ''

# The node may not have noticed the end of a call when the next one comes: by the same name, it
# would be refused.
copy_release "$erlang_release" "$work/names"
calling=$(echo "$release"/erts-*/bin/erl_call)
mv "$calling" "$work/erl_call"
cat >"$calling" <<END
#!/bin/sh
[ "\$1" = -h ] && echo "\$2" >>"$work/client names"
exec "$work/erl_call" "\$@"
END
chmod 755 "$calling"
run start
expect "start with names of calls written down" 0 '' ''
: >"$work/client names"
for _ in 1 2 3; do
    run rpc 'demo:hello()'
done
check "a call has been named" [ "$(wc -l <"$work/client names")" -ge 6 ]
check "each call has a name of its own" [ -z "$(sort "$work/client names" | uniq -d)" ]
run stop
expect "stop" 0 ok ''

# erl and escript of the release, moved, called through a link, from another folder
copy_release "$erlang_release" "$work/moved here"
erts=$(echo "$release"/erts-*)
ln -s "$erts/bin/erl" "$work/erl-link"
program='io:format("~ts ~ts", [code:root_dir(), code:lib_dir(kernel)]), halt(3).'
for erl in "$erts/bin/erl" "$work/erl-link"; do
    # shellcheck disable=SC2086
    out=$(cd / && $shell_under_test "$erl" -noshell -eval "$program")
    status=$?
    check "${erl##*/}: status" [ "$status" -eq 3 ]
    case $out in "$release $release/lib/kernel-"*) ok "${erl##*/}: roots in the release" ;; *) not_ok "${erl##*/}: roots in the release" "$out" ;; esac
done
out=$(cd "$work" && "$erts/bin/erl" -noshell -boot no_dot_erlang -eval 'io:format("~ts ~p", [element(2, file:get_cwd()), init:get_plain_arguments()]), halt().' -extra 'a b' -boot)
check "erl keeps folder, -boot and arguments" [ "$out" = "$work [\"a b\",\"-boot\"]" ]
cat >"$work/hello" <<'END'
#!/usr/bin/env escript
main(Args) -> io:format("~p ~ts~n", [Args, code:root_dir()]), halt(4).
END
out=$("$erts/bin/escript" "$work/hello" 'x y')
check "escript" [ "$?:$out" = "4:[\"x y\"] $release" ]

# a runtime that is not there, and one of another version
mv "$erts" "$work/erts-away"
run ping
expect "the release's runtime is missing" 1 '' "*runtime is not there*erlexec' is missing*"
copy_release "$host_release" "$work/host"
PATH=$work/bin run ping
expect "no Erlang on the host" 1 '' "*no Erlang found*there is no 'erl' on PATH*"
sed "s/^REL_ERTS_VSN=.*/REL_ERTS_VSN='99.9'/" "$host_release/releases/$vsn/$name.sh" >"$release/releases/$vsn/$name.sh"
run eval 'ok'
expect "the host has another version" 0 '' '*built for ERTS 99.9, the host has*'
# a program that only knows how to run Erlang, as version managers have them
mkdir "$work/shims"
printf '#!/bin/sh\nexec /usr/bin/erl "$@"\n' >"$work/shims/erl"
chmod 755 "$work/shims/erl"
cp "$host_release/releases/$vsn/$name.sh" "$release/releases/$vsn/$name.sh"
PATH=$work/shims:$PATH run eval 'io:format("~s", [code:root_dir()])'
expect "erl is a shim" 0 '/*' ''
