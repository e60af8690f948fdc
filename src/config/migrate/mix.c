/*
 * The releases of a mix.exs. What project/0 returns may take parts of itself from
 * functions without arguments and from attributes of the module.
 */
#include "config/migrate/moved.h"

#include "config/exs/module.h"
#include "relc/base/fs.h"
#include "relc/base/path.h"

#include "config/detect.h"

#include <string.h>

static const struct moved_advice advices[] = {
    {"quiet", NULL},
    {"overwrite", NULL},
    {"rel_templates_path",
     "name vm.args with 'vm_args' and 'remote_vm_args', env.sh with 'env_sh', and "
     "overlays/ with 'overlays'"},
    {"skip_mode_validation_for", "relc warns of such applications and goes on"},
    {"prune_runtime_sys_config_after_boot",
     "relc keeps the file for its owner alone, and one for each node"},
    {"start_distribution_during_config",
     "relc starts it when the configuration is there"},
    {NULL, NULL},
};

static const struct exs_node *get(const struct exs_module *module,
                                  const struct exs_node *list, const char *key)
{
    const struct exs_node *found = exs_node_get(exs_module_resolve(module, list), key);
    return found ? exs_module_resolve(module, found) : NULL;
}

/* "1.0", {:from_app, app}; without it that of the project's application. */
static void set_version(struct moved *moved, struct moved_profile *release,
                        const struct exs_node *node)
{
    struct term value;
    if (node && source_value(moved, node, &value) &&
        term_is_tuple(&value, "from_app", 2) && value.as.list.items[1].kind == TERM_ATOM)
        moved_set_yaml(moved, release, "version",
                       arena_printf(moved->arena, "{current: %.*s}",
                                    STR_ARG(value.as.list.items[1].as.atom)),
                       node->line);
    else if (node)
        source_set(moved, release, "version", node);
}

static bool is_permanent(const struct term *type)
{
    return term_is_atom(type, "permanent");
}

/* [app: mode]; an application's mode is also that of what it alone needs. */
static void set_applications(struct moved *moved, struct moved_profile *release,
                             const struct exs_node *node)
{
    struct term_builder apps = {.arena = moved->arena};
    struct term value = term_nil();
    if (node && (!source_value(moved, node, &value) || !term_is_proper_list(&value))) {
        moved_note(moved, release, node->line, "name the applications by hand");
        value = term_nil();
    }
    for (size_t i = 0; i < value.as.list.count; i++) {
        const struct term *pair = &value.as.list.items[i];
        if (!term_is_tuple(pair, NULL, 2) || pair->as.list.items[0].kind != TERM_ATOM ||
            pair->as.list.items[1].kind != TERM_ATOM)
            continue;
        const struct term *app = &pair->as.list.items[0], *type = &pair->as.list.items[1];
        str options = arena_printf(moved->arena, "{type: %.*s, cascade: true}",
                                   STR_ARG(type->as.atom));
        term_add(&apps, is_permanent(type)
                            ? *app
                            : term_pair(moved->arena, *app, term_atom(options)));
    }
    const struct project *project = moved->project;
    bool umbrella = project->kind == PROJECT_UMBRELLA;
    if (!umbrella && project->app_count &&
        !term_lookup(&value, project->apps[0].name.ptr) &&
        !str_eq(project->apps[0].name, release->name))
        term_add(&apps, term_atom(project->apps[0].name));
    struct term list = term_built_list(&apps);
    if (apps.count)
        moved_set(moved, release, "applications", &list, node ? node->line : 0);
}

/* mix names the folder erts-VSN itself, relc the one that it is in. */
static void set_erts(struct moved *moved, struct moved_profile *release,
                     const struct exs_node *node)
{
    struct term value;
    str path;
    bool known = source_value(moved, node, &value);
    if (known && value.kind == TERM_BINARY && moved_text(moved->arena, &value, &path) &&
        str_starts(path_basename(path), STR("erts-")))
        value = term_binary(moved->arena, path_dirname(moved->arena, path));
    if (known)
        moved_set(moved, release, "include_erts", &value, node->line);
    else
        moved_note(moved, release, node->line, "set 'include_erts' by hand");
}

static void set_executables(struct moved *moved, struct moved_profile *release,
                            const struct exs_node *node)
{
    source_set(moved, release, "include_executables_for", node);
}

/* Folders, after the one that mix looks for itself. */
static void set_overlays(struct moved *moved, struct moved_profile *release,
                         const struct exs_node *node)
{
    struct term_builder list = {.arena = moved->arena};
    struct term value;
    str usual = path_join(moved->arena, moved->project->root, STR("rel/overlays"));
    if (!source_value(moved, node, &value)) {
        moved_note(moved, release, node->line, "set 'overlays' by hand");
        return;
    }
    if (fs_is_dir(usual.ptr))
        term_add(&list, term_binary(moved->arena, STR("rel/overlays")));
    for (size_t i = 0; value.kind == TERM_LIST && i < value.as.list.count; i++)
        term_add(&list, value.as.list.items[i]);
    if (value.kind == TERM_BINARY)
        term_add(&list, value);
    struct term overlays = term_built_list(&list);
    moved_set(moved, release, "overlays", &overlays, node->line);
}

/* :assemble and :tar are what relc does; functions are not carried over. */
static void set_steps(struct moved *moved, struct moved_profile *release,
                      const struct exs_node *node)
{
    for (size_t i = 0; i < node->count; i++) {
        const struct exs_node *step = node->items[i];
        if (step->kind != EXS_LITERAL)
            moved_note(moved, release, step->line,
                       "write the step as a program and name it with 'plugins'");
    }
    if (node->kind != EXS_LIST)
        moved_note(moved, release, node->line,
                   "write the steps as programs and name them with 'plugins'");
}

/* {:system, "VAR", "/path"} as "${VAR}/path". */
static bool reader_path(struct arena *arena, const struct term *argument, str *path)
{
    str variable, suffix;
    const struct term *items = argument->as.list.items;
    if (argument->kind == TERM_BINARY)
        return moved_text(arena, argument, path);
    if (!term_is_tuple(argument, "system", 3) ||
        !moved_text(arena, &items[1], &variable) ||
        !moved_text(arena, &items[2], &suffix))
        return false;
    *path = arena_printf(arena, "${%.*s}%.*s", STR_ARG(variable), STR_ARG(suffix));
    return true;
}

static void set_providers(struct moved *moved, struct moved_profile *release,
                          const struct exs_node *node)
{
    struct term_builder list = {.arena = moved->arena};
    struct term value;
    bool own = false;
    str path;
    if (!source_value(moved, node, &value) || !term_is_proper_list(&value)) {
        moved_note(moved, release, node->line, "set 'config_providers' by hand");
        return;
    }
    for (size_t i = 0; i < value.as.list.count; i++) {
        const struct term *provider = &value.as.list.items[i];
        bool pair = term_is_tuple(provider, NULL, 2);
        bool reader = pair &&
                      term_is_atom(&provider->as.list.items[0], "Elixir.Config.Reader") &&
                      reader_path(moved->arena, &provider->as.list.items[1], &path);
        own = own || !reader;
        term_add(&list, reader
                            ? term_pair(moved->arena,
                                        term_atom(STR("Elixir.Distillery.Releases.Config."
                                                      "Providers.Elixir")),
                                        term_binary(moved->arena, path))
                            : *provider);
    }
    if (own)
        moved_say(moved, release,
                  "A provider's load/2 gets the argument that stands here, as it is: "
                  "init/1 is not called.");
    struct term providers = term_built_list(&list);
    moved_set(moved, release, "config_providers", &providers, node->line);
}

/* The options that are read by functions of their own. */
static const struct {
    const char *name;
    void (*set)(struct moved *moved, struct moved_profile *release,
                const struct exs_node *node);
} options[] = {
    {"version", set_version},
    {"applications", set_applications},
    {"include_erts", set_erts},
    {"include_executables_for", set_executables},
    {"overlays", set_overlays},
    {"steps", set_steps},
    {"config_providers", set_providers},
};

static void set_option(struct moved *moved, struct moved_profile *release, str name,
                       const struct exs_node *node)
{
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (str_eqz(name, options[i].name)) {
            options[i].set(moved, release, node);
            return;
        }
    if (str_eqz(name, "path"))
        source_set(moved, release, "output_dir", node);
    else if (!moved_advise(moved, release, advices, name, node->line))
        source_set(moved, release, arena_strz(moved->arena, name), node);
}

/* A template of mix release is used where it is. */
static void set_vm_args(struct moved *moved, struct moved_profile *release)
{
    if (project_has_file(moved->arena, moved->project->root, "rel/vm.args.eex"))
        moved_set_yaml(moved, release, "vm_args", STR("rel/vm.args.eex"), 0);
}

/* What mix assumes where nothing is set. */
static void add_defaults(struct moved *moved, struct moved_profile *release)
{
    const struct project *project = moved->project;
    if (!moved_has(release, "version") && project->kind != PROJECT_UMBRELLA &&
        project->app_count)
        moved_set_yaml(moved, release, "version",
                       str_eq(project->apps[0].name, release->name)
                           ? STR("current")
                           : arena_printf(moved->arena, "{current: %.*s}",
                                          STR_ARG(project->apps[0].name)),
                       0);
    if (!moved_has(release, "applications"))
        set_applications(moved, release, NULL);
    if (!moved_has(release, "strip_beams"))
        moved_set_yaml(moved, release, "strip_beams", STR("true"), 0);
    set_vm_args(moved, release);
}

static void read_release(struct moved *moved, const struct exs_module *module,
                         const struct exs_node *pair)
{
    struct moved_profile *release = moved_release(moved, pair->items[0]->value.as.atom);
    const struct exs_node *list = exs_module_expand(module, pair->items[1]);
    if (list->kind != EXS_LIST)
        moved_note(moved, release, list->line, "set by hand what this computes");
    for (size_t i = 0; list->kind == EXS_LIST && i < list->count; i++) {
        const struct exs_node *option = list->items[i];
        if (option->kind == EXS_TUPLE && option->count == 2 &&
            option->items[0]->kind == EXS_LITERAL &&
            option->items[0]->value.kind == TERM_ATOM)
            set_option(moved, release, option->items[0]->value.as.atom, option->items[1]);
        else
            moved_note(moved, release, option->line, "this cannot be carried over");
    }
    add_defaults(moved, release);
}

static void read_releases(struct moved *moved, const struct exs_module *module,
                          const struct exs_node *releases)
{
    if (releases->kind != EXS_LIST)
        moved_note(moved, &moved->top, releases->line,
                   "the releases are computed: name them by hand");
    for (size_t i = 0; releases->kind == EXS_LIST && i < releases->count; i++) {
        const struct exs_node *pair = releases->items[i];
        if (pair->kind == EXS_TUPLE && pair->count == 2 &&
            pair->items[0]->kind == EXS_LITERAL &&
            pair->items[0]->value.kind == TERM_ATOM)
            read_release(moved, module, pair);
        else
            moved_note(moved, &moved->top, pair->line, "name this release by hand");
    }
}

static void add_environments(struct moved *moved)
{
    moved_environment(moved, STR("dev"));
    moved_environment(moved, STR("prod"));
}

int move_mix(struct moved *moved, bool *found)
{
    struct exs_node *root;
    struct term name;
    struct exs_module module;
    *found = false;
    if (exs_parse(moved->arena, moved->source.ptr, moved->text, &root, moved->err) != 0)
        return -1;
    exs_module_read(&module, moved->arena, root);
    const struct exs_node *project = exs_module_function(&module, "project");
    if (project)
        project = exs_module_resolve(&module, project);
    /* What stands before the list is of no interest. */
    if (project && project->kind == EXS_BLOCK && project->count)
        project = exs_module_resolve(&module, project->items[project->count - 1]);
    const struct exs_node *releases = project ? get(&module, project, "releases") : NULL;
    if (!releases)
        return 0;
    *found = true;
    const struct exs_node *chosen = get(&module, project, "default_release");
    if (chosen && source_value(moved, chosen, &name) && name.kind == TERM_ATOM)
        moved->default_release = name.as.atom;
    read_releases(moved, &module, releases);
    add_environments(moved);
    return 0;
}
