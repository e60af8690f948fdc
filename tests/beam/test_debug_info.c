/*
 * Debug information of both languages, from terms as their compilers write them (seen
 * with OTP 25 and Elixir 1.14), and from damaged ones.
 */
#include "beam/beam_file.h"
#include "term/reading.h"

#include "relc/beam/debug_info.h"
#include "relc/term/etf.h"

#include <malloc.h>

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

/* --- large modules -------------------------------------------------------------------
 */

enum { TABLE_CLAUSES = 40000, FUNCTIONS = 5000, MEMORY_MAX = 4 * 1024 * 1024 };

/* ASan's count where there is one, else the C library's. */
size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static size_t heap_in_use(void)
{
    return __sanitizer_get_current_allocated_bytes
               ? __sanitizer_get_current_allocated_bytes()
               : mallinfo2().uordblks + mallinfo2().hblkhd;
}

/* A part of a term, without its version byte. */
static void add_part(struct buf *out, const char *text)
{
    struct buf bytes;
    struct term term = term_of(text, 25);
    buf_init(&bytes);
    assert_ok(etf_encode(&bytes, &term, ETF_ATOMS_UTF8, &err), &err);
    buf_str(out, str_slice(buf_view(&bytes), 1, bytes.len));
    buf_release(&bytes);
}

static void begin_list(struct buf *out, uint32_t count)
{
    buf_add(out, "l", 1);
    buf_u32(out, count);
}

static void begin_function(struct buf *out, const char *name, uint32_t clauses)
{
    buf_add(out, "h\5", 2);
    add_part(out, "function");
    add_part(out, "{8,1}");
    add_part(out, name);
    add_part(out, "0");
    begin_list(out, clauses);
}

static void add_function(struct buf *out, const char *name, uint32_t clauses)
{
    static const char clause[] =
        "{clause,{9,1},[],[],[{tuple,{9,2},[{atom,{9,3},an_atom},"
        "{cons,{9,4},{integer,{9,5},77},{cons,{9,6},{var,{9,7},'Var'},{nil,{9,8}}}},"
        "{call,{9,9},{remote,{9,9},{atom,{9,9},lists},{atom,{9,9},map}},"
        "[{string,{9,9},\"some text\"},{var,{9,9},'List'}]}]}]}";
    struct buf bytes;
    buf_init(&bytes);
    add_part(&bytes, clause);
    begin_function(out, name, clauses);
    for (uint32_t i = 0; i < clauses; i++)
        buf_str(out, buf_view(&bytes));
    buf_add(out, "j", 1);
    buf_release(&bytes);
}

/* One clause that is larger than any that is read. */
static void add_large_clause(struct buf *out, const char *name)
{
    begin_function(out, name, 1);
    buf_add(out, "h\5", 2);
    add_part(out, "clause");
    add_part(out, "{9,1}");
    add_part(out, "[]");
    add_part(out, "[]");
    begin_list(out, DEBUG_CLAUSE_MAX / 8);
    for (size_t i = 0; i < DEBUG_CLAUSE_MAX / 8; i++)
        add_part(out, "{atom,1,a}");
    buf_add(out, "jj", 2);
}

static str large_module(void)
{
    struct buf plain, packed;
    buf_init(&plain);
    buf_init(&packed);
    buf_add(&plain, "h\3", 2);
    add_part(&plain, "debug_info_v1");
    add_part(&plain, "erl_abstract_code");
    buf_add(&plain, "h\2", 2);
    begin_list(&plain, FUNCTIONS + 5);
    add_part(&plain, "{attribute,1,file,{\"src/m.erl\",1}}");
    add_function(&plain, "first", 1);
    add_function(&plain, "table", TABLE_CLAUSES);
    add_large_clause(&plain, "large");
    for (size_t i = 0; i < FUNCTIONS; i++)
        add_function(&plain, i % 2 ? "odd" : "even", 1);
    add_part(&plain, "{attribute,1,record,{state,[{record_field,1,{atom,1,a}}]}}");
    buf_add(&plain, "jj", 2);
    uLongf size = compressBound((uLong)plain.len);
    buf_add(&packed, "\x83P", 2);
    buf_u32(&packed, (uint32_t)plain.len);
    assert_int_equal(compress((Bytef *)buf_reserve(&packed, size), &size,
                              (const Bytef *)plain.ptr, (uLong)plain.len),
                     Z_OK);
    packed.len += size;
    str copy = arena_str(&arena, buf_view(&packed));
    assert_true(plain.len > 2 * MEMORY_MAX);
    buf_release(&plain);
    buf_release(&packed);
    return copy;
}

struct large_visit {
    size_t clauses;
    size_t calls;
    size_t heap;
};

static bool count_calls(void *context, const struct code *code)
{
    struct large_visit *visit = context;
    visit->calls += code_is_call(code, "lists", "map", 2);
    return true;
}

static void visit_large(void *context, const struct code_function *function,
                        const struct code_clause *clause)
{
    struct large_visit *visit = context;
    size_t heap = heap_in_use();
    visit->clauses++;
    visit->heap = heap > visit->heap ? heap : visit->heap;
    assert_int_equal(function->line, 8);
    code_walk_clause(clause, count_calls, visit);
}

static void a_large_module_takes_little_memory(void **state)
{
    struct large_visit visit = {.clauses = 0};
    (void)state;
    str bytes = large_module();
    size_t before = heap_in_use();
    read_chunk(bytes);
    assert_int_equal(info.language, DEBUG_ERLANG);
    debug_each_clause(&info, visit_large, &visit);
    assert_int_equal(visit.clauses, TABLE_CLAUSES + FUNCTIONS + 2);
    assert_int_equal(visit.calls, TABLE_CLAUSES + FUNCTIONS + 1);
    assert_non_null(debug_record(&info, STR("state")));
    assert_int_equal(body("first", 0, 0)->kind, CODE_TUPLE);
    assert_int_equal(body("even", 0, 0)->kind, CODE_TUPLE);
    /* What would be too much says nothing, as other code does. */
    assert_int_equal(body("table", 0, 0)->kind, CODE_OTHER);
    assert_int_equal(body("large", 0, 0)->kind, CODE_OTHER);
    assert_true(visit.heap - before < MEMORY_MAX);
    assert_true(heap_in_use() - before < MEMORY_MAX);
}

/* Functions can be asked for while all are visited, before and behind. */
static void ask_meanwhile(void *context, const struct code_function *function,
                          const struct code_clause *clause)
{
    size_t *count = context;
    (void)function;
    if (++*count % 1000 == 0 && clause->body_count) {
        assert_int_equal(body("first", 0, 0)->kind, CODE_TUPLE);
        assert_non_null(debug_function(&info, STR("odd"), 0));
    }
}

static void a_visit_goes_on_where_it_was(void **state)
{
    size_t count = 0;
    (void)state;
    read_chunk(large_module());
    debug_each_clause(&info, ask_meanwhile, &count);
    assert_int_equal(count, TABLE_CLAUSES + FUNCTIONS + 2);
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
        cmocka_unit_test_setup_teardown(a_large_module_takes_little_memory, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_visit_goes_on_where_it_was, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
