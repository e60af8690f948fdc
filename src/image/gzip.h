#pragma once
/*
 * One gzip member (RFC 1952) joined from pieces of a DEFLATE stream (deflate.h), which
 * were made in any order but come here in the right one. Checksums are joined by
 * arithmetic. There is neither name nor time in its header.
 */
#include "relc/base/fs.h"
#include "relc/image/sink.h"

struct gzip {
    int fd;
    const char *path; /* for messages */
    uint32_t crc;
    uint64_t total; /* plain bytes */
    uint64_t place; /* in the file, of the next piece */
};

/* A piece: its compressed bytes, and what they stand for. */
struct gzip_piece {
    unsigned char *bytes;
    size_t len;
    size_t plain_len;
    uint32_t crc; /* of the plain bytes */
};

/* Writes the header to fd. */
int gzip_begin(struct gzip *gzip, int fd, const char *path, enum compression compression,
               struct err *err) ERR_MUST_CHECK;

/* Counts the next piece; its bytes are still to be written, with those before it. */
void gzip_count(struct gzip *gzip, const struct gzip_piece *piece);

int gzip_write(struct gzip *gzip, const str *parts, size_t count,
               struct err *err) ERR_MUST_CHECK;

/* Ends the DEFLATE stream and writes the trailer. */
int gzip_end(struct gzip *gzip, struct err *err) ERR_MUST_CHECK;
