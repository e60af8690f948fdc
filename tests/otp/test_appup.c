/* Appups: reading, finding the script of a version, the checks of instructions, making.
 */
#include "otp/world.h"

#include "beam/beam_file.h"

#include "relc/otp/appup.h"
#include "relc/term/etf.h"
#include "relc/term/print.h"
#include "relc/term/read.h"

struct texts {
    struct arena arena;
    struct err err;
};

static int texts_setup(void **state)
{
    struct texts *t = calloc(1, sizeof *t);
    if (!t)
        return -1;
    arena_init(&t->arena);
    err_init(&t->err);
    *state = t;
    return 0;
}

static int texts_teardown(void **state)
{
    struct texts *t = *state;
    arena_release(&t->arena);
    err_release(&t->err);
    free(t);
    return 0;
}

#define TEST(function)                                                                   \
    cmocka_unit_test_setup_teardown(function, texts_setup, texts_teardown)

static struct term *term_of(struct texts *t, const char *text)
{
    struct term_source source = {.file = "text", .text = str_of(text)};
    struct term *term = arena_alloc(&t->arena, sizeof *term);
    assert_ok(term_read_first(&t->arena, &source, term, &t->err), &t->err);
    return term;
}

static struct appup appup_of(struct texts *t, const char *text)
{
    struct appup appup;
    assert_ok(appup_parse(&t->arena, term_of(t, text), "x.appup", &appup, &t->err),
              &t->err);
    return appup;
}

static void assert_term(struct texts *t, const struct term *term, const char *expected)
{
    struct buf text;
    buf_init(&text);
    term_print_line(&text, term, 25);
    assert_str(arena_str(&t->arena, buf_view(&text)), expected);
    buf_release(&text);
}

/* The script as text; "none" when there is none. */
static str script_of(struct texts *t, const struct appup *appup, bool up, const char *vsn)
{
    const struct term *script;
    struct buf text;
    assert_ok(appup_script(&t->arena, appup, up, str_of(vsn), &script, &t->err), &t->err);
    if (!script)
        return STR("none");
    buf_init(&text);
    term_print_line(&text, script, 25);
    str result = arena_str(&t->arena, buf_view(&text));
    buf_release(&text);
    return result;
}

static void what_is_no_appup(void **state)
{
    static const char *const texts[] = {
        "appup.",
        "{\"1\", []}.",
        "{1, [], []}.",
        "{\"1\", [], down}.",
        "{\"1\", [{\"0\", []} | x], []}.",
        "{\"1\", [{\"0\"}], []}.",
        "{\"1\", [{zero, []}], []}.",
        "{\"1\", [], [{<<1:3>>, []}]}.",
    };
    struct texts *t = *state;
    struct appup appup;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(
            appup_parse(&t->arena, term_of(t, texts[i]), "x.appup", &appup, &t->err), -1);
        assert_string_equal(t->err.file, "x.appup");
        err_release(&t->err);
    }
}

static void the_first_entry_that_fits_wins(void **state)
{
    struct texts *t = *state;
    struct appup appup =
        appup_of(t, "{\"2\", [{\"1.0\", [restart_emulator]},"
                    "{<<\"1\">>, [restart_new_emulator]}, {<<\"1\\\\..*\">>, []}],"
                    "[{<<\"^1\\\\.[0-9]$\">>, []}]}.");
    assert_str(script_of(t, &appup, true, "1.0"), "[restart_emulator]");
    assert_str(script_of(t, &appup, true, "1"), "[restart_new_emulator]");
    assert_str(script_of(t, &appup, true, "1.1"), "[]");
    assert_str(script_of(t, &appup, true, "11"), "none");
    assert_str(script_of(t, &appup, true, "0.1.1"), "none");
    assert_str(script_of(t, &appup, false, "1.1"), "[]");
    assert_str(script_of(t, &appup, false, "1.12"), "none");
    assert_str(appup_versions(&t->arena, &appup, true),
               "\"1.0\", <<\"1\">>, <<\"1\\\\..*\">>");
}

/* As for re:run, the first match counts, not a longer one. */
static void the_first_match_must_be_the_whole_version(void **state)
{
    struct texts *t = *state;
    struct appup appup = appup_of(
        t, "{<<\"2\\\\..*\">>, [{<<\"1|1\\\\.5\">>, []}], [{<<\"é+\"/utf8>>, []}]}.");
    assert_str(script_of(t, &appup, true, "1"), "[]");
    assert_str(script_of(t, &appup, true, "1.5"), "none");
    assert_str(script_of(t, &appup, false, "éé"), "[]");
    bool is_for, covers;
    assert_ok(appup_is_for(&t->arena, &appup, STR("2.7"), &is_for, &t->err), &t->err);
    assert_true(is_for);
    assert_ok(appup_is_for(&t->arena, &appup, STR("3"), &is_for, &t->err), &t->err);
    assert_false(is_for);
    assert_ok(appup_covers(&t->arena, &appup, STR("1"), STR("2.7"), &covers, &t->err),
              &t->err);
    assert_false(covers);
}

static void expressions_that_are_wrong_or_endless_are_errors(void **state)
{
    struct texts *t = *state;
    const struct term *script;
    struct appup appup =
        appup_of(t, "{\"2\", [{<<\"(1\">>, []}], [{<<\"(a+)+$\">>, []}]}.");
    assert_fails(appup_script(&t->arena, &appup, true, STR("1"), &script, &t->err),
                 &t->err, "regular expression '(1': missing closing parenthesis");
    assert_fails(appup_script(&t->arena, &appup, false,
                              STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"), &script,
                              &t->err),
                 &t->err, "match limit exceeded");
}

static void instructions_are_checked_when_their_script_is_used(void **state)
{
    static const struct {
        const char *instruction;
        const char *message;
    } cases[] = {
        {"{lode_module, m}", "unknown instruction in {lode_module,m}"},
        {"restart", "unknown instruction in restart"},
        {"\"text\"", "unknown instruction in \"text\""},
        {"{update, m, supervisor, []}",
         "supervisor must be soft or {advanced, Extra} in {update,m,supervisor,[]}"},
        {"{load_module, m, hard, soft_purge, []}",
         "hard must be soft_purge or brutal_purge in"},
        {"{update, m, 0, soft, soft_purge, soft_purge, []}",
         "0 must be default, infinity or a number of milliseconds"},
        {"{load_module, \"m\"}", "\"m\" must be a module (an atom)"},
        {"{add_module, m, [n | o]}", "[n|o] must be a list of modules"},
        {"{apply, {m, f}}", "wrong number of elements in {apply,{m,f}}"},
        {"{add_application, a, sometimes}",
         "sometimes must be permanent, transient, temporary, load or none"},
        {"{code_change, sideways, []}", "sideways must be up or down"},
        {"{suspend, [{m, never}]}", "must be a list of Module or {Module, Timeout}"},
    };
    struct texts *t = *state;
    const struct term *script;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        str text = arena_printf(&t->arena, "{\"2\", [{\"1\", []}, {\"0\", [%s]}], []}.",
                                cases[i].instruction);
        struct appup appup = appup_of(t, text.ptr);
        assert_str(script_of(t, &appup, true, "1"), "[]");
        assert_int_equal(
            appup_script(&t->arena, &appup, true, STR("0"), &script, &t->err), -1);
        assert_string_equal(t->err.file, "x.appup");
        if (!strstr(t->err.message, cases[i].message))
            fail_msg("'%s' does not contain '%s'", t->err.message, cases[i].message);
        if (i == 0)
            assert_string_equal(t->err.hint, "did you mean load_module?");
        err_release(&t->err);
    }
}

static void joined_appups_have_the_entries_of_both(void **state)
{
    struct texts *t = *state;
    struct appup a = appup_of(t, "{\"2\", [{\"1\", []}], []}.");
    struct appup b = appup_of(t, "{\"2\", [{\"0\", []}], [{\"0\", []}]}.");
    struct term both = appup_join(&t->arena, &a, &b);
    assert_term(t, &both, "{\"2\",[{\"1\",[]},{\"0\",[]}],[{\"0\",[]}]}");
}

/* Two versions of an application in a folder. */
struct versions {
    struct texts *texts;
    const char *folder;
    struct app apps[2];
    struct app_version versions[2];
    str modules[2][8];
};

static void versions_begin(struct versions *v, struct texts *t)
{
    static const str numbers[] = {{"1", 1}, {"2", 1}};
    char template[] = "/tmp/relc-test-XXXXXX";
    assert_non_null(mkdtemp(template));
    *v = (struct versions){.texts = t, .folder = arena_strz(&t->arena, str_of(template))};
    for (size_t i = 0; i < 2; i++) {
        v->apps[i] = (struct app){
            .name = STR("a"), .vsn = numbers[i], .modules = {v->modules[i], 0}};
        v->versions[i] = (struct app_version){
            &v->apps[i], arena_printf(&t->arena, "%s/%zu", v->folder, i).ptr};
        assert_ok(fs_mkdirs(v->versions[i].ebin, &t->err), &t->err);
    }
}

/* A module that calls another one (NULL: erlang), with a number that is its code. */
static void add_exporting(struct versions *v, size_t version, const char *name, char code,
                          const char *calls, const char *exported, const char *attributes)
{
    const char *const atoms[] = {name, calls ? calls : "erlang", exported, NULL};
    static const uint32_t imports[][3] = {{2, 3, 1}}, exports[][3] = {{3, 1, 2}};
    struct texts *t = v->texts;
    struct buf encoded;
    struct names *modules = &v->apps[version].modules;
    struct buf out;
    buf_init(&out);
    file_begin(&out);
    put_atoms(&out, "AtU8", atoms);
    put_chunk(&out, "Code", (str){&code, 1});
    put_triples(&out, "ImpT", 1, imports);
    put_triples(&out, "ExpT", 1, exports);
    if (attributes) {
        buf_init(&encoded);
        assert_ok(etf_encode(&encoded, term_of(t, attributes), ETF_ATOMS_UTF8, &t->err),
                  &t->err);
        put_chunk(&out, "Attr", buf_view(&encoded));
        buf_release(&encoded);
    }
    file_end(&out);
    str path = arena_printf(&t->arena, "%s/%s.beam", v->versions[version].ebin, name);
    assert_ok(fs_write_file(path.ptr, buf_view(&out), 0644, &t->err), &t->err);
    buf_release(&out);
    modules->items[modules->count++] = str_of(name);
}

static void add_module(struct versions *v, size_t version, const char *name, char code,
                       const char *calls, bool with_attributes)
{
    add_exporting(v, version, name, code, calls, "f", with_attributes ? "[]." : NULL);
}

static int generate(struct versions *v, const struct names *left_out, struct term *appup)
{
    struct texts *t = v->texts;
    return appup_generate(&t->arena, &v->versions[0], &v->versions[1], left_out, appup,
                          &t->err);
}

static void versions_end(struct versions *v)
{
    assert_ok(fs_remove_tree(v->folder, &v->texts->err), &v->texts->err);
}

static void a_generated_appup_keeps_dependencies(void **state)
{
    struct versions v;
    struct term appup;
    str left = STR("left");
    struct names left_out = {&left, 1};
    versions_begin(&v, *state);
    add_module(&v, 0, "same", 'x', NULL, true);
    add_module(&v, 1, "same", 'x', NULL, true);
    add_module(&v, 0, "left", 'x', NULL, true);
    add_module(&v, 1, "left", 'y', NULL, true);
    add_module(&v, 0, "calls", 'x', "gone", true);
    add_module(&v, 1, "calls", 'y', "new", true);
    add_module(&v, 0, "gone", 'x', NULL, true);
    add_module(&v, 1, "new", 'x', "same", true);
    assert_ok(generate(&v, &left_out, &appup), &v.texts->err);
    assert_term(v.texts, &appup,
                "{\"2\",[{\"1\",[{add_module,new},{load_module,calls,[new]},"
                "{delete_module,gone,[calls]}]}],"
                "[{\"1\",[{add_module,gone,[calls]},{load_module,calls,[new]},"
                "{delete_module,new}]}]}");
    versions_end(&v);
}

/* One that Elixir's Supervisor asks for its child_spec/1. */
static void add_child(struct versions *v, size_t version, const char *name, char code,
                      const char *behaviour)
{
    str attributes = arena_printf(&v->texts->arena, "[{behaviour,['%s']}].", behaviour);
    add_exporting(v, version, name, code, NULL, "child_spec", attributes.ptr);
}

static void supervisors_of_elixir_depend_on_children(void **state)
{
    struct versions v;
    struct term appup;
    versions_begin(&v, *state);
    add_child(&v, 0, "a", 'x', "Elixir.Supervisor");
    add_child(&v, 1, "a", 'y', "Elixir.Supervisor");
    add_child(&v, 0, "changed", 'x', "Elixir.GenServer");
    add_child(&v, 1, "changed", 'y', "Elixir.GenServer");
    add_child(&v, 0, "deleted", 'x', "Elixir.GenServer");
    add_child(&v, 1, "new", 'x', "Elixir.GenServer");
    add_module(&v, 1, "other", 'x', NULL, true);
    add_child(&v, 0, "sup", 'x', "Elixir.Supervisor");
    add_child(&v, 1, "sup", 'y', "Elixir.Supervisor");
    assert_ok(generate(&v, NULL, &appup), &v.texts->err);
    assert_term(v.texts, &appup,
                "{\"2\",[{\"1\",[{load_module,changed},{add_module,new},"
                "{update,a,static,default,{advanced,[]},brutal_purge,brutal_purge,"
                "[changed,new]},{add_module,other},"
                "{update,sup,static,default,{advanced,[]},brutal_purge,brutal_purge,"
                "[changed,new]},{delete_module,deleted,[a,sup]}]}],"
                "[{\"1\",[{add_module,deleted,[a,sup]},"
                "{update,sup,static,default,{advanced,[]},brutal_purge,brutal_purge,"
                "[changed,new]},{delete_module,other},"
                "{update,a,static,default,{advanced,[]},brutal_purge,brutal_purge,"
                "[changed,new]},{delete_module,new},{load_module,changed}]}]}");
    versions_end(&v);
}

static void an_application_without_a_change_has_empty_scripts(void **state)
{
    struct versions v;
    struct term appup;
    versions_begin(&v, *state);
    add_module(&v, 0, "same", 'x', NULL, true);
    add_module(&v, 1, "same", 'x', NULL, true);
    assert_ok(generate(&v, NULL, &appup), &v.texts->err);
    assert_term(v.texts, &appup, "{\"2\",[{\"1\",[]}],[{\"1\",[]}]}");
    versions_end(&v);
}

static void stripped_and_missing_modules_are_errors(void **state)
{
    struct versions v;
    struct term appup;
    versions_begin(&v, *state);
    add_module(&v, 0, "m", 'x', NULL, false);
    add_module(&v, 1, "m", 'x', NULL, false);
    assert_ok(generate(&v, NULL, &appup), &v.texts->err);
    add_module(&v, 0, "n", 'x', NULL, false);
    add_module(&v, 1, "n", 'y', NULL, true);
    assert_fails(generate(&v, NULL, &appup), &v.texts->err,
                 "application 'a': module 'n' has no attributes");
    v.modules[1][0] = STR("missing");
    v.apps[0].modules.count = 0;
    v.apps[1].modules.count = 1;
    assert_fails(generate(&v, NULL, &appup), &v.texts->err, "missing.beam'");
    versions_end(&v);
}

static void protocols_that_differ_are_exchanged(void **state)
{
    struct versions v;
    struct term appup;
    versions_begin(&v, *state);
    add_module(&v, 0, "Elixir.Same", 'x', NULL, true);
    add_module(&v, 1, "Elixir.Same", 'x', NULL, true);
    add_module(&v, 0, "Elixir.P", 'x', NULL, true);
    add_module(&v, 1, "Elixir.P", 'y', NULL, true);
    add_module(&v, 0, "Elixir.Old", 'x', NULL, true);
    assert_ok(appup_generate_protocols(&v.texts->arena, STR("r_protocols"), STR("1"),
                                       v.versions[0].ebin, STR("2"), v.versions[1].ebin,
                                       &appup, &v.texts->err),
              &v.texts->err);
    assert_term(
        v.texts, &appup,
        "{\"2\",[{\"1\",[{load_object_code,{r_protocols,\"2\",['Elixir.P']}},"
        "point_of_no_return,{remove,{'Elixir.Old',brutal_purge,brutal_purge}},"
        "{load,{'Elixir.P',brutal_purge,brutal_purge}},{purge,['Elixir.Old']}]}],"
        "[{\"1\",[{load_object_code,{r_protocols,\"1\",['Elixir.Old','Elixir.P']}},"
        "point_of_no_return,{load,{'Elixir.Old',brutal_purge,brutal_purge}},"
        "{load,{'Elixir.P',brutal_purge,brutal_purge}}]}]}");
    versions_end(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_no_appup),
        TEST(the_first_entry_that_fits_wins),
        TEST(the_first_match_must_be_the_whole_version),
        TEST(expressions_that_are_wrong_or_endless_are_errors),
        TEST(instructions_are_checked_when_their_script_is_used),
        TEST(joined_appups_have_the_entries_of_both),
        TEST(a_generated_appup_keeps_dependencies),
        TEST(supervisors_of_elixir_depend_on_children),
        TEST(an_application_without_a_change_has_empty_scripts),
        TEST(stripped_and_missing_modules_are_errors),
        TEST(protocols_that_differ_are_exchanged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
