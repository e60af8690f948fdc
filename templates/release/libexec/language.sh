# shellcheck shell=sh
# Expressions of the user: Elixir where the release has it, Erlang otherwise. Here are the
# Erlang programs that evaluate them, on the node (rpc) or in a VM of their own (eval).

# expression_read TEXT: sets $expression. Mod.fun/0 (Erlang: mod:fun/0) is a call.
expression_read() {
    expression=$1
    case $1 in
    *[!A-Za-z0-9_.:?!]*/0 | */*/0) ;;
    [A-Z:]*.[a-z_]*/0) [ "$REL_HAS_ELIXIR" != true ] || expression="${1%/0}()" ;;
    [a-z]*:[a-z]*/0) [ "$REL_HAS_ELIXIR" = true ] || expression="${1%/0}()" ;;
    esac
}

# erlang_binary TEXT: sets $literal to an Erlang binary with the bytes of the text. erl_call
# reads its input as Latin-1, so that one byte of UTF-8 is one character of the literal and one
# byte again.
erlang_binary() {
    if [ "${#1}" -gt 2000 ]; then
        # What takes the shell seconds is worth a process.
        replaced=$(printf '%s.' "$1" | LC_ALL=C sed 's/[\\"]/\\&/g')
        replaced=${replaced%.}
    else
        replace_all "$1" \\ \\\\
        replace_all "$replaced" \" \\\"
    fi
    literal="<<\"$replaced\">>"
}

# The frames below the user's own code are cut off the stack.
_stack_cut="fun(St) ->
    lists:reverse(lists:dropwhile(fun(F) ->
        lists:member(element(1, F), [erl_eval, lib, erl_call, rpc, erpc, c, proc_lib, init,
            elixir, elixir_compiler, elixir_lexical, 'Elixir.Code', 'Elixir.Kernel.CLI'])
    end, lists:reverse(St)))
end"

# As an Erlang fun of class, reason and stack: what is printed of an exception.
_erlang_format='fun(C, R, S) ->
    try erl_error:format_exception(C, R, S)
    catch error:undef -> io_lib:format("exception ~ts: ~tp~n  ~tp", [C, R, S]) end
end'

# As an Erlang fun of the text, and of whether it may be several sequences of expressions, each
# with a dot at its end, as in a file. All is parsed before anything is evaluated.
_erlang_evaluate='fun(Text, Several) ->
    Fail = fun({Line, M, What}) ->
        throw({relc_syntax, io_lib:format("syntax error in line ~w: ~ts",
            [case Line of {L, _} -> L; L -> L end, M:format_error(What)])})
    end,
    Tokens = case erl_scan:string(unicode:characters_to_list(Text)) of
        {ok, Ts, _} -> Ts;
        {error, ScanError, _} -> Fail(ScanError)
    end,
    Closed = case Tokens =/= [] andalso element(1, lists:last(Tokens)) of
        dot -> Tokens;
        _ -> Tokens ++ [{dot, 1}]
    end,
    Parts = fun
        Parts([], []) -> [];
        Parts([{dot, _} = Dot | Rest], Before) when Several; Rest =:= [] ->
            [lists:reverse(Before, [Dot]) | Parts(Rest, [])];
        Parts([Token | Rest], Before) -> Parts(Rest, [Token | Before])
    end,
    Parsed = [case erl_parse:parse_exprs(Part) of
        {ok, Es} -> Es;
        {error, ParseError} -> Fail(ParseError)
    end || Part <- Parts(Closed, [])],
    Run = fun Run([Es | More], Bound) ->
        case erl_eval:exprs(Es, Bound) of
            {value, Value, _} when More =:= [] -> Value;
            {value, _, Now} -> Run(More, Now)
        end
    end,
    Run(Parsed, [])
end'

# From Elixir 1.15 on the text of compile errors goes to the node's log, and the exception only
# says so, unless the diagnostics are asked for. $1: a fun that returns the value; $2: whether
# it compiles.
_elixir_evaluation() {
    evaluation="begin
        Run = $1,
        Try = fun() ->
            try {ok, 'Elixir.Kernel':inspect(Run(), [{pretty, true}])}
            catch C:R:S -> {failed, 'Elixir.Exception':format(C, R, Cut(S))}
            end
        end,
        code:ensure_loaded('Elixir.Code'),
        case $2 andalso erlang:function_exported('Elixir.Code', with_diagnostics, 1) of
            false -> Try();
            true ->
                case 'Elixir.Code':with_diagnostics(Try) of
                    {{failed, Message}, Notes} ->
                        {failed, [[[maps:get(message, N), 10] || N <- Notes], Message]};
                    {Done, _} -> Done
                end
        end
    end"
}

# The same for Erlang.
_erlang_evaluation() {
    evaluation="begin
        Run = $1,
        try {ok, io_lib:format(\"~tp\", [Run()])}
        catch
            throw:{relc_syntax, M} -> {failed, M};
            C:R:S -> {failed, ($_erlang_format)(C, R, Cut(S))}
        end
    end"
}

# text_evaluation FUN: sets $evaluation to a call of an Erlang fun that returns text, or none; it
# may throw {failed, Text}.
text_evaluation() {
    _format=$_erlang_format
    [ "$REL_HAS_ELIXIR" != true ] || _format="fun(C, R, S) -> 'Elixir.Exception':format(C, R, S) end"
    evaluation="try ($1)() of Done -> {ok, Done}
        catch
            throw:{failed, Why} -> {failed, Why};
            C:R:S -> {failed, ($_format)(C, R, Cut(S))}
        end"
}

# call_run TEXT FILE ARGUMENTS: sets $run to an Erlang fun that does the call that call_read
# (call.sh) has read, else evaluates the text. All three are expressions: binaries with the
# text and with its name, a list of binaries.
call_run() {
    if [ -n "${call_module-}" ]; then
        _values=$3
        [ "$REL_HAS_ELIXIR" = true ] || _values="[unicode:characters_to_list(V) || V <- $_values]"
        [ -z "$call_argv" ] || _values="[$_values]"
        [ -z "${call_none-}" ] || _values="[]"
        run="fun() -> apply('$call_module', '$call_function', $_values) end"
    elif [ "$REL_HAS_ELIXIR" = true ]; then
        run="fun() -> element(1, 'Elixir.Code':eval_string($1, [], [{file, $2}])) end"
    else
        _several=false
        [ -z "${call_file-}" ] || _several=true
        run="fun() -> ($_erlang_evaluate)($1, $_several) end"
    fi
}

# call_evaluation: sets $evaluation to what an rpc sends for the call: an Erlang expression that
# gives {ok, Text} or {failed, Text}.
call_evaluation() {
    _values=''
    if [ -n "${call_arguments-}" ]; then
        eval "set -- $call_arguments"
        for _argument; do
            erlang_binary "$_argument"
            _values="$_values${_values:+, }$literal"
        done
    fi
    erlang_binary "${call_file:-rpc}"
    _file=$literal
    erlang_binary "$expression"
    call_run "$literal" "$_file" "[$_values]"
    if [ "$REL_HAS_ELIXIR" = true ]; then
        _compiles=true
        [ -z "${call_module-}" ] || _compiles=false
        _elixir_evaluation "$run" "$_compiles"
    else
        _erlang_evaluation "$run"
    fi
}

# rpc_program TAG: sets $program, which does $evaluation. It prints the line "TAG begin", then
# what the code prints and its result, then on a line of its own "TAG ok" or "TAG failed" and
# the exception.
rpc_program() {
    program="begin T = <<\"$1\">>, Cut = $_stack_cut,
        io:put_chars([T, <<\" begin\\n\">>]),
        case $evaluation of
            {ok, none} -> io:put_chars([<<\"\n\">>, T, <<\" ok\n\">>]);
            {ok, V} -> io:put_chars([V, <<\"\\n\\n\">>, T, <<\" ok\\n\">>]);
            {failed, W} -> io:put_chars([<<\"\\n\">>, T, <<\" failed\\n\">>, W, <<\"\\n\">>])
        end
    end."
}

# As an Erlang list of binaries: the plain arguments, whatever encoding the VM believes in.
arguments_program="[case file:native_name_encoding() of
        latin1 -> list_to_binary(A);
        _ -> unicode:characters_to_binary(A)
    end || A <- init:get_plain_arguments()]"

# Sets $program for a VM of its own. The expression is in RELEASE_EXPRESSION, so that neither
# the encoding of arguments nor a leading hyphen matters, and it is not seen in `ps`; or its
# file is named by RELEASE_EXPRESSION_FILE. eval_program SECONDS: 0 stands for no limit.
eval_program() {
    _limit=''
    [ "$1" -eq 0 ] || _limit="spawn(fun() -> receive after $1 * 1000 ->
            io:put_chars(standard_error, <<\"the expression was not evaluated within $1 s\\n\">>), halt(1)
        end end),"
    call_run Text Name "$arguments_program"
    program="
        Take = fun(Variable) ->
            Given = os:getenv(Variable), os:unsetenv(Variable),
            case file:native_name_encoding() of
                _ when Given =:= false -> <<>>;
                latin1 -> list_to_binary(Given);
                _ -> unicode:characters_to_binary(Given)
            end
        end,
        [io:setopts(D, [{encoding, unicode}]) || D <- [user, standard_error]],
        {Text, Name} = case {Take(\"RELEASE_EXPRESSION\"), Take(\"RELEASE_EXPRESSION_FILE\")} of
            {B, <<>>} -> {B, <<\"eval\">>};
            {_, F} -> {element(2, {ok, _} = file:read_file(F)), F}
        end,
        $_limit"
    if [ "$REL_HAS_ELIXIR" = true ]; then
        program="$program
        {ok, _} = application:ensure_all_started(elixir),
        'Elixir.System':argv($arguments_program),
        Run = $run,
        'Elixir.Kernel.CLI':run(fun(_) -> Run() end)."
        return
    fi
    program="$program
        Cut = $_stack_cut,
        Run = $run,
        Failed = fun(Message) -> io:put_chars(standard_error, [Message, 10]), 1 end,
        Status = try Run() of _ -> 0
        catch
            throw:{relc_syntax, M} -> Failed(M);
            C:R:S -> Failed(($_erlang_format)(C, R, Cut(S)))
        end,
        catch logger_std_h:filesync(default),
        halt(Status)."
}
