#pragma once
/*
 * Where the last block of a DEFLATE stream (RFC 1951) begins and where it ends.
 *
 * libdeflate only makes streams that end. To join several into one, the mark of their
 * last blocks has to be taken off, and the blocks do not say where they begin: the codes
 * of those before must be walked through, without unpacking anything.
 */
#include <stddef.h>

struct deflate_last {
    size_t begin; /* position in bits of the last block's mark */
    size_t end;   /* position of the first bit behind the stream */
};

/*
 * For a whole stream whose last byte is filled up with zeros, as libdeflate and zlib do.
 * Of anything else the result is -1 or makes no sense. Reads only the len bytes.
 */
int deflate_find_last(const unsigned char *bytes, size_t len, struct deflate_last *last);
