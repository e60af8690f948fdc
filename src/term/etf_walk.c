#include "relc/term/etf_walk.h"

#include "etf.h"
#include "relc/term/etf.h"

enum { LAYOUT_HEAD = 5 }; /* the tag and the number after it */

/* What follows a tag: a number of so many bytes; bytes, and terms. */
static const struct layout {
    bool known;
    uint8_t number;    /* its size; it counts bytes, or terms */
    uint8_t terms;     /* for each that it counts; 0 when it counts bytes */
    uint8_t bytes;     /* more */
    uint8_t and_terms; /* more */
} layouts[256] = {
    [ETF_SMALL_INTEGER] = {true, 0, 0, 1, 0}, [ETF_INTEGER] = {true, 0, 0, 4, 0},
    [ETF_NEW_FLOAT] = {true, 0, 0, 8, 0},     [ETF_FLOAT] = {true, 0, 0, 31, 0},
    [ETF_SMALL_BIG] = {true, 1, 0, 1, 0},     [ETF_LARGE_BIG] = {true, 4, 0, 1, 0},
    [ETF_ATOM] = {true, 2, 0, 0, 0},          [ETF_SMALL_ATOM] = {true, 1, 0, 0, 0},
    [ETF_ATOM_UTF8] = {true, 2, 0, 0, 0},     [ETF_SMALL_ATOM_UTF8] = {true, 1, 0, 0, 0},
    [ETF_BINARY] = {true, 4, 0, 0, 0},        [ETF_BIT_BINARY] = {true, 4, 0, 1, 0},
    [ETF_STRING] = {true, 2, 0, 0, 0},        [ETF_NIL] = {true, 0, 0, 0, 0},
    [ETF_LIST] = {true, 4, 1, 0, 1},          [ETF_SMALL_TUPLE] = {true, 1, 1, 0, 0},
    [ETF_LARGE_TUPLE] = {true, 4, 1, 0, 0},   [ETF_MAP] = {true, 4, 2, 0, 0},
    [ETF_EXPORT] = {true, 0, 0, 0, 3},
};

static bool fail(struct etf_walk *walk)
{
    walk->failed = true;
    return false;
}

static bool take_number(struct etf_walk *walk, size_t size, size_t *number)
{
    str bytes;
    *number = 0;
    if (!window_take(&walk->window, size, &bytes))
        return fail(walk);
    for (size_t i = 0; i < size; i++)
        *number = *number << 8 | (unsigned char)bytes.ptr[i];
    return true;
}

static void begin_compressed(struct arena *arena, str rest, size_t most,
                             struct etf_walk *walk)
{
    size_t total;
    if (!take_number(walk, 4, &total) || total > ETF_INFLATED_MAX ||
        !window_inflating(arena, str_slice(rest, 4, rest.len), total, most,
                          &walk->window))
        fail(walk);
}

void etf_walk_begin(struct arena *arena, str bytes, size_t most, struct etf_walk *walk)
{
    size_t tag;
    *walk = (struct etf_walk){.window = window_plain(bytes)};
    if (!take_number(walk, 1, &tag) || tag != ETF_VERSION) {
        fail(walk);
        return;
    }
    if (bytes.len > 1 && (unsigned char)bytes.ptr[1] == ETF_COMPRESSED &&
        take_number(walk, 1, &tag))
        begin_compressed(arena, str_slice(bytes, 2, bytes.len), most, walk);
    walk->window.most = most;
}

/* A term of one of two tags; a number that is not there counts nothing. */
static bool enter(struct etf_walk *walk, unsigned tag, unsigned other_tag, size_t *count)
{
    size_t next;
    if (walk->failed || !take_number(walk, 1, &next))
        return false;
    if (next == tag || next == other_tag)
        return take_number(walk, layouts[next].number, count);
    etf_walk_seek(walk, etf_walk_position(walk) - 1);
    return false;
}

bool etf_walk_tuple(struct etf_walk *walk, size_t *count)
{
    return enter(walk, ETF_SMALL_TUPLE, ETF_LARGE_TUPLE, count);
}

bool etf_walk_map(struct etf_walk *walk, size_t *count)
{
    return enter(walk, ETF_MAP, ETF_MAP, count);
}

/* A list that has a tail and no elements is that tail, which no encoder writes. */
bool etf_walk_list(struct etf_walk *walk, size_t *count)
{
    size_t start = etf_walk_position(walk);
    if (enter(walk, ETF_NIL, ETF_NIL, count))
        return true;
    if (!enter(walk, ETF_LIST, ETF_LIST, count))
        return false;
    return *count || (etf_walk_seek(walk, start) && false);
}

bool etf_walk_list_end(struct etf_walk *walk, size_t count)
{
    size_t none;
    return !walk->failed && (count == 0 || enter(walk, ETF_NIL, ETF_NIL, &none));
}

static uint64_t terms_in(const struct layout *layout, size_t number)
{
    return (uint64_t)layout->terms * number + layout->and_terms;
}

static uint64_t bytes_of(const struct layout *layout, size_t number)
{
    return layout->bytes + (layout->terms ? 0 : (uint64_t)number);
}

/* As many of the pending terms as are whole in the window: nearly all. */
static uint64_t pass_over_ahead(struct etf_walk *walk, uint64_t pending)
{
    str ahead = window_ahead(&walk->window);
    const unsigned char *start = (const unsigned char *)ahead.ptr, *at = start;
    size_t left = ahead.len;
    while (pending && left > LAYOUT_HEAD) {
        const struct layout *layout = &layouts[*at];
        size_t number = 0;
        for (size_t i = 1; i <= layout->number; i++)
            number = number << 8 | at[i];
        uint64_t size = 1 + layout->number + bytes_of(layout, number);
        if (!layout->known || size > left)
            break;
        pending += terms_in(layout, number) - 1;
        at += size;
        left -= (size_t)size;
    }
    window_skip(&walk->window, (size_t)(at - start));
    return pending;
}

/* One term, but for the terms in it: those are pending then. */
static uint64_t pass_over(struct etf_walk *walk, uint64_t pending)
{
    size_t tag, number;
    if (!take_number(walk, 1, &tag))
        return pending;
    const struct layout *layout = &layouts[tag];
    if (!layout->known || !take_number(walk, layout->number, &number) ||
        !window_skip(&walk->window, (size_t)bytes_of(layout, number)))
        fail(walk);
    else
        pending += terms_in(layout, number) - 1;
    return pending;
}

bool etf_walk_skip(struct etf_walk *walk, size_t count)
{
    uint64_t pending = count;
    while (!walk->failed && (pending = pass_over_ahead(walk, pending)) > 0)
        pending = pass_over(walk, pending);
    return !walk->failed;
}

static bool decode(struct arena *arena, str bytes, struct term *term)
{
    struct err unreadable;
    err_init(&unreadable);
    int status = etf_decode_bare(arena, bytes, "term", term, &unreadable);
    err_release(&unreadable);
    return status == 0;
}

bool etf_walk_term(struct etf_walk *walk, struct arena *arena, struct term *term)
{
    size_t start = etf_walk_position(walk);
    str bytes;
    if (!etf_walk_skip(walk, 1))
        return false;
    size_t size = etf_walk_position(walk) - start;
    if (size > walk->window.most)
        return false;
    if (!etf_walk_seek(walk, start) || !window_take(&walk->window, size, &bytes))
        return fail(walk);
    return decode(arena, bytes, term);
}

size_t etf_walk_position(const struct etf_walk *walk)
{
    return window_position(&walk->window);
}

bool etf_walk_seek(struct etf_walk *walk, size_t position)
{
    return window_seek(&walk->window, position) || fail(walk);
}

bool etf_walk_is_done(struct etf_walk *walk)
{
    return !walk->failed && window_is_done(&walk->window);
}
