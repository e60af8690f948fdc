#!/bin/sh
# What an rpc gives back, in detail; and the same expressions in a VM of their own (eval).

# shellcheck disable=SC2016 # what looks like a variable or a command is meant as it stands

. "$(dirname "$0")/lib.sh"

# Elixir
copy_release "$elixir_release" "$work/elixir"
run start 'an argument' second
expect "start" 0 '' ''
run rpc '"žluťoučký 🐎 \\ \" $x" <> <<0>>'
expect "text with every kind of character" 0 '<<*' ''
run rpc 'IO.puts("žluťoučký 🐎 \\ \" $x `y`"); :done'
expect "UTF-8 both ways" 0 'žluťoučký 🐎 \\ " $x `y`
:done' ''
run rpc 'IO.write("no newline at the end"); 1'
expect "output without newline" 0 'no newline at the end1' ''
run rpc 'IO.write("a\n\n\nb\n\n"); 1'
expect "empty lines" 0 'a


b

1' ''
run rpc 'IO.puts(String.duplicate("x", 100_000)); 100_000'
check "100 kB of output" [ "$(wc -c <"$work/out")" -eq 100008 ]
run rpc 'IO.puts("before"); raise ArgumentError, "žluť"'
expect "output before an exception" 1 'before' '*(ArgumentError) žluť*'
run rpc '1 / 0'
expect "1 / 0 is no call" 1 '' '*(ArithmeticError)*'
run rpc 'undefined_variable'
expect "an undefined variable" 1 '' '*undefined*'
run rpc ':no_module.no_function()'
expect "an undefined function" 1 '' '*(UndefinedFunctionError)*'
run rpc ':demo.hello/0'
expect ":mod.fun/0" 0 ':hello_world' ''
run rpc 'Enum.map([1, 2], &(&1 * 2))
|> Enum.sum()'
expect "several lines" 0 6 ''
run rpc 'System.argv()'
expect "the arguments of start" 0 '*"an argument", "second"*' ''
run rpc 'Application.get_env(:demo, :colour)'
expect "sys.config" 0 ':blue' ''
run rpc 'System.get_env("HOME")'
expect "the home of the user" 0 "\"$HOME\"" ''
run rpc 'Process.exit(self(), :kill)'
expect "the evaluating process is killed" 1 '' '*'
RELEASE_RPC_TIMEOUT=1 run rpc 'Process.sleep(:infinity)'
expect "an rpc that takes too long" 1 '' '*not evaluated within 1 s (RELEASE_RPC_TIMEOUT)*'
run rpc ':still_here'
expect "the call after it gets its own answer" 0 ':still_here' ''
RELEASE_RPC_TIMEOUT=soon run rpc '1'
expect "a timeout that is no number" 1 '' "*must be a number of seconds, not 'soon'*"
run rpc 'Process.sleep(100); System.halt(3)'
expect "the node ends during an rpc" 1 '' '*was lost before the expression was evaluated*'
wait_for eval '! answers'

run eval 'IO.puts("žluť"); 42'
expect "eval prints no value" 0 'žluť' ''
run eval 'IO.inspect({node(), Application.get_env(:demo, :colour), System.argv()})' a 'b c' -d --e
expect "eval: no distribution, configuration, arguments" 0 '{:nonode@nohost, :blue, \["a", "b c", "-d", "--e"\]}' ''
run eval 'Application.started_applications() |> Enum.any?(&(elem(&1, 0) == :demo)) |> IO.puts()'
expect "eval starts no application" 0 false ''
run eval 'IO.puts(Application.spec(:demo, :vsn))'
expect "eval has the applications loaded" 0 "$vsn" ''
run eval 'raise "boom"'
expect "eval that raises" 1 '' '*(RuntimeError) boom*'
run eval 'exit(:gone)'
expect "eval that exits" 1 '' '*gone*'
run eval 'throw(:ball)'
expect "eval that throws" 1 '' '*ball*'
run eval 'foo(('
expect "eval that does not parse" 1 '' '*missing terminator*'
run eval 'System.halt(7)'
expect "eval that halts" 7 '' ''
run eval ':demo.say/0'
expect "eval of a missing function" 1 '' '*UndefinedFunctionError*'
run eval ':demo.hello/0'
expect "eval of :mod.fun/0" 0 '' ''
run eval '-1 |> IO.puts()'
expect "an expression that begins with a hyphen" 0 -1 ''
run eval 'IO.inspect(System.get_env("RELEASE_EXPRESSION"))'
expect "the expression is not left in the environment" 0 nil ''
LC_ALL=C run eval 'IO.puts("žluť")'
expect "eval without a UTF-8 locale" 0 'žluť' ''
(unset HOME; run eval 'IO.puts(1)'; expect "eval without HOME" 0 1 ''; exit "$failures") || failures=$((failures + 1))

# Erlang
copy_release "$erlang_release" "$work/erlang"
run start 'an argument' second
expect "erlang: start" 0 '' ''
run rpc 'io:format("~ts~n", ["žluť \\ \" $x"]), {done, "zlut", <<"a">>}'
expect "erlang: UTF-8 both ways" 0 'žluť \\ " $x
{done,"zlut",<<"a">>}' ''
run rpc 'A = 1,
% a comment
A + 1. '
expect "erlang: lines, comment, final dot" 0 2 ''
run rpc 'X = fun(Y) -> Y * 2 end, X(4) % end'
expect "erlang: a comment at the end" 0 8 ''
run rpc 'demo:arguments()'
expect "erlang: the arguments of start" 0 '*"an argument"*' ''
run rpc '1/0.'
expect "erlang: 1/0 is no call" 1 '' '*arith*'
run rpc 'demo:hello/0'
expect "erlang: mod:fun/0" 0 hello_world ''
run rpc '"unfinished'
expect "erlang: what does not scan" 1 '' '*syntax error in line 1:*'
run rpc 'a, b. c.'
expect "erlang: two forms" 1 '' '*syntax error*'
run rpc 'no_module:f()'
expect "erlang: an undefined function" 1 '' '*undef*no_module*'
run stop
expect "erlang: stop" 0 ok ''
run eval 'io:format("~ts ~p~n", ["žluť", init:get_plain_arguments()])' a 'b c'
expect "erlang: eval" 0 'žluť \["a","b c"\]' ''
run eval 'error(boom)'
expect "erlang: eval that raises" 1 '' '*boom*'
run eval 'halt(7)'
expect "erlang: eval that halts" 7 '' ''
run eval 'foo(('
expect "erlang: eval that does not parse" 1 '' '*syntax error*'
run eval 'demo:hello/0'
expect "erlang: eval of mod:fun/0" 0 '' ''
