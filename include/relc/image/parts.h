#pragma once
/*
 * Parts of an output: the folders two levels below its root ("lib/kernel-8.5.3"). The
 * cache remembers what those of earlier outputs were made from. So it is known, without
 * reading them, which ones are the same as in another image, and where in a tarball they
 * are.
 */
#include "relc/image/cache.h"
#include "relc/image/image.h"
#include "relc/image/unpack.h"

/* The parts of an image: path -> what they are made from (private). */
struct image_parts {
    struct map by_path;
    struct cache *cache;
};

/* Without a cache there are none. The cache must have been opened before the image. */
void image_parts_find(struct arena *arena, const struct image *image, struct cache *cache,
                      struct image_parts *parts);

/* A tarball that an earlier build wrote, as the cache knows it. */
struct tarball_parts {
    struct cache *cache;
    uint64_t id[2];
};

/* False when it is not known, or not what it was. */
bool tarball_parts_open(struct cache *cache, const char *path,
                        struct tarball_parts *tarball);

/* Where a part is; with image only if it was made from the same there. */
bool tarball_parts_get(const struct tarball_parts *tarball, str part,
                       const struct image_parts *image, struct unpack_gap *gap);

/*
 * Which parts of an image a folder holds (absolute, links resolved), made from the same
 * by an earlier build and with nothing else in them: the keys of same.
 */
void folder_parts_same(struct arena *arena, struct image *image, const char *folder,
                       struct cache *cache, struct map *same);
