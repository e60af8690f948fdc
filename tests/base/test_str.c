#include "check.h"

static void comparing_and_searching(void **state)
{
    (void)state;
    assert_true(str_eq(STR("abc"), str_of("abc")));
    assert_false(str_eq(STR("abc"), STR("abd")));
    assert_true(str_cmp(STR("ab"), STR("abc")) < 0);
    assert_true(str_cmp(STR("b"), STR("abc")) > 0);
    assert_int_equal(str_cmp(STR(""), str_of(NULL)), 0);
    assert_true(str_starts(STR("erts-13"), STR("erts-")));
    assert_false(str_starts(STR("ert"), STR("erts-")));
    assert_true(str_ends(STR("a.app"), STR(".app")));
    assert_int_equal(str_find(STR("a-b-c"), '-'), 1);
    assert_int_equal(str_rfind(STR("a-b-c"), '-'), 3);
    assert_int_equal(str_rfind(STR("abc"), '-'), 3);
}

static void slicing_stays_inside(void **state)
{
    (void)state;
    assert_str(str_slice(STR("abcdef"), 2, 4), "cd");
    assert_str(str_slice(STR("abc"), 2, 99), "c");
    assert_str(str_slice(STR("abc"), 7, 9), "");
    assert_str(str_trim(STR(" \t a b \r\n")), "a b");
}

static void splitting_gives_every_part(void **state)
{
    (void)state;
    str rest = STR("a,,b,");
    assert_str(str_split(&rest, ','), "a");
    assert_str(str_split(&rest, ','), "");
    assert_str(str_split(&rest, ','), "b");
    assert_non_null(rest.ptr);
    assert_str(str_split(&rest, ','), "");
    assert_null(rest.ptr);
}

static void the_nearest_name_is_found(void **state)
{
    static const char *const names[] = {"environments", "releases", "default_release"};
    (void)state;
    assert_int_equal(str_distance(STR("abcd"), STR("acbd")), 1);
    assert_int_equal(str_distance(STR("kitten"), STR("sitting")), 3);
    assert_string_equal(str_nearest(STR("relases"), names, 3), "releases");
    assert_string_equal(str_nearest(STR("enviroments"), names, 3), "environments");
    assert_null(str_nearest(STR("something"), names, 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comparing_and_searching),
        cmocka_unit_test(slicing_stays_inside),
        cmocka_unit_test(splitting_gives_every_part),
        cmocka_unit_test(the_nearest_name_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
