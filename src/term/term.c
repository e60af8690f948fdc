#include "relc/term/term.h"

#include "relc/base/utf8.h"

#include <stdlib.h>
#include <string.h>

struct term term_integer(int64_t value)
{
    return (struct term){.kind = TERM_INTEGER, .as.integer = value};
}

struct term term_float(double value)
{
    return (struct term){.kind = TERM_FLOAT, .as.real = value};
}

struct term term_atom(str name)
{
    return (struct term){.kind = TERM_ATOM, .as.atom = name};
}

struct term term_nil(void)
{
    return (struct term){.kind = TERM_LIST};
}

static struct term sequence(struct arena *arena, enum term_kind kind,
                            const struct term *items, size_t count)
{
    struct term term = {.kind = kind};
    if (count == 0)
        return term;
    struct term *copy = arena_array(arena, count, sizeof *copy);
    memcpy(copy, items, count * sizeof *copy);
    term.as.list.items = copy;
    term.as.list.count = count;
    return term;
}

struct term term_tuple(struct arena *arena, const struct term *items, size_t count)
{
    return sequence(arena, TERM_TUPLE, items, count);
}

struct term term_list(struct arena *arena, const struct term *items, size_t count)
{
    return sequence(arena, TERM_LIST, items, count);
}

struct term term_binary(struct arena *arena, str bytes)
{
    struct term term = {.kind = TERM_BINARY};
    term.as.binary.bytes = (const unsigned char *)arena_str(arena, bytes).ptr;
    term.as.binary.bits = bytes.len * 8;
    return term;
}

struct term term_string(struct arena *arena, str text)
{
    if (text.len == 0)
        return term_nil();
    struct term *items = arena_array(arena, text.len, sizeof *items);
    const char *at = text.ptr, *end = text.ptr + text.len;
    size_t count = 0;
    while (at < end) {
        uint32_t code = (unsigned char)*at;
        size_t len = utf8_decode(at, end, &code);
        at += len ? len : 1;
        items[count++] = term_integer(code);
    }
    return (struct term){.kind = TERM_LIST, .as.list = {items, count, NULL}};
}

struct term term_pair(struct arena *arena, struct term a, struct term b)
{
    return term_tuple(arena, (struct term[]){a, b}, 2);
}

struct term term_triple(struct arena *arena, struct term a, struct term b, struct term c)
{
    return term_tuple(arena, (struct term[]){a, b, c}, 3);
}

/* Equal keys stay in the order of the pairs: the pointers tell it. */
static int key_order(const void *a, const void *b)
{
    const struct term *first = *(const struct term *const *)a;
    const struct term *second = *(const struct term *const *)b;
    int order = term_compare(first, second, true);
    return order ? order : (first > second) - (first < second);
}

struct term term_map(struct arena *arena, const struct term *pairs, size_t count)
{
    struct term map = {.kind = TERM_MAP};
    if (count == 0)
        return map;
    const struct term **keys = arena_array(arena, count, sizeof *keys);
    struct term *sorted = arena_array(arena, count, 2 * sizeof *sorted);
    for (size_t i = 0; i < count; i++)
        keys[i] = &pairs[2 * i];
    qsort(keys, count, sizeof *keys, key_order);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (i + 1 < count && term_compare(keys[i], keys[i + 1], true) == 0)
            continue;
        memcpy(&sorted[2 * kept++], keys[i], 2 * sizeof *sorted);
    }
    map.as.map.pairs = sorted;
    map.as.map.count = kept;
    return map;
}

/* True when the integer is in the range of int64_t; *value is then set. */
static bool fits_small(const unsigned char *bytes, size_t size, bool negative,
                       int64_t *value)
{
    uint64_t magnitude = 0;
    if (size > 8)
        return false;
    for (size_t i = size; i-- > 0;)
        magnitude = magnitude << 8 | bytes[i];
    if (magnitude > (uint64_t)INT64_MAX + negative)
        return false;
    if (magnitude > (uint64_t)INT64_MAX)
        *value = INT64_MIN;
    else
        *value = negative ? -(int64_t)magnitude : (int64_t)magnitude;
    return true;
}

struct term term_from_magnitude(struct arena *arena, const unsigned char *bytes,
                                size_t size, bool negative)
{
    int64_t value;
    while (size && bytes[size - 1] == 0)
        size--;
    if (fits_small(bytes, size, negative, &value))
        return term_integer(value);
    struct term term = {.kind = TERM_BIG};
    if (arena)
        bytes =
            (const unsigned char *)arena_str(arena, (str){(const char *)bytes, size}).ptr;
    term.as.big.magnitude = bytes;
    term.as.big.size = size;
    term.as.big.negative = negative;
    return term;
}

void term_add(struct term_builder *builder, struct term item)
{
    builder->items = arena_grow(builder->arena, builder->items, builder->count,
                                &builder->capacity, sizeof *builder->items);
    builder->items[builder->count++] = item;
}

struct term term_built_list(const struct term_builder *builder)
{
    struct term list = {.kind = TERM_LIST};
    list.as.list.items = builder->items;
    list.as.list.count = builder->count;
    return list;
}

struct term term_built_tuple(const struct term_builder *builder)
{
    struct term tuple = term_built_list(builder);
    tuple.kind = TERM_TUPLE;
    return tuple;
}

bool term_is_atom(const struct term *term, const char *name)
{
    return term->kind == TERM_ATOM && str_eqz(term->as.atom, name);
}

bool term_is_nil(const struct term *term)
{
    return term->kind == TERM_LIST && term->as.list.count == 0;
}

bool term_is_proper_list(const struct term *term)
{
    return term->kind == TERM_LIST && !term->as.list.tail;
}

bool term_is_tuple(const struct term *term, const char *tag, size_t count)
{
    if (term->kind != TERM_TUPLE || term->as.list.count != count)
        return false;
    return !tag || (count > 0 && term_is_atom(&term->as.list.items[0], tag));
}

static bool is_code_point(const struct term *term)
{
    if (term->kind != TERM_INTEGER || term->as.integer < 0)
        return false;
    int64_t code = term->as.integer;
    return code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
}

bool term_to_text(struct arena *arena, const struct term *term, str *text)
{
    char unit[4];
    size_t size = 0;
    if (!term_is_proper_list(term))
        return false;
    for (size_t i = 0; i < term->as.list.count; i++) {
        if (!is_code_point(&term->as.list.items[i]))
            return false;
        size += utf8_encode(unit, (uint32_t)term->as.list.items[i].as.integer);
    }
    char *bytes = arena_alloc(arena, size + 1);
    *text = (str){bytes, size};
    for (size_t i = 0; i < term->as.list.count; i++) {
        size_t len = utf8_encode(unit, (uint32_t)term->as.list.items[i].as.integer);
        memcpy(bytes, unit, len);
        bytes += len;
    }
    return true;
}

const struct term *term_lookup(const struct term *list, const char *key)
{
    if (list->kind != TERM_LIST)
        return NULL;
    for (size_t i = 0; i < list->as.list.count; i++) {
        if (term_is_tuple(&list->as.list.items[i], key, 2))
            return &list->as.list.items[i].as.list.items[1];
    }
    return NULL;
}
