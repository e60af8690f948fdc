/* Two releases that exist, as the user names them. */
#include "relc/build/upgrade_check.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/term/read.h"

#include <string.h>

static int find_built(struct arena *arena, const struct build_options *options, str vsn,
                      const char **path, struct release_choice *choice, struct err *err)
{
    struct build_result place;
    if (build_place(arena, options, &place, err) != 0)
        return err_wrap(err,
                        "'%.*s' is no file or folder, and no version that was built here",
                        STR_ARG(vsn));
    if (!fs_is_dir(place.output_dir.ptr)) {
        err_set(
            err, ERR_INPUT,
            "'%.*s' is no file or folder, and no version: nothing was built in '%.*s'",
            STR_ARG(vsn), STR_ARG(place.output_dir));
        return err_hint(err, "name the environment that it was built for: --env ENV");
    }
    str tarball =
        arena_printf(arena, "%.*s/releases/%.*s/%.*s.tar.gz", STR_ARG(place.output_dir),
                     STR_ARG(vsn), STR_ARG(place.name));
    bool packed = path_is_safe_name(vsn) && fs_is_file(tarball.ptr);
    *path = packed ? tarball.ptr : place.output_dir.ptr;
    if (!packed)
        *choice = (struct release_choice){place.name, vsn};
    return 0;
}

static bool exists(const char *path)
{
    return fs_is_file(path) || fs_is_dir(path);
}

int upgrade_release_find(struct arena *arena, const struct build_options *options,
                         const char *name, const char **path,
                         struct release_choice *choice, struct err *err)
{
    str whole = str_of(name);
    size_t colon = str_rfind(whole, ':');
    *choice = (struct release_choice){{NULL, 0}, {NULL, 0}};
    *path = name;
    if (exists(name))
        return 0;
    if (colon < whole.len) {
        choice->vsn = str_slice(whole, colon + 1, whole.len);
        *path = arena_strz(arena, str_slice(whole, 0, colon));
        return 0;
    }
    return strchr(name, '/') || str_ends(whole, STR(".tar.gz"))
               ? 0
               : find_built(arena, options, whole, path, choice, err);
}

int upgrade_release_open(struct arena *arena, const struct build_options *options,
                         const char *name, struct release_view *view, struct err *err)
{
    struct release_choice choice;
    const char *path;
    *view = (struct release_view){0};
    if (upgrade_release_find(arena, options, name, &path, &choice, err) != 0)
        return -1;
    return release_view_open(arena, path, &choice, view, err);
}

static int read_relup(struct arena *arena, const struct release_view *view,
                      struct upgrade_question *question, struct err *err)
{
    const char *file = path_join(arena, view->rel_dir, STR("relup")).ptr;
    struct term *relup = arena_alloc(arena, sizeof *relup);
    if (!fs_is_file(file))
        return 0;
    question->relup = relup;
    question->relup_file = file;
    return term_read_file_first(arena, file, relup, err);
}

int upgrade_check_views(struct arena *arena, const struct release_view *old_view,
                        const struct release_view *new_view,
                        struct upgrade_findings *findings, struct err *err)
{
    struct upgrade_side old_side, new_side;
    struct upgrade_question question = {.old_side = &old_side, .new_side = &new_side};
    if (upgrade_side_of_view(arena, old_view, &old_side, err) != 0 ||
        upgrade_side_of_view(arena, new_view, &new_side, err) != 0 ||
        read_relup(arena, new_view, &question, err) != 0)
        return -1;
    return upgrade_check(arena, &question, findings, err);
}
