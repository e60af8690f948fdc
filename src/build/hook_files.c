#include "build/hook_files.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/template/builtin.h"

struct hooks {
    struct arena *arena;
    struct image *image;
    const struct plan *plan;
    str dir; /* releases/VSN */
    struct err *err;
};

/* All files of a folder, but for those that an editor or a system left hidden. */
static int add_folder(struct hooks *hooks, str source, str path)
{
    struct fs_list list;
    if (fs_list(hooks->arena, source.ptr, &list, hooks->err) != 0)
        return -1;
    for (size_t i = 0; i < list.count; i++) {
        str name = list.entries[i].name;
        str file = path_join(hooks->arena, source, name);
        if (name.ptr[0] == '.' || !fs_is_file(file.ptr))
            continue;
        if (image_add_file(hooks->image, path_join(hooks->arena, path, name), file.ptr,
                           0755, hooks->err) != 0)
            return -1;
    }
    return 0;
}

static int add_hook(struct hooks *hooks, enum hook hook)
{
    const struct setting_text *setting = &hooks->plan->profile->hooks[hook];
    str path = arena_printf(hooks->arena, "%.*s/hooks/%s.d", STR_ARG(hooks->dir),
                            hook_name(hook));
    if (image_add_dir(hooks->image, path, 0755, hooks->err) != 0)
        return -1;
    if (!setting->value.ptr)
        return 0;
    str source = path_join(hooks->arena, hooks->plan->project->root, setting->value);
    int result =
        fs_is_dir(source.ptr)
            ? add_folder(hooks, source, path)
            : image_add_file(hooks->image,
                             path_join(hooks->arena, path, path_basename(source)),
                             source.ptr, 0755, hooks->err);
    return result == 0 ? 0 : place_error(hooks->err, &setting->place);
}

static bool is_builtin_command(struct arena *arena, str name)
{
    str file = arena_printf(arena, "release/libexec/command-%.*s.sh", STR_ARG(name));
    for (size_t i = 0; i < builtin_file_count; i++)
        if (str_eqz(file, builtin_files[i].name))
            return true;
    return false;
}

static int add_command(struct hooks *hooks, const struct setting_named_path *command)
{
    struct arena *arena = hooks->arena;
    str source = path_join(arena, hooks->plan->project->root, command->path);
    str path = arena_printf(arena, "%.*s/commands/%.*s.sh", STR_ARG(hooks->dir),
                            STR_ARG(command->name));
    if (is_builtin_command(arena, command->name)) {
        err_set(hooks->err, ERR_INPUT, "command '%.*s' is one of relc's own",
                STR_ARG(command->name));
        err_hint(hooks->err, "give it another name");
        return place_error(hooks->err, &command->place);
    }
    if (image_add_file(hooks->image, path, source.ptr, 0755, hooks->err) == 0)
        return 0;
    return place_error(hooks->err, &command->place);
}

int hook_files_add(struct arena *arena, struct image *image, const struct plan *plan,
                   struct err *err)
{
    struct hooks hooks = {arena, image, plan, release_vsn_dir(arena, &plan->release),
                          err};
    const struct setting_named_paths *commands = &plan->profile->commands;
    for (enum hook hook = 0; hook < HOOK_COUNT; hook++)
        if (add_hook(&hooks, hook) != 0)
            return -1;
    for (size_t i = 0; i < commands->count; i++)
        if (add_command(&hooks, &commands->items[i]) != 0)
            return -1;
    return 0;
}
