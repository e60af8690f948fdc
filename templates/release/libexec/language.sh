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

# Sets $literal to an Erlang binary with the bytes of $expression. erl_call reads its input as
# Latin-1, so that one byte of UTF-8 is one character of the literal and one byte again.
_expression_literal() {
    replace_all "$expression" \\ \\\\
    replace_all "$replaced" \" \\\"
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

_erlang_evaluate='fun(Text) ->
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
    case erl_parse:parse_exprs(Closed) of
        {ok, Es} -> {value, Value, _} = erl_eval:exprs(Es, []), Value;
        {error, ParseError} -> Fail(ParseError)
    end
end'

# rpc_program TAG: sets $program. It prints the line "TAG begin", then what the code prints and
# its result, then on a line of its own "TAG ok" or "TAG failed" and the exception.
rpc_program() {
    _expression_literal
    if [ "$REL_HAS_ELIXIR" = true ]; then
        _evaluate="{V, _} = 'Elixir.Code':eval_string(B, [], [{file, <<\"rpc\">>}]),
            'Elixir.Kernel':inspect(V, [{pretty, true}])"
        _format="'Elixir.Exception':format(C, R, Cut(S))"
    else
        _evaluate="Value = ($_erlang_evaluate)(B), io_lib:format(\"~tp\", [Value])"
        _format="case R of {relc_syntax, M} -> M; _ -> ($_erlang_format)(C, R, Cut(S)) end"
    fi
    program="begin B = $literal, T = <<\"$1\">>, Cut = $_stack_cut,
        io:put_chars([T, <<\" begin\\n\">>]),
        try begin $_evaluate end of
            Text -> io:put_chars([Text, <<\"\\n\\n\">>, T, <<\" ok\\n\">>])
        catch C:R:S -> io:put_chars([<<\"\\n\">>, T, <<\" failed\\n\">>, $_format, <<\"\\n\">>]) end
    end."
}

# Sets $program for a VM of its own; the expression is in RELEASE_EXPRESSION, so that neither
# the encoding of arguments nor a leading hyphen matters, and it is not seen in `ps`.
eval_program() {
    program="
        Given = os:getenv(\"RELEASE_EXPRESSION\"), os:unsetenv(\"RELEASE_EXPRESSION\"),
        B = case file:native_name_encoding() of
            latin1 -> list_to_binary(Given);
            _ -> unicode:characters_to_binary(Given)
        end,
        Cut = $_stack_cut,
        [io:setopts(D, [{encoding, unicode}]) || D <- [user, standard_error]],"
    if [ "$REL_HAS_ELIXIR" = true ]; then
        program="$program
        {ok, _} = application:ensure_all_started(elixir),
        'Elixir.System':argv([unicode:characters_to_binary(A) || A <- init:get_plain_arguments()]),
        is_function(Cut) andalso 'Elixir.Kernel.CLI':run(fun(_) ->
            'Elixir.Code':eval_string(B, [], [{file, <<\"eval\">>}])
        end)."
        return
    fi
    program="$program
        Status = try ($_erlang_evaluate)(B) of _ -> 0
        catch C:R:S ->
            io:put_chars(standard_error, [case R of {relc_syntax, M} -> M;
                _ -> ($_erlang_format)(C, R, Cut(S)) end, 10]),
            1
        end,
        catch logger_std_h:filesync(default),
        halt(Status)."
}
