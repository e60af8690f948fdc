/* Expected sums are those of GNU cksum. */
#include "check.h"

#include "relc/base/cksum.h"

static void sums_are_those_of_cksum(void **state)
{
    char many[1000];
    (void)state;
    memset(many, 'x', sizeof many);
    assert_int_equal(cksum(STR("")), 4294967295U);
    assert_int_equal(cksum(STR("a")), 1220704766U);
    assert_int_equal(cksum(STR("abc")), 1219131554U);
    assert_int_equal(cksum(STR("123456789")), 930766865U);
    assert_int_equal(cksum((str){many, sizeof many}), 3999126958U);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_those_of_cksum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
