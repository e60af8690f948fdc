#include "otp/world.h"

#include "relc/term/read.h"

static struct arena arena;
static struct err err;

static int parse(const char *text, int otp, struct app *app)
{
    struct term term;
    struct term_source source = {"a.app", str_of(text), 0};
    assert_ok(term_read_first(&arena, &source, &term, &err), &err);
    return app_parse(&arena, &term, STR("a"), "a.app", otp, app, &err);
}

#define KEYS(more)                                                                       \
    "{application, a, [{description, \"d\"}, {vsn, \"1\"}, {modules, [m]}, "             \
    "{registered, []}, {applications, [kernel]}" more "]}."

static void a_whole_application_is_read(void **state)
{
    struct app app;
    (void)state;
    assert_ok(
        parse(KEYS(", {included_applications, [b, c]}, {optional_applications, [o]},"
                   "{env, [{k, v}]}, {mod, {a_app, []}}, {maxT, 5}"),
              25, &app),
        &err);
    assert_str(app.vsn, "1");
    assert_int_equal(app.included.count, 2);
    assert_str(app.included.items[1], "c");
    assert_true(names_have(&app.optional, STR("o")));
    assert_int_equal(app.max_t.as.integer, 5);
    assert_true(term_is_atom(&app.max_p, "infinity"));
    assert_true(term_is_atom(&app.start_phases, "undefined"));
}

static void what_systools_refuses_is_refused(void **state)
{
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"{application, a, []}.", "'vsn' is missing"},
        {"{app, a, []}.", "no application"},
        {"{application, b, []}.", "called 'b'"},
        {"{application, a, [{vsn, 1}]}.", "'vsn' must be a string"},
        {KEYS(", {env, [x]}"), "'env' must be"},
        {KEYS(", {mod, m}"), "'mod' must be"},
        {KEYS(", {maxP, 0}"), "'maxP' must be"},
        {KEYS(", {start_phases, [p]}"), "'start_phases' must be"},
        {KEYS(", {included_applications, [\"b\"]}"), "'included_applications' must be"},
        {KEYS(", {id, x}"), "'id' must be a string"},
    };
    struct app app;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_fails(parse(cases[i].text, 25, &app), &err, cases[i].message);
}

static void the_first_of_two_keys_wins(void **state)
{
    struct app app;
    (void)state;
    assert_ok(parse(KEYS(", {vsn, \"2\"}, {whatever, [1]}"), 25, &app), &err);
    assert_str(app.vsn, "1");
}

static void a_name_twice_is_wrong_from_otp_26_on(void **state)
{
    struct app app;
    (void)state;
    assert_ok(parse(KEYS(", {included_applications, [b, b]}"), 25, &app), &err);
    assert_fails(parse(KEYS(", {included_applications, [b, b]}"), 26, &app), &err,
                 "'included_applications' names 'b' twice");
}

static void nothing_is_optional_before_otp_24(void **state)
{
    struct app app;
    (void)state;
    assert_ok(parse(KEYS(", {optional_applications, [o]}"), 23, &app), &err);
    assert_int_equal(app.optional.count, 0);
    assert_ok(parse(KEYS(", {optional_applications, [o]}"), 24, &app), &err);
    assert_int_equal(app.optional.count, 1);
}

static void versions_compare_by_their_numbers(void **state)
{
    static const char *const rising[] = {"1.0.0-rc1", "1.0.0-rc2", "1.0.0", "1.0.1",
                                         "1.2",       "1.10",      "2",     "10.0"};
    size_t count = sizeof rising / sizeof *rising;
    (void)state;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++) {
            int order = version_compare(str_of(rising[i]), str_of(rising[j]));
            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
        }
}

static void the_catalogue_prefers_the_first_folder_then_the_highest(void **state)
{
    const struct world_app apps[] = {
        {"x", "1.9", "", NULL}, {"x", "1.10", "", NULL}, {"y", "1", "", NULL}};
    const struct found *found;
    const str any = {NULL, 0};
    struct world world;
    (void)state;
    world_begin(&world, apps, 3);
    assert_ok(catalogue_get(&world.catalogue, STR("x"), any, &found, &world.err),
              &world.err);
    assert_str(found->app.vsn, "1.10");
    assert_ok(catalogue_get(&world.catalogue, STR("x"), STR("1.9"), &found, &world.err),
              &world.err);
    assert_str(found->app.vsn, "1.9");
    assert_fails(catalogue_get(&world.catalogue, STR("x"), STR("2"), &found, &world.err),
                 &world.err, "version 2 of application 'x' was not found; there is 1.");
    assert_int_equal(
        catalogue_get(&world.catalogue, STR("stdlb"), any, &found, &world.err), -1);
    assert_string_equal(world.err.hint, "did you mean 'stdlib'?");
    err_release(&world.err);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_application_is_read),
        cmocka_unit_test(what_systools_refuses_is_refused),
        cmocka_unit_test(the_first_of_two_keys_wins),
        cmocka_unit_test(a_name_twice_is_wrong_from_otp_26_on),
        cmocka_unit_test(nothing_is_optional_before_otp_24),
        cmocka_unit_test(versions_compare_by_their_numbers),
        cmocka_unit_test(the_catalogue_prefers_the_first_folder_then_the_highest),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_release(&arena);
    return failed;
}
