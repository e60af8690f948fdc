/* Relups of small releases; tests/oracle/relup_oracle.sh compares many with systools'. */
#include "check.h"

#include "relc/otp/relup.h"
#include "relc/term/print.h"
#include "relc/term/read.h"

#include <stdlib.h>

/* Two releases of the same five applications, of which `a` and `b` have modules. */
struct upgrade {
    struct arena arena;
    struct err err;
    struct app apps[2][5];
    struct rel_app rel_apps[2][5];
    struct release releases[2];
    struct map appups;
    struct relup_base base;
    struct relup_input input;
};

static str a_modules[] = {{"x", 1}, {"y", 1}, {"z", 1}};
static str b_modules[] = {{"w", 1}};

static void fill_release(struct upgrade *u, size_t index, str vsn)
{
    static const char *const names[] = {"kernel", "stdlib", "sasl", "a", "b"};
    for (size_t i = 0; i < 5; i++) {
        struct app *app = &u->apps[index][i];
        *app = (struct app){.name = str_of(names[i]),
                            .vsn = i == 3 ? vsn : STR("1"),
                            .dir = "lib/x",
                            .file = "x.app"};
        u->rel_apps[index][i] = (struct rel_app){.app = app};
    }
    u->apps[index][3].modules = (struct names){a_modules, 3};
    u->apps[index][4].modules = (struct names){b_modules, 1};
    u->releases[index] =
        (struct release){STR("r"), vsn, STR("13"), u->rel_apps[index], 5};
}

static int setup(void **state)
{
    struct upgrade *u = calloc(1, sizeof *u);
    if (!u)
        return -1;
    arena_init(&u->arena);
    err_init(&u->err);
    map_init(&u->appups, &u->arena);
    fill_release(u, 0, STR("1"));
    fill_release(u, 1, STR("2"));
    u->base.release = &u->releases[0];
    u->input = (struct relup_input){.top = &u->releases[1],
                                    .bases = &u->base,
                                    .base_count = 1,
                                    .appups = &u->appups,
                                    .otp = 25};
    *state = u;
    return 0;
}

static int teardown(void **state)
{
    struct upgrade *u = *state;
    arena_release(&u->arena);
    err_release(&u->err);
    free(u);
    return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

static void give_appup(struct upgrade *u, const char *text)
{
    struct term_source source = {.file = "text", .text = str_of(text)};
    struct term *term = arena_alloc(&u->arena, sizeof *term);
    struct appup *appup = arena_alloc(&u->arena, sizeof *appup);
    assert_ok(term_read_first(&u->arena, &source, term, &u->err), &u->err);
    assert_ok(appup_parse(&u->arena, term, "a.appup", appup, &u->err), &u->err);
    map_put(&u->appups, STR("a"), appup);
}

static int make(struct upgrade *u, struct term *relup)
{
    return relup_make(&u->arena, &u->input, relup, &u->err);
}

static void assert_relup(struct upgrade *u, const char *expected)
{
    struct term relup;
    struct buf text;
    assert_ok(make(u, &relup), &u->err);
    buf_init(&text);
    term_print_line(&text, &relup, 25);
    assert_str(arena_str(&u->arena, buf_view(&text)), expected);
    buf_release(&text);
}

static void assert_refused(struct upgrade *u, const char *message, const char *file)
{
    struct term relup;
    assert_int_equal(make(u, &relup), -1);
    if (!strstr(u->err.message, message))
        fail_msg("'%s' does not contain '%s'", u->err.message, message);
    assert_int_equal(file != NULL, u->err.file != NULL);
    if (file)
        assert_string_equal(u->err.file, file);
    err_release(&u->err);
}

#define LOAD(m) "{load,{" m ",brutal_purge,brutal_purge}}"

static void modules_follow_their_dependencies(void **state)
{
    struct upgrade *u = *state;
    give_appup(u,
               "{\"2\", [{\"1\", [{update, x, {advanced, e}, [y]}, {load_module, z},"
               "{update, y, supervisor}]}],"
               "[{\"1\", [{update, x, {advanced, e}, [y]}, {update, y, supervisor}]}]}.");
    assert_relup(
        u, "{\"2\",[{\"1\",[],[{load_object_code,{a,\"2\",[x,y,z]}},point_of_no_return,"
           "{suspend,[x,y]}," LOAD("y") "," LOAD(
               "x") ",{code_change,up,[{x,e},{y,[]}]},"
                    "{resume,[y,x]}," LOAD(
                        "z") "]}],"
                             "[{\"1\",[],[{load_object_code,{a,\"1\",[x,y]}},point_of_no_"
                             "return,"
                             "{suspend,[x,y]},{code_change,down,[{x,e}]}," LOAD(
                                 "x") "," LOAD("y") ",{code_change,down,[{y,[]}]},{"
                                                    "resume,[y,x]}]}]}");
}

static void applications_come_and_go(void **state)
{
    struct upgrade *u = *state;
    give_appup(u, "{\"2\", [{\"1\", []}], [{\"1\", []}]}.");
    u->rel_apps[1][4].type = START_TEMPORARY;
    u->releases[0].app_count = 4;
    assert_relup(
        u, "{\"2\",[{\"1\",[],[{load_object_code,{b,\"1\",[w]}},point_of_no_return," LOAD(
               "w") ",{apply,{application,start,[b,temporary]}}]}],"
                    "[{\"1\",[],[point_of_no_return,{apply,{application,stop,[b]}},"
                    "{remove,{w,brutal_purge,brutal_purge}},{purge,[w]},"
                    "{apply,{application,unload,[b]}}]}]}");
}

static void restarts_go_to_the_ends(void **state)
{
    struct upgrade *u = *state;
    struct term relup;
    give_appup(u, "{\"2\", [{\"1\", [{load_module, z}]}], [{\"1\", []}]}.");
    assert_ok(make(u, &relup), &u->err);
    assert_false(relup_restarts(&relup));
    u->releases[0].erts_vsn = STR("12");
    assert_relup(u, "{\"2\",[{\"1\",[],[restart_new_emulator,"
                    "{load_object_code,{a,\"2\",[z]}},point_of_no_return," LOAD(
                        "z") "]}],[{\"1\",[],[point_of_no_return,restart_emulator]}]}");
    assert_ok(make(u, &relup), &u->err);
    assert_true(relup_restarts(&relup));
    u->releases[0].erts_vsn = STR("13");
    u->input.restart_emulator = true;
    assert_relup(u, "{\"2\",[{\"1\",[],[{load_object_code,{a,\"2\",[z]}},"
                    "point_of_no_return," LOAD(
                        "z") ",restart_emulator]}],"
                             "[{\"1\",[],[point_of_no_return,restart_emulator]}]}");
}

static void descriptions_and_several_bases(void **state)
{
    struct upgrade *u = *state;
    struct term description = term_atom(STR("text"));
    struct relup_base bases[] = {{&u->releases[0], &description},
                                 {&u->releases[1], NULL}};
    give_appup(u, "{\"2\", [{\"1\", []}], [{\"1\", []}]}.");
    u->input.bases = bases;
    u->input.base_count = 2;
    assert_relup(u,
                 "{\"2\",[{\"2\",[],[point_of_no_return]},"
                 "{\"1\",text,[point_of_no_return]}],"
                 "[{\"2\",[],[point_of_no_return]},{\"1\",text,[point_of_no_return]}]}");
}

static void what_systools_refuses_is_said_in_words(void **state)
{
    static const struct {
        const char *up; /* the script of the way up */
        const char *message;
    } cases[] = {
        {"{load_module, x, [y]}", "up from release 1: module 'x' depends on 'y', for "
                                  "which there is no instruction"},
        {"{load_module, x}, {update, x}", "there are two instructions for module 'x'"},
        {"{load_module, other}", "module 'other' is in no application of release 2"},
        {"{suspend, [x]}", "module 'x' is suspended and not resumed"},
        {"{stop, [x]}", "module 'x' is stopped and not started"},
        {"{load, {x, soft_purge, soft_purge}}",
         "module 'x' is loaded by {load,...} and not read"},
        {"{load_module, x}, point_of_no_return",
         "only load_object_code and apply may stand before point_of_no_return: in "
         "{load_module,x"},
        {"point_of_no_return, point_of_no_return", "more than one point_of_no_return"},
        {"{remove_application, b}", "application 'b' is still in release 2"},
        {"{add_application, c}", "add_application: application 'c' is not in release 2"},
        {"{load_object_code, {a, \"3\", [x]}}, {load_module, y}",
         "two versions of application 'a' are to be loaded: \"3\" and \"2\""},
    };
    struct upgrade *u = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        give_appup(u, arena_printf(&u->arena, "{\"2\", [{\"1\", [%s]}], [{\"1\", []}]}.",
                                   cases[i].up)
                          .ptr);
        assert_refused(u, cases[i].message, "a.appup");
    }
}

static void versions_that_no_appup_covers(void **state)
{
    struct upgrade *u = *state;
    struct term relup;
    assert_refused(u, "application 'a' has version 2 in place of 1 and no appup",
                   "x.app");
    give_appup(u, "{\"2\", [{\"1\", []}], [{\"0.8\", []}, {<<\"0\\\\.9.*\">>, []}]}.");
    assert_int_equal(make(u, &relup), -1);
    assert_string_equal(
        u->err.message,
        "down to release 1: the appup of application 'a' 2 has no way down to version 1");
    assert_string_equal(u->err.hint,
                        "down to these versions it has one: \"0.8\", <<\"0\\\\.9.*\">>");
    err_release(&u->err);
    u->rel_apps[0][2] = u->rel_apps[0][3];
    u->releases[0].app_count = 3;
    assert_refused(u, "release 'r' 1 has no application sasl", NULL);
}

static void take_warning(void *data, enum report_level level, str text)
{
    if (level == REPORT_WARNING)
        snprintf(data, 200, "%.*s", STR_ARG(text));
}

static void an_appup_for_another_version_is_a_warning(void **state)
{
    struct upgrade *u = *state;
    char warning[200] = "";
    struct report report = {take_warning, warning};
    struct term relup;
    u->input.report = &report;
    give_appup(u, "{\"3\", [{\"1\", []}], [{\"1\", []}]}.");
    assert_ok(make(u, &relup), &u->err);
    assert_string_equal(warning,
                        "'a.appup' is for another version of application 'a' than 2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(modules_follow_their_dependencies),
        TEST(applications_come_and_go),
        TEST(restarts_go_to_the_ends),
        TEST(descriptions_and_several_bases),
        TEST(what_systools_refuses_is_said_in_words),
        TEST(versions_that_no_appup_covers),
        TEST(an_appup_for_another_version_is_a_warning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
