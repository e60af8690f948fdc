# shellcheck shell=sh
# The list of the processes of a node, made on the node.

# processes_options ARGUMENT...: sets $sort_by and $as_json.
processes_options() {
    sort_by=reductions as_json=false
    while [ "$#" -gt 0 ]; do
        case $1 in
        --json) as_json=true ;;
        --sort-by=*) sort_by=${1#*=} ;;
        --sort-by)
            [ "$#" -ge 2 ] || fail "the option '--sort-by' of 'info' needs a value"
            sort_by=$2
            shift
            ;;
        *) fail "unknown argument '$1' of 'info'; it takes --sort-by and --json" ;;
        esac
        shift
    done
    case $sort_by in
    reductions | memory | message_queue | name | current_function | pid) ;;
    *) fail "cannot sort by '$sort_by'; --sort-by takes reductions, memory, message_queue, name, current_function or pid" ;;
    esac
}

# A process without a registered name has that of its first function.
# processes_evaluation: sets $evaluation to an expression that gives the table, or JSON.
processes_evaluation() {
    evaluation="begin
        Call = fun({M, F, A}) -> io_lib:format(\"~ts:~ts/~w\", [M, F, A]); (_) -> \"\" end,
        Initial = fun(P, Dictionary) ->
            case proplists:get_value('\$initial_call', Dictionary) of
                undefined -> case process_info(P, initial_call) of {_, C} -> C; _ -> undefined end;
                Found -> Found
            end
        end,
        Rows = [#{pid => P, reductions => Rs, memory => Me, message_queue => Mq,
                name => case N of [] -> lists:flatten(Call(Initial(P, D))); _ -> atom_to_list(N) end,
                current_function => lists:flatten(Call(Cf))} ||
            P <- processes(), P =/= self(),
            [{registered_name, N}, {current_function, Cf}, {reductions, Rs}, {memory, Me},
                {message_queue_len, Mq}, {dictionary, D}] <-
                [process_info(P, [registered_name, current_function, reductions, memory,
                    message_queue_len, dictionary])]],
        Key = $sort_by,
        Down = lists:member(Key, [reductions, memory, message_queue]),
        Sorted = lists:sort(fun(A, B) ->
            {X, Y} = {{maps:get(Key, A), maps:get(pid, A)}, {maps:get(Key, B), maps:get(pid, B)}},
            if Down -> X >= Y; true -> X =< Y end
        end, Rows),
        Escaped = fun(S) ->
            [\$\", [case C of
                \$\" -> [\$\\\\, \$\"];
                \$\\\\ -> [\$\\\\, \$\\\\];
                _ when C < 32 -> io_lib:format(\"\\\\u~4.16.0b\", [C]);
                _ -> C
            end || C <- S], \$\"]
        end,
        Fields = [name, pid, current_function, reductions, memory, message_queue],
        Text = fun(V) when is_pid(V) -> pid_to_list(V); (V) when is_integer(V) -> integer_to_list(V); (V) -> V end,
        Json = fun(Row) ->
            [\${, lists:join(\$,, [[\$\", atom_to_list(F), \$\", \$:,
                case maps:get(F, Row) of
                    I when is_integer(I) -> integer_to_list(I);
                    V -> Escaped(Text(V))
                end] || F <- Fields]), \$}]
        end,
        Line = fun(Cells) -> io_lib:format(\"~-36ts ~-12ts ~-36ts ~12ts ~10ts ~7ts~n\", Cells) end,
        Short = fun(S) -> case length(S) > 36 of true -> lists:sublist(S, 35) ++ [8230]; false -> S end end,
        {ok, case $as_json of
            true -> [\$[, lists:join(\$,, [Json(R) || R <- Sorted]), \$]];
            false ->
                [Line([\"Name\", \"Pid\", \"Current function\", \"Reductions\", \"Memory\", \"Queue\"]) |
                    [Line([case F of name -> Short(V); current_function -> Short(V); _ -> V end ||
                        F <- Fields, V <- [Text(maps:get(F, R))]]) || R <- Sorted]]
        end}
    end"
}
