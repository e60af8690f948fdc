#pragma once
/*
 * Pieces of a DEFLATE stream (RFC 1951), made by libdeflate one by one.
 *
 * Each piece is a number of whole blocks that end on a byte boundary and refer to nothing
 * before the piece. So pieces can be joined in any order, and be made by several threads;
 * what a piece holds depends on its input and the compression alone.
 */
#include "ids.h"

#include "relc/image/sink.h"

/* What a piece is made of: headers and small files, or (a part of) one file. */
enum deflate_input { DEFLATE_RUN, DEFLATE_CONTENT, DEFLATE_INPUTS };

/* The memory that compressing takes; for one thread at a time. */
struct deflater;

struct deflater *deflater_new(enum compression compression);
void deflater_free(struct deflater *deflater);

/* Room that the piece of any input of len bytes fits in. */
size_t deflate_bound(const struct deflater *deflater, size_t len);

/*
 * Compresses len bytes, at least one. Returns the length of the piece; 0 when libdeflate
 * gave something that is no DEFLATE stream or does not fit.
 */
size_t deflate_piece(struct deflater *deflater, enum deflate_input input,
                     const unsigned char *bytes, size_t len, unsigned char *out,
                     size_t room);

/*
 * How pieces are made, as an id: pieces of equal input and equal making are equal. It has
 * in it what the libdeflate at hand makes of an example, since that may be another
 * version than the one that relc was built with.
 */
struct id deflate_making(enum compression compression);
