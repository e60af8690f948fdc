#pragma once
/*
 * Compressing the pieces of an archive on the threads of a pool, and writing them in
 * their order. Only a bounded number of pieces is in memory at a time.
 */
#include "pieces.h"

#include "relc/image/sink.h"

struct packing_options {
    int fd;
    const char *path; /* for messages */
    enum compression compression;
    int64_t seconds;     /* as for image_entry_seconds */
    struct cache *cache; /* or NULL */
    struct pool *pool;
    uint64_t *places; /* or NULL: to be told where in the file each piece begins */
};

/*
 * Writes the pieces as one gzip member. Those that the cache has are taken from it,
 * others are put into it.
 */
int packing_run(const struct piece_list *list, const struct packing_options *options,
                struct err *err) ERR_MUST_CHECK;
