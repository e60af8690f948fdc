#pragma once
/*
 * One gzip member (RFC 1952), compressed in parallel.
 *
 * The input is cut into blocks of a fixed size. Each is deflated by itself, with the end
 * of the block before as its dictionary, and ends on a byte boundary (Z_SYNC_FLUSH), so
 * that the pieces joined are one deflate stream; the CRCs are joined by arithmetic. The
 * bytes depend on the input and the level alone, never on the number of threads. At
 * most a few blocks for each thread are in memory.
 *
 * gzip_write and gzip_finish are for one thread; the pool is used by them only.
 */
#include "relc/base/err.h"
#include "relc/base/pool.h"

#include <stddef.h>

struct gzip;

/*
 * Writes to fd (kept open); path is for messages and must stay. level 1..9. threads is
 * that of the pool and says how many blocks are kept under way. Freed with gzip_free.
 */
struct gzip *gzip_new(int fd, const char *path, int level, struct pool *pool,
                      size_t threads);

/* Takes more input. After an error nothing but gzip_free may be called. */
int gzip_write(struct gzip *gzip, const void *bytes, size_t len,
               struct err *err) ERR_MUST_CHECK;

/* Ends the member: all blocks and the trailer are written. */
int gzip_finish(struct gzip *gzip, struct err *err) ERR_MUST_CHECK;

/* Waits for blocks under way; must come before pool_free. NULL is allowed. */
void gzip_free(struct gzip *gzip);
