#pragma once
/*
 * Folders with the states of what is in them. Many of them can be read ahead, by the
 * threads of a pool; whoever needs one later has it from there, as it was then.
 */
#include "relc/base/arena.h"
#include "relc/base/err.h"
#include "relc/base/pool.h"

#include <sys/stat.h>

struct listing_entry {
    str name;       /* NUL-terminated */
    struct stat st; /* of itself, not of what a link leads to */
};

struct listing {
    struct stat st;                /* of the folder */
    struct listing_entry *entries; /* sorted by the bytes of the names */
    size_t count;
};

/* Reads one folder, without "." and "..". Errors name the path and the cause. */
int listing_read(struct arena *arena, const char *path, struct listing *listing,
                 struct err *err) ERR_MUST_CHECK;

/* The entry of a name, or NULL. */
struct listing_entry *listing_find(const struct listing *listing, str name);

/* Folders that were read ahead. */
struct listings;

/* The pool must live as long. */
struct listings *listings_new(struct pool *pool);
void listings_free(struct listings *listings); /* NULL is allowed */

/*
 * Reads the folders of these paths, which may not be there, and all folders in them;
 * links are not followed further down. What cannot be read is left out: who asks for it
 * again will find out why. For one thread, as the other functions.
 */
void listings_read(struct listings *listings, const str *paths, size_t count);

/* The folder as it was read ahead; NULL when it was not, or without listings. */
const struct listing *listings_get(const struct listings *listings, str path);

/* The folder as it was read ahead, else read now, into the arena. */
int listings_need(const struct listings *listings, struct arena *arena, const char *path,
                  struct listing *listing, struct err *err) ERR_MUST_CHECK;
