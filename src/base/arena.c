#include "relc/base/arena.h"

#include "relc/base/mem.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 64 * 1024 };

struct arena_block {
    struct arena_block *older;
    alignas(max_align_t) char bytes[];
};

void arena_init(struct arena *arena)
{
    *arena = (struct arena){0};
}

void arena_release(struct arena *arena)
{
    struct arena_block *block = arena->blocks;
    while (block) {
        struct arena_block *older = block->older;
        free(block);
        block = older;
    }
    arena_init(arena);
}

static char *arena_new_block(struct arena *arena, size_t size)
{
    struct arena_block *block = mem_alloc(mem_add(sizeof *block, size));
    block->older = arena->blocks;
    arena->blocks = block;
    arena->size += size;
    return block->bytes;
}

/* Without zeroing, for bytes that are written at once. */
static char *arena_take(struct arena *arena, size_t size, size_t alignment)
{
    size_t skip = -(size_t)arena->next & (alignment - 1);
    if (size > BLOCK_SIZE / 4)
        return arena_new_block(arena, size);
    if (!arena->next || arena->room < skip + size) {
        arena->next = arena_new_block(arena, BLOCK_SIZE);
        arena->room = BLOCK_SIZE;
        skip = 0;
    }
    char *memory = arena->next + skip;
    arena->next = memory + size;
    arena->room -= skip + size;
    return memory;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    return memset(arena_take(arena, size, alignof(max_align_t)), 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    return arena_alloc(arena, mem_mul(count, size));
}

void *arena_grow(struct arena *arena, void *items, size_t count, size_t *capacity,
                 size_t item_size)
{
    if (count < *capacity)
        return items;
    *capacity = *capacity ? mem_mul(*capacity, 2) : 8;
    void *moved = arena_array(arena, *capacity, item_size);
    if (count)
        memcpy(moved, items, count * item_size);
    return moved;
}

str arena_str(struct arena *arena, str s)
{
    return (str){arena_strz(arena, s), s.len};
}

char *arena_text(struct arena *arena, size_t len)
{
    char *text = arena_take(arena, mem_add(len, 1), 1);
    text[len] = '\0';
    return text;
}

char *arena_strz(struct arena *arena, str s)
{
    char *copy = arena_text(arena, s.len);
    if (s.len)
        memcpy(copy, s.ptr, s.len);
    return copy;
}

str arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    str text = arena_vprintf(arena, format, args);
    va_end(args);
    return text;
}

str arena_vprintf(struct arena *arena, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (len < 0)
        return arena_str(arena, str_of(format));
    char *text = arena_take(arena, (size_t)len + 1, 1);
    vsnprintf(text, (size_t)len + 1, format, args);
    return (str){text, (size_t)len};
}

str arena_list(struct arena *arena, const str *texts, size_t count)
{
    str list = STR("");
    for (size_t i = 0; i < count; i++)
        list = arena_printf(arena, "%.*s%s%.*s", STR_ARG(list), i ? ", " : "",
                            STR_ARG(texts[i]));
    return list;
}
