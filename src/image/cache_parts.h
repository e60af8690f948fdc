#pragma once
/*
 * The parts of the cache, and what its files have in common: a header that says what the
 * file is, which relc wrote it, and how to tell that it is whole.
 */
#include "gzip.h"
#include "ids.h"

#include "relc/base/buf.h"
#include "relc/image/cache.h"

enum cache_kind { CACHE_MEMO = 1, CACHE_PACK };

/* How the names of files begin, also of those that are being written. */
#define CACHE_MEMO_PREFIX "memo-"
#define CACHE_PACK_PREFIX "pack-"
#define CACHE_NEW_PREFIX "new-"

struct cache_header {
    uint64_t mark; /* kind, form and byte order */
    char version[24];
    uint64_t count;    /* records */
    uint64_t checksum; /* of all records */
};

void cache_header_make(struct cache_header *header, enum cache_kind kind, str records,
                       size_t record_size);

/* True when the header is of that kind and this relc, and fits the records. */
bool cache_header_fits(const struct cache_header *header, enum cache_kind kind,
                       str records, size_t record_size);

/*
 * Packs: files of pieces, each written once by one build. They are looked at when a piece
 * is asked for first.
 */
struct packs;

/* The folder's path must stay. */
struct packs *packs_new(const char *folder);
void packs_free(struct packs *packs);

enum packs_found {
    PACKS_NOTHING,
    PACKS_FOR_GOOD,
    PACKS_FOR_NOW, /* in a pack that will go: it should be put again */
};

/*
 * Looks for a piece, for several threads at once. If it is found, its bytes are added to
 * the buffer and all else is in piece. A piece that is not what it was counts as not
 * there.
 */
enum packs_found packs_get(struct packs *packs, struct id key, struct buf *bytes,
                           struct gzip_piece *piece);

/* Adds a piece to the pack of this build; for one thread. It fails at most once. */
int packs_put(struct packs *packs, struct id key, const struct gzip_piece *piece,
              struct err *err) ERR_MUST_CHECK;

/*
 * Puts this build's pack in its place, if there is one (*written). Packs that are
 * damaged, and small ones when there are many, are removed.
 */
int packs_save(struct packs *packs, bool *written, struct err *err) ERR_MUST_CHECK;

/* Marks the open file as used now. */
void cache_touch(int fd);

/*
 * Removes files of the cache, those longest not used first, until all together have at
 * most limit bytes; also what killed builds left. What cannot be removed stays.
 */
void cache_evict(const char *folder, uint64_t limit);
