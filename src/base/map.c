#include "relc/base/map.h"

#include <stdint.h>

void map_init(struct map *map, struct arena *arena)
{
    *map = (struct map){.arena = arena};
}

/* FNV-1a, 64 bits. */
static uint64_t hash(str key)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < key.len; i++)
        h = (h ^ (unsigned char)key.ptr[i]) * 1099511628211u;
    return h;
}

/* The slot of key, or the free slot where it belongs; slot_count is a power of two. */
static size_t *map_slot(const struct map *map, str key)
{
    size_t mask = map->slot_count - 1;
    for (size_t i = (size_t)hash(key) & mask;; i = (i + 1) & mask) {
        size_t *slot = &map->slots[i];
        if (*slot == 0 || str_eq(map->entries[*slot - 1].key, key))
            return slot;
    }
}

static void map_widen(struct map *map)
{
    map->slot_count = map->slot_count ? map->slot_count * 2 : 16;
    map->slots = arena_array(map->arena, map->slot_count, sizeof *map->slots);
    for (size_t i = 0; i < map->count; i++)
        *map_slot(map, map->entries[i].key) = i + 1;
}

void *map_get(const struct map *map, str key)
{
    size_t at = map->slot_count ? *map_slot(map, key) : 0;
    return at ? map->entries[at - 1].value : NULL;
}

bool map_has(const struct map *map, str key)
{
    return map->slot_count && *map_slot(map, key);
}

void *map_put(struct map *map, str key, void *value)
{
    if (map->count * 2 >= map->slot_count)
        map_widen(map);
    size_t *slot = map_slot(map, key);
    if (*slot) {
        void *old = map->entries[*slot - 1].value;
        map->entries[*slot - 1].value = value;
        return old;
    }
    map->entries = arena_grow(map->arena, map->entries, map->count, &map->capacity,
                              sizeof *map->entries);
    map->entries[map->count++] = (struct map_entry){key, value};
    *slot = map->count;
    return NULL;
}
