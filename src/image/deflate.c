#include "deflate.h"

#include "deflate_blocks.h"
#include "density.h"

#include "relc/base/mem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <libdeflate.h>

enum {
    STORED_MAX = 0xffff, /* bytes in a stored block */
    STORED_BITS = 3,
    STORED_ROOM = 1 + 4, /* of its header */
    PART_LEN = 1024, /* parts of a piece are at least so long, but for the last ones */
    PART_ROOM = 64,  /* that a part takes more than its share */
    EXAMPLE_LEN = 16 * 1024,
    EXAMPLE_DENSE = 4 * 1024,
};

struct deflater {
    struct libdeflate_compressor *compressors[DEFLATE_INPUTS]; /* perhaps the same */
    bool thorough; /* what looks dense is tried as well */
};

/* A piece that is being made. */
struct making {
    struct libdeflate_compressor *compressor;
    unsigned char *out;
    size_t room;
    size_t bits; /* that are in it; the rest of the last byte is zero */
};

/*
 * docs/performance.md has the figures of these and other levels. Level 6 looks longer for
 * what came before than level 5 does; that pays where small files are much alike.
 */
static const int levels[][DEFLATE_INPUTS] = {
    [COMPRESSION_DEFAULT] = {[DEFLATE_RUN] = 6, [DEFLATE_CONTENT] = 5},
    [COMPRESSION_FAST] = {1, 1},
    [COMPRESSION_BEST] = {12, 12},
};

static struct libdeflate_compressor *compressor_new(int level)
{
    struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(level);
    if (!compressor)
        mem_exhausted();
    return compressor;
}

struct deflater *deflater_new(enum compression compression)
{
    struct deflater *deflater = mem_alloc(sizeof *deflater);
    const int *level = levels[compression];
    deflater->thorough = compression == COMPRESSION_BEST;
    for (int i = 0; i < DEFLATE_INPUTS; i++)
        deflater->compressors[i] = i && level[i] == level[i - 1]
                                       ? deflater->compressors[i - 1]
                                       : compressor_new(level[i]);
    return deflater;
}

void deflater_free(struct deflater *deflater)
{
    for (int i = 0; i < DEFLATE_INPUTS; i++)
        if (!i || deflater->compressors[i] != deflater->compressors[i - 1])
            libdeflate_free_compressor(deflater->compressors[i]);
    free(deflater);
}

size_t deflate_bound(const struct deflater *deflater, size_t len)
{
    return mem_add(
        libdeflate_deflate_compress_bound(deflater->compressors[DEFLATE_RUN], len),
        mem_mul(len / PART_LEN + 2, PART_ROOM));
}

/* RFC 1951, 3.2.4: three zero bits, zeros up to the end of the byte, the length twice. */
static bool put_stored_block(struct making *making, const unsigned char *bytes,
                             size_t len)
{
    size_t begun = (making->bits + 7) / 8;
    size_t at = (making->bits + STORED_BITS + 7) / 8;
    if (making->room < begun + STORED_ROOM + len)
        return false;
    memset(making->out + begun, 0, at - begun);
    making->out[at++] = (unsigned char)len;
    making->out[at++] = (unsigned char)(len >> 8);
    making->out[at++] = (unsigned char)~len;
    making->out[at++] = (unsigned char)(~len >> 8);
    if (len)
        memcpy(making->out + at, bytes, len);
    making->bits = (at + len) * 8;
    return true;
}

static bool put_stored(struct making *making, const unsigned char *bytes, size_t len)
{
    for (size_t done = 0, part; done < len; done += part) {
        part = len - done < STORED_MAX ? len - done : STORED_MAX;
        if (!put_stored_block(making, bytes + done, part))
            return false;
    }
    return true;
}

/* An empty stored block ends with a byte. */
static bool fill_byte(struct making *making)
{
    return making->bits % 8 == 0 || put_stored_block(making, NULL, 0);
}

static bool put_compressed(struct making *making, const unsigned char *bytes, size_t len)
{
    struct deflate_last last;
    if (!fill_byte(making))
        return false;
    size_t begun = making->bits / 8;
    unsigned char *out = making->out + begun;
    size_t done = libdeflate_deflate_compress(making->compressor, bytes, len, out,
                                              making->room - begun);
    if (!done || deflate_find_last(out, done, &last) != 0 || (last.end + 7) / 8 != done)
        return false;
    out[last.begin / 8] &= (unsigned char)~(1u << last.begin % 8);
    making->bits += last.end;
    return true;
}

size_t deflate_piece(struct deflater *deflater, enum deflate_input input,
                     const unsigned char *bytes, size_t len, unsigned char *out,
                     size_t room)
{
    struct making making = {
        .compressor = deflater->compressors[input], .out = out, .room = room};
    for (size_t done = 0; done < len;) {
        struct density next = {len - done, 0};
        if (!deflater->thorough)
            next = density_next(bytes + done, len - done);
        if (next.loose && !put_compressed(&making, bytes + done, next.loose))
            return 0;
        done += next.loose;
        if (!put_stored(&making, bytes + done, next.dense))
            return 0;
        done += next.dense;
    }
    return fill_byte(&making) ? making.bits / 8 : 0;
}

/* Words of letters, some often and some seldom, without sense; then all bytes alike. */
static void make_example(unsigned char example[EXAMPLE_LEN])
{
    uint32_t seed = 1;
    for (size_t i = 0; i < EXAMPLE_LEN; i++) {
        seed = seed * 1664525u + 1013904223u;
        example[i] = (unsigned char)('a' + (seed >> 28) % 13);
        if (i >= EXAMPLE_LEN - EXAMPLE_DENSE)
            example[i] = (unsigned char)(seed >> 24);
        else if (i >= 4096 && (seed >> 20) % 4)
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
    id_mixer_number(mixer, compression);
    density_mix_rules(mixer);
    for (int input = 0; input < DEFLATE_INPUTS; input++) {
        size_t len = deflate_piece(deflater, (enum deflate_input)input, example,
                                   EXAMPLE_LEN, packed, room);
        id_mixer_add(mixer, packed, len);
    }
    free(packed);
    deflater_free(deflater);
    return id_mixer_end(mixer);
}
