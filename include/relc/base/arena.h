#pragma once
/*
 * Arenas: memory that is given back all at once.
 *
 * One arena serves one piece of work (a command, a file); what a function returns
 * lives in the arena that it was given, and nobody frees it singly. Allocation
 * never fails: when memory runs out the process aborts with a message, as in all
 * allocating helpers of base/. An arena is used by one thread at a time.
 */
#include "relc/base/str.h"

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *blocks;
    char *next;
    size_t room;
    size_t size; /* of all blocks */
};

/* Sets up an empty arena; nothing is allocated before the first use. */
void arena_init(struct arena *arena);

/* Frees everything; the arena is then empty and may be used again. */
void arena_release(struct arena *arena);

/* size bytes of zeroed memory, aligned for any type; never NULL, also for 0. */
void *arena_alloc(struct arena *arena, size_t size);

/* count * size zeroed bytes; aborts when the product overflows. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/*
 * Makes room for one more element in a growing array: returns the array (moved if
 * it was full) and raises *capacity. items may be NULL with *capacity 0. Use:
 *     l->items = arena_grow(a, l->items, l->count, &l->capacity, sizeof *l->items);
 *     l->items[l->count++] = x;
 */
void *arena_grow(struct arena *arena, void *items, size_t count, size_t *capacity,
                 size_t item_size);

/* Room for a text of len bytes that the caller writes at once; a NUL byte follows it. */
char *arena_text(struct arena *arena, size_t len);

/* A copy that ends with a NUL byte (not counted in len). */
str arena_str(struct arena *arena, str s);
char *arena_strz(struct arena *arena, str s);

/* The texts with ", " between them, for messages. */
str arena_list(struct arena *arena, const str *texts, size_t count);

/* Formatted text, NUL-terminated. */
str arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
str arena_vprintf(struct arena *arena, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
