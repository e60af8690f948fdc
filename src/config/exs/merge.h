#pragma once
/*
 * Private to exs/: merging of keyword lists with bounded work.
 */
#include "relc/term/term.h"

/*
 * As exs_config_merge; *work grows by the comparisons. False when it would go beyond the
 * limit.
 */
bool merge_configs(struct arena *arena, const struct term *under, const struct term *over,
                   size_t *work, size_t limit, struct term *merged);
