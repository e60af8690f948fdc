/* What an upgrade wants to know of a module. */
#include "beam/beam_file.h"

#include "relc/beam/facts.h"

#define BEHAVIOUR(name, length)                                                          \
    ETF_PAIR(ETF_ATOM("\x09"                                                             \
                      "behaviour"),                                                      \
             ETF_LIST1(ETF_ATOM(length name)))

/* A module that calls erlang, lists and itself, with the chunks that are given. */
struct module {
    str attr; /* no chunk when ptr is NULL */
    str code;
    str funs;
    str meta; /* likewise */
    str line;
    const char *export; /* with arity */
    uint32_t arity;
};

static void build(struct buf *out, const struct module *module)
{
    const char *const atoms[] = {
        "sample", "erlang", "get_module_info", "lists", "map", module->export, NULL};
    static const uint32_t imports[][3] = {{2, 3, 1}, {4, 5, 2}, {1, 6, 3}, {2, 3, 2}};
    const uint32_t exports[][3] = {{6, module->arity, 2}};
    buf_clear(out);
    file_begin(out);
    put_atoms(out, "AtU8", atoms);
    put_chunk(out, "Code", module->code);
    put_triples(out, "ImpT", 4, imports);
    put_triples(out, "ExpT", 1, exports);
    if (module->funs.ptr)
        put_chunk(out, "FunT", module->funs);
    if (module->meta.ptr)
        put_chunk(out, "Meta", module->meta);
    if (module->attr.ptr)
        put_chunk(out, "Attr", module->attr);
    put_chunk(out, "Line", module->line);
    file_end(out);
}

static struct module plain(void)
{
    return (struct module){
        .attr = STR("\x83l\0\0\0\2" ETF_PAIR(ETF_ATOM("\3vsn"), ETF_LIST1("a\7"))
                        BEHAVIOUR("gen_server", "\x0a") "j"),
        .code = STR("\1\2\3\4"),
        .funs = STR("\0\0\0\1"
                    "aaaabbbbccccddddeeee"
                    "uniq"),
        .line = STR("x"),
        .export = "start",
        .arity = 0,
    };
}

static struct module_facts facts_of(struct fixture *f, const struct module *module)
{
    struct module_facts facts;
    build(&f->file, module);
    assert_int_equal(open_file(f), 0);
    assert_int_equal(module_facts(&f->arena, &f->beam, &facts, &f->err), 0);
    return facts;
}

static void imports_are_distinct_and_without_itself(void **state)
{
    struct module module = plain();
    struct module_facts facts = facts_of(*state, &module);
    expect_str(facts.name, "sample");
    assert_int_equal(facts.import_count, 2);
    expect_str(facts.imports[0], "erlang");
    expect_str(facts.imports[1], "lists");
    assert_true(module_has_behaviour(&facts, "gen_server"));
    assert_false(module_has_behaviour(&facts, "supervisor"));
    assert_int_equal(facts.vsn.as.list.items[0].as.integer, 7);
}

/* Of an upgrade of thousands of modules the facts of all are kept. */
static void facts_hold_nothing_else_of_the_file(void **state)
{
    enum { TEXT = 4000, TIMES = 100 };
    struct fixture *f = *state;
    struct module module = plain();
    struct module_facts facts;
    struct arena kept;
    struct buf attr;
    buf_init(&attr);
    buf_str(&attr, STR("\x83l\0\0\0\1h\2" ETF_ATOM("\4text") "k"));
    buf_u8(&attr, TEXT >> 8);
    buf_u8(&attr, TEXT & 255);
    buf_fill(&attr, 'x', TEXT);
    buf_str(&attr, STR("j"));
    module.attr = buf_view(&attr);
    build(&f->file, &module);
    assert_int_equal(open_file(f), 0);
    arena_init(&kept);
    for (size_t i = 0; i < TIMES; i++)
        assert_int_equal(module_facts(&kept, &f->beam, &facts, &f->err), 0);
    assert_true(kept.size < TIMES * (size_t)TEXT);
    arena_release(&kept);
    buf_release(&attr);
}

static void code_change_is_known_by_its_arity(void **state)
{
    static const struct {
        const char *name;
        uint32_t arity;
        bool counts;
    } cases[] = {
        {"code_change", 3, true},         {"code_change", 4, true},
        {"code_change", 2, false},        {"system_code_change", 4, true},
        {"system_code_change", 3, false}, {"start", 3, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct module module = plain();
        module.export = cases[i].name;
        module.arity = cases[i].arity;
        assert_int_equal(facts_of(*state, &module).has_code_change, cases[i].counts);
    }
}

static void child_spec_is_known_by_its_arity(void **state)
{
    struct module module = plain();
    module.export = "child_spec";
    assert_false(facts_of(*state, &module).has_child_spec);
    module.arity = 1;
    assert_true(facts_of(*state, &module).has_child_spec);
}

static void a_stripped_file_is_refused(void **state)
{
    struct fixture *f = *state;
    struct module module = plain();
    struct module_facts facts = facts_of(f, &module);
    assert_true(facts.has_attributes);
    assert_int_equal(module_require_attributes(&facts, &f->err), 0);
    module.attr.ptr = NULL;
    facts = facts_of(f, &module);
    assert_false(facts.has_attributes);
    assert_int_equal(module_require_attributes(&facts, &f->err), -1);
    assert_non_null(strstr(f->err.message, "'sample' has no attributes (no chunk Attr)"));
    assert_string_equal(f->err.file, "x.beam");
    assert_non_null(f->err.hint);
}

static bool same(struct fixture *f, const struct module *a, const struct module *b)
{
    struct buf other_file;
    struct beam other;
    buf_init(&other_file);
    build(&other_file, b);
    build(&f->file, a);
    assert_int_equal(open_file(f), 0);
    assert_int_equal(
        beam_open(&f->arena, buf_view(&other_file), "y.beam", &other, &f->err), 0);
    bool result = beam_same_code(&f->beam, &other);
    assert_int_equal(beam_same_code(&other, &f->beam), result);
    buf_release(&other_file);
    return result;
}

static void only_code_and_attributes_make_a_difference(void **state)
{
    const struct module a = plain();
    struct module b = a;
    assert_true(same(*state, &a, &b));
    b.line = STR("other lines");
    assert_true(same(*state, &a, &b));
    b.funs = STR("\0\0\0\1"
                 "aaaabbbbccccddddeeee"
                 "othe");
    assert_true(same(*state, &a, &b));
    b.funs = STR("\0\0\0\1"
                 "aaaabbbbccccddddEeee"
                 "uniq");
    assert_false(same(*state, &a, &b));
    b = a;
    b.funs.ptr = NULL;
    assert_false(same(*state, &a, &b));
    /* Elixir 1.14 strips Meta: its absence is no difference. */
    b = a;
    b.meta = STR("features");
    assert_true(same(*state, &a, &b));
    struct module c = b;
    c.meta = STR("others");
    assert_false(same(*state, &b, &c));
    b = a;
    b.code = STR("\1\2\3\5");
    assert_false(same(*state, &a, &b));
    b = a;
    b.attr = STR("\x83l\0\0\0\1" ETF_PAIR(ETF_ATOM("\3vsn"), ETF_LIST1("a\x8")) "j");
    assert_false(same(*state, &a, &b));
}

static void a_damaged_function_table_is_compared_as_it_is(void **state)
{
    struct module a = plain(), b = a;
    a.funs = b.funs = STR("\0\0\0\1odd");
    assert_true(same(*state, &a, &b));
    b.funs = STR("\0\0\0\1oDd");
    assert_false(same(*state, &a, &b));
    a.funs = b.funs = STR("");
    assert_true(same(*state, &a, &b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BEAM_TEST(imports_are_distinct_and_without_itself),
        BEAM_TEST(facts_hold_nothing_else_of_the_file),
        BEAM_TEST(code_change_is_known_by_its_arity),
        BEAM_TEST(child_spec_is_known_by_its_arity),
        BEAM_TEST(a_stripped_file_is_refused),
        BEAM_TEST(only_code_and_attributes_make_a_difference),
        BEAM_TEST(a_damaged_function_table_is_compared_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
