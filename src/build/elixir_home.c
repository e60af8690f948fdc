#include "build/elixir_home.h"

#include "relc/term/read.h"

#include <assert.h>

/*
 * {apply, {erl_eval, exprs, [Expressions, Bindings]}} with the abstract form of
 *     case os:getenv("HOME") of
 *         false -> ok;
 *         Home -> try elixir_config:put(home, unicode:characters_to_binary(Home))
 *                 catch _:_ -> ok end
 *     end
 */
static const char instruction[] =
    "{apply,{erl_eval,exprs,[[{'case',1,"
    "{call,1,{remote,1,{atom,1,os},{atom,1,getenv}},[{string,1,\"HOME\"}]},"
    "[{clause,1,[{atom,1,false}],[],[{atom,1,ok}]},"
    "{clause,1,[{var,1,'Home'}],[],[{'try',1,"
    "[{call,1,{remote,1,{atom,1,elixir_config},{atom,1,put}},"
    "[{atom,1,home},{call,1,{remote,1,{atom,1,unicode},{atom,1,characters_to_binary}},"
    "[{var,1,'Home'}]}]}],[],"
    "[{clause,1,[{tuple,1,[{var,1,'_'},{var,1,'_'},{var,1,'_'}]}],[],[{atom,1,ok}]}],"
    "[]}]}]}],[]]}}.";

struct term elixir_home_instruction(struct arena *arena)
{
    const struct term_source source = {"elixir_home", str_of(instruction), 0};
    struct term term = term_nil();
    struct err err;
    err_init(&err);
    int result = term_read_first(arena, &source, &term, &err);
    assert(result == 0);
    (void)result;
    return term;
}
