#include "image/fixture.h"
#include "image/tar_file.h"

#include "image/deflate.h"
#include "image/deflate_blocks.h"
#include "image/gzip.h"

#include <libdeflate.h>

static struct fixture *f;

static int setup(void **state)
{
    int result = fixture_setup(state);
    f = *state;
    return result;
}

/* Compresses the input in pieces of the length step and joins them. */
static str pack(str input, enum compression compression, size_t step)
{
    int fd = open("packed", O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    struct deflater *deflater = deflater_new(compression);
    struct gzip gzip;
    size_t room = deflate_bound(deflater, step);
    unsigned char *bytes = arena_alloc(&f->arena, room);
    assert_ok(gzip_begin(&gzip, fd, "packed", compression, &f->err), &f->err);
    for (size_t at = 0; at < input.len; at += step) {
        str part = str_slice(input, at, at + step);
        const unsigned char *plain = (const unsigned char *)part.ptr;
        struct gzip_piece piece = {
            .bytes = bytes,
            .len = deflate_piece(deflater, at / step % 2, plain, part.len, bytes, room),
            .plain_len = part.len,
            .crc = (uint32_t)crc32(0, plain, (uInt)part.len),
        };
        assert_true(piece.len > 0);
        gzip_count(&gzip, &piece);
        assert_ok(gzip_write(&gzip, &(str){(char *)piece.bytes, piece.len}, 1, &f->err),
                  &f->err);
    }
    assert_ok(gzip_end(&gzip, &f->err), &f->err);
    deflater_free(deflater);
    close(fd);
    return read_whole(f, "packed");
}

static void assert_round(str input, enum compression compression, size_t step)
{
    str output = gunzip_one(f, pack(input, compression, step));
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
    const size_t lengths[] = {0, 1, 2, 5, 60, 1000, 19999, 20001, 300000, 1000077};
    const size_t steps[] = {1000, 8192, 100001, 320 * 1024};
    (void)state;
    str bytes = noise(f, 1000077, 7), text = prose(1000077);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (size_t j = 0; j < sizeof steps / sizeof *steps; j++) {
            assert_round(str_slice(text, 0, lengths[i]), COMPRESSION_DEFAULT, steps[j]);
            assert_round(str_slice(bytes, 0, lengths[i]), COMPRESSION_FAST, steps[j]);
        }
    assert_round(text, COMPRESSION_FAST, 100000);
    assert_round(text, COMPRESSION_BEST, 100000);
}

/* Pieces of every length up to what makes several blocks, each by itself. */
static void pieces_of_all_lengths_end_well(void **state)
{
    (void)state;
    str text = prose(3000);
    assert_round(text, COMPRESSION_DEFAULT, 1);
    for (size_t step = 2; step < 3000; step += 1 + step / 16)
        assert_round(text, COMPRESSION_DEFAULT, step);
}

/* Text and noise in turns, each part of the length that is its own. */
static str turns(size_t text, size_t dense, size_t len)
{
    str words = prose(len), bytes = noise(f, len, 11);
    char *mixed = arena_alloc(&f->arena, len);
    for (size_t i = 0; i < len; i++)
        mixed[i] = i % (text + dense) < text ? words.ptr[i] : bytes.ptr[i];
    return (str){mixed, len};
}

static bool contains(str whole, str part)
{
    for (size_t i = 0; i + part.len <= whole.len; i++)
        if (whole.ptr[i] == part.ptr[0] && memcmp(whole.ptr + i, part.ptr, part.len) == 0)
            return true;
    return false;
}

static void what_is_compressed_already_is_stored(void **state)
{
    (void)state;
    str mixed = turns(20000, 40000, 60000);
    str inner = str_slice(mixed, 22000, 58000);
    assert_true(contains(pack(mixed, COMPRESSION_DEFAULT, 60000), inner));
    assert_true(contains(pack(mixed, COMPRESSION_FAST, 60000), inner));
    str words = str_slice(mixed, 0, 20000);
    assert_true(pack(words, COMPRESSION_DEFAULT, 20000).len < 12000);
    assert_false(
        contains(pack(words, COMPRESSION_DEFAULT, 20000), str_slice(words, 0, 99)));
}

static void text_and_noise_in_turns_come_out(void **state)
{
    const size_t texts[] = {1, 1000, 1024, 5000, 70000};
    const size_t denses[] = {1023, 3071, 3072, 3073, 4096, 65535, 65536, 140000};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (size_t j = 0; j < sizeof denses / sizeof *denses; j++) {
            str mixed = turns(texts[i], denses[j], 400000);
            assert_round(mixed, COMPRESSION_DEFAULT, 320 * 1024);
            assert_round(mixed, COMPRESSION_FAST, 9999);
            assert_round(mixed, COMPRESSION_BEST, 320 * 1024);
        }
}

static void the_header_has_neither_name_nor_time(void **state)
{
    (void)state;
    str packed = pack(STR("abc"), COMPRESSION_DEFAULT, 3);
    assert_memory_equal(packed.ptr, "\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
    assert_int_equal((unsigned char)pack(STR("abc"), COMPRESSION_BEST, 3).ptr[8], 2);
    assert_int_equal((unsigned char)pack(STR("abc"), COMPRESSION_FAST, 3).ptr[8], 4);
}

/* Default pieces are no larger than one stream of zlib's default; the others order. */
static void sizes_are_as_promised(void **state)
{
    (void)state;
    str text = prose(4000000);
    uLongf whole = compressBound((uLong)text.len);
    unsigned char *out = arena_alloc(&f->arena, whole);
    assert_int_equal(
        compress2(out, &whole, (const unsigned char *)text.ptr, (uLong)text.len, 6),
        Z_OK);
    size_t fast = pack(text, COMPRESSION_FAST, 262144).len;
    size_t normal = pack(text, COMPRESSION_DEFAULT, 262144).len;
    size_t best = pack(text, COMPRESSION_BEST, 262144).len;
    assert_true(normal <= whole);
    assert_true(best < normal && normal < fast);
}

static size_t deflate_raw(str text, int level, unsigned char *out, size_t room)
{
    z_stream stream = {.next_in = (unsigned char *)text.ptr,
                       .avail_in = (uInt)text.len,
                       .next_out = out,
                       .avail_out = (uInt)room};
    assert_int_equal(deflateInit2(&stream, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY),
                     Z_OK);
    for (int i = 0; i < 3 && text.len >= 4;
         i++) { /* blocks that end where zlib would not end them */
        stream.avail_in = (uInt)text.len / 4;
        assert_int_equal(deflate(&stream, i == 1 ? Z_SYNC_FLUSH : Z_BLOCK), Z_OK);
    }
    stream.avail_in = (uInt)(text.len - stream.total_in);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    size_t len = stream.total_out;
    deflateEnd(&stream);
    return len;
}

/* zlib, asked to stop at each block, says where the last one begins and ends. */
static struct deflate_last last_block_by_zlib(const unsigned char *bytes, size_t len)
{
    unsigned char out[4096];
    struct deflate_last last = {0};
    int result = Z_OK;
    z_stream stream = {.next_in = (unsigned char *)bytes, .avail_in = (uInt)len};
    assert_int_equal(inflateInit2(&stream, -15), Z_OK);
    while (result == Z_OK) {
        stream.next_out = out;
        stream.avail_out = sizeof out;
        result = inflate(&stream, Z_BLOCK);
        size_t at = (size_t)stream.total_in * 8 - (stream.data_type & 63);
        if (result == Z_OK && (stream.data_type & 192) == 128)
            last.begin = at;
        if (result == Z_OK && (stream.data_type & 192) == 192)
            last.end = at;
    }
    assert_int_equal(result, Z_STREAM_END);
    inflateEnd(&stream);
    return last;
}

static void assert_last_block(const unsigned char *bytes, size_t len)
{
    struct deflate_last last, by_zlib = last_block_by_zlib(bytes, len);
    assert_int_equal(deflate_find_last(bytes, len, &last), 0);
    assert_int_equal(last.begin, by_zlib.begin);
    assert_int_equal(last.end, by_zlib.end);
    assert_int_equal((last.end + 7) / 8, len);
}

static void the_last_block_is_where_zlib_says(void **state)
{
    (void)state;
    str texts[] = {prose(200000), noise(f, 200000, 3), STR("a"), STR("abcabcabcabcabc")};
    unsigned char *out = arena_alloc(&f->arena, 400000);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (int level = 0; level <= 9; level++) {
            size_t len = deflate_raw(texts[i], level, out, 400000);
            assert_last_block(out, len);
        }
}

/* Of streams that differ much: some end with a code of zeros, or with ones and zeros. */
static void the_last_block_of_libdeflate_is_found(void **state)
{
    (void)state;
    str text = prose(60000), bytes = noise(f, 4000, 9);
    unsigned char *out = arena_alloc(&f->arena, 70000);
    for (int level = 1; level <= 12; level++) {
        struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(level);
        for (size_t len = 1; len < text.len; len += 1 + len / 9) {
            str parts[] = {str_slice(text, 0, len),
                           str_slice(text, text.len - len, text.len),
                           str_slice(bytes, 0, len % 4000)};
            for (size_t i = 0; i < 3; i++) {
                size_t done = libdeflate_deflate_compress(compressor, parts[i].ptr,
                                                          parts[i].len, out, 70000);
                assert_true(done > 0);
                assert_last_block(out, done);
            }
        }
        libdeflate_free_compressor(compressor);
    }
}

static void what_is_no_stream_is_refused(void **state)
{
    struct deflate_last last;
    (void)state;
    str text = prose(5000);
    unsigned char *out = arena_alloc(&f->arena, 10000);
    size_t len = deflate_raw(text, 6, out, 10000);
    for (size_t cut = 0; cut < len; cut++) {
        unsigned char *part = malloc(cut ? cut : 1); /* so that ASan sees its end */
        assert_non_null(part);
        memcpy(part, out, cut);
        if (cut < len / 4) /* later it could be the end */
            assert_int_equal(deflate_find_last(part, cut, &last), -1);
        else
            (void)deflate_find_last(part, cut, &last);
        free(part);
    }
    /* A block of type 3, lengths of a stored block that disagree, too many codes. */
    assert_int_equal(deflate_find_last((const unsigned char *)"\x07", 1, &last), -1);
    assert_int_equal(deflate_find_last((const unsigned char *)"\x01\0\0\0\0", 5, &last),
                     -1);
    assert_int_equal(
        deflate_find_last((const unsigned char *)"\xfd\xff\xff\xff", 4, &last), -1);
}

static void a_full_disk_is_an_error(void **state)
{
    struct gzip gzip;
    (void)state;
    int fd = open("/dev/full", O_WRONLY);
    if (fd < 0)
        skip();
    assert_fails(gzip_begin(&gzip, fd, "out.tar.gz", COMPRESSION_DEFAULT, &f->err),
                 &f->err, "cannot write 'out.tar.gz': No space left on device");
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_goes_in_comes_out, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(pieces_of_all_lengths_end_well, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(what_is_compressed_already_is_stored, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(text_and_noise_in_turns_come_out, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(the_header_has_neither_name_nor_time, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(sizes_are_as_promised, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(the_last_block_is_where_zlib_says, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(the_last_block_of_libdeflate_is_found, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(what_is_no_stream_is_refused, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_full_disk_is_an_error, setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
