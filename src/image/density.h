#pragma once
/*
 * Which parts of a content are compressed already.
 *
 * A third of an Elixir release is: debug information and documentation stand in .beam
 * files as zlib streams, and priv folders hold pictures and archives. Trying to
 * compress them takes as long as compressing the rest, and gains nothing. Bytes of which
 * all values are about equally frequent are taken for such; that
 * such bytes come again later goes unseen.
 */
#include "ids.h"

#include <stddef.h>

/* The next bytes, and the ones behind them. */
struct density {
    size_t loose; /* may become shorter */
    size_t dense; /* will not */
};

/* Looks from the beginning to the end of the first dense part, or to the end. */
struct density density_next(const unsigned char *bytes, size_t len);

/* The rules by which that is told: others may cut elsewhere. */
void density_mix_rules(struct id_mixer *mixer);
