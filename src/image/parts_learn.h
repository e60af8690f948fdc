#pragma once
/* What the cache is told of the parts of a tarball (relc/image/parts.h). */
#include "pieces.h"

/*
 * To be called once the tarball is written; id is what the cache knows it by, places
 * where each piece begins in it.
 */
void parts_learn(struct image *image, const struct piece_list *list,
                 const uint64_t *places, struct cache *cache, struct id id);
