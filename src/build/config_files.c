#include "build/config_files.h"

#include "build/base_config.h"
#include "build/providers.h"
#include "build/variables.h"
#include "build/windows_files.h"
#include "relc/base/buf.h"
#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/template/builtin.h"
#include "relc/term/print.h"

/* Elixir's Config.Provider takes a list of pairs alone. */
static int check_no_files(const struct term *config, const struct plan *plan,
                          struct err *err)
{
    for (size_t i = 0; i < config->as.list.count; i++) {
        if (config->as.list.items[i].kind == TERM_TUPLE)
            continue;
        err_set(err, ERR_INPUT,
                "sys.config names another file, which does not go together "
                "with configuration at boot");
        err_hint(err, "set runtime_config_path to false, or read the file in "
                      "config/runtime.exs");
        return place_error(err, &plan->profile->sys_config.place);
    }
    return 0;
}

/* Names of files at the end: kernel reads them at boot. */
static struct term with_included_configs(struct arena *arena, const struct plan *plan,
                                         const struct term *config)
{
    const struct setting_texts *files = &plan->profile->included_configs;
    struct term_builder list = {.arena = arena};
    for (size_t i = 0; i < config->as.list.count; i++)
        term_add(&list, config->as.list.items[i]);
    for (size_t i = 0; i < files->count; i++)
        term_add(&list, term_string(arena, files->items[i].value));
    return term_built_list(&list);
}

static int add_sys_config(struct arena *arena, struct image *image,
                          const struct plan *plan, const struct report *report, str dir,
                          struct err *err)
{
    struct term config;
    if (base_config_read(arena, plan, report, &config, err) != 0 ||
        providers_add(arena, image, plan, &config, err) != 0)
        return -1;
    if (plan->has_providers && check_no_files(&config, plan, err) != 0)
        return -1;
    config = with_included_configs(arena, plan, &config);
    str content = term_file(arena, &config, plan->target.release);
    return image_add_memory(image, path_join(arena, dir, STR("sys.config")), content,
                            0644, err);
}

static int add_vm_args(struct arena *arena, struct image *image, const struct plan *plan,
                       str dir, struct err *err)
{
    const struct setting_text *setting = &plan->profile->vm_args;
    const char *file = "release/vm.args";
    str text;
    int result = setting->value.ptr
                     ? variables_render_file(arena, plan, setting, &file, &text, err)
                     : variables_render(arena, plan, builtin_get(file), file, &text, err);
    if (result != 0)
        return -1;
    return image_add_memory(image, path_join(arena, dir, STR("vm.args")), text, 0644,
                            err);
}

/*
 * A template of the project: what its setting names, else rel/NAME or, as `mix release`
 * has it, rel/NAME.eex; there need not be any.
 */
static int add_usual(struct arena *arena, struct image *image, const struct plan *plan,
                     const struct setting_text *setting, const char *name, str dir,
                     struct err *err)
{
    struct setting_text usual = *setting;
    const char *file;
    str text;
    if (!usual.value.ptr)
        usual.value = arena_printf(arena, "rel/%s", name);
    if (!setting->value.ptr &&
        !fs_is_file(path_join(arena, plan->project->root, usual.value).ptr))
        usual.value = arena_printf(arena, "rel/%s.eex", name);
    if (!setting->value.ptr &&
        !fs_is_file(path_join(arena, plan->project->root, usual.value).ptr))
        return 0;
    if (variables_render_file(arena, plan, &usual, &file, &text, err) != 0)
        return -1;
    return image_add_memory(image, path_join(arena, dir, str_of(name)), text, 0644, err);
}

int config_files_add(struct arena *arena, struct image *image, const struct plan *plan,
                     const struct report *report, struct err *err)
{
    str dir = release_vsn_dir(arena, &plan->release);
    str cookie = plan->profile->cookie.value;
    if (add_sys_config(arena, image, plan, report, dir, err) != 0 ||
        add_vm_args(arena, image, plan, dir, err) != 0 ||
        add_usual(arena, image, plan, &plan->profile->remote_vm_args, "remote.vm.args",
                  dir, err) != 0 ||
        add_usual(arena, image, plan, &plan->profile->env_sh, "env.sh", dir, err) != 0)
        return -1;
    /* The file's owner alone may read it: it opens every node that has it. */
    return cookie.ptr ? image_add_memory(image, STR("releases/COOKIE"), cookie, 0600, err)
                      : 0;
}

/* A script of templates/, rendered. */
static int add_script(struct arena *arena, struct image *image, const struct plan *plan,
                      const char *name, str path, struct err *err)
{
    str text;
    if (variables_render(arena, plan, builtin_get(name), name, &text, err) != 0)
        return -1;
    return image_add_memory(image, path, text, 0755, err);
}

/* The helpers of the scripts, as they are. */
static int add_libexec(struct arena *arena, struct image *image, str dir, struct err *err)
{
    const str prefix = STR("release/libexec/");
    for (size_t i = 0; i < builtin_file_count; i++) {
        str name = str_of(builtin_files[i].name);
        if (!str_starts(name, prefix))
            continue;
        str path =
            arena_printf(arena, "%.*s/libexec/%s", STR_ARG(dir), name.ptr + prefix.len);
        if (image_add_memory(image, path, builtin_get(name.ptr), 0644, err) != 0)
            return -1;
    }
    return 0;
}

int script_files_add(struct arena *arena, struct image *image, const struct plan *plan,
                     struct err *err)
{
    str name = plan->release.name;
    str dir = release_vsn_dir(arena, &plan->release);
    if (windows_scripts_wanted(arena, plan) &&
        windows_files_add(arena, image, plan, err) != 0)
        return -1;
    if (!unix_scripts_wanted(arena, plan))
        return 0;
    str launcher = arena_printf(arena, "bin/%.*s", STR_ARG(name));
    str manager = arena_printf(arena, "%.*s/%.*s.sh", STR_ARG(dir), STR_ARG(name));
    if (add_script(arena, image, plan, "bin/NAME", launcher, err) != 0 ||
        add_script(arena, image, plan, "release/NAME.sh", manager, err) != 0)
        return -1;
    /* Where release_handler looks for it; a release of that name cannot have it. */
    if (!str_eqz(name, "start") &&
        add_script(arena, image, plan, "bin/start", STR("bin/start"), err) != 0)
        return -1;
    return add_libexec(arena, image, dir, err);
}
