#include "build/app_add.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/term/print.h"
#include "relc/term/read.h"

/* One application at work. */
struct adder {
    struct arena *arena;
    struct image *image;
    const struct plan *plan;
    const struct rel_app *rel_app;
    const struct app *app;
    str dir; /* lib/NAME-VSN */
    struct err *err;
};

/* A folder of the application, if it is there. */
static int add_part(struct adder *adder, str folder, const char *name,
                    enum image_modes modes)
{
    str source = path_join(adder->arena, folder, str_of(name));
    if (!listings_get(adder->image->ahead, source) && !fs_is_dir(source.ptr))
        return 0;
    return image_add_tree(adder->image, path_join(adder->arena, adder->dir, str_of(name)),
                          source.ptr, modes, adder->err);
}

/* The value of a key that was adjusted; NULL for all others. */
static const struct names *adjusted_names(const struct app *app, const struct term *key)
{
    return term_is_atom(key, "applications")            ? &app->applications
           : term_is_atom(key, "optional_applications") ? &app->optional
           : term_is_atom(key, "included_applications") ? &app->included
           : term_is_atom(key, "modules")               ? &app->modules
                                                        : NULL;
}

static int add_adjusted_app_file(struct adder *adder, str path)
{
    struct arena *arena = adder->arena;
    struct term term;
    struct term_builder keys = {.arena = arena};
    if (term_read_file_first(arena, adder->app->file, &term, adder->err) != 0)
        return -1;
    const struct term *items = term.as.list.items;
    for (size_t i = 0; i < items[2].as.list.count; i++) {
        const struct term *item = &items[2].as.list.items[i];
        const struct term *key = &item->as.list.items[0];
        const struct names *names =
            term_is_tuple(item, NULL, 2) ? adjusted_names(adder->app, key) : NULL;
        term_add(&keys, names ? term_pair(arena, *key, names_term(arena, names)) : *item);
    }
    term = term_triple(arena, items[0], items[1], term_built_list(&keys));
    return image_add_memory(adder->image, path,
                            term_file(arena, &term, adder->plan->target.release), 0644,
                            adder->err);
}

static bool is_left_out(const struct app *app, str file)
{
    const str suffix = STR(".beam");
    return str_ends(file, suffix) &&
           names_have(&app->left_out, str_slice(file, 0, file.len - suffix.len));
}

static int add_adjusted_file(struct adder *adder, str ebin, str file)
{
    str path =
        path_join(adder->arena, adder->dir, path_join(adder->arena, STR("ebin"), file));
    str source = path_join(adder->arena, ebin, file);
    if (str_eqz(source, adder->app->file))
        return add_adjusted_app_file(adder, path);
    if (is_left_out(adder->app, file))
        return 0;
    if (fs_is_dir(source.ptr))
        return image_add_tree(adder->image, path, source.ptr, IMAGE_MODES_PLAIN,
                              adder->err);
    return image_add_file(adder->image, path, source.ptr, 0644, adder->err);
}

static int add_ebin(struct adder *adder)
{
    str folder = str_of(adder->app->dir);
    str ebin = path_join(adder->arena, folder, STR("ebin"));
    struct fs_list list;
    if (!adder->app->adjusted)
        return add_part(adder, folder, "ebin", IMAGE_MODES_PLAIN);
    if (fs_list(adder->arena, ebin.ptr, &list, adder->err) != 0)
        return -1;
    for (size_t i = 0; i < list.count; i++)
        if (add_adjusted_file(adder, ebin, list.entries[i].name) != 0)
            return -1;
    return 0;
}

static bool has_sources(struct arena *arena, str folder)
{
    return fs_is_dir(path_join(arena, folder, STR("src")).ptr) ||
           fs_is_dir(path_join(arena, folder, STR("lib")).ptr);
}

/* The project's application that Mix compiles from the project's own folder. */
static bool is_main_app(const struct plan *plan, str name)
{
    const struct project *project = plan->project;
    return project->kind == PROJECT_MIX && project->app_count &&
           str_eq(project->apps[0].name, name);
}

/* Where an application's sources are: beside its modules, or where its project has them.
 */
static str source_folder(struct adder *adder)
{
    struct arena *arena = adder->arena;
    str root = adder->plan->project->root, name = adder->app->name;
    const str places[] = {str_of(adder->app->dir),
                          path_join(arena, path_join(arena, root, STR("apps")), name),
                          path_join(arena, path_join(arena, root, STR("deps")), name)};
    if (adder->rel_app->origin == ORIGIN_PROJECT && is_main_app(adder->plan, name))
        return root;
    size_t count = adder->rel_app->origin == ORIGIN_PROJECT ? 3 : 1;
    for (size_t i = 0; i < count; i++)
        if (has_sources(arena, places[i]))
            return places[i];
    return (str){NULL, 0};
}

static int add_sources(struct adder *adder)
{
    static const char *const parts[] = {"src", "lib", "c_src"};
    str folder = source_folder(adder);
    for (size_t i = 0; folder.ptr && i < sizeof parts / sizeof *parts; i++)
        if (add_part(adder, folder, parts[i], IMAGE_MODES_PLAIN) != 0)
            return -1;
    return 0;
}

int app_add(struct arena *arena, struct image *image, const struct plan *plan,
            const struct rel_app *app, struct err *err)
{
    struct adder adder = {
        arena, image, plan, app, app->app, release_app_dir(arena, app->app), err};
    str folder = str_of(app->app->dir);
    /* Programs and libraries in priv keep their modes. */
    if (add_ebin(&adder) != 0 ||
        add_part(&adder, folder, "priv", IMAGE_MODES_KEEP) != 0 ||
        add_part(&adder, folder, "include", IMAGE_MODES_PLAIN) != 0)
        return -1;
    return plan->profile->include_src.value ? add_sources(&adder) : 0;
}
