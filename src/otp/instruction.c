/*
 * Filling in what an instruction leaves out.
 */
#include "instruction.h"

#include <string.h>

/* What update leaves out: {M}, {M, supervisor}, {M, Change}, {M, Deps}, {M, Change,
 * Deps}, {M, Change, Pre, Post, Deps} with a Timeout or both ModType and Timeout before
 * Change. */
static struct term expand_update(struct arena *arena, const struct term *update)
{
    const struct term *items = update->as.list.items;
    size_t count = update->as.list.count;
    const struct term purge = term_atom(STR("brutal_purge"));
    struct term full[8] = {items[0],
                           items[1],
                           term_atom(STR("dynamic")),
                           term_atom(STR("default")),
                           term_atom(STR("soft")),
                           purge,
                           purge,
                           term_nil()};
    if (count == 3 && term_is_atom(&items[2], "supervisor")) {
        full[2] = term_atom(STR("static"));
        full[4] = term_pair(arena, term_atom(STR("advanced")), term_nil());
    } else if (count == 3 && items[2].kind == TERM_LIST) {
        full[7] = items[2];
    } else if (count == 3) {
        full[4] = items[2];
    } else if (count == 4) {
        full[4] = items[2];
        full[7] = items[3];
    } else if (count > 4) {
        memcpy(&full[10 - count], &items[2], (count - 2) * sizeof *items);
    }
    return term_tuple(arena, full, 8);
}

static struct term expand_load(struct arena *arena, const struct term *load)
{
    const struct term *items = load->as.list.items;
    const struct term purge = term_atom(STR("brutal_purge"));
    const struct term full[] = {items[0], items[1], purge, purge,
                                load->as.list.count == 3 ? items[2] : term_nil()};
    return term_tuple(arena, full, 5);
}

static struct term expand(struct arena *arena, const struct term *written)
{
    const struct term *items = written->as.list.items;
    size_t count = written->kind == TERM_TUPLE ? written->as.list.count : 0;
    if (count >= 2 && count <= 7 && count != 5 && term_is_atom(&items[0], "update"))
        return expand_update(arena, written);
    if ((count == 2 || count == 3) && term_is_atom(&items[0], "load_module"))
        return expand_load(arena, written);
    if (count == 2 && (term_is_atom(&items[0], "add_module") ||
                       term_is_atom(&items[0], "delete_module")))
        return term_triple(arena, items[0], items[1], term_nil());
    if (count == 2 && term_is_atom(&items[0], "add_application"))
        return term_triple(arena, items[0], items[1], term_atom(STR("permanent")));
    return *written;
}

int instruction_expand(struct arena *arena, const struct term *instruction,
                       const char *file, struct term *full, struct err *err)
{
    *full = expand(arena, instruction);
    return instruction_check(full, instruction, file, err);
}

bool instruction_depends(const struct term *full, const struct term **deps)
{
    if (!term_is_tuple(full, "update", 8) && !term_is_tuple(full, "load_module", 5) &&
        !term_is_tuple(full, "add_module", 3) && !term_is_tuple(full, "delete_module", 3))
        return false;
    *deps = &full->as.list.items[full->as.list.count - 1];
    return true;
}
