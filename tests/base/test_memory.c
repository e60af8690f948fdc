/* Arenas, buffers and maps. */
#include "check.h"

#include "relc/base/buf.h"
#include "relc/base/map.h"

static void an_arena_gives_zeroed_aligned_memory(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena);
    for (size_t size = 0; size < 5000; size += 37) {
        unsigned char *memory = arena_alloc(&arena, size);
        assert_int_equal((uintptr_t)memory % 16, 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(memory[i], 0);
        memset(memory, 0xff, size);
        assert_str(arena_str(&arena, STR("odd")), "odd");
    }
    unsigned char *large = arena_alloc(&arena, 1 << 20);
    large[(1 << 20) - 1] = 1;
    arena_release(&arena);
    assert_null(arena.blocks);
}

static void an_array_grows_and_keeps_its_items(void **state)
{
    struct arena arena;
    size_t capacity = 0;
    int *items = NULL;
    (void)state;
    arena_init(&arena);
    for (size_t i = 0; i < 1000; i++) {
        items = arena_grow(&arena, items, i, &capacity, sizeof *items);
        items[i] = (int)i;
    }
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(items[i], i);
    assert_str(arena_printf(&arena, "%s-%d", "a", 7), "a-7");
    arena_release(&arena);
}

static void a_buffer_always_ends_with_nul(void **state)
{
    struct buf buf;
    (void)state;
    buf_init(&buf);
    assert_string_equal(buf.ptr, "");
    buf_clear(&buf);
    buf_add(&buf, "a\0b", 3);
    buf_putc(&buf, 'c');
    buf_fill(&buf, '-', 3);
    buf_printf(&buf, "%d", 42);
    assert_int_equal(buf.len, 9);
    assert_memory_equal(buf.ptr, "a\0bc---42", 10);
    buf_clear(&buf);
    buf_u8(&buf, 0x83);
    buf_u16(&buf, 0x0102);
    buf_u32(&buf, 0x03040506);
    buf_u64(&buf, 0xfffefdfcfbfaf9f8);
    assert_memory_equal(
        buf.ptr, "\x83\x01\x02\x03\x04\x05\x06\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8", 16);
    buf_release(&buf);
}

static void a_map_finds_what_was_put_in_order(void **state)
{
    struct arena arena;
    struct map map;
    int values[500];
    (void)state;
    arena_init(&arena);
    map_init(&map, &arena);
    assert_null(map_get(&map, STR("nothing")));
    for (size_t i = 0; i < 500; i++)
        assert_null(map_put(&map, arena_printf(&arena, "key%zu", i), &values[i]));
    for (size_t i = 0; i < 500; i++) {
        assert_ptr_equal(map_get(&map, arena_printf(&arena, "key%zu", i)), &values[i]);
        assert_ptr_equal(map.entries[i].value, &values[i]);
    }
    assert_false(map_has(&map, STR("key500")));
    assert_ptr_equal(map_put(&map, STR("key7"), &values[8]), &values[7]);
    assert_int_equal(map.count, 500);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arena_gives_zeroed_aligned_memory),
        cmocka_unit_test(an_array_grows_and_keeps_its_items),
        cmocka_unit_test(a_buffer_always_ends_with_nul),
        cmocka_unit_test(a_map_finds_what_was_put_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
