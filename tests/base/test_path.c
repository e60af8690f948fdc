#include "check.h"

#include "relc/base/path.h"

static struct arena arena;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static void joining_and_taking_apart(void **state)
{
    (void)state;
    assert_str(path_join(&arena, STR("a"), STR("b")), "a/b");
    assert_str(path_join(&arena, STR("a/"), STR("b")), "a/b");
    assert_str(path_join(&arena, STR("a"), STR("/b")), "/b");
    assert_str(path_join(&arena, STR("a"), STR("")), "a");
    assert_str(path_join(&arena, STR(""), STR("b")), "b");
    assert_str(path_basename(STR("/a/b//")), "b");
    assert_str(path_basename(STR("b")), "b");
    assert_str(path_dirname(&arena, STR("/a/b")), "/a");
    assert_str(path_dirname(&arena, STR("/a")), "/");
    assert_str(path_dirname(&arena, STR("a")), ".");
}

static void normalizing(void **state)
{
    static const char *const cases[][2] = {
        {"a/b/../c", "a/c"},
        {"./a//b/.", "a/b"},
        {"a/..", "."},
        {"../a", "../a"},
        {"a/../../b", "../b"},
        {"/..", "/"},
        {"/a/../..", "/"},
        {"", "."},
        {"../../a/../b", "../../b"},
        {"/a/b/", "/a/b"},
        {"a/b/c/../../d", "a/d"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_str(path_normalize(&arena, str_of(cases[i][0])), cases[i][1]);
}

static void what_stays_inside(void **state)
{
    (void)state;
    assert_true(path_is_inside(STR("lib/a-1/ebin")));
    assert_true(path_is_inside(STR("..a")));
    assert_false(path_is_inside(STR("")));
    assert_false(path_is_inside(STR("/a")));
    assert_false(path_is_inside(STR("a/../b")));
    assert_false(path_is_inside(STR("a//b")));
    assert_false(path_is_inside(STR("a/")));
    assert_false(path_is_inside(STR("./a")));
    assert_false(path_is_inside(STR("a\0b")));
}

static void names_that_are_safe_everywhere(void **state)
{
    (void)state;
    assert_true(path_is_safe_name(STR("1.2.3-rc.1+build_5~x")));
    assert_false(path_is_safe_name(STR("a/b")));
    assert_false(path_is_safe_name(STR("..")));
    assert_false(path_is_safe_name(STR("-a")));
    assert_false(path_is_safe_name(STR("a b")));
    assert_false(path_is_safe_name(STR("a'b")));
    assert_false(path_is_safe_name(STR("a$b")));
    assert_false(path_is_safe_name(STR("")));
}

static void paths_in_messages(void **state)
{
    (void)state;
    assert_str(path_relative_to(&arena, STR("/p/_build/x"), STR("/p")), "_build/x");
    assert_str(path_relative_to(&arena, STR("/p"), STR("/p")), ".");
    assert_str(path_relative_to(&arena, STR("/pq/x"), STR("/p")), "/pq/x");
    assert_str(path_relative_to(&arena, STR("/usr"), STR("/")), "usr");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joining_and_taking_apart),
        cmocka_unit_test(normalizing),
        cmocka_unit_test(what_stays_inside),
        cmocka_unit_test(names_that_are_safe_everywhere),
        cmocka_unit_test(paths_in_messages),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
