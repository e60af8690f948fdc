#include "relc/term/term.h"

#include "number.h"

#include <math.h>
#include <string.h>

/* Erlang's order of kinds; references, ports and pids do not occur. */
static int rank(const struct term *term)
{
    switch (term->kind) {
    case TERM_INTEGER:
    case TERM_BIG:
    case TERM_FLOAT:
        return 0;
    case TERM_ATOM:
        return 1;
    case TERM_FUN:
        return 2;
    case TERM_TUPLE:
        return 3;
    case TERM_MAP:
        return 4;
    case TERM_LIST:
        return term->as.list.count == 0 ? 5 : 6;
    case TERM_BINARY:
        return 7;
    }
    return 0;
}

static int compare(const struct term *a, const struct term *b, bool exact, int depth);

static int compare_numbers(const struct term *a, const struct term *b, bool exact)
{
    bool a_real = a->kind == TERM_FLOAT, b_real = b->kind == TERM_FLOAT;
    if (exact && a_real != b_real)
        return a_real ? 1 : -1;
    int order = number_compare(a, b);
    if (order || !exact || !a_real)
        return order;
    return (signbit(a->as.real) == 0) - (signbit(b->as.real) == 0);
}

static int compare_items(const struct term *a, const struct term *b, size_t count,
                         bool exact, int depth)
{
    for (size_t i = 0; i < count; i++) {
        int order = compare(&a[i], &b[i], exact, depth);
        if (order)
            return order;
    }
    return 0;
}

static int compare_tuples(const struct term *a, const struct term *b, bool exact,
                          int depth)
{
    size_t a_count = a->as.list.count, b_count = b->as.list.count;
    if (a_count != b_count)
        return a_count < b_count ? -1 : 1;
    return compare_items(a->as.list.items, b->as.list.items, a_count, exact, depth);
}

/* The rank of what is left of a list after its first `from` elements. */
static int rest_rank(const struct term *list, size_t from)
{
    if (from < list->as.list.count)
        return 6;
    return list->as.list.tail ? rank(list->as.list.tail) : 5;
}

static int compare_lists(const struct term *a, const struct term *b, bool exact,
                         int depth)
{
    size_t a_count = a->as.list.count, b_count = b->as.list.count;
    size_t common = a_count < b_count ? a_count : b_count;
    int order = compare_items(a->as.list.items, b->as.list.items, common, exact, depth);
    if (order)
        return order;
    if (a_count == b_count && a->as.list.tail && b->as.list.tail)
        return compare(a->as.list.tail, b->as.list.tail, exact, depth);
    return rest_rank(a, common) - rest_rank(b, common);
}

static int compare_maps(const struct term *a, const struct term *b, bool exact, int depth)
{
    const struct term *a_pairs = a->as.map.pairs, *b_pairs = b->as.map.pairs;
    size_t count = a->as.map.count;
    if (count != b->as.map.count)
        return count < b->as.map.count ? -1 : 1;
    for (size_t part = 0; part < 2; part++) {
        for (size_t i = 0; i < count; i++) {
            size_t at = 2 * i + part;
            int order = compare(&a_pairs[at], &b_pairs[at], exact || part == 0, depth);
            if (order)
                return order;
        }
    }
    return 0;
}

static int compare_binaries(const struct term *a, const struct term *b)
{
    size_t a_bits = a->as.binary.bits, b_bits = b->as.binary.bits;
    size_t common = a_bits < b_bits ? a_bits : b_bits;
    const unsigned char *x = a->as.binary.bytes, *y = b->as.binary.bytes;
    int order = common >= 8 ? memcmp(x, y, common / 8) : 0;
    if (order == 0 && common % 8) {
        unsigned shift = 8 - (unsigned)(common % 8);
        order = (x[common / 8] >> shift) - (y[common / 8] >> shift);
    }
    return order ? order : (a_bits > b_bits) - (a_bits < b_bits);
}

static int compare(const struct term *a, const struct term *b, bool exact, int depth)
{
    int order = rank(a) - rank(b);
    if (order || a == b)
        return order;
    if (depth > TERM_MAX_DEPTH + TERM_WRAP_DEPTH)
        return 0;
    switch (a->kind) {
    case TERM_INTEGER:
    case TERM_BIG:
    case TERM_FLOAT:
        return compare_numbers(a, b, exact);
    case TERM_ATOM:
        return str_cmp(a->as.atom, b->as.atom);
    case TERM_FUN:
        return compare_items(a->as.fun, b->as.fun, 3, exact, depth + 1);
    case TERM_TUPLE:
        return compare_tuples(a, b, exact, depth + 1);
    case TERM_LIST:
        return compare_lists(a, b, exact, depth + 1);
    case TERM_MAP:
        return compare_maps(a, b, exact, depth + 1);
    case TERM_BINARY:
        return compare_binaries(a, b);
    }
    return 0;
}

int term_compare(const struct term *a, const struct term *b, bool exact)
{
    return compare(a, b, exact, 0);
}

bool term_equal(const struct term *a, const struct term *b)
{
    return term_compare(a, b, true) == 0;
}
