#include "relc/otp/appup_purge.h"

#include "instruction.h"

#include <string.h>

struct changer {
    struct arena *arena;
    const struct appup_purge *purge;
    struct err *err;
};

/* Where the two modes stand in {update, M, ModType, Timeout, Change, Pre, Post, Deps} and
 * in {load_module, M, Pre, Post, Deps}; 0 for other instructions. */
static size_t mode_index(const struct term *full)
{
    if (term_is_tuple(full, "update", 8))
        return 5;
    return term_is_tuple(full, "load_module", 5) ? 2 : 0;
}

static bool is_wanted(const struct changer *changer, const struct term *full)
{
    const struct names *modules = changer->purge->modules;
    return !modules->count || names_have(modules, full->as.list.items[1].as.atom);
}

static int change_instruction(struct changer *changer, const struct term *instruction,
                              struct term *changed)
{
    struct term full, items[8];
    *changed = *instruction;
    if (instruction_expand(changer->arena, instruction, NULL, &full, changer->err) != 0)
        return -1;
    size_t at = mode_index(&full);
    if (!at || !is_wanted(changer, &full))
        return 0;
    memcpy(items, full.as.list.items, full.as.list.count * sizeof *items);
    if (changer->purge->pre)
        items[at] = term_atom(str_of(changer->purge->pre));
    if (changer->purge->post)
        items[at + 1] = term_atom(str_of(changer->purge->post));
    *changed = term_tuple(changer->arena, items, full.as.list.count);
    return 0;
}

/* One {Version, Script}. */
static int change_entry(struct changer *changer, const struct term *entry,
                        struct term *changed)
{
    const struct term *script = &entry->as.list.items[1];
    struct term_builder list = {.arena = changer->arena};
    struct term item;
    for (size_t i = 0; i < script->as.list.count; i++) {
        if (change_instruction(changer, &script->as.list.items[i], &item) != 0)
            return -1;
        term_add(&list, item);
    }
    *changed = term_pair(changer->arena, entry->as.list.items[0], term_built_list(&list));
    return 0;
}

static int change_way(struct changer *changer, const struct term *way,
                      struct term *changed)
{
    struct term_builder list = {.arena = changer->arena};
    struct term entry;
    for (size_t i = 0; i < way->as.list.count; i++) {
        if (change_entry(changer, &way->as.list.items[i], &entry) != 0)
            return -1;
        term_add(&list, entry);
    }
    *changed = term_built_list(&list);
    return 0;
}

int appup_set_purge(struct arena *arena, const struct appup_purge *purge,
                    struct term *appup, struct err *err)
{
    struct changer changer = {arena, purge, err};
    const struct term *parts = appup->as.list.items;
    struct term ups, downs;
    if (change_way(&changer, &parts[1], &ups) != 0 ||
        change_way(&changer, &parts[2], &downs) != 0)
        return -1;
    *appup = term_triple(arena, parts[0], ups, downs);
    return 0;
}
