#include "relc/term/term.h"

#include <string.h>

static struct term copied(struct arena *arena, const struct term *term, int depth);

static const struct term *copy_all(struct arena *arena, const struct term *items,
                                   size_t count, int depth)
{
    struct term *copies = arena_array(arena, count, sizeof *copies);
    for (size_t i = 0; i < count; i++)
        copies[i] = copied(arena, &items[i], depth + 1);
    return copies;
}

static const unsigned char *copy_bytes(struct arena *arena, const unsigned char *bytes,
                                       size_t size)
{
    return (const unsigned char *)arena_strz(arena, (str){(const char *)bytes, size});
}

static void copy_list(struct arena *arena, struct term *list, int depth)
{
    list->as.list.items =
        copy_all(arena, list->as.list.items, list->as.list.count, depth);
    if (list->as.list.tail)
        list->as.list.tail = copy_all(arena, list->as.list.tail, 1, depth);
}

static struct term copied(struct arena *arena, const struct term *term, int depth)
{
    struct term copy = *term;
    if (depth > TERM_MAX_DEPTH + TERM_WRAP_DEPTH)
        return term_nil();
    switch (term->kind) {
    case TERM_INTEGER:
    case TERM_FLOAT:
        break;
    case TERM_BIG:
        copy.as.big.magnitude =
            copy_bytes(arena, term->as.big.magnitude, term->as.big.size);
        break;
    case TERM_ATOM:
        copy.as.atom = arena_str(arena, term->as.atom);
        break;
    case TERM_TUPLE:
    case TERM_LIST:
        copy_list(arena, &copy, depth);
        break;
    case TERM_MAP:
        copy.as.map.pairs =
            copy_all(arena, term->as.map.pairs, 2 * term->as.map.count, depth);
        break;
    case TERM_BINARY:
        copy.as.binary.bytes =
            copy_bytes(arena, term->as.binary.bytes, (term->as.binary.bits + 7) / 8);
        break;
    case TERM_FUN:
        copy.as.fun = copy_all(arena, term->as.fun, 3, depth);
        break;
    }
    return copy;
}

struct term term_copy(struct arena *arena, const struct term *term)
{
    return copied(arena, term, 1);
}
