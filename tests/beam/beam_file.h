#pragma once
/*
 * BEAM files made by hand for the tests of beam/, good ones and bad ones. They are
 * written here byte by byte from the format, with nothing of beam/.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "relc/base/buf.h"
#include "relc/beam/beam.h"

/* A chunk under construction: make it with chunk_begin, fill out, chunk_end. */
struct chunk {
    struct buf *out;
    size_t start;
};

static inline void patch_u32(struct buf *out, size_t at, size_t value)
{
    for (size_t i = 0; i < 4; i++)
        out->ptr[at + i] = (char)(value >> (24 - 8 * i) & 0xff);
}

static inline void file_begin(struct buf *out)
{
    buf_str(out, STR("FOR1\0\0\0\0BEAM"));
}

static inline void file_end(struct buf *out)
{
    patch_u32(out, 4, out->len - 8);
}

static inline struct chunk chunk_begin(struct buf *out, const char *id)
{
    buf_add(out, id, 4);
    buf_u32(out, 0);
    return (struct chunk){out, out->len};
}

static inline void chunk_end(struct chunk chunk)
{
    size_t size = chunk.out->len - chunk.start;
    patch_u32(chunk.out, chunk.start - 4, size);
    buf_fill(chunk.out, '\0', (4 - size % 4) % 4);
}

static inline void put_chunk(struct buf *out, const char *id, str data)
{
    struct chunk chunk = chunk_begin(out, id);
    buf_str(out, data);
    chunk_end(chunk);
}

/* A chunk of atoms with lengths of one byte; names ends with NULL. */
static inline void put_atoms(struct buf *out, const char *id, const char *const *names)
{
    struct chunk chunk = chunk_begin(out, id);
    uint32_t count = 0;
    while (names[count])
        count++;
    buf_u32(out, count);
    for (uint32_t i = 0; i < count; i++) {
        buf_u8(out, (uint8_t)strlen(names[i]));
        buf_str(out, str_of(names[i]));
    }
    chunk_end(chunk);
}

/* A chunk of count entries, each of three numbers. */
static inline void put_triples(struct buf *out, const char *id, uint32_t count,
                               const uint32_t (*triples)[3])
{
    struct chunk chunk = chunk_begin(out, id);
    buf_u32(out, count);
    for (uint32_t i = 0; i < count; i++)
        for (size_t j = 0; j < 3; j++)
            buf_u32(out, triples[i][j]);
    chunk_end(chunk);
}

/* An atom, a small integer and a list of one in the external term format. */
#define ETF_ATOM(name) "\x77" name
#define ETF_LIST1(item) "l\0\0\0\1" item "j"
#define ETF_PAIR(a, b) "h\2" a b

/* [{vsn,[7]},{behaviour,[gen_server]},{author,[me]},{behavior,[application]}] */
#define SAMPLE_ATTR                                                                      \
    "\x83l\0\0\0\4" ETF_PAIR(ETF_ATOM("\3vsn"), ETF_LIST1("a\7"))                        \
        ETF_PAIR(ETF_ATOM("\x09"                                                         \
                          "behaviour"),                                                  \
                 ETF_LIST1(ETF_ATOM("\x0agen_server")))                                  \
            ETF_PAIR(ETF_ATOM("\6author"), ETF_LIST1(ETF_ATOM("\2me")))                  \
                ETF_PAIR(ETF_ATOM("\x08"                                                 \
                                  "behavior"),                                           \
                         ETF_LIST1(ETF_ATOM("\x0b"                                       \
                                            "application"))) "j"

static inline void put_sample_tables(struct buf *out)
{
    static const uint32_t imports[][3] = {{2, 3, 1}, {2, 3, 2}, {4, 5, 255}};
    static const uint32_t exports[][3] = {{6, 0, 2}, {7, 1, 4}};
    put_triples(out, "ImpT", 3, imports);
    put_triples(out, "ExpT", 2, exports);
    put_chunk(out, "Attr", STR(SAMPLE_ATTR));
}

/* A whole small module `sample`; its Code chunk has five bytes, so three of padding. */
static inline void make_sample(struct buf *out)
{
    static const char *const atoms[] = {"sample", "erlang", "get_module_info", "lists",
                                        "map",    "start",  "module_info",     NULL};
    buf_clear(out);
    file_begin(out);
    put_atoms(out, "AtU8", atoms);
    put_chunk(out, "Code", STR("\1\2\3\4\5"));
    put_sample_tables(out);
    put_chunk(out, "Line", STR(""));
    file_end(out);
}

/* The bytes as one gzip member. */
static inline void make_gzip(struct buf *out, str bytes)
{
    z_stream zlib = {0};
    buf_clear(out);
    assert_int_equal(deflateInit2(&zlib, 9, Z_DEFLATED, 15 + 16, 8, 0), Z_OK);
    size_t room = deflateBound(&zlib, (uLong)bytes.len);
    zlib.next_in = (unsigned char *)(uintptr_t)bytes.ptr;
    zlib.avail_in = (uInt)bytes.len;
    zlib.next_out = (unsigned char *)buf_reserve(out, room);
    zlib.avail_out = (uInt)room;
    assert_int_equal(deflate(&zlib, Z_FINISH), Z_STREAM_END);
    out->len = room - zlib.avail_out;
    out->ptr[out->len] = '\0';
    deflateEnd(&zlib);
}

/* What every test has: an arena, an err, a buffer for a file and an opened beam. */
struct fixture {
    struct arena arena;
    struct err err;
    struct buf file;
    struct buf gzip;
    struct beam beam;
};

static inline int fixture_setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    if (!f)
        return -1;
    arena_init(&f->arena);
    err_init(&f->err);
    buf_init(&f->file);
    buf_init(&f->gzip);
    make_sample(&f->file);
    *state = f;
    return 0;
}

static inline int fixture_teardown(void **state)
{
    struct fixture *f = *state;
    arena_release(&f->arena);
    err_release(&f->err);
    buf_release(&f->file);
    buf_release(&f->gzip);
    free(f);
    return 0;
}

static inline int open_bytes(struct fixture *f, str bytes)
{
    return beam_open(&f->arena, bytes, "x.beam", &f->beam, &f->err);
}

static inline int open_file(struct fixture *f)
{
    return open_bytes(f, buf_view(&f->file));
}

/* Checks the message of an error that was just returned, and forgets it. */
static inline void expect_error(struct fixture *f, int result, const char *message)
{
    assert_int_equal(result, -1);
    assert_int_equal(f->err.kind, ERR_FORMAT);
    assert_string_equal(f->err.message, message);
    err_release(&f->err);
}

/* As expect_error, when only the beginning matters. */
static inline void expect_error_start(struct fixture *f, int result, const char *start)
{
    assert_int_equal(result, -1);
    assert_int_equal(f->err.kind, ERR_FORMAT);
    if (!str_starts(str_of(f->err.message), str_of(start)))
        assert_string_equal(f->err.message, start);
    err_release(&f->err);
}

static inline void expect_str(str actual, const char *expected)
{
    if (!str_eqz(actual, expected))
        fail_msg("'%.*s' is not '%s'", STR_ARG(actual), expected);
}

#define BEAM_TEST(function)                                                              \
    cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)
