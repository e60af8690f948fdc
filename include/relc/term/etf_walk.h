#pragma once
/*
 * Walking through a large term in the external term format part by part, where decoding
 * it as a whole would need too much memory: one enters tuples, lists and maps, decodes
 * what is wanted and passes over the rest.
 *
 * The bytes may come from anywhere. Data that are damaged, or hold what etf_decode
 * refuses wherever it stands (pids and the like), make the walk fail for good: then
 * nothing more can be entered, decoded or passed over.
 */
#include "relc/base/window.h"
#include "relc/term/term.h"

struct etf_walk {
    struct window window;
    bool failed;
};

/*
 * Begins before the term in bytes (borrowed; compressed terms too, up to 64 MiB
 * inflated); most is the largest part in bytes that can be decoded. Needs at most twice
 * that of memory, in the arena. The walk has failed when there is no term.
 */
void etf_walk_begin(struct arena *arena, str bytes, size_t most, struct etf_walk *walk);

/*
 * Enters the next term when it is of that kind: its elements are next. Otherwise false,
 * and the term is still the next one. *count of a map is the number of its pairs.
 */
bool etf_walk_tuple(struct etf_walk *walk, size_t *count);
bool etf_walk_map(struct etf_walk *walk, size_t *count);
bool etf_walk_list(struct etf_walk *walk, size_t *count);

/* After the last element of a list with count elements: false if it is improper. */
bool etf_walk_list_end(struct etf_walk *walk, size_t count);

/* Passes over the next count terms. */
bool etf_walk_skip(struct etf_walk *walk, size_t count);

/*
 * Decodes the next term, into the arena, and passes over it. False when it cannot be
 * decoded or is too large; the walk can go on after it unless it failed.
 */
bool etf_walk_term(struct etf_walk *walk, struct arena *arena, struct term *term);

/* Where the next term begins; going to where another one does. */
size_t etf_walk_position(const struct etf_walk *walk);
bool etf_walk_seek(struct etf_walk *walk, size_t position);

/* All was walked through, and the data end here as they should. */
bool etf_walk_is_done(struct etf_walk *walk);
