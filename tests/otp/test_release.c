/* Resolution, the checks over a whole release, and the start order. */
#include "otp/world.h"

#include "relc/otp/resolve.h"
#include "relc/term/print.h"

/* Resolves the names (separated by blanks), NAME:TYPE or NAME=VSN each. */
static int resolve(struct world *world, const char *names, struct release *release)
{
    struct wanted wanted[16] = {0};
    size_t count = 0;
    for (str rest = str_of(names); rest.ptr;) {
        str word = str_split(&rest, ' ');
        size_t colon = str_find(word, ':'), equals = str_find(word, '=');
        struct wanted *wish = &wanted[count++];
        wish->name = str_slice(word, 0, colon < equals ? colon : equals);
        if (colon < word.len)
            wish->type = start_type_of(str_slice(word, colon + 1, word.len));
        if (equals < word.len)
            wish->version =
                arena_str(&world->arena, str_slice(word, equals + 1, word.len));
    }
    *release = (struct release){.name = STR("r"), .vsn = STR("1"), .erts_vsn = STR("13")};
    return resolve_apps(&world->arena, &world->catalogue, wanted, count, release,
                        &world->err);
}

static str rel_names(struct world *world, const struct release *release)
{
    str text = STR("");
    for (size_t i = 0; i < release->app_count; i++)
        text = arena_printf(&world->arena, "%.*s%s%.*s", STR_ARG(text), i ? " " : "",
                            STR_ARG(release->apps[i].app->name));
    return text;
}

static str start_order(struct world *world, struct release *release)
{
    const struct rel_app **order;
    str text = STR("");
    assert_ok(release_check(&world->arena, release, NULL, &world->err), &world->err);
    assert_ok(release_start_order(&world->arena, release, &order, &world->err),
              &world->err);
    for (size_t i = 0; i < release->app_count; i++)
        text = arena_printf(&world->arena, "%.*s%s%.*s", STR_ARG(text), i ? " " : "",
                            STR_ARG(order[i]->app->name));
    return text;
}

static void dependencies_come_before_those_that_need_them(void **state)
{
    const struct world_app apps[] = {
        {"web", "1", "kernel, stdlib, db, log", NULL},
        {"db", "1", "pool", NULL},
        {"pool", "1", "stdlib", NULL},
        {"log", "1", "", ", {included_applications, [fmt]}"},
        {"fmt", "1", "", NULL},
    };
    struct release release;
    struct world world;
    (void)state;
    world_begin(&world, apps, 5);
    assert_ok(resolve(&world, "web pool:temporary", &release), &world.err);
    assert_str(rel_names(&world, &release), "kernel stdlib pool db fmt log web");
    assert_int_equal(release_app(&release, STR("pool"))->type, START_TEMPORARY);
    assert_int_equal(release_app(&release, STR("fmt"))->type, START_LOAD);
    assert_int_equal(release_app(&release, STR("db"))->type, START_DEFAULT);
    assert_str(start_order(&world, &release), "kernel stdlib pool db fmt log web");
    world_end(&world);
}

static void optional_applications_are_taken_when_they_are_there(void **state)
{
    const struct world_app apps[] = {
        {"a", "1", "b, c", ", {optional_applications, [b, c]}"},
        {"b", "1", "", NULL},
    };
    struct release release;
    struct world world;
    (void)state;
    world_begin(&world, apps, 2);
    assert_ok(resolve(&world, "a", &release), &world.err);
    assert_str(rel_names(&world, &release), "kernel stdlib b a");
    assert_str(start_order(&world, &release), "kernel stdlib b a");
    world_end(&world);
}

static void wishes_that_contradict_are_errors(void **state)
{
    const struct world_app apps[] = {{"a", "1", "", NULL}, {"a", "2", "", NULL}};
    struct release release;
    struct world world;
    (void)state;
    world_begin(&world, apps, 2);
    assert_fails(resolve(&world, "a:load a:none", &release), &world.err,
                 "'a' is asked for with start type load and none");
    assert_fails(resolve(&world, "a=1 a=2", &release), &world.err,
                 "'a' is asked for with version 1 and 2");
    assert_ok(resolve(&world, "a=1 a", &release), &world.err);
    assert_str(release_app(&release, STR("a"))->app->vsn, "1");
    world_end(&world);
}

static void what_is_missing_is_named_with_who_needs_it(void **state)
{
    const struct world_app apps[] = {{"a", "1", "gone", NULL}};
    struct release release;
    struct world world;
    (void)state;
    world_begin(&world, apps, 1);
    assert_int_equal(resolve(&world, "a", &release), -1);
    assert_non_null(strstr(world.err.message, "'gone' was not found"));
    assert_non_null(strstr(world.err.message, "'a' needs"));
    assert_non_null(strstr(world.err.file, "a.app"));
    err_release(&world.err);
    world_end(&world);
}

/* In a .rel of other hands an application may stand before one that it needs. */
static void what_is_needed_and_included_stands_before(void **state)
{
    const struct world_app apps[] = {
        {"a", "1", "b", ", {included_applications, [b]}"},
        {"b", "1", "", NULL},
    };
    const struct rel_app **order;
    struct release release;
    struct world world;
    (void)state;
    world_begin(&world, apps, 2);
    assert_ok(resolve(&world, "a", &release), &world.err);
    assert_str(start_order(&world, &release), "kernel stdlib b a");
    struct rel_app *last = &release.apps[release.app_count - 1], needed = last[-1];
    last[-1] = *last;
    *last = needed;
    assert_fails(release_start_order(&world.arena, &release, &order, &world.err),
                 &world.err, "'a' names 'b' twice as what it needs or includes");
    world_end(&world);
}

/* Each: applications, what is resolved, and what the check or the sort then says. */
static void sets_that_otp_refuses(void **state)
{
    static const struct {
        struct world_app apps[4];
        const char *message;
    } cases[] = {
        {{{"a", "1", "b", NULL}, {"b", "1", "c", NULL}, {"c", "1", "a", NULL}},
         "circle: c -> a -> b -> c"},
        {{{"a", "1", "", ", {included_applications, [c]}"},
          {"b", "1", "", ", {included_applications, [c]}"},
          {"c", "1", "", NULL}},
         "'c' is included twice: by 'a' and by 'b'"},
        {{{"a", "1", "", ", {included_applications, [b]}"},
          {"b", "1", "", ", {included_applications, [a]}"}},
         "ring: "},
        {{{"a", "1", "", ", {modules, [same]}"}, {"b", "1", "", ", {modules, [same]}"}},
         "module 'same' is in two applications: 'a' and 'b'"},
        {{{"a", "1", "", ", {registered, [same]}"},
          {"b", "1", "", ", {registered, [same]}"}},
         "registered name 'same' is in two applications: 'a' and 'b'"},
        {{{"a", "1", "a", NULL}, {"b", "1", "", ", {included_applications, [a]}"}},
         "'a' names itself"},
        {{{"a", "1", "gone, gone", ", {optional_applications, [gone]}"},
          {"b", "1", "", NULL}},
         "'a' needs 'gone', which is not in the release"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct rel_app **order;
        struct release release;
        struct world world;
        size_t count = 0;
        while (count < 4 && cases[i].apps[count].name)
            count++;
        world_begin(&world, cases[i].apps, count);
        assert_ok(resolve(&world, "a b", &release), &world.err);
        if (release_check(&world.arena, &release, NULL, &world.err) == 0)
            assert_int_equal(
                release_start_order(&world.arena, &release, &order, &world.err), -1);
        assert_non_null(world.err.message);
        if (!strstr(world.err.message, cases[i].message))
            fail_msg("got '%s', expected '%s'", world.err.message, cases[i].message);
        err_release(&world.err);
        world_end(&world);
    }
}

static void kernel_must_be_permanent(void **state)
{
    struct release release;
    struct world world;
    (void)state;
    world_begin(&world, NULL, 0);
    assert_ok(resolve(&world, "kernel:load", &release), &world.err);
    assert_fails(release_check(&world.arena, &release, NULL, &world.err), &world.err,
                 "'kernel' must have start type permanent, not load");
    world_end(&world);
}

static void the_files_of_a_release(void **state)
{
    const struct world_app apps[] = {{"a", "1", "", NULL}};
    struct release release;
    struct world world;
    struct buf text;
    (void)state;
    world_begin(&world, apps, 1);
    assert_ok(resolve(&world, "a:transient", &release), &world.err);
    buf_init(&text);
    struct term term = release_term(&world.arena, &release);
    term_print_line(&text, &term, 25);
    assert_string_equal(text.ptr,
                        "{release,{\"r\",\"1\"},{erts,\"13\"},[{kernel,\"8.5\"},"
                        "{stdlib,\"4.2\"},{a,\"1\",transient}]}");
    buf_clear(&text);
    term = release_releases_term(&world.arena, &release);
    term_print_line(&text, &term, 25);
    assert_string_equal(
        text.ptr, "[{release,\"r\",\"1\",\"13\",[{kernel,\"8.5\",\"lib/kernel-8.5\"},"
                  "{stdlib,\"4.2\",\"lib/stdlib-4.2\"},{a,\"1\",\"lib/a-1\"}],"
                  "permanent}]");
    assert_str(release_start_erl_data(&world.arena, &release), "13 1");
    buf_release(&text);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dependencies_come_before_those_that_need_them),
        cmocka_unit_test(optional_applications_are_taken_when_they_are_there),
        cmocka_unit_test(wishes_that_contradict_are_errors),
        cmocka_unit_test(what_is_missing_is_named_with_who_needs_it),
        cmocka_unit_test(what_is_needed_and_included_stands_before),
        cmocka_unit_test(sets_that_otp_refuses),
        cmocka_unit_test(kernel_must_be_permanent),
        cmocka_unit_test(the_files_of_a_release),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
