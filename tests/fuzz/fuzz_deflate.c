/*
 * Any bytes as a DEFLATE stream: the walk through its blocks must stay inside of them,
 * and find the end of a stream, filled up with zeros, where zlib finds it.
 */
#include "../../src/image/deflate_blocks.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

/* Of data_type, as zlib.h says. */
enum { UNUSED_BITS = 63, LAST_ENDED = 64 + 128 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The length in bits of the stream by zlib; 0 when it is none. */
static size_t bits_by_zlib(const uint8_t *data, size_t size)
{
    unsigned char out[65536];
    z_stream stream = {.next_in = (unsigned char *)data, .avail_in = (uInt)size};
    size_t bits = 0;
    int result = inflateInit2(&stream, -15);
    while (result == Z_OK) {
        stream.next_out = out;
        stream.avail_out = sizeof out;
        result = inflate(&stream, Z_BLOCK);
        if (result == Z_OK && (stream.data_type & LAST_ENDED) == LAST_ENDED)
            bits = stream.total_in * 8 - ((unsigned)stream.data_type & UNUSED_BITS);
    }
    inflateEnd(&stream);
    return result == Z_STREAM_END ? bits : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct deflate_last last;
    size_t bits = bits_by_zlib(data, size), len = (bits + 7) / 8;
    (void)deflate_find_last(data, size, &last);
    if (!bits)
        return 0;
    uint8_t *stream = malloc(len);
    if (!stream)
        return 0;
    memcpy(stream, data, len);
    if (bits % 8)
        stream[len - 1] &= (uint8_t)((1u << bits % 8) - 1);
    /* zlib also refuses distances that lead too far back and codes that say too little.
     */
    if (deflate_find_last(stream, len, &last) != 0 || last.end != bits)
        abort();
    free(stream);
    return 0;
}
