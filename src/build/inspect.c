#include "relc/build/inspect.h"

#include "build/package_info.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/build/upgrade_check.h"
#include "relc/term/read.h"

struct inspector {
    struct arena *arena;
    const struct release_view *view;
    struct inspection *inspection;
    struct err *err;
};

static int add_file(struct inspector *inspector, str path)
{
    str source = path_join(inspector->arena, inspector->view->root, path);
    return fs_is_file(source.ptr) ? image_add_file(&inspector->inspection->image, path,
                                                   source.ptr, 0, inspector->err)
                                  : 0;
}

static int add_tree(struct inspector *inspector, str path)
{
    str source = path_join(inspector->arena, inspector->view->root, path);
    return fs_is_dir(source.ptr)
               ? image_add_tree(&inspector->inspection->image, path, source.ptr,
                                IMAGE_MODES_KEEP, inspector->err)
               : 0;
}

static bool is_package(str name)
{
    return str_ends(name, STR(".tar.gz")) || str_ends(name, STR(".run"));
}

/* Of the root: what is added by itself, and what nodes write. */
static bool is_no_part(str path)
{
    static const char *const names[] = {"lib", "releases", "var", "log", "tmp"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_eqz(path, names[i]))
            return true;
    return str_starts(path, STR("erts-"));
}

/* The entries of a folder, without the packages that a build leaves there. */
static int add_folder(struct inspector *inspector, str folder)
{
    struct arena *arena = inspector->arena;
    struct fs_list list;
    str source = path_join(arena, inspector->view->root, folder);
    if (!fs_is_dir(source.ptr))
        return 0;
    if (fs_list(arena, source.ptr, &list, inspector->err) != 0)
        return -1;
    for (size_t i = 0; i < list.count; i++) {
        str path = path_join(arena, folder, list.entries[i].name);
        if (!is_package(path) && !is_no_part(path) &&
            (add_file(inspector, path) != 0 || add_tree(inspector, path) != 0))
            return -1;
    }
    return 0;
}

static str erts_dir(const struct inspector *inspector)
{
    return arena_printf(inspector->arena, "erts-%.*s",
                        STR_ARG(inspector->view->release.erts_vsn));
}

static int add_files(struct inspector *inspector)
{
    const struct release *release = &inspector->view->release;
    for (size_t i = 0; i < release->app_count; i++)
        if (add_tree(inspector,
                     release_app_dir(inspector->arena, release->apps[i].app)) != 0)
            return -1;
    if (add_tree(inspector, erts_dir(inspector)) != 0 ||
        add_folder(inspector, STR("")) != 0 ||
        add_folder(inspector, release_vsn_dir(inspector->arena, release)) != 0)
        return -1;
    image_sort(&inspector->inspection->image);
    return 0;
}

static uint64_t size_below(const struct image *image, str folder)
{
    uint64_t size = 0;
    for (size_t i = 0; i < image->count; i++) {
        str path = image->entries[i]->path;
        if (str_starts(path, folder) && path.ptr[folder.len] == '/')
            size += image->entries[i]->size;
    }
    return size;
}

static void add_sizes(struct inspector *inspector)
{
    struct inspection *inspection = inspector->inspection;
    const struct release *release = &inspector->view->release;
    const struct image *image = &inspection->image;
    inspection->apps =
        arena_array(inspector->arena, release->app_count, sizeof *inspection->apps);
    inspection->app_count = release->app_count;
    for (size_t i = 0; i < release->app_count; i++) {
        const struct rel_app *app = &release->apps[i];
        inspection->apps[i] = (struct inspected_app){
            .name = app->app->name,
            .vsn = app->app->vsn,
            .type = app->type == START_DEFAULT ? START_PERMANENT : app->type,
            .size = size_below(image, release_app_dir(inspector->arena, app->app)),
        };
    }
    inspection->erts_size = size_below(image, erts_dir(inspector));
    for (size_t i = 0; i < image->count; i++) {
        inspection->size += image->entries[i]->size;
        inspection->files += image->entries[i]->kind != IMAGE_DIR;
    }
}

/* The versions of [{Vsn, Description, Instructions}]; others are left out. */
static void read_ways(struct arena *arena, const struct term *list, struct names *names)
{
    if (!term_is_proper_list(list))
        return;
    names->items = arena_array(arena, list->as.list.count, sizeof *names->items);
    for (size_t i = 0; i < list->as.list.count; i++) {
        const struct term *way = &list->as.list.items[i];
        if (term_is_tuple(way, NULL, 3) &&
            term_to_text(arena, &way->as.list.items[0], &names->items[names->count]))
            names->count++;
    }
}

static int read_relup(struct inspector *inspector)
{
    struct inspection *inspection = inspector->inspection;
    struct term relup;
    str file = path_join(inspector->arena, inspector->view->rel_dir, STR("relup"));
    if (!fs_is_file(file.ptr))
        return 0;
    if (term_read_file_first(inspector->arena, file.ptr, &relup, inspector->err) != 0)
        return -1;
    if (!term_is_tuple(&relup, NULL, 3)) {
        err_set(inspector->err, ERR_FORMAT, "it is no relup: {Vsn, Up, Down}");
        return err_at(inspector->err, file.ptr, 0, 0);
    }
    inspection->has_relup = true;
    read_ways(inspector->arena, &relup.as.list.items[1], &inspection->up);
    read_ways(inspector->arena, &relup.as.list.items[2], &inspection->down);
    return 0;
}

int inspect_release(struct arena *arena, const struct release_view *view,
                    struct inspection *inspection, struct err *err)
{
    struct inspector inspector = {arena, view, inspection, err};
    *inspection = (struct inspection){.view = view};
    image_init(&inspection->image, arena);
    if (add_files(&inspector) != 0)
        return -1;
    add_sizes(&inspector);
    if (read_relup(&inspector) != 0)
        return -1;
    return package_info_read(arena, view->rel_dir, &inspection->kind, &inspection->otp,
                             err);
}

int inspect_named(struct arena *arena, const struct build_options *options,
                  const char *name, struct release_view *view,
                  struct inspection *inspection, struct err *err)
{
    struct release_choice choice;
    const char *path;
    *view = (struct release_view){0};
    if (upgrade_release_find(arena, options, name, &path, &choice, err) != 0 ||
        release_view_open_whole(arena, path, &choice, view, err) != 0)
        return -1;
    return inspect_release(arena, view, inspection, err);
}
