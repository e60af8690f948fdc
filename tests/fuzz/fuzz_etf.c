/*
 * Any bytes as external term format: what can be decoded must, once encoded, be decoded
 * as the same and encoded to the same bytes; and it must be printable. Walking through it
 * must give the same term, whether its bytes are plain or compressed.
 */
#include "relc/term/etf.h"
#include "relc/term/etf_walk.h"
#include "relc/term/print.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_term(struct arena *arena, const struct term *term, enum etf_atoms atoms,
                       struct err *err)
{
    struct buf first, second, text;
    struct term again;
    buf_init(&first);
    buf_init(&second);
    buf_init(&text);
    if (etf_encode(&first, term, atoms, err) != 0 ||
        etf_decode(arena, buf_view(&first), "again", &again, err) != 0 ||
        etf_encode(&second, &again, atoms, err) != 0)
        abort();
    if (!term_equal(term, &again) || !str_eq(buf_view(&first), buf_view(&second)))
        abort();
    term_print(&text, term, 0);
    buf_release(&first);
    buf_release(&second);
    buf_release(&text);
}

static void require(bool condition)
{
    if (!condition)
        abort();
}

enum { MOST = 64 };

static void walk_term(struct arena *arena, struct etf_walk *walk,
                      const struct term *term);

static void walk_items(struct arena *arena, struct etf_walk *walk,
                       const struct term *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        walk_term(arena, walk, &items[i]);
}

/* Into tuples and lists; a term that is small is decoded first and gone back to. */
static void walk_term(struct arena *arena, struct etf_walk *walk, const struct term *term)
{
    size_t count, start = etf_walk_position(walk);
    struct term part;
    bool decoded = etf_walk_term(walk, arena, &part);
    size_t end = etf_walk_position(walk);
    require(decoded ? term_equal(&part, term) : end - start > MOST);
    require(etf_walk_seek(walk, start));
    if (term->kind == TERM_TUPLE && etf_walk_tuple(walk, &count)) {
        require(count == term->as.list.count);
        walk_items(arena, walk, term->as.list.items, count);
    } else if (term_is_proper_list(term) && etf_walk_list(walk, &count)) {
        /* Lists may come in parts, of which the later ones are tails. */
        require(count <= term->as.list.count);
        walk_items(arena, walk, term->as.list.items, count);
        require(etf_walk_list_end(walk, count) || etf_walk_skip(walk, 1));
    } else {
        require(etf_walk_skip(walk, 1));
    }
    require(etf_walk_position(walk) == end);
}

static void check_walk(struct arena *arena, str bytes, const struct term *term)
{
    struct etf_walk walk;
    etf_walk_begin(arena, bytes, MOST, &walk);
    require(!walk.failed);
    walk_term(arena, &walk, term);
    require(etf_walk_is_done(&walk));
}

static str compressed(struct arena *arena, str bytes)
{
    uLongf size = compressBound((uLong)bytes.len);
    char *memory = arena_alloc(arena, size + 6);
    memcpy(memory, "\x83P", 2);
    for (int i = 0; i < 4; i++)
        memory[2 + i] = (char)((bytes.len - 1) >> (24 - 8 * i));
    require(compress((Bytef *)memory + 6, &size, (const Bytef *)bytes.ptr + 1,
                     (uLong)bytes.len - 1) == Z_OK);
    return (str){memory, size + 6};
}

/* Damaged data may be walked through, as what is not decoded is not looked at. */
static void walk_anything(struct arena *arena, str bytes)
{
    struct etf_walk walk;
    struct term term;
    size_t count;
    etf_walk_begin(arena, bytes, MOST, &walk);
    while (!walk.failed && !etf_walk_is_done(&walk))
        if (!etf_walk_tuple(&walk, &count) && !etf_walk_map(&walk, &count))
            etf_walk_term(&walk, arena, &term);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct err err;
    struct term term;
    str bytes = {(const char *)data, size};
    arena_init(&arena);
    err_init(&err);
    if (etf_decode(&arena, bytes, "input", &term, &err) == 0) {
        check_term(&arena, &term, ETF_ATOMS_LATIN1, &err);
        check_term(&arena, &term, ETF_ATOMS_UTF8, &err);
        check_walk(&arena, bytes, &term);
        if (data[1] != 'P')
            check_walk(&arena, compressed(&arena, bytes), &term);
    }
    walk_anything(&arena, bytes);
    err_release(&err);
    arena_release(&arena);
    return 0;
}
