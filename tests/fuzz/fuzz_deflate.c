/*
 * Any bytes as a DEFLATE stream: the walk through its blocks must stay inside of them,
 * and find an end where zlib finds one.
 */
#include "../../src/image/deflate_blocks.h"

#include <stdint.h>
#include <stdlib.h>

#include <zlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The length of the stream by zlib; 0 when it is none. */
static size_t length_by_zlib(const uint8_t *data, size_t size)
{
    unsigned char out[65536];
    z_stream stream = {.next_in = (unsigned char *)data, .avail_in = (uInt)size};
    int result = inflateInit2(&stream, -15);
    while (result == Z_OK) {
        stream.next_out = out;
        stream.avail_out = sizeof out;
        result = inflate(&stream, Z_NO_FLUSH);
    }
    size_t len = result == Z_STREAM_END ? stream.total_in : 0;
    inflateEnd(&stream);
    return len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct deflate_last last;
    size_t len = length_by_zlib(data, size);
    int result = deflate_find_last(data, size, &last);
    /* zlib also refuses distances that lead too far back and codes that say too little.
     */
    if (len && (result != 0 || (last.end + 7) / 8 != len))
        abort();
    return 0;
}
