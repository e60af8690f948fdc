#pragma once
/*
 * Bytes that are read through a window, so that the memory that is needed does not depend
 * on how many there are: those of a zlib stream, inflated on the way, or plain ones.
 *
 * What was just read stays in the window; going back further than that means inflating
 * once more from the beginning. Streams that fit into the window are inflated once.
 */
#include "relc/base/arena.h"

#include <stdbool.h>
#include <stdint.h>

struct z_stream_s;

struct window {
    const char *bytes; /* what the window shows, count bytes from position start on */
    size_t count;
    size_t start;
    size_t next;     /* what is read next: from bytes on */
    size_t total;    /* of all bytes */
    size_t most;     /* what can be taken at once */
    char *memory;    /* of the window; NULL for plain bytes: the window shows all */
    size_t capacity; /* of memory */
    struct z_stream_s *zlib;
    str packed;
    bool ended; /* zlib has seen the end and checked the sum */
};

/* Plain bytes, which are borrowed. */
struct window window_plain(str bytes);

/*
 * A zlib stream (borrowed) that is to have total bytes inflated; most is the largest
 * number that will be taken at once. Needs at most twice that, and what zlib needs
 * (40 KB), in the arena. False when total cannot be true or zlib does not start.
 */
bool window_inflating(struct arena *arena, str packed, size_t total, size_t most,
                      struct window *window);

/* The next count bytes, valid until the next call; false if they are not there. */
bool window_take(struct window *window, size_t count, str *bytes);

bool window_skip(struct window *window, size_t count);

/* What could be taken at once without inflating more; may be nothing. */
str window_ahead(const struct window *window);

/* Where the next byte is, and going to where it was before. */
size_t window_position(const struct window *window);
bool window_seek(struct window *window, size_t position);

/* All was read, there is no more, and the stream's sum is right. */
bool window_is_done(struct window *window);
