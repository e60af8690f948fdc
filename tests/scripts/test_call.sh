#!/bin/sh
# The options of rpc and eval: files, functions with arguments, timeouts.
# shellcheck disable=SC2016 # what looks like a variable or a command is meant as it stands

. "$(dirname "$0")/lib.sh"

# What needs no node. $1: the command
wrong_usage() {
    run "$1" --bogus x
    expect "$1: an unknown option" 1 '' "*unknown option '--bogus' of '$1'*"
    run "$1" --mfa
    expect "$1: an option without its value" 1 '' "*the option '--mfa' of '$1' needs a value"
    run "$1"
    expect "$1: nothing to do" 1 '' "*$1 needs an expression: $name $1 'EXPRESSION'"
    run "$1" --timeout 3
    expect "$1: only a timeout" 1 '' "*$1 needs an expression*"
    run "$1" --timeout soon ok
    expect "$1: a timeout that is no number" 1 '' "*--timeout must be a number of seconds, not 'soon'"
    run "$1" --argv ok
    expect "$1: --argv without --mfa" 1 '' "*'--argv' of '$1' goes with '--mfa'"
    run "$1" --file /no/such
    expect "$1: no such file" 1 '' "*cannot read the file '/no/such'"
    run "$1" --file "$work"
    expect "$1: a folder instead of a file" 1 '' "*cannot read the file '$work'"
    run "$1" --file "$work/a.txt" --mfa 'a:b/0'
    expect "$1: a file and a function" 1 '' "*takes one of an expression, '--file' and '--mfa'"
    for bad in a:b a/1 'a:b/x' 'a:b/' ':/1' 'a b:c/0' 'a:b c/0' "a:b'/0" '' a.b; do
        run "$1" --mfa "$bad"
        expect "$1: no function: $bad" 1 '' "*'$bad' is no function with its arity*"
    done
    run "$1" --mfa demo:say/1
    expect "$1: too few arguments" 1 '' "*the function is 'demo:say/1', and the number of arguments given is 0"
    run "$1" --mfa demo:say/1 a b
    expect "$1: too many arguments" 1 '' "*the function is 'demo:say/1', and the number of arguments given is 2"
    run "$1" --mfa demo:say/2 --argv a b
    expect "$1: --argv for two arguments" 1 '' "*with '--argv' the function gets one argument*"
}

copy_release "$erlang_release" "$work/erlang"
: >"$work/a.txt"
wrong_usage rpc
wrong_usage eval
run rpc ok
expect "erlang: rpc without node" 1 '' '*is not running'

odd='it'\''s "q" \ $x ~p žluť
second'
printf '%s\n' '% a file' 'A = "žluť".' 'F = fun(X) -> X ++ A end.' 'io:format("~ts~n", [F("x")]),' '{done, 1}.' >"$work/a file.erl"
printf '%s\n' 'A = 1.' 'B = = 2.' >"$work/bad.erl"
run start
expect "erlang: start" 0 '' ''
for command in rpc eval; do
    value=''
    [ "$command" = eval ] || value='
{done,1}'
    run $command --file "$work/a file.erl"
    expect "erlang: $command --file" 0 "xžluť$value" ''
    (cd "$work" && run $command --file 'a file.erl' && expect "erlang: $command --file, relative" 0 "xžluť$value" '')
    run $command --file "$work/bad.erl"
    expect "erlang: $command of a bad file" 1 '' '*syntax error in line 2*'
    value=''
    [ "$command" = eval ] || value='
said'
    run $command --mfa demo:say/1 "$odd"
    expect "erlang: $command --mfa" 0 "it's \"q\" \\\\ \$x ~p žluť
second$value" ''
    run $command --mfa demo:say/1 --argv -- a -b --c
    expect "erlang: $command --mfa --argv" 0 "a-b--c$value" ''
    run $command --mfa demo:boom/0
    expect "erlang: $command of a function that raises" 1 '' '*boom*'
    run $command --mfa demo:none/1 x
    expect "erlang: $command of a function that is not there" 1 '' '*undef*'
    run $command --timeout=1 'timer:sleep(9000)'
    expect "erlang: $command --timeout" 1 '' '*not evaluated within 1 s*'
    run $command --timeout 9 'demo:say("in time")'
    expect "erlang: $command within the timeout" 0 "in time$value" ''
done
awk 'BEGIN { print "length(["; for (i = 0; i < 4000; i++) printf "\"line %d \\\\ žluť\",\n", i; print "\"\"])" }' >"$work/long.erl"
before=$(date +%s)
run rpc --file "$work/long.erl"
expect "a long file" 0 4001 ''
check "a long file is no long work" [ "$(($(date +%s) - before))" -le 5 ]
run rpc 'demo:hello()' --timeout 9
expect "rpc: options after the expression" 0 hello_world ''
run rpc --timeout 1 'timer:sleep(9000)'
expect "rpc names what set the limit" 1 '' '*within 1 s (--timeout)*'
run rpc -- 'demo:hello()'
expect "rpc: an expression after --" 0 hello_world ''
run stop
expect "erlang: stop" 0 ok ''

copy_release "$elixir_release" "$work/elixir"
printf '%s\n' '# a file' 'a = "žluť"' 'IO.puts(a <> Path.basename(__ENV__.file))' '{:done, 1}' >"$work/a file.exs"
printf '%s\n' 'a = 1' 'b = = 2' >"$work/bad.exs"
run start
expect "elixir: start" 0 '' ''
for command in rpc eval; do
    value=''
    [ "$command" = eval ] || value='
{:done, 1}'
    run $command --file "$work/a file.exs"
    expect "elixir: $command --file" 0 "žluťa file.exs$value" ''
    run $command --file "$work/bad.exs"
    expect "elixir: $command of a bad file" 1 '' '*bad.exs:2*'
    value=''
    [ "$command" = eval ] || value='
:ok'
    run $command --mfa IO.puts/1 "$odd"
    expect "elixir: $command --mfa" 0 "it's \"q\" \\\\ \$x ~p žluť
second$value" ''
    run $command --mfa IO.puts/1 --argv -- a -b --c
    expect "elixir: $command --mfa --argv" 0 "a-b--c$value" ''
    for spec in :demo.say/1 demo:say/1 demo.say/1; do
        run $command --mfa $spec hello
        expect "elixir: $command --mfa $spec" 0 'hello*' ''
    done
    run $command --mfa Elixir.IO.puts/1 -- --hello
    expect "elixir: $command --mfa with Elixir's prefix" 0 '--hello*' ''
    run $command --mfa String.to_integer/1 x
    expect "elixir: $command of a function that raises" 1 '' '*ArgumentError*'
    run $command --timeout 1 'Process.sleep(9000)'
    expect "elixir: $command --timeout" 1 '' '*not evaluated within 1 s*'
done
run eval --mfa System.halt/1 3
expect "eval of a function with a wrong argument" 1 '' '*'
run stop
expect "elixir: stop" 0 ok ''
