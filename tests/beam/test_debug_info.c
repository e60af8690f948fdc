/*
 * Debug information of both languages, from terms as their compilers write them (seen
 * with OTP 25 and Elixir 1.14), and from damaged ones.
 */
#include "beam/beam_file.h"
#include "term/reading.h"

#include "relc/beam/debug_info.h"
#include "relc/term/etf.h"

static struct debug_info info;
static struct beam beam;

/* Reads the debug information of a module m with a chunk of these bytes. */
static void read_named(const char *id, str content)
{
    static const char *const atoms[] = {"m", NULL};
    struct buf file;
    buf_init(&file);
    file_begin(&file);
    put_atoms(&file, "AtU8", atoms);
    put_chunk(&file, id, content);
    file_end(&file);
    str bytes = arena_str(&arena, buf_view(&file));
    buf_release(&file);
    assert_ok(beam_open(&arena, bytes, "m.beam", &beam, &err), &err);
    debug_info_read(&arena, &beam, &info);
}

static void read_chunk(str dbgi)
{
    read_named("Dbgi", dbgi);
}

static str encoded(const char *text)
{
    const struct term_source source = {.file = "text", .text = str_of(text)};
    struct term term;
    struct buf bytes;
    assert_ok(term_read_first(&arena, &source, &term, &err), &err);
    buf_init(&bytes);
    assert_ok(etf_encode(&bytes, &term, ETF_ATOMS_UTF8, &err), &err);
    str copy = arena_str(&arena, buf_view(&bytes));
    buf_release(&bytes);
    return copy;
}

static const char erlang[] =
    "{debug_info_v1,erl_abstract_code,{["
    "{attribute,{1,1},file,{\"src/m.erl\",1}},"
    "{attribute,{2,2},module,m},"
    "{attribute,{3,2},on_load,{ld,0}},"
    "{attribute,{4,2},record,{state,["
    " {typed_record_field,{record_field,{4,6},{atom,{4,6},a},{integer,{4,8},1}},x},"
    " {record_field,{4,9},{atom,{4,9},b}}]}},"
    "{function,{8,1},init,1,[{clause,{8,1},[{var,{8,6},'A'}],[[{atom,{8,8},true}]],["
    " {match,{9,3},{var,{9,3},'S'},{record,{9,5},state,["
    "  {record_field,{9,7},{atom,{9,7},a},{integer,{9,9},2}}]}},"
    " {call,{10,3},{remote,{10,4},{atom,{10,3},persistent_term},{atom,{10,5},put}},"
    "  [{atom,{10,6},k},{'fun',{10,7},{clauses,[{clause,{10,7},[],[],"
    "   [{op,{10,8},'+',{integer,{10,9},1},{var,{10,9},'A'}}]}]}}]},"
    " {'case',{11,1},{var,{11,1},'A'},[{clause,{11,2},[{nil,{11,2}}],[],"
    "  [{tuple,{11,3},[{atom,{11,3},ok},{var,{11,4},'S'}]}]}]}]}]},"
    "{function,[{generated,true},{location,20}],f,0,[{clause,20,[],[],["
    " {map,20,{var,20,'M'},[{map_field_assoc,20,{atom,20,k},"
    "  {bin,20,[{bin_element,20,{string,20,\"x\"},default,default}]}}]},"
    " {cons,20,{integer,20,1},{var,20,'T'}},"
    " {'fun',20,{function,{atom,20,m},{atom,20,f},{integer,20,0}}},"
    " {'fun',20,{function,f,0}},"
    " {'receive',20,[{clause,20,[{var,20,'_'}],[],[{call,20,{atom,20,f},[]}]}]},"
    " {lc,20,{var,20,'X'},[{generate,20,{var,20,'X'},{nil,20}}]}]}]}"
    "],[]}}.";

static const struct code *body(const char *name, uint32_t arity, size_t i)
{
    const struct code_function *function = debug_function(&info, str_of(name), arity);
    assert_non_null(function);
    assert_true(function->clause_count && i < function->clauses[0].body_count);
    return &function->clauses[0].body[i];
}

static void erlang_code_is_read(void **state)
{
    (void)state;
    read_chunk(encoded(erlang));
    assert_int_equal(info.language, DEBUG_ERLANG);
    assert_string_equal(info.source, "src/m.erl");
    assert_true(info.has_on_load);
    const struct debug_record *record = debug_record(&info, STR("state"));
    assert_non_null(record);
    assert_int_equal(record->count, 2);
    assert_str(record->fields[0], "a");
    assert_true(code_is_atom(&record->defaults[1], "undefined"));
    const struct code *match = body("init", 1, 0);
    assert_int_equal(match->kind, CODE_MATCH);
    assert_int_equal(match->line, 9);
    assert_str(match->items[1].name, "state");
    assert_int_equal(code_field(&match->items[1], "a")->term.as.integer, 2);
    const struct code *put = body("init", 1, 1);
    assert_true(code_is_call(put, "persistent_term", "put", 2));
    assert_true(code_is_call(&put->items[1].clauses[0].body[0], "erlang", "+", 2));
    assert_int_equal(body("init", 1, 2)->kind, CODE_BRANCH);
    assert_true(debug_function(&info, STR("init"), 1)->clauses[0].guarded);
    assert_null(debug_function(&info, STR("init"), 2));
}

static void forms_of_expressions_are_told_apart(void **state)
{
    (void)state;
    read_chunk(encoded(erlang));
    const struct code *map = body("f", 0, 0);
    assert_int_equal(debug_function(&info, STR("f"), 0)->line, 20);
    assert_int_equal(map->kind, CODE_MAP);
    assert_str(map->base->name, "M");
    assert_int_equal(code_field(map, "k")->term.kind, TERM_BINARY);
    assert_int_equal(body("f", 0, 1)->kind, CODE_LIST);
    assert_str(body("f", 0, 1)->base->name, "T");
    assert_str(body("f", 0, 2)->module, "m");
    assert_int_equal(body("f", 0, 3)->kind, CODE_CAPTURE);
    assert_null(body("f", 0, 3)->module.ptr);
    assert_int_equal(body("f", 0, 4)->kind, CODE_RECEIVE);
    assert_true(code_is_call(&body("f", 0, 4)->clauses[0].body[0], "", "f", 0));
    assert_int_equal(body("f", 0, 5)->kind, CODE_OTHER);
}

static const char elixir[] =
    "{debug_info_v1,elixir_erl,{elixir_v1,#{"
    "attributes => [{on_load,{ld,0}}],file => <<\"/p/lib/m.ex\">>,"
    "relative_file => <<\"lib/m.ex\">>,module => m,definitions => ["
    "{{'__struct__',0},def,[{line,2},{context,'Elixir.Kernel'}],[{[{line,2}],[],[],"
    " {'%{}',[{line,2}],[{'__struct__',m},{current,0},{delta,1}]}}]},"
    "{{init,1},def,[{line,11}],[{[{line,11}],[{x,[{version,0},{line,11}],nil}],[],"
    " {'__block__',[],["
    "  {'=',[{line,13}],[{s,[{version,1},{line,13}],nil},"
    "   {'%',[{line,13}],[m,{'%{}',[{line,13}],[{delta,1}]}]}]},"
    "  {ok,{'%{}',[{line,14}],[{'|',[{line,14}],[{s,[{version,1}],nil},[{delta,2}]]}]}}"
    " ]}}]},"
    "{{f,0},defp,[{line,20}],[{[{line,20}],[],[],{'{}',[{line,20}],["
    " {{'.',[],['Elixir.Stash',get]},[{line,21}],[1]},"
    " {g,[{line,22}],[]},"
    " {fn,[{line,23}],[{'->',[{line,23}],[[{'when',[],[{a,[],nil},true]}],1]}]},"
    " {'&',[{line,24}],[{'/',[],[{{'.',[],['Elixir.S',len]},[],[]},1]}]},"
    " {'&',[{line,24}],[{'/',[],[{ld,[],nil},0]}]},"
    " {'case',[{line,25}],[1,[{do,[{'->',[],[[1],2]},{'->',[],[[2],3]}]}]]},"
    " [1,{'|',[],[2,{t,[],nil}]}],"
    " {'receive',[],[[{do,[{'->',[],[[x],y]}]},{'after',[{'->',[],[[5],z]}]}]]}]}}]},"
    "{{m,1},defmacro,[],[]}]},[]}}.";

static void elixir_code_is_read(void **state)
{
    (void)state;
    read_chunk(encoded(elixir));
    assert_int_equal(info.language, DEBUG_ELIXIR);
    assert_string_equal(info.source, "lib/m.ex");
    assert_true(info.has_on_load);
    assert_true(debug_function(&info, STR("__struct__"), 0)->generated);
    assert_null(debug_function(&info, STR("m"), 1));
    const struct debug_record *record = debug_record(&info, STR("m"));
    assert_non_null(record);
    assert_int_equal(record->count, 2);
    assert_str(record->fields[1], "delta");
    const struct code *block = body("init", 1, 0);
    assert_int_equal(block->kind, CODE_BLOCK);
    assert_true(code_is_atom(code_field(&block->items[0].items[1], "__struct__"), "m"));
    const struct code *result = &block->items[1];
    assert_int_equal(result->kind, CODE_TUPLE);
    assert_int_equal(result->items[1].base->number, 1);
}

static void elixir_forms_are_told_apart(void **state)
{
    (void)state;
    read_chunk(encoded(elixir));
    const struct code *items = body("f", 0, 0)->items;
    assert_true(code_is_call(&items[0], "Elixir.Stash", "get", 1));
    assert_true(code_is_call(&items[1], "", "g", 0));
    assert_int_equal(items[2].kind, CODE_FUN);
    assert_true(items[2].clauses[0].guarded);
    assert_int_equal(items[2].clauses[0].pattern_count, 1);
    assert_str(items[3].module, "Elixir.S");
    assert_int_equal(items[4].kind, CODE_CAPTURE);
    assert_null(items[4].module.ptr);
    assert_int_equal(items[5].clause_count, 2);
    assert_int_equal(items[6].count, 2);
    assert_str(items[6].base->name, "t");
    assert_int_equal(items[7].kind, CODE_RECEIVE);
    assert_int_equal(items[7].clause_count, 2);
}

static void code_is_equal_wherever_it_stands(void **state)
{
    (void)state;
    read_chunk(encoded(erlang));
    struct code first = *body("init", 1, 0);
    struct code moved = first;
    moved.line = 77;
    assert_true(code_equal(&first, &moved));
    assert_false(code_equal(&first, body("init", 1, 1)));
    assert_false(code_equal(body("f", 0, 2), body("f", 0, 3)));
}

/* Two literals; OTP 28 leaves the table as it is and says so with the size 0. */
static str literal_table(bool compressed)
{
    const str literals[] = {encoded("[1,2]."), encoded("#{'__struct__' => m,a => 1}.")};
    struct buf table, chunk;
    buf_init(&table);
    buf_init(&chunk);
    buf_u32(&table, 2);
    for (size_t i = 0; i < 2; i++) {
        buf_u32(&table, (uint32_t)literals[i].len);
        buf_str(&table, literals[i]);
    }
    buf_u32(&chunk, compressed ? (uint32_t)table.len : 0);
    uLongf room = compressBound((uLong)table.len);
    if (compressed) {
        assert_int_equal(compress((Bytef *)buf_reserve(&chunk, room), &room,
                                  (const Bytef *)table.ptr, (uLong)table.len),
                         Z_OK);
        chunk.len += room;
    } else {
        buf_str(&chunk, buf_view(&table));
    }
    str copy = arena_str(&arena, buf_view(&chunk));
    buf_release(&table);
    buf_release(&chunk);
    return copy;
}

static void a_stripped_module_still_tells_its_struct(void **state)
{
    (void)state;
    for (int compressed = 0; compressed < 2; compressed++) {
        str table = literal_table(compressed);
        read_named("LitT", table);
        assert_int_equal(info.language, DEBUG_NONE);
        const struct debug_record *record = debug_record(&info, STR("m"));
        assert_non_null(record);
        assert_int_equal(record->count, 1);
        assert_str(record->fields[0], "a");
        for (size_t len = 0; len < table.len; len++) {
            read_named("LitT", str_slice(table, 0, len));
            assert_null(debug_record(&info, STR("m")));
        }
    }
}

/* What is cut off or is none is no debug information; nothing is read beyond. */
static void damaged_information_is_none(void **state)
{
    static const char *const texts[] = {
        "{debug_info_v1,erl_abstract_code,{none,[]}}.",
        "{debug_info_v1,elixir_erl,none}.",
        "{debug_info_v1,other,{[],[]}}.",
        "no_debug_info.",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        read_chunk(encoded(texts[i]));
        assert_int_equal(info.language, DEBUG_NONE);
        assert_int_equal(info.function_count, 0);
    }
    str whole = encoded(erlang);
    for (size_t len = 0; len < whole.len; len += 7) {
        read_chunk(str_slice(whole, 0, len));
        assert_int_equal(info.language, DEBUG_NONE);
    }
}

/* Terms where others belong make other code, never a crash. */
static void forms_of_no_compiler_are_survived(void **state)
{
    static const char *const texts[] = {
        "{debug_info_v1,erl_abstract_code,{[x,{attribute},{attribute,1,record,{a,b}},"
        "{function,1,f,x,[]},{function,1,f,0,[{clause,1,x,y,[{tuple,1,z},{call,1,{},[]},"
        "{'fun',1,{function,1,2}},{bin,1,[{bin_element,1,2,default,default}]},"
        "{record,1,1,2},{map,1,[a]},{cons,1,{a,b},{c,d}},{'case',1,2,3},{var,1,2}]}]}],"
        "[]}}.",
        "{debug_info_v1,elixir_erl,{elixir_v1,#{module => m,definitions => [x,"
        "{{f,0},def,[],[{[],[],[],{'{}',[],[{'%{}',[],[a]},{'%',[],[x]},{'&',[],[]},"
        "{'->',[],[]},{fn,[],[{'->',[],[a]}]},{'case',[],[]},{{},[],[]},"
        "{'__block__',[],[]},{'=',[],[a]}]}}]}]},[]}}.",
        "{debug_info_v1,elixir_erl,{elixir_v1,#{},[]}}.",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        read_chunk(encoded(texts[i]));
        assert_int_not_equal(info.language, DEBUG_NONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(erlang_code_is_read, setup, teardown),
        cmocka_unit_test_setup_teardown(forms_of_expressions_are_told_apart, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(elixir_code_is_read, setup, teardown),
        cmocka_unit_test_setup_teardown(elixir_forms_are_told_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(code_is_equal_wherever_it_stands, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_stripped_module_still_tells_its_struct, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(damaged_information_is_none, setup, teardown),
        cmocka_unit_test_setup_teardown(forms_of_no_compiler_are_survived, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
