#include "build/judge.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"

#include <sys/stat.h>

static int read_file(struct arena *arena, str folder, const char *name,
                     struct upgrade_file *file, struct err *err)
{
    str path = path_join(arena, folder, str_of(name));
    *file = (struct upgrade_file){.name = path.ptr};
    return fs_is_file(path.ptr) ? fs_read(arena, path.ptr, 0, &file->text, err) : 0;
}

static bool is_link(struct arena *arena, const char *dir, const char *below)
{
    struct stat status;
    str path = path_join(arena, str_of(dir), str_of(below));
    return lstat(path.ptr, &status) == 0 && S_ISLNK(status.st_mode);
}

/*
 * As dev_mode makes them: the application or its code is somewhere else. Not that its
 * files are another release's, too, and looked at there.
 */
static bool has_links(struct arena *arena, const struct release_view *view)
{
    const struct release *release = &view->release;
    for (size_t i = 0; i < release->app_count; i++) {
        const char *dir = release->apps[i].app->dir;
        if (dir && str_starts(str_of(dir), view->root) &&
            (is_link(arena, dir, "") || is_link(arena, dir, "ebin")))
            return true;
    }
    return false;
}

int upgrade_side_of_view(struct arena *arena, const struct release_view *view,
                         struct upgrade_side *side, struct err *err)
{
    *side = (struct upgrade_side){
        .source = view->source,
        .release = &view->release,
        .has_erts = view->has_erts,
        .linked = has_links(arena, view),
        .elixir_vsn = view->elixir_vsn,
        .protocols = view->protocols,
        .protocols_dir = view->consolidated_dir,
    };
    if (view->protocols)
        side->protocols_dir =
            path_join(arena, str_of(view->protocols->app->dir), STR("ebin")).ptr;
    if (read_file(arena, view->rel_dir, "sys.config", &side->sys_config, err) != 0 ||
        read_file(arena, view->rel_dir, "vm.args", &side->vm_args, err) != 0)
        return -1;
    return read_file(arena, view->rel_dir, "runtime.exs", &side->runtime_config, err);
}

static int read_entry(struct arena *arena, const struct image *image, str folder,
                      const char *name, struct upgrade_file *file, struct err *err)
{
    str path = path_join(arena, folder, str_of(name));
    const struct image_entry *entry = image_get(image, path);
    *file = (struct upgrade_file){.name = path.ptr};
    if (entry && entry->kind == IMAGE_MEMORY)
        file->text = entry->content;
    if (entry && entry->kind == IMAGE_FILE)
        return fs_read(arena, entry->source.ptr, 0, &file->text, err);
    return 0;
}

int upgrade_side_of_plan(struct arena *arena, const struct plan *plan,
                         const struct image *image, struct upgrade_side *side,
                         struct err *err)
{
    str dir = release_vsn_dir(arena, &plan->release);
    *side = (struct upgrade_side){
        .source = STR("the new release"),
        .release = &plan->release,
        .has_erts = plan->include_erts,
        .linked = plan->dev_mode,
        .elixir_vsn = plan->elixir_vsn,
        .protocols = plan->protocols,
        .protocols_dir = plan->consolidated_dir,
    };
    if (read_entry(arena, image, dir, "sys.config", &side->sys_config, err) != 0 ||
        read_entry(arena, image, dir, "vm.args", &side->vm_args, err) != 0)
        return -1;
    return read_entry(arena, image, dir, "runtime.exs", &side->runtime_config, err);
}
