#include "image/fixture.h"
#include "image/tar_file.h"

#include "image/gzip.h"

static struct fixture *f;

static int setup(void **state)
{
    int result = fixture_setup(state);
    f = *state;
    return result;
}

/* Compresses input, given in parts of the length step. */
static str pack(str input, int level, size_t threads, size_t step)
{
    int fd = open("packed", O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    struct pool *pool = pool_new(threads);
    struct gzip *gzip = gzip_new(fd, "packed", level, pool, threads);
    for (size_t at = 0; at < input.len; at += step) {
        str part = str_slice(input, at, at + step);
        assert_ok(gzip_write(gzip, part.ptr, part.len, &f->err), &f->err);
    }
    assert_ok(gzip_finish(gzip, &f->err), &f->err);
    gzip_free(gzip);
    pool_free(pool);
    close(fd);
    return read_whole(f, "packed");
}

static void assert_round(str input, int level, size_t threads, size_t step)
{
    str output = gunzip_one(f, pack(input, level, threads, step));
    assert_int_equal(output.len, input.len);
    if (input.len)
        assert_memory_equal(output.ptr, input.ptr, input.len);
}

/* Words that come again and again, also across the ends of blocks. */
static str prose(size_t len)
{
    str letters = noise(f, 4096, 5);
    char *text = arena_alloc(&f->arena, len);
    uint32_t seed = 1;
    for (size_t i = 0; i < len;) {
        seed = seed * 1664525u + 1013904223u;
        size_t word = (seed >> 16) * (seed >> 24) % 4000;
        for (size_t n = 2 + word % 7; n && i < len; n--)
            text[i++] = (char)('a' + ((unsigned char)letters.ptr[word + n] >> 4));
        if (i < len)
            text[i++] = ' ';
    }
    return (str){text, len};
}

static void what_goes_in_comes_out(void **state)
{
    const size_t block = 256 * 1024;
    const size_t lengths[] = {0,         1,         1000,          block - 1,     block,
                              block + 1, 2 * block, 2 * block + 1, 5 * block + 77};
    (void)state;
    str bytes = noise(f, 6 * block, 7), text = prose(6 * block);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (size_t threads = 0; threads <= 2; threads++) {
            assert_round(str_slice(text, 0, lengths[i]), 6, threads, 100000);
            assert_round(str_slice(bytes, 0, lengths[i]), 6, threads, block);
        }
    for (int level = 1; level <= 9; level++)
        assert_round(text, level, 1, 512);
}

static void threads_and_parts_do_not_change_the_bytes(void **state)
{
    const size_t threads[] = {1, 2, 3, 8, 40};
    (void)state;
    str text = prose(3000000);
    str first = pack(text, 6, 0, 512);
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
        str other = pack(text, 6, threads[i], 65536 * (i + 1));
        assert_int_equal(other.len, first.len);
        assert_memory_equal(other.ptr, first.ptr, first.len);
    }
}

static void the_header_has_neither_name_nor_time(void **state)
{
    (void)state;
    str packed = pack(STR("abc"), 6, 0, 3);
    assert_memory_equal(packed.ptr, "\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
    assert_int_equal((unsigned char)pack(STR("abc"), 9, 0, 3).ptr[8], 2);
    assert_int_equal((unsigned char)pack(STR("abc"), 1, 0, 3).ptr[8], 4);
}

/* The price of the blocks: less than half a percent against one stream of zlib's. */
static void blocks_cost_little(void **state)
{
    (void)state;
    str text = prose(4000000);
    uLongf whole = compressBound((uLong)text.len);
    unsigned char *out = arena_alloc(&f->arena, whole);
    assert_int_equal(
        compress2(out, &whole, (const unsigned char *)text.ptr, (uLong)text.len, 6),
        Z_OK);
    assert_true(pack(text, 6, 2, 100000).len < whole + whole / 200 + 100);
}

static void a_full_disk_is_an_error(void **state)
{
    (void)state;
    str bytes = noise(f, 4000000, 3);
    for (size_t threads = 0; threads <= 2; threads++) {
        int fd = open("/dev/full", O_WRONLY);
        if (fd < 0)
            skip();
        struct pool *pool = pool_new(threads);
        struct gzip *gzip = gzip_new(fd, "out.tar.gz", 6, pool, threads);
        assert_fails(gzip_write(gzip, bytes.ptr, bytes.len, &f->err), &f->err,
                     "cannot write 'out.tar.gz': No space left on device");
        gzip_free(gzip);
        pool_free(pool);
        close(fd);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_goes_in_comes_out, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(threads_and_parts_do_not_change_the_bytes, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(the_header_has_neither_name_nor_time, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(blocks_cost_little, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_full_disk_is_an_error, setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
