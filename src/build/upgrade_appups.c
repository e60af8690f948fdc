#include "build/upgrade_appups.h"

#include "build/appup_transforms.h"
#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/term/read.h"

/* One application on its way from a base. */
struct change {
    const struct release_view *base;
    const struct rel_app *old_app;
    const struct rel_app *new_app;
};

struct searcher {
    struct arena *arena;
    const struct plan *plan;
    const struct upgrade_bases *bases;
    const struct report *report;
    struct err *err;
};

/* The appup of a file when it covers the change; *found tells. */
static int try_file(struct searcher *searcher, const struct change *change,
                    const char *file, struct appup *appup, bool *found)
{
    struct arena *arena = searcher->arena;
    struct term *term = arena_alloc(arena, sizeof *term);
    if (term_read_file_first(arena, file, term, searcher->err) != 0 ||
        appup_parse(arena, term, file, appup, searcher->err) != 0)
        return -1;
    return appup_covers(arena, appup, change->old_app->app->vsn,
                        change->new_app->app->vsn, found, searcher->err);
}

/* The first file of a folder, by name, that covers the change. */
static int try_folder(struct searcher *searcher, const struct change *change, str folder,
                      struct appup *appup, bool *found)
{
    struct fs_list list;
    size_t seen = 0;
    if (!fs_is_dir(folder.ptr))
        return 0;
    if (fs_list(searcher->arena, folder.ptr, &list, searcher->err) != 0)
        return -1;
    for (size_t i = 0; i < list.count && !*found; i++) {
        if (!str_ends(list.entries[i].name, STR(".appup")))
            continue;
        str file = path_join(searcher->arena, folder, list.entries[i].name);
        if (try_file(searcher, change, file.ptr, appup, found) != 0)
            return -1;
        seen++;
    }
    if (seen && !*found)
        report_say(searcher->report, REPORT_NOTE,
                   "no appup in '%.*s' covers %.*s %.*s -> %.*s both ways",
                   STR_ARG(folder), STR_ARG(change->new_app->app->name),
                   STR_ARG(change->old_app->app->vsn),
                   STR_ARG(change->new_app->app->vsn));
    return 0;
}

/* What people wrote for this change: the project's, then the application's own. */
static int find_written(struct searcher *searcher, const struct change *change,
                        struct appup *appup, bool *found)
{
    struct arena *arena = searcher->arena;
    const struct app *app = change->new_app->app;
    *found = false;
    str of_user =
        arena_printf(arena, "%.*s/rel/appups/%.*s",
                     STR_ARG(searcher->plan->project->root), STR_ARG(app->name));
    if (try_folder(searcher, change, of_user, appup, found) != 0)
        return -1;
    if (*found || !app->dir)
        return 0;
    str in_priv = path_join(arena, str_of(app->dir), STR("priv/appups"));
    if (try_folder(searcher, change, in_priv, appup, found) != 0)
        return -1;
    str own = arena_printf(arena, "%s/ebin/%.*s.appup", app->dir, STR_ARG(app->name));
    return !*found && fs_is_file(own.ptr)
               ? try_file(searcher, change, own.ptr, appup, found)
               : 0;
}

/* "x.beam" of a folder as modules. */
static int add_modules(struct arena *arena, const char *folder, struct term_builder *list,
                       struct err *err)
{
    struct fs_list files;
    if (!folder || !fs_is_dir(folder))
        return 0;
    if (fs_list(arena, folder, &files, err) != 0)
        return -1;
    for (size_t i = 0; i < files.count; i++) {
        str name = files.entries[i].name;
        if (str_ends(name, STR(".beam")))
            term_add(list, term_atom(str_slice(name, 0, name.len - 5)));
    }
    return 0;
}

static const char *ebin_of(struct arena *arena, const struct rel_app *app)
{
    return path_join(arena, str_of(app->app->dir), STR("ebin")).ptr;
}

/* Modules that are loaded with the application of consolidated protocols, not with
 * theirs.
 */
static int consolidated_modules(struct arena *arena, const struct plan *plan,
                                const struct release_view *base, struct names *names,
                                struct err *err)
{
    struct term_builder list = {.arena = arena};
    const char *old =
        base->protocols ? ebin_of(arena, base->protocols) : base->consolidated_dir;
    if (add_modules(arena, old, &list, err) != 0 ||
        add_modules(arena, plan->consolidated_dir, &list, err) != 0)
        return -1;
    names->items = arena_array(arena, list.count, sizeof *names->items);
    names->count = list.count;
    for (size_t i = 0; i < list.count; i++)
        names->items[i] = list.items[i].as.atom;
    return 0;
}

int upgrade_appup_make(struct arena *arena, const struct plan *plan,
                       const struct release_view *base, const struct rel_app *old_app,
                       const struct rel_app *new_app, struct term *appup, struct err *err)
{
    struct names left_out;
    const struct app *from = old_app->app, *to = new_app->app;
    if (new_app == plan->protocols)
        return appup_generate_protocols(arena, to->name, from->vsn,
                                        ebin_of(arena, old_app), to->vsn,
                                        plan->consolidated_dir, appup, err);
    if (consolidated_modules(arena, plan, base, &left_out, err) != 0)
        return -1;
    const struct app_version old_version = {from, ebin_of(arena, old_app)};
    const struct app_version new_version = {to, ebin_of(arena, new_app)};
    if (appup_generate(arena, &old_version, &new_version, &left_out, appup, err) != 0)
        return -1;
    return appup_transforms_apply(arena, plan, to->name, from->vsn, appup, err);
}

static int make(struct searcher *searcher, const struct change *change,
                struct appup *appup)
{
    struct arena *arena = searcher->arena;
    struct term *term = arena_alloc(arena, sizeof *term);
    if (upgrade_appup_make(arena, searcher->plan, change->base, change->old_app,
                           change->new_app, term, searcher->err) != 0)
        return err_wrap(searcher->err, "cannot make an appup for %.*s %.*s -> %.*s",
                        STR_ARG(change->new_app->app->name),
                        STR_ARG(change->old_app->app->vsn),
                        STR_ARG(change->new_app->app->vsn));
    /* That of the protocols is a matter of relc's own. */
    report_say(searcher->report,
               change->new_app == searcher->plan->protocols ? REPORT_DETAIL : REPORT_STEP,
               "Generated .appup for %.*s %.*s -> %.*s",
               STR_ARG(change->new_app->app->name), STR_ARG(change->old_app->app->vsn),
               STR_ARG(change->new_app->app->vsn));
    return appup_parse(arena, term, NULL, appup, searcher->err);
}

/* {"0.1.0", Script} for one way of a change. */
static int add_way(struct searcher *searcher, const struct change *change,
                   const struct appup *appup, bool up, struct term_builder *ways)
{
    const struct term *script;
    str from = change->old_app->app->vsn;
    if (appup_script(searcher->arena, appup, up, from, &script, searcher->err) != 0)
        return -1;
    term_add(ways, term_pair(searcher->arena, term_string(searcher->arena, from),
                             script ? *script : term_nil()));
    return 0;
}

static int add_change(struct searcher *searcher, const struct change *change,
                      struct term_builder *ups, struct term_builder *downs,
                      const char **file)
{
    struct appup appup;
    bool found;
    if (find_written(searcher, change, &appup, &found) != 0)
        return -1;
    if (found)
        report_say(searcher->report, REPORT_DETAIL, "appup for %.*s %.*s -> %.*s from %s",
                   STR_ARG(change->new_app->app->name),
                   STR_ARG(change->old_app->app->vsn), STR_ARG(change->new_app->app->vsn),
                   appup.file);
    else if (make(searcher, change, &appup) != 0)
        return -1;
    *file = appup.file;
    return add_way(searcher, change, &appup, true, ups) ||
                   add_way(searcher, change, &appup, false, downs)
               ? -1
               : 0;
}

static bool has_way(const struct searcher *searcher, const struct term_builder *ways,
                    str vsn)
{
    struct term wanted = term_string(searcher->arena, vsn);
    for (size_t i = 0; i < ways->count; i++)
        if (term_equal(&ways->items[i].as.list.items[0], &wanted))
            return true;
    return false;
}

/* {Vsn, Ups, Downs}; *made is false when no base has another version of the application.
 */
static int make_for_app(struct searcher *searcher, const struct rel_app *app,
                        struct term *term, const char **file, bool *made)
{
    struct arena *arena = searcher->arena;
    struct term_builder ups = {.arena = arena}, downs = ups;
    *file = NULL;
    for (size_t i = 0; i < searcher->bases->count; i++) {
        const struct release_view *base = &searcher->bases->views[i];
        const struct rel_app *old = release_app(&base->release, app->app->name);
        if (!old || str_eq(old->app->vsn, app->app->vsn) ||
            has_way(searcher, &ups, old->app->vsn))
            continue;
        const struct change change = {base, old, app};
        if (add_change(searcher, &change, &ups, &downs, file) != 0)
            return -1;
    }
    *made = ups.count > 0;
    *term = term_triple(arena, term_string(arena, app->app->vsn), term_built_list(&ups),
                        term_built_list(&downs));
    return 0;
}

static int keep(struct searcher *searcher, const struct rel_app *app,
                const struct term *term, const char *file, struct upgrade_appup *result)
{
    struct arena *arena = searcher->arena;
    result->app = app->app->name;
    result->term = term_copy(arena, term);
    return appup_parse(arena, &result->term,
                       file ? arena_strz(arena, str_of(file)) : NULL, &result->appup,
                       searcher->err);
}

/* What was read and made for the appup is several times as large as the appup. */
static int find_for_app(struct searcher *searcher, const struct rel_app *app,
                        struct upgrade_appup *result, bool *made)
{
    struct arena scratch;
    struct searcher inner = *searcher;
    struct term term;
    const char *file;
    arena_init(&scratch);
    inner.arena = &scratch;
    int status = make_for_app(&inner, app, &term, &file, made);
    if (status == 0 && *made)
        status = keep(searcher, app, &term, file, result);
    arena_release(&scratch);
    return status;
}

int upgrade_appups_find(struct arena *arena, const struct plan *plan,
                        const struct upgrade_bases *bases, const struct report *report,
                        struct upgrade_appups *appups, struct err *err)
{
    struct searcher searcher = {arena, plan, bases, report, err};
    const struct release *release = &plan->release;
    appups->items = arena_array(arena, release->app_count, sizeof *appups->items);
    appups->count = 0;
    map_init(&appups->by_app, arena);
    for (size_t i = 0; i < release->app_count; i++) {
        struct upgrade_appup *item = &appups->items[appups->count];
        bool made;
        if (find_for_app(&searcher, &release->apps[i], item, &made) != 0)
            return -1;
        if (!made)
            continue;
        map_put(&appups->by_app, item->app, &item->appup);
        appups->count++;
    }
    return 0;
}
