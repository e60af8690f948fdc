#include "config/exs/merge.h"

#include "config/exs/eval.h"
#include "relc/config/exs.h"

#include <stdint.h>

struct merge {
    struct arena *arena;
    size_t *work;
    size_t limit;
};

/* How many levels of pairs are merged even if their keys are no atoms. */
enum { CONFIG_LEVELS = 2 };

static bool merge_pairs(const struct merge *merge, const struct term *under,
                        const struct term *over, unsigned level, struct term *merged);

static const struct term *key_of(const struct term *pair)
{
    return &pair->as.list.items[0];
}

/* The value of the key in both lists: that on top, or both merged. */
static bool merge_values(const struct merge *merge, const struct term *under,
                         const struct term *over, unsigned level, struct term *pair)
{
    const struct term *below = &under->as.list.items[1], *above = &over->as.list.items[1];
    struct term value = *above;
    bool lists = term_is_proper_list(below) && term_is_proper_list(above);
    bool deeper = (lists && level < CONFIG_LEVELS) ||
                  (term_is_keyword(below) && term_is_keyword(above));
    if (deeper && !merge_pairs(merge, below, above, level + 1, &value))
        return false;
    *pair = term_pair(merge->arena, *key_of(over), value);
    return true;
}

/*
 * What a key of `over` finds in `under`: the first pair that no earlier one has met. All
 * pairs of the key leave their places.
 */
static const struct term *meet(const struct term *under, const struct term *key,
                               bool *met, bool *moved)
{
    const struct term *found = NULL;
    for (size_t i = 0; i < under->as.list.count; i++) {
        const struct term *pair = &under->as.list.items[i];
        if (!term_equal(key_of(pair), key))
            continue;
        moved[i] = true;
        if (!found && !met[i]) {
            met[i] = true;
            found = pair;
        }
    }
    return found;
}

static bool charge(const struct merge *merge, size_t under, size_t over)
{
    size_t amount;
    if (__builtin_mul_overflow(under + 1, over + 1, &amount) ||
        __builtin_add_overflow(*merge->work, amount, merge->work))
        return false;
    return *merge->work <= merge->limit;
}

static bool merge_pairs(const struct merge *merge, const struct term *under,
                        const struct term *over, unsigned level, struct term *merged)
{
    size_t count = under->as.list.count, over_count = over->as.list.count;
    struct term_builder list = {.arena = merge->arena};
    if (!charge(merge, count, over_count))
        return false;
    bool *met = arena_array(merge->arena, count, sizeof *met);
    bool *moved = arena_array(merge->arena, count, sizeof *moved);
    struct term *tops = arena_array(merge->arena, over_count, sizeof *tops);
    for (size_t i = 0; i < over_count; i++) {
        const struct term *top = &over->as.list.items[i];
        const struct term *below = meet(under, key_of(top), met, moved);
        tops[i] = *top;
        if (below && !merge_values(merge, below, top, level, &tops[i]))
            return false;
    }
    for (size_t i = 0; i < count; i++)
        if (!moved[i])
            term_add(&list, under->as.list.items[i]);
    for (size_t i = 0; i < over_count; i++)
        term_add(&list, tops[i]);
    *merged = term_built_list(&list);
    return true;
}

bool merge_configs(struct arena *arena, const struct term *under, const struct term *over,
                   size_t *work, size_t limit, struct term *merged)
{
    struct merge merge = {arena, work, limit};
    return merge_pairs(&merge, under, over, 1, merged);
}

struct term exs_config_merge(struct arena *arena, const struct term *under,
                             const struct term *over)
{
    size_t work = 0;
    struct term merged = *over;
    merge_configs(arena, under, over, &work, SIZE_MAX, &merged);
    return merged;
}
