#pragma once
/*
 * What of an image an old output holds already, unchanged since it was put there.
 *
 * The cache remembers the state of every file of the output and what it was made from. As
 * long as both are what they were, nothing has to be written.
 */
#include "cache_use.h"

struct dir_known {
    bool *same;      /* for each entry of the image, sorted */
    size_t count;    /* how many are */
    struct map kept; /* their paths */
    str *extra;      /* paths in owned folders that the image lacks */
    size_t extra_count;
    size_t extra_capacity;
};

struct dir_place {
    int fd;           /* the folder of the output */
    const char *path; /* the same, absolute */
};

/*
 * Compares with the folder; arena memory. Without a cache nothing is known. exact_times:
 * files must also have the time seconds.
 */
void dir_know(struct arena *arena, struct image *image, const struct dir_place *place,
              const struct dir_options *options, struct dir_known *known);

/*
 * Remembers the states of the entries in the folder that the image was written to: of
 * those that were not the same, and of all in the folder changed (empty: everywhere) or
 * above it. Waits for the file system's clock to tick.
 */
void dir_remember(struct image *image, const struct dir_place *place,
                  const struct dir_options *options, const struct dir_known *known,
                  str changed);
