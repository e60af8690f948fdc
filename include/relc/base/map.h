#pragma once
/*
 * Hash maps from text to a pointer, kept in an arena.
 *
 * Keys are not copied: they must live as long as the map. Entries are never
 * removed. Iteration is in the order of insertion, so that nothing that relc
 * writes depends on hash values.
 */
#include "relc/base/arena.h"

struct map_entry {
    str key;
    void *value;
};

struct map {
    struct arena *arena;
    struct map_entry *entries; /* in the order of insertion */
    size_t count;
    size_t capacity;
    size_t *slots; /* index into entries + 1; 0 is free */
    size_t slot_count;
};

void map_init(struct map *map, struct arena *arena);

/* The value of key, or NULL. */
void *map_get(const struct map *map, str key);

bool map_has(const struct map *map, str key);

/* Adds key or replaces its value; returns the value that it had, or NULL. */
void *map_put(struct map *map, str key, void *value);
