#include "reading.h"

#include "relc/term/term.h"

static struct term text_term(const char *text)
{
    return term_of(text, 25);
}

static int order(const char *a, const char *b, bool exact)
{
    struct term x = text_term(a), y = text_term(b);
    int result = term_compare(&x, &y, exact);
    assert_int_equal(result > 0, term_compare(&y, &x, exact) < 0);
    return (result > 0) - (result < 0);
}

static void terms_are_in_erlangs_order(void **state)
{
    static const char *const sorted[] = {
        "-123456789012345678901234567890",
        "-9223372036854775809",
        "-9223372036854775808",
        "-1.5",
        "-1",
        "0",
        "0.5",
        "1",
        "9007199254740992.0",
        "9007199254740993",
        "9223372036854775807",
        "9223372036854775808.0",
        "9223372036854775809",
        "1.0e22",
        "10000000000000000000001",
        "1.0e300",
        "a",
        "aa",
        "b",
        "'\\x{e9}'",
        "'\\x{400}'",
        "fun a:b/1",
        "fun a:b/2",
        "fun a:c/0",
        "{}",
        "{b}",
        "{a,1}",
        "{a,2}",
        "#{}",
        "#{a => 2}",
        "#{b => 1}",
        "#{a => 1,b => 1}",
        "[]",
        "[a|b]",
        "[a]",
        "[b]",
        "[b,a]",
        "<<>>",
        "<<0:1>>",
        "<<1>>",
        "<<1,0:1>>",
        "<<1,1:1>>",
        "<<2>>",
    };
    size_t count = sizeof sorted / sizeof *sorted;
    (void)state;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            int expected = (i > j) - (i < j);
            if (order(sorted[i], sorted[j], false) != expected)
                fail_msg("'%s' and '%s' are in the wrong order", sorted[i], sorted[j]);
        }
    }
}

static void exact_order_tells_integers_from_floats(void **state)
{
    (void)state;
    assert_int_equal(order("1", "1.0", false), 0);
    assert_int_equal(order("1", "1.0", true), -1);
    assert_int_equal(order("3", "2.0", true), -1);
    assert_int_equal(order("123456789012345678901234567890", "2.0", true), -1);
    assert_int_equal(order("-0.0", "0.0", false), 0);
    assert_int_equal(order("-0.0", "0.0", true), -1);
    assert_int_equal(order("#{1 => a}", "#{1.0 => a}", false), -1);
    assert_int_equal(order("#{a => 1}", "#{a => 1.0}", false), 0);
    assert_int_equal(order("#{a => 1}", "#{a => 1.0}", true), -1);
    assert_int_equal(order("[1,{2}]", "[1.0,{2.0}]", false), 0);
}

static void maps_sort_their_keys_and_keep_the_last_of_equal_ones(void **state)
{
    struct term pairs[] = {
        term_atom(STR("b")), term_integer(1), term_float(1.0),     term_integer(2),
        term_integer(1),     term_integer(3), term_atom(STR("b")), term_integer(4),
        term_atom(STR("a")), term_integer(5), term_nil(),          term_integer(6),
        term_integer(9),     term_integer(7),
    };
    (void)state;
    struct term map = term_map(&arena, pairs, 7);
    assert_string_equal(line_of(&map, 25),
                        "#{1 => 3,9 => 7,1.0 => 2,a => 5,b => 4,[] => 6}");
    struct term none = term_map(&arena, NULL, 0);
    assert_string_equal(line_of(&none, 25), "#{}");
}

static void integers_are_of_the_smallest_kind(void **state)
{
    unsigned char bytes[9] = {0, 0, 0, 0, 0, 0, 0, 0x80, 0};
    (void)state;
    struct term least = term_from_magnitude(&arena, bytes, 9, true);
    struct term big = term_from_magnitude(&arena, bytes, 9, false);
    assert_int_equal(least.kind, TERM_INTEGER);
    assert_true(least.as.integer == INT64_MIN);
    assert_int_equal(big.kind, TERM_BIG);
    assert_int_equal(big.as.big.size, 8);
    assert_string_equal(line_of(&big, 25), "9223372036854775808");
    struct term zero = term_from_magnitude(&arena, bytes, 3, true);
    assert_int_equal(zero.kind, TERM_INTEGER);
    assert_true(zero.as.integer == 0);
}

static void strings_are_lists_of_code_points(void **state)
{
    str text;
    (void)state;
    struct term list = term_string(&arena, STR("a\xC3\xA9\xF0\x9F\x98\x80"));
    assert_int_equal(list.as.list.count, 3);
    assert_true(list.as.list.items[2].as.integer == 0x1F600);
    assert_true(term_to_text(&arena, &list, &text));
    assert_str(text, "a\xC3\xA9\xF0\x9F\x98\x80");
    struct term broken = term_string(&arena, STR("a\xE9"));
    assert_true(broken.as.list.items[1].as.integer == 0xE9);
    struct term empty = term_string(&arena, STR(""));
    assert_true(term_is_nil(&empty) && term_to_text(&arena, &empty, &text));
    assert_int_equal(text.len, 0);
}

static void only_lists_of_code_points_are_text(void **state)
{
    static const char *const texts[] = {"a",         "[a]",         "[-1]",      "[1|2]",
                                        "[16#D800]", "[16#110000]", "<<\"a\">>", "[1.0]"};
    str text;
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct term term = text_term(texts[i]);
        assert_false(term_to_text(&arena, &term, &text));
    }
}

static void built_and_asked_terms_agree(void **state)
{
    struct term_builder builder = {.arena = &arena};
    (void)state;
    for (int i = 0; i < 100; i++)
        term_add(&builder, term_integer(i));
    struct term list = term_built_list(&builder), tuple = term_built_tuple(&builder);
    assert_int_equal(list.as.list.count, 100);
    assert_true(term_is_proper_list(&list) && !term_is_proper_list(&tuple));
    assert_true(term_is_tuple(&tuple, NULL, 100) && !term_is_tuple(&tuple, "a", 100));
    struct term pair = term_pair(&arena, term_atom(STR("vsn")), term_integer(1));
    assert_true(term_is_tuple(&pair, "vsn", 2) && !term_is_tuple(&pair, "vsn", 3));
    struct term improper = text_term("[a|b]");
    assert_false(term_is_proper_list(&improper));
}

static void lookup_finds_the_first_pair(void **state)
{
    (void)state;
    struct term list = text_term("[a, {vsn}, {vsn, 1, 2}, {vsn, \"1\"}, {vsn, \"2\"}]");
    assert_string_equal(line_of(term_lookup(&list, "vsn"), 25), "\"1\"");
    assert_null(term_lookup(&list, "env"));
    assert_null(term_lookup(&list.as.list.items[0], "vsn"));
}

/* Under ASan: nothing of the copy is in the first term's arena. */
static void a_copy_outlives_its_arena(void **state)
{
    static const char text[] = "{1,-123456789012345678901234567890,1.5,'\\x{400}',{},[],"
                               "[a|b],#{k => [v]},<<1,2:3>>,fun m:f/1,\"text\"}";
    struct arena other;
    (void)state;
    struct term kept = text_term(text);
    arena_init(&other);
    struct term moved = term_copy(&other, &kept);
    struct term copy = term_copy(&arena, &moved);
    arena_release(&other);
    assert_true(term_equal(&kept, &copy));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terms_are_in_erlangs_order),
        cmocka_unit_test(exact_order_tells_integers_from_floats),
        cmocka_unit_test(maps_sort_their_keys_and_keep_the_last_of_equal_ones),
        cmocka_unit_test(integers_are_of_the_smallest_kind),
        cmocka_unit_test(strings_are_lists_of_code_points),
        cmocka_unit_test(only_lists_of_code_points_are_text),
        cmocka_unit_test(built_and_asked_terms_agree),
        cmocka_unit_test(lookup_finds_the_first_pair),
        cmocka_unit_test(a_copy_outlives_its_arena),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
