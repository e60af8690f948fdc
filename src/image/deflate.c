#include "deflate.h"

#include "deflate_blocks.h"

#include "relc/base/mem.h"

#include <stdlib.h>
#include <string.h>

#include <libdeflate.h>

/*
 * An empty stored block (RFC 1951, 3.2.4) fills up to the end of a byte: three zero bits,
 * zeros, and these bytes.
 */
static const unsigned char empty_block[] = {0x00, 0x00, 0xff, 0xff};

enum {
    EMPTY_BLOCK_BITS = 3,
    EMPTY_BLOCK_ROOM = 1 + sizeof empty_block,
    EXAMPLE_LEN = 12 * 1024,
};

struct deflater {
    struct libdeflate_compressor *compressor;
};

/* docs/performance.md has the figures of these and other levels. */
static int level_of(enum compression compression)
{
    switch (compression) {
    case COMPRESSION_FAST:
        return 1;
    case COMPRESSION_BEST:
        return 12;
    case COMPRESSION_DEFAULT:
        break;
    }
    return 6;
}

struct deflater *deflater_new(enum compression compression)
{
    struct deflater *deflater = mem_alloc(sizeof *deflater);
    deflater->compressor = libdeflate_alloc_compressor(level_of(compression));
    if (!deflater->compressor)
        mem_exhausted();
    return deflater;
}

void deflater_free(struct deflater *deflater)
{
    libdeflate_free_compressor(deflater->compressor);
    free(deflater);
}

size_t deflate_bound(const struct deflater *deflater, size_t len)
{
    return mem_add(libdeflate_deflate_compress_bound(deflater->compressor, len),
                   EMPTY_BLOCK_ROOM);
}

size_t deflate_piece(struct deflater *deflater, const unsigned char *bytes, size_t len,
                     unsigned char *out, size_t room)
{
    struct deflate_last last;
    size_t done = libdeflate_deflate_compress(deflater->compressor, bytes, len, out,
                                              room - EMPTY_BLOCK_ROOM);
    if (!done || deflate_find_last(out, done, &last) != 0 || (last.end + 7) / 8 != done)
        return 0;
    out[last.begin / 8] &= (unsigned char)~(1u << last.begin % 8);
    /* libdeflate leaves the rest of its last byte zero. */
    if (done * 8 - last.end < EMPTY_BLOCK_BITS)
        out[done++] = 0;
    memcpy(out + done, empty_block, sizeof empty_block);
    return done + sizeof empty_block;
}

/* Words of letters, some often and some seldom, without sense. */
static void make_example(unsigned char example[EXAMPLE_LEN])
{
    uint32_t seed = 1;
    for (size_t i = 0; i < EXAMPLE_LEN; i++) {
        seed = seed * 1664525u + 1013904223u;
        example[i] = (unsigned char)('a' + (seed >> 28) % 13);
        if (i >= 4096 && (seed >> 20) % 4)
            example[i] = example[i - 1024 - (i / 64 * 37) % 2048];
    }
}

struct id deflate_making(enum compression compression)
{
    unsigned char example[EXAMPLE_LEN];
    struct deflater *deflater = deflater_new(compression);
    struct id_mixer *mixer = id_mixer_new();
    size_t room = deflate_bound(deflater, EXAMPLE_LEN);
    unsigned char *packed = mem_alloc(room);
    make_example(example);
    size_t len = deflate_piece(deflater, example, EXAMPLE_LEN, packed, room);
    id_mixer_number(mixer, compression);
    id_mixer_add(mixer, packed, len);
    free(packed);
    deflater_free(deflater);
    return id_mixer_end(mixer);
}
