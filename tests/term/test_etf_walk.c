/* Walking through encoded terms gives what decoding them as a whole does. */
#include "reading.h"

#include "relc/term/etf.h"
#include "relc/term/etf_walk.h"

#include <zlib.h>

enum { MOST = 64 };

static const char text[] =
    "{tag,[1,256,-5,123456789012345678901234567890,1.5],#{k => \"text\",<<1,2:3>> => []},"
    "fun m:f/1,[a|b],{},[[],{x}],'\\x{400}'}";

static str encoded(const char *source)
{
    struct term term = term_of(source, 25);
    struct buf out;
    buf_init(&out);
    assert_ok(etf_encode(&out, &term, ETF_ATOMS_UTF8, &err), &err);
    str copy = arena_str(&arena, buf_view(&out));
    buf_release(&out);
    return copy;
}

/* As term_to_binary with the option compressed. */
static str compressed(str bytes)
{
    struct buf out;
    uLongf size = compressBound((uLong)bytes.len);
    buf_init(&out);
    buf_add(&out, "\x83P", 2);
    buf_u32(&out, (uint32_t)bytes.len - 1);
    assert_int_equal(compress((Bytef *)buf_reserve(&out, size), &size,
                              (const Bytef *)bytes.ptr + 1, (uLong)bytes.len - 1),
                     Z_OK);
    out.len += size;
    str copy = arena_str(&arena, buf_view(&out));
    buf_release(&out);
    return copy;
}

static void expect_term(struct etf_walk *walk, const char *source)
{
    struct term term, expected = term_of(source, 25);
    assert_true(etf_walk_term(walk, &arena, &term));
    assert_true(term_equal(&term, &expected));
}

static void walk_through(str bytes)
{
    struct etf_walk walk;
    size_t count;
    etf_walk_begin(&arena, bytes, MOST, &walk);
    assert_true(etf_walk_tuple(&walk, &count));
    assert_int_equal(count, 8);
    assert_false(etf_walk_list(&walk, &count) || etf_walk_map(&walk, &count));
    expect_term(&walk, "tag");
    size_t numbers = etf_walk_position(&walk);
    assert_true(etf_walk_list(&walk, &count));
    assert_int_equal(count, 5);
    assert_true(etf_walk_skip(&walk, 4));
    expect_term(&walk, "1.5");
    assert_true(etf_walk_list_end(&walk, count));
    assert_true(etf_walk_map(&walk, &count));
    assert_int_equal(count, 2);
    assert_true(etf_walk_skip(&walk, 2 * count));
    expect_term(&walk, "fun m:f/1");
    assert_true(etf_walk_list(&walk, &count));
    expect_term(&walk, "a");
    assert_false(etf_walk_list_end(&walk, count));
    expect_term(&walk, "b");
    assert_true(etf_walk_skip(&walk, 2));
    assert_false(etf_walk_is_done(&walk));
    expect_term(&walk, "'\\x{400}'");
    assert_true(etf_walk_is_done(&walk));
    assert_true(etf_walk_seek(&walk, numbers));
    expect_term(&walk, "[1,256,-5,123456789012345678901234567890,1.5]");
}

static void parts_are_those_of_the_whole(void **state)
{
    (void)state;
    walk_through(encoded(text));
    walk_through(compressed(encoded(text)));
}

static void a_part_that_is_too_large_is_passed_over(void **state)
{
    str bytes = encoded("{[a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,z],next}");
    (void)state;
    for (int packed = 0; packed < 2; packed++) {
        struct etf_walk walk;
        struct term term;
        size_t count;
        etf_walk_begin(&arena, packed ? compressed(bytes) : bytes, MOST, &walk);
        assert_true(etf_walk_tuple(&walk, &count));
        assert_false(etf_walk_term(&walk, &arena, &term));
        assert_false(walk.failed);
        expect_term(&walk, "next");
        assert_true(etf_walk_is_done(&walk));
    }
}

static void a_list_without_elements_is_its_tail(void **state)
{
    struct etf_walk walk;
    size_t count;
    (void)state;
    etf_walk_begin(&arena, STR("\x83h\2l\0\0\0\0a\1a\2"), MOST, &walk);
    assert_true(etf_walk_tuple(&walk, &count));
    assert_false(etf_walk_list(&walk, &count));
    expect_term(&walk, "1");
    expect_term(&walk, "2");
    assert_true(etf_walk_is_done(&walk));
}

static void walk_over(str bytes, struct etf_walk *walk)
{
    etf_walk_begin(&arena, bytes, MOST, walk);
    etf_walk_skip(walk, 1);
}

static void what_is_cut_off_fails_for_good(void **state)
{
    struct etf_walk walk;
    size_t count;
    struct term term;
    str wholes[2] = {encoded(text), STR("")};
    (void)state;
    wholes[1] = compressed(wholes[0]);
    for (int i = 0; i < 2; i++) {
        for (size_t len = 0; len < wholes[i].len; len++) {
            walk_over(arena_str(&arena, str_slice(wholes[i], 0, len)), &walk);
            assert_false(etf_walk_is_done(&walk));
        }
        walk_over(wholes[i], &walk);
        assert_true(etf_walk_is_done(&walk));
    }
    walk_over(STR("\x83h\2a"), &walk);
    assert_true(walk.failed);
    assert_false(etf_walk_tuple(&walk, &count) || etf_walk_term(&walk, &arena, &term) ||
                 etf_walk_skip(&walk, 0));
}

/* Counts that the data cannot hold, terms without a text form, no term at all. */
static void what_is_no_term_fails(void **state)
{
    static const str wrong[] = {
        {"", 0},
        {"h\0", 2},
        {"\x83", 1},
        {"\x83l\xff\xff\xff\xff", 6},
        {"\x83t\xff\xff\xff\xff", 6},
        {"\x83m\xff\xff\xff\xffx", 7},
        {"\x83P\xff\xff\xff\xff", 6},
        {"\x83P\0\0\0\1", 6},
        {"\x83gd\0\1aaaaaaaaaaaaaaa", 20},
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct etf_walk walk;
        walk_over(wrong[i], &walk);
        assert_true(walk.failed);
    }
}

/* Neither recursion nor memory depends on the depth. */
static void deep_terms_are_passed_over(void **state)
{
    enum { DEPTH = 1000000 };
    struct buf deep;
    struct etf_walk walk;
    (void)state;
    buf_init(&deep);
    buf_u8(&deep, 131);
    for (size_t i = 0; i < DEPTH; i++)
        buf_add(&deep, "h\1", 2);
    buf_u8(&deep, 'j');
    size_t before = arena.size;
    walk_over(buf_view(&deep), &walk);
    assert_true(etf_walk_is_done(&walk));
    assert_int_equal(arena.size, before);
    buf_release(&deep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_those_of_the_whole),
        cmocka_unit_test(a_part_that_is_too_large_is_passed_over),
        cmocka_unit_test(a_list_without_elements_is_its_tail),
        cmocka_unit_test(what_is_cut_off_fails_for_good),
        cmocka_unit_test(what_is_no_term_fails),
        cmocka_unit_test(deep_terms_are_passed_over),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
