#include "build/delta.h"

#include "build/package_info.h"

struct selection {
    struct map left_out; /* folders of the release */
    str version_dir;     /* releases/VSN/ */
    str info;            /* the package's own description replaces it */
    str rel;             /* releases/NAME.rel, which release_handler wants to unpack */
};

static bool all_have(const struct upgrade_bases *bases, const struct app *app)
{
    for (size_t i = 0; i < bases->count; i++) {
        const struct rel_app *old = release_app(&bases->views[i].release, app->name);
        if (!old || !str_eq(old->app->vsn, app->vsn))
            return false;
    }
    return true;
}

static bool all_have_erts(const struct upgrade_bases *bases, str erts_vsn)
{
    for (size_t i = 0; i < bases->count; i++)
        if (!str_eq(bases->views[i].release.erts_vsn, erts_vsn))
            return false;
    return true;
}

static void find_needs(struct arena *arena, const struct plan *plan,
                       const struct upgrade_bases *bases, struct names *needs)
{
    const struct release *release = &plan->release;
    needs->count = 0;
    needs->items = arena_array(arena, release->app_count + 1, sizeof *needs->items);
    for (size_t i = 0; i < release->app_count; i++)
        if (all_have(bases, release->apps[i].app))
            needs->items[needs->count++] = release_app_dir(arena, release->apps[i].app);
    if (all_have_erts(bases, release->erts_vsn))
        needs->items[needs->count++] =
            arena_printf(arena, "erts-%.*s", STR_ARG(release->erts_vsn));
}

/* "lib/APP-VSN" or "erts-VSN": the part of a path that may be left out as a whole. */
static str unit_of(str path)
{
    size_t first = str_find(path, '/');
    str rest = str_slice(path, first + 1, path.len);
    if (!str_eqz(str_slice(path, 0, first), "lib"))
        return str_slice(path, 0, first);
    return str_slice(path, 0, first + 1 + str_find(rest, '/'));
}

static bool is_wanted(void *context, const struct image_entry *entry)
{
    const struct selection *selection = context;
    str path = entry->path, unit = unit_of(path);
    if (str_eq(path, selection->info) || str_eqz(unit, "bin") ||
        map_has(&selection->left_out, unit))
        return false;
    /* The boot files say the same; these are for people to read. */
    if (str_eqz(unit, "releases") && str_ends(path, STR(".script")))
        return false;
    return !str_eqz(unit, "releases") || str_eq(path, selection->rel) ||
           str_starts(path, selection->version_dir);
}

void delta_select(struct arena *arena, const struct plan *plan,
                  const struct upgrade_bases *bases, const struct image *whole,
                  struct image *delta, struct names *needs)
{
    struct selection selection = {
        .version_dir = arena_printf(arena, "releases/%.*s/", STR_ARG(plan->release.vsn)),
        .info = package_info_path(arena, plan),
        .rel = arena_printf(arena, "releases/%.*s.rel", STR_ARG(plan->release.name)),
    };
    find_needs(arena, plan, bases, needs);
    map_init(&selection.left_out, arena);
    for (size_t i = 0; i < needs->count; i++)
        map_put(&selection.left_out, needs->items[i], needs->items);
    image_select(delta, whole, is_wanted, &selection);
}
