#pragma once
/*
 * The members of an archive: the entries of an image, each with the length of what it
 * holds. That is known at once but for files that a filter changes; those have to be
 * read and filtered first, which the threads of a pool do.
 */
#include "source.h"

#include "relc/base/pool.h"
#include "relc/image/cache.h"
#include "relc/image/image.h"

struct member {
    const struct image_entry *entry;
    uint64_t size; /* 0 for what has no content */
    char *kept;    /* the filtered content, where memory allowed to keep it; or NULL */
    bool settled;  /* with a cache: whether the state of a file says something */
};

struct members {
    struct member *items; /* in the image's order */
    size_t count;
};

/*
 * Fills members, also on failure: give them back with members_release. The cache, which
 * may be NULL, knows the lengths of filtered files that did not change.
 */
int members_measure(struct arena *arena, struct image *image, struct pool *pool,
                    struct cache *cache, struct members *members,
                    struct err *err) ERR_MUST_CHECK;
void members_release(struct members *members);

/*
 * Reads len bytes of the member's content from offset on; folder as for source_open. An
 * error when the source is not what it was when it was taken into the image.
 */
int member_read(const struct member *member, struct source_folder *folder,
                uint64_t offset, void *bytes, size_t len, struct err *err) ERR_MUST_CHECK;
