#pragma once
/*
 * The cache: what earlier builds found out and compressed.
 *
 * It holds pieces of tarballs, found by their content, and for each output a memory of
 * its last build: which state of a file on the disk (its place, size and times) has which
 * content, which files of the output were made from what, and where in its tarball they
 * are (parts.h). Outputs never depend on it: what it has is what would be made again, it
 * is checked before it is used, and what is damaged, unreadable or of another version of
 * relc counts as not there. Several builds may use one cache at once. Its size is
 * bounded.
 *
 * A file that was changed so shortly before a build that the file system's clock could
 * not tell a later change is not remembered: it is read again.
 */
#include "relc/base/arena.h"
#include "relc/base/err.h"
#include "relc/base/report.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

struct cache;

struct cache_options {
    const char *folder;          /* made when missing; NULL: no cache */
    str target;                  /* what is built, so that its memory is found again */
    uint64_t limit;              /* bytes; 0 for the default of 1 GiB */
    const struct report *report; /* told, once, when the folder cannot be used */
};

/* Opens the cache, or returns NULL when it cannot be used. Call before looking at files.
 */
struct cache *cache_open(const struct cache_options *options);

/* Keeps what was learnt, makes room, and frees the cache; NULL is allowed. */
void cache_close(struct cache *cache);

/* A file whose content is to be checked, and its state before that. */
struct cache_check {
    uint64_t state[2];
    bool settled;
};

/*
 * Whether the check of that name was passed by the content of the file before, which has
 * not changed since; st is its state, taken after the cache was opened. If not, and it is
 * passed now, cache_passed says so; without a cache that does nothing. The check must
 * depend on the content and the path alone.
 */
bool cache_has_passed(struct cache *cache, const char *name, const char *path,
                      const struct stat *st, struct cache_check *check);
void cache_passed(struct cache *cache, const struct cache_check *check);

/*
 * The user's cache folder: $RELC_CACHE_DIR, else $XDG_CACHE_HOME/relc, else
 * $HOME/.cache/relc. NULL when RELC_CACHE_DIR is empty or none is set.
 */
const char *cache_default_folder(struct arena *arena);

/*
 * Removes what builds by any version of relc keep in the folder, and nothing else; what
 * another build is writing stays. *freed: bytes. A folder that is not there is no error.
 */
int cache_clear(const char *folder, uint64_t *freed, struct err *err) ERR_MUST_CHECK;
