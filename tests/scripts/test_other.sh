#!/bin/sh
# start_boot, escript, command, and the names of mix release and rebar3.
# shellcheck disable=SC2016 # what looks like a variable is meant as it stands

. "$(dirname "$0")/lib.sh"

copy_release "$erlang_release" "$work/it's a \"release\""

# boot files
for command in start_boot console_boot daemon_boot; do
    run $command
    expect "$command without file" 1 '' "*needs a boot file*'start'*'start_clean'*"
    run $command nothing
    expect "$command of nothing" 1 '' "*there is no boot file 'nothing'; version $vsn has *'start'*"
done
(cd "$work" && run start_boot start_clean x 'y z'; expect "start_boot" 0 '' ''; exit "$failures") || failures=1
run rpc '{lists:keymember(demo, 1, application:which_applications()), init:get_plain_arguments()}'
expect "start_boot: the boot file, arguments" 0 '{false,\["x","y z"\]}' ''
run rpc 'os:getenv("HEART_COMMAND")'
expect "heart would start the same again" 0 "*start_boot *start_clean*" ''
run daemon
expect "daemon is start" 1 '' '*is already running*'
run stop
expect "stop" 0 ok ''
cp "$release/releases/$vsn/start.boot" "$work/my own.boot"
(cd "$work" && run daemon_boot 'my own'; expect "daemon_boot of a file in the caller's folder" 0 '' ''; exit "$failures") || failures=1
run rpc 'init:get_argument(boot)'
expect "that was it" 0 "*/my own\"*" ''
run stop
expect "stop" 0 ok ''
run daemon_iex a
expect "daemon_iex is start" 0 '' ''
run stop
expect "stop" 0 ok ''

# escript
mkdir "$release/scripts"
cat >"$release/scripts/hello there" <<'END'
#!/usr/bin/env escript
%%! +S 1
main(Args) ->
    io:format("~p ~p ~ts~n", [Args, code:which(demo) =/= non_existing, element(2, file:get_cwd())]),
    halt(4).
END
cp -R "$release/lib/demo-$vsn" "$release/lib/demo-9.9.9"
(cd / && run escript 'scripts/hello there' 'a b' "it's" '$x' -d; expect "escript: arguments, libraries, folder, status" 4 "\\[\"a b\",\"it's\",\"\$x\",\"-d\"\\] true $release" ''; exit "$failures") || failures=1
printf '%s\n' '#!/usr/bin/env escript' 'main(_) -> io:format("~ts~n", [code:which(demo)]).' >"$work/which"
run escript "$work/which"
expect "escript: an absolute path, the libraries of this version" 0 "*/demo-$vsn/ebin/demo.beam" ''
run eval 'io:format("~ts~n", [code:which(demo)])'
expect "eval: the libraries of this version" 0 "*/demo-$vsn/ebin/demo.beam" ''
rm -r "$release/lib/demo-9.9.9"
run escript
expect "escript without a file" 1 '' '*escript needs a file*'
run escript scripts/none
expect "escript of nothing" 1 '' "*there is no script '$release/scripts/none'"
printf '%s\n' '#!/usr/bin/env escript' 'main(_) -> foo(.' >"$release/scripts/bad"
run escript scripts/bad
expect "escript that does not parse" 127 '' '*syntax error*'
release_before=$release
copy_release "$host_release" "$work/host"
run escript "$release_before/scripts/hello there" x
expect "escript with the host's runtime" 4 "\\[\"x\"\\] true *" ''

# command
release=$release_before
run command demo
expect "command without function" 1 '' '*needs a module and a function*'
run command demo boom
expect "command of a function that raises" 1 '' '*boom*'
run command demo none
expect "command of no function" 1 '' '*undef*'
run command demo hello
expect "command prints no value" 0 '' ''
run command demo tell 'a b' -x --y
expect "command: arguments" 0 '\["a b","-x","--y"\]' ''
copy_release "$elixir_release" "$work/elixir"
for module in :demo demo; do
    run command "$module" tell 'a b' -x
    expect "elixir: command $module" 0 '\["a b","-x"\]' ''
done
for module in System Elixir.System; do
    run command $module halt
    expect "elixir: command $module" 0 '' ''
done
