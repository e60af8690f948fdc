#pragma once
/*
 * Ids of pieces: what they hold, and how it is compressed. A piece's id follows from the
 * ids of the contents in it, and those may be known from an earlier build: then nothing
 * has to be read.
 */
#include "cache_use.h"
#include "pieces.h"

struct piece_ids {
    struct cache *cache;
    struct id making; /* of deflate_making */
    int64_t seconds;  /* as for image_entry_seconds */
};

/* From what the cache knows; false when that is not enough. */
bool piece_id_known(const struct piece_ids *ids, const struct piece *piece,
                    struct id *id);

/* From the piece's bytes; the cache learns what they tell. */
struct id piece_id_read(const struct piece_ids *ids, const struct piece *piece,
                        const unsigned char *bytes);
