/*
 * What configures a release: config/config.exs while it is built, and what runs at boot.
 */
#include "build/planner.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"

#include <stdlib.h>

/* Elixir's Config.Provider has the form that relc writes since 1.11. */
static int check_provider_support(struct planner *planner, const struct place *place)
{
    const struct plan *plan = planner->plan;
    if (plan->has_elixir && version_compare(plan->elixir_vsn, STR("1.11")) >= 0)
        return 0;
    err_set(planner->err, ERR_INPUT,
            "configuration at boot needs Elixir 1.11 or later in the release, which has "
            "%s%s",
            plan->has_elixir ? "Elixir " : "no Elixir", plan->elixir_vsn.ptr);
    err_hint(planner->err,
             "set runtime_config_path to false, or leave config_providers and "
             "config_at_boot out");
    return planner_error_at(planner, place);
}

/* What config_env() is: the Mix environment that the project was compiled in. */
static str mix_environment(struct planner *planner)
{
    const char *env = getenv("MIX_ENV"), *target = getenv("MIX_TARGET");
    if (env && *env)
        return str_of(env);
    if (!planner_is_mix(planner) || !planner->build_dir_count ||
        (target && *target && !str_eqz(STR("host"), target)))
        return planner->profile->environment;
    /* _build/ENV/lib */
    return path_basename(path_dirname(planner->arena, planner->build_dirs[0]));
}

/*
 * The file that a setting names, or the one that Mix projects have by custom if it is
 * there. *file has ptr NULL for none.
 */
static int find_file(struct planner *planner, const struct setting_switch *setting,
                     str custom, str *file)
{
    *file = (str){NULL, 0};
    if (setting->path.ptr)
        *file = planner_path(planner, setting->path);
    else if ((!setting->set && planner_is_mix(planner)) || (setting->set && setting->on))
        *file = planner_path(planner, custom);
    if (!file->ptr || fs_is_file(file->ptr))
        return 0;
    if (setting->path.ptr) {
        err_set(planner->err, ERR_INPUT, "the file '%.*s' does not exist",
                STR_ARG(*file));
        return planner_error_at(planner, &setting->place);
    }
    *file = (str){NULL, 0};
    return 0;
}

static int nothing_at_boot(struct planner *planner)
{
    err_set(planner->err, ERR_INPUT, "there is no file to evaluate at boot");
    err_hint(planner->err, "set config to the path of the file");
    return planner_error_at(planner, &planner->profile->config_at_boot.place);
}

/* The program beside the Elixir that the release has, else the one on PATH. */
static const char *elixir_program(struct planner *planner)
{
    const struct setting_text *root = &planner->profile->elixir_root;
    if (!root->value.ptr)
        return fs_find_program(planner->arena, "elixir");
    str path =
        path_join(planner->arena, planner_path(planner, root->value), STR("bin/elixir"));
    return fs_is_file(path.ptr) ? path.ptr : NULL;
}

/* kernel would read further files after Config.Provider has read sys.config. */
static int check_no_included_configs(struct planner *planner)
{
    const struct setting_texts *files = &planner->profile->included_configs;
    if (!files->count)
        return 0;
    err_set(planner->err, ERR_INPUT,
            "included_configs does not go together with configuration at boot, which "
            "reads sys.config itself");
    err_hint(planner->err, "set runtime_config_path to false, or read the file in "
                           "config/runtime.exs");
    return planner_error_at(planner, &files->items[0].place);
}

/* The setting that asks for configuration at boot, for messages. */
static const struct place *place_of_providers(const struct profile *profile)
{
    if (profile->config_providers.count)
        return &profile->config_providers.items[0].place;
    return profile->config_at_boot.value ? &profile->config_at_boot.place
                                         : &profile->runtime_config_path.place;
}

int planner_find_configuration(struct planner *planner)
{
    struct plan *plan = planner->plan;
    const struct profile *profile = planner->profile;
    if (find_file(planner, &profile->config, STR("config/config.exs"),
                  &plan->config_file) != 0 ||
        find_file(planner, &profile->runtime_config_path, STR("config/runtime.exs"),
                  &plan->runtime_config) != 0)
        return -1;
    plan->config_at_boot = profile->config_at_boot.value;
    if (plan->config_at_boot && !plan->config_file.ptr)
        return nothing_at_boot(planner);
    plan->elixir_program = elixir_program(planner);
    plan->mix_env = mix_environment(planner);
    plan->has_providers = plan->config_at_boot || plan->runtime_config.ptr ||
                          profile->config_providers.count;
    if (!plan->has_providers)
        return 0;
    if (check_no_included_configs(planner) != 0)
        return -1;
    return check_provider_support(planner, place_of_providers(profile));
}
