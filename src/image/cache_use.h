#pragma once
/*
 * What the sinks ask of the cache (relc/image/cache.h), and tell it. Several threads may
 * do so, but where it says otherwise.
 */
#include "cache_parts.h"
#include "deflate.h"
#include "states.h"

#include "memo.h"

/* Whether the state of the entry's source, taken after the cache was opened, says enough.
 */
bool cache_is_settled(const struct cache *cache, const struct image_entry *entry);

/* Whether there is anything to recall from earlier builds. */
bool cache_has_memory(const struct cache *cache);

bool cache_recall(struct cache *cache, struct id key, struct memo_value *value);
void cache_learn(struct cache *cache, struct id key, const struct memo_value *value);

/* deflate_making, found out once; for one thread. */
struct id cache_making(struct cache *cache, enum compression compression);

/* As packs_get. */
enum packs_found cache_piece(struct cache *cache, struct id key, struct buf *bytes,
                             struct gzip_piece *piece);

/* For one thread. What cannot be written is told as a warning, once. */
void cache_keep_piece(struct cache *cache, struct id key, const struct gzip_piece *piece);
