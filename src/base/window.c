#include "relc/base/window.h"

#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

/* No stream can inflate to more than this times its size. */
enum { DEFLATE_RATIO = 1032 };

struct window window_plain(str bytes)
{
    return (struct window){.bytes = bytes.ptr ? bytes.ptr : "",
                           .count = bytes.len,
                           .total = bytes.len,
                           .most = bytes.len};
}

/* zlib's own memory goes with the arena. */
static void *allocate(void *arena, unsigned count, unsigned size)
{
    return arena_array(arena, count, size);
}

static void leave(void *arena, void *memory)
{
    (void)arena;
    (void)memory;
}

static void rewind_stream(struct window *window)
{
    window->zlib->next_in = (const Bytef *)window->packed.ptr;
    window->zlib->avail_in = (uInt)window->packed.len;
    window->start = window->count = window->next = 0;
    window->ended = false;
}

bool window_inflating(struct arena *arena, str packed, size_t total, size_t most,
                      struct window *window)
{
    if (packed.len > UINT32_MAX || total / DEFLATE_RATIO > packed.len)
        return false;
    *window = (struct window){.total = total, .most = most, .packed = packed};
    window->capacity = total < 2 * most ? total : 2 * most;
    window->bytes = window->memory = arena_alloc(arena, window->capacity);
    window->zlib = arena_alloc(arena, sizeof *window->zlib);
    *window->zlib = (z_stream){.zalloc = allocate, .zfree = leave, .opaque = arena};
    if (inflateInit(window->zlib) != Z_OK)
        return false;
    rewind_stream(window);
    return true;
}

/* Makes room, but keeps the bytes before the next one that may be wanted again. */
static void slide(struct window *window)
{
    if (window->next <= window->most)
        return;
    size_t gone = window->next - window->most;
    memmove(window->memory, window->memory + gone, window->count - gone);
    window->start += gone;
    window->count -= gone;
    window->next -= gone;
}

/* Inflates until count bytes are ahead, and as many more as there is room for. */
static bool fill(struct window *window, size_t count)
{
    if (!window->zlib || window->ended || count > window->most)
        return false;
    if (window->capacity - window->next < count)
        slide(window);
    z_stream *zlib = window->zlib;
    zlib->next_out = (Bytef *)window->memory + window->count;
    zlib->avail_out = (uInt)(window->capacity - window->count);
    int status = inflate(zlib, Z_SYNC_FLUSH);
    window->ended = status == Z_STREAM_END;
    window->count = window->capacity - zlib->avail_out;
    return (status == Z_OK || status == Z_STREAM_END) &&
           window->count - window->next >= count;
}

bool window_take(struct window *window, size_t count, str *bytes)
{
    if (window->count - window->next < count && !fill(window, count))
        return false;
    *bytes = (str){window->bytes + window->next, count};
    window->next += count;
    return true;
}

bool window_skip(struct window *window, size_t count)
{
    str passed;
    while (count > window->count - window->next) {
        count -= window->count - window->next;
        window->next = window->count;
        if (!fill(window, 1))
            return false;
    }
    return window_take(window, count, &passed);
}

str window_ahead(const struct window *window)
{
    return (str){window->bytes + window->next, window->count - window->next};
}

size_t window_position(const struct window *window)
{
    return window->start + window->next;
}

bool window_seek(struct window *window, size_t position)
{
    if (position < window->start) {
        if (inflateReset(window->zlib) != Z_OK)
            return false;
        rewind_stream(window);
    }
    if (position <= window->start + window->count) {
        window->next = position - window->start;
        return true;
    }
    return window_skip(window, position - window_position(window));
}

/* No byte is left, but the stream's end may not have been looked at yet. */
static bool ends_here(struct window *window)
{
    z_stream *zlib = window->zlib;
    unsigned char beyond;
    if (!window->ended) {
        zlib->next_out = &beyond;
        zlib->avail_out = 1;
        window->ended =
            inflate(zlib, Z_SYNC_FLUSH) == Z_STREAM_END && zlib->avail_out == 1;
    }
    return window->ended && zlib->avail_in == 0;
}

bool window_is_done(struct window *window)
{
    return window->next == window->count && window_position(window) == window->total &&
           (!window->zlib || ends_here(window));
}
