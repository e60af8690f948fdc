#include "relc/build/clean.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/build/plugins.h"
#include "relc/build/release_view.h"
#include "relc/term/print.h"

#include <unistd.h>

static str in_root(struct arena *arena, const struct cleaning *cleaning, const char *path)
{
    return path_join(arena, cleaning->root, str_of(path));
}

static int copy_boot(struct arena *arena, const struct cleaning *cleaning,
                     const struct release_view *view, const char *name, struct err *err)
{
    str content, from = path_join(arena, view->rel_dir, str_of(name));
    str to = path_join(arena, in_root(arena, cleaning, "bin"), str_of(name));
    if (!fs_is_file(from.ptr))
        return 0;
    if (fs_read(arena, from.ptr, 0, &content, err) != 0)
        return -1;
    return fs_write_file(to.ptr, content, 0644, err);
}

/* The files that there is one of for all versions, as if `next` had been built last. */
static int write_next(struct arena *arena, const struct cleaning *cleaning,
                      const struct release_view *view, struct err *err)
{
    const struct release *release = &view->release;
    struct term releases = release_releases_term(arena, release);
    struct term rel = release_term(arena, release);
    str rel_file = arena_printf(arena, "%.*s/releases/%.*s.rel", STR_ARG(cleaning->root),
                                STR_ARG(release->name));
    if (fs_write_file(in_root(arena, cleaning, "releases/RELEASES").ptr,
                      term_file(arena, &releases, 0), 0644, err) != 0 ||
        fs_write_file(rel_file.ptr, term_file(arena, &rel, 0), 0644, err) != 0 ||
        copy_boot(arena, cleaning, view, "start_clean.boot", err) != 0 ||
        copy_boot(arena, cleaning, view, "no_dot_erlang.boot", err) != 0)
        return -1;
    return fs_write_file(in_root(arena, cleaning, "releases/start_erl.data").ptr,
                         release_start_erl_data(arena, release), 0644, err);
}

static int make_next_last(struct arena *arena, const struct cleaning *cleaning,
                          struct err *err)
{
    struct release_view view;
    const struct release_choice choice = {cleaning->profile.release, cleaning->next};
    if (!cleaning->next.ptr)
        return 0;
    int result = release_view_open(arena, cleaning->root.ptr, &choice, &view, err);
    if (result == 0)
        result = write_next(arena, cleaning, &view, err);
    release_view_close(&view);
    return result;
}

static int remove_paths(struct arena *arena, const struct cleaning *cleaning,
                        struct err *err)
{
    static const char *const folders[] = {"bin", "lib", "releases", ""};
    for (size_t i = 0; i < cleaning->paths.count; i++)
        if (fs_remove_tree(in_root(arena, cleaning, cleaning->paths.items[i].ptr).ptr,
                           err) != 0)
            return -1;
    /* Those that hold something else stay. */
    for (size_t i = 0; cleaning->empties && i < sizeof folders / sizeof *folders; i++)
        rmdir(in_root(arena, cleaning, folders[i]).ptr);
    return 0;
}

int clean_run(struct arena *arena, const struct cleaning *cleaning,
              const struct report *report, struct err *err)
{
    int result = cleaning->extent == CLEAN_ALL ? fs_remove_tree(cleaning->root.ptr, err)
                                               : make_next_last(arena, cleaning, err);
    if (result == 0)
        result = remove_paths(arena, cleaning, err);
    const struct plugin_scene scene = {
        .project = &cleaning->project,
        .profile = &cleaning->profile,
        .folder = fs_is_dir(cleaning->root.ptr) ? cleaning->root : (str){NULL, 0},
    };
    return result == 0 ? plugins_run(arena, PLUGIN_AFTER_CLEANUP, &scene, report, err)
                       : -1;
}
