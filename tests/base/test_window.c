/* Bytes seen through a window: the same ones whatever its size, in bounded memory. */
#include "check.h"

#include "relc/base/window.h"

#include <stdlib.h>
#include <zlib.h>

enum { TOTAL = 4 << 20, MOST = 4096, ZLIB_MEMORY = 128 * 1024 };

static struct arena arena;
static char *plain;
static str packed;

/* Bytes that compress a little: the window must slide, and zlib keep its own. */
static int setup(void **state)
{
    uint32_t seed = 1;
    uLongf size = compressBound(TOTAL);
    (void)state;
    arena_init(&arena);
    plain = malloc(TOTAL);
    for (size_t i = 0; i < TOTAL; i++) {
        seed = seed * 1664525 + 1013904223;
        plain[i] = (char)("abcdefgh"[seed >> 29]);
    }
    char *memory = malloc(size);
    assert_int_equal(compress((Bytef *)memory, &size, (const Bytef *)plain, TOTAL), Z_OK);
    packed = (str){memory, size};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free((char *)packed.ptr);
    free(plain);
    arena_release(&arena);
    return 0;
}

static struct window opened(size_t total, size_t most)
{
    struct window window;
    assert_true(window_inflating(&arena, packed, total, most, &window));
    return window;
}

static void expect_next(struct window *window, size_t count)
{
    size_t at = window_position(window);
    str bytes;
    assert_true(window_take(window, count, &bytes));
    assert_int_equal(bytes.len, count);
    assert_memory_equal(bytes.ptr, plain + at, count);
    assert_int_equal(window_position(window), at + count);
}

static void all_bytes_are_seen_in_little_memory(void **state)
{
    struct window window = opened(TOTAL, MOST);
    (void)state;
    while (window_position(&window) < TOTAL) {
        size_t left = TOTAL - window_position(&window), count = left % MOST + 1;
        expect_next(&window, count < left ? count : left);
        assert_int_equal(window_is_done(&window), window_position(&window) == TOTAL);
    }
    assert_true(arena.size < 2 * MOST + ZLIB_MEMORY);
}

static void one_can_go_to_any_place(void **state)
{
    static const size_t places[] = {0, TOTAL - 1,    5, TOTAL / 2, TOTAL / 2 - 9, MOST,
                                    1, TOTAL - MOST, 0};
    struct window window = opened(TOTAL, MOST);
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        assert_true(window_seek(&window, places[i]));
        expect_next(&window, 1);
        assert_true(window_seek(&window, places[i]));
        assert_true(window_skip(&window, 1));
        assert_int_equal(window_position(&window), places[i] + 1);
    }
    assert_false(window_seek(&window, TOTAL + 1));
}

static void what_is_not_there_is_not_taken(void **state)
{
    struct window window = opened(TOTAL, MOST);
    str bytes;
    (void)state;
    assert_false(window_take(&window, MOST + 1 + 2 * MOST, &bytes));
    assert_false(window_skip(&window, TOTAL + 1));
    packed.len--;
    window = opened(TOTAL, MOST);
    assert_false(window_seek(&window, TOTAL) && window_is_done(&window));
    packed.len++;
    assert_false(window_inflating(&arena, packed, packed.len * 1033, MOST, &window));
}

/* Whatever the stream is said to hold, memory is for that and no more is shown. */
static void a_wrong_total_is_found_out(void **state)
{
    static const size_t totals[] = {0, 10, MOST, TOTAL - 1, TOTAL + 1};
    (void)state;
    for (size_t i = 0; i < sizeof totals / sizeof *totals; i++) {
        struct window window = opened(totals[i], MOST);
        assert_false(window_seek(&window, totals[i]) && window_is_done(&window));
    }
}

static void damage_is_found_out(void **state)
{
    char *bytes = (char *)packed.ptr;
    (void)state;
    bytes[packed.len - 1] ^= 1; /* the sum */
    struct window window = opened(TOTAL, MOST);
    assert_false(window_seek(&window, TOTAL) && window_is_done(&window));
    bytes[packed.len / 2] = (char)~bytes[packed.len / 2];
    window = opened(TOTAL, MOST);
    assert_false(window_seek(&window, TOTAL) && window_is_done(&window));
}

static void plain_bytes_are_seen_as_they_are(void **state)
{
    struct window window = window_plain((str){plain, TOTAL});
    struct window none = window_plain((str){NULL, 0});
    str bytes;
    (void)state;
    expect_next(&window, TOTAL - 1);
    assert_false(window_take(&window, 2, &bytes));
    assert_true(window_seek(&window, 3));
    expect_next(&window, TOTAL - 3);
    assert_true(window_is_done(&window));
    assert_true(window_is_done(&none));
    assert_int_equal(arena.size, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_bytes_are_seen_in_little_memory, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(one_can_go_to_any_place, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_not_there_is_not_taken, setup, teardown),
        cmocka_unit_test_setup_teardown(a_wrong_total_is_found_out, setup, teardown),
        cmocka_unit_test_setup_teardown(damage_is_found_out, setup, teardown),
        cmocka_unit_test_setup_teardown(plain_bytes_are_seen_as_they_are, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
