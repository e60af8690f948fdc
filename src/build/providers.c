#include "build/providers.h"

#include "build/base_config.h"
#include "relc/base/path.h"

#include <stdlib.h>
#include <string.h>

/* Distillery's provider of an Elixir file; Elixir has one of its own. */
static const char distillery_provider[] = "Distillery.Releases.Config.Providers.Elixir";

static struct term atom(const char *name)
{
    return term_atom(str_of(name));
}

/* {system, Variable, Suffix}: the value of an environment variable with a suffix. */
static struct term system_path(struct arena *arena, const char *variable, str suffix)
{
    return term_triple(arena, atom("system"), term_binary(arena, str_of(variable)),
                       term_binary(arena, suffix));
}

/* A file of the version's own folder. */
static struct term release_path(struct arena *arena, const struct plan *plan, str file)
{
    str suffix = arena_printf(arena, "/releases/%.*s/%.*s", STR_ARG(plan->release.vsn),
                              STR_ARG(file));
    return system_path(arena, "RELEASE_ROOT", suffix);
}

static struct term option(struct arena *arena, const char *name, const char *value)
{
    return term_pair(arena, atom(name), atom(value));
}

/*
 * {'Elixir.Config.Reader', {Path, Options}}: what init/1 of the reader returns. env and
 * target are what config_env() and config_target() give.
 */
static struct term reader(struct arena *arena, const struct plan *plan, struct term path,
                          bool with_imports)
{
    struct term_builder options = {.arena = arena};
    struct exs_options exs = base_config_options(plan);
    term_add(&options, option(arena, "env", arena_strz(arena, exs.env)));
    term_add(&options, option(arena, "target", arena_strz(arena, exs.target)));
    if (!with_imports)
        term_add(&options, option(arena, "imports", "disabled"));
    return term_pair(arena, atom("Elixir.Config.Reader"),
                     term_pair(arena, path, term_built_list(&options)));
}

/* A Distillery argument is a list of one path; relc's may be the path itself. */
static const struct term *distillery_path(const struct term *argument)
{
    if (argument->kind == TERM_LIST && argument->as.list.count == 1)
        argument = &argument->as.list.items[0];
    return argument->kind == TERM_BINARY ? argument : NULL;
}

/*
 * "${RELEASE_ROOT_DIR}/etc/x.exs" -> {system, "RELEASE_ROOT_DIR", "/etc/x.exs"}, which
 * Config.Reader resolves at boot; an absolute path stays.
 */
static struct term reader_path(struct arena *arena, const struct term *path)
{
    str text = {(const char *)path->as.binary.bytes, path->as.binary.bits / 8};
    size_t end = str_find(text, '}');
    if (!str_starts(text, STR("${")) || end == text.len)
        return *path;
    return system_path(arena, arena_strz(arena, str_slice(text, 2, end)),
                       str_slice(text, end + 1, text.len));
}

static int add_provider(struct arena *arena, const struct plan *plan,
                        const struct setting_provider *provider,
                        struct term_builder *providers, struct err *err)
{
    if (!str_eqz(provider->module, distillery_provider)) {
        term_add(providers,
                 term_pair(arena, term_atom(module_name(arena, provider->module)),
                           provider->argument));
        return 0;
    }
    const struct term *path = distillery_path(&provider->argument);
    if (!path) {
        err_set(err, ERR_INPUT, "provider '%s' needs the path of an Elixir file",
                distillery_provider);
        return place_error(err, &provider->place);
    }
    term_add(providers, reader(arena, plan, reader_path(arena, path), true));
    return 0;
}

static int list_providers(struct arena *arena, const struct plan *plan, struct term *list,
                          struct err *err)
{
    const struct setting_providers *settings = &plan->profile->config_providers;
    struct term_builder providers = {.arena = arena};
    if (plan->config_at_boot) {
        str file = path_join(arena, STR("config"), path_basename(plan->config_file));
        term_add(&providers, reader(arena, plan, release_path(arena, plan, file), true));
    }
    if (plan->runtime_config.ptr)
        term_add(
            &providers,
            reader(arena, plan, release_path(arena, plan, STR("runtime.exs")), false));
    for (size_t i = 0; i < settings->count; i++)
        if (add_provider(arena, plan, &settings->items[i], &providers, err) != 0)
            return -1;
    *list = term_built_list(&providers);
    return 0;
}

/* [{kernel, [{start_distribution, Value}]}] */
static struct term distribution(struct arena *arena, const char *value)
{
    struct term pair = option(arena, "start_distribution", value);
    struct term kernel = term_pair(arena, atom("kernel"), term_list(arena, &pair, 1));
    return term_list(arena, &kernel, 1);
}

static int compare_names(const void *a, const void *b)
{
    const struct app *const *left = a, *const *right = b;
    return str_cmp((*left)->name, (*right)->name);
}

/*
 * What the compiler read of the configuration, which must be the same at boot: {App,
 * Path, {ok, Value} | error} of all applications, in the order of their names as in mix.
 */
static struct term compile_env(struct arena *arena, const struct plan *plan)
{
    const struct release *release = &plan->release;
    const struct setting_flag *setting = &plan->profile->validate_compile_env;
    const struct app **apps = arena_array(arena, release->app_count, sizeof *apps);
    struct term_builder values = {.arena = arena};
    for (size_t i = 0; i < release->app_count; i++)
        apps[i] = release->apps[i].app;
    qsort(apps, release->app_count, sizeof *apps, compare_names);
    for (size_t i = 0; i < release->app_count; i++)
        for (size_t j = 0; j < apps[i]->compile_env.as.list.count; j++)
            term_add(&values, apps[i]->compile_env.as.list.items[j]);
    if (!values.count || (setting->set && !setting->value))
        return atom("false");
    return term_built_list(&values);
}

static struct term provider_init(struct arena *arena, const struct plan *plan,
                                 struct term providers)
{
    bool reboot = plan->profile->reboot_system_after_config.value;
    const struct term pairs[] = {
        atom("__struct__"),
        atom("Elixir.Config.Provider"),
        atom("providers"),
        providers,
        atom("config_path"),
        system_path(arena, "RELEASE_SYS_CONFIG", STR(".config")),
        atom("extra_config"),
        reboot ? distribution(arena, "true") : term_nil(),
        atom("prune_runtime_sys_config_after_boot"),
        atom("false"),
        atom("reboot_system_after_config"),
        atom(reboot ? "true" : "false"),
        atom("validate_compile_env"),
        compile_env(arena, plan),
    };
    return term_map(arena, pairs, sizeof pairs / sizeof *pairs / 2);
}

/* The pairs of a list with {key, value} set, in its place or at the end. */
static struct term with_pair(struct arena *arena, const struct term *list,
                             const char *key, struct term value)
{
    struct term_builder pairs = {.arena = arena};
    bool found = false;
    for (size_t i = 0; list && i < list->as.list.count; i++) {
        const struct term *item = &list->as.list.items[i];
        bool same = !found && term_is_tuple(item, key, 2);
        term_add(&pairs, same ? term_pair(arena, atom(key), value) : *item);
        found = found || same;
    }
    if (!found)
        term_add(&pairs, term_pair(arena, atom(key), value));
    return term_built_list(&pairs);
}

/* config with App's Key set to value. */
static struct term with_setting(struct arena *arena, const struct term *config,
                                const char *app, const char *key, struct term value)
{
    const struct term *settings = term_lookup(config, app);
    return with_pair(arena, config, app, with_pair(arena, settings, key, value));
}

/* config.exs with what it imports. */
static int add_config_files(struct arena *arena, struct image *image,
                            const struct plan *plan, struct err *err)
{
    struct exs_options options = base_config_options(plan);
    str *files, source = path_dirname(arena, plan->config_file);
    str folder = path_join(arena, release_vsn_dir(arena, &plan->release), STR("config"));
    size_t count;
    if (exs_config_files(arena, plan->config_file.ptr, &options, &files, &count, err) !=
        0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (image_add_file(image, path_join(arena, folder, files[i]),
                           path_join(arena, source, files[i]).ptr, 0644, err) != 0)
            return -1;
    return 0;
}

int providers_add(struct arena *arena, struct image *image, const struct plan *plan,
                  struct term *config, struct err *err)
{
    struct term providers;
    bool reboot = plan->profile->reboot_system_after_config.value;
    if (!plan->has_providers)
        return 0;
    if (list_providers(arena, plan, &providers, err) != 0)
        return -1;
    *config = with_setting(arena, config, "elixir", "config_provider_init",
                           provider_init(arena, plan, providers));
    if (reboot)
        *config =
            with_setting(arena, config, "kernel", "start_distribution", atom("false"));
    if (plan->config_at_boot && add_config_files(arena, image, plan, err) != 0)
        return -1;
    if (!plan->runtime_config.ptr)
        return 0;
    str path =
        path_join(arena, release_vsn_dir(arena, &plan->release), STR("runtime.exs"));
    return image_add_file(image, path, plan->runtime_config.ptr, 0644, err);
}
