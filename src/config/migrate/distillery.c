/*
 * Distillery's rel/config.exs: environments and releases with what they set.
 */
#include "config/migrate/moved.h"

#include <string.h>

static const char provider_module[] =
    "Elixir.Distillery.Releases.Config.Providers.Elixir";

/* Settings without a counterpart. */
static const struct moved_advice advices[] = {
    {"erts_version", "leave it out: the version is that of include_erts"},
    {"plugins", "write the plugin as a program and name it with 'plugins'"},
    {"appup_transforms",
     "write the change as 'purge' or as a program, and name it with 'appup_transforms'"},
    {"profile", "set what it holds one by one"},
    {NULL, NULL},
};

static const char *const hooks[] = {
    "pre_configure_hook", "post_configure_hook", "pre_start_hook",   "post_start_hook",
    "pre_stop_hook",      "post_stop_hook",      "pre_upgrade_hook", "post_upgrade_hook",
};

static bool is_unset(const struct term *value)
{
    return term_is_atom(value, "nil") || term_is_nil(value);
}

/* current_version(:app) */
static bool is_current(const struct exs_node *node, str *app)
{
    if (node->kind != EXS_CALL || node->target || node->count != 1 ||
        !str_eqz(node->name, "current_version") || node->items[0]->kind != EXS_LITERAL ||
        node->items[0]->value.kind != TERM_ATOM)
        return false;
    *app = node->items[0]->value.as.atom;
    return true;
}

static void set_version(struct moved *moved, struct moved_profile *profile,
                        const struct exs_node *node)
{
    str app;
    if (!is_current(node, &app)) {
        source_set(moved, profile, "version", node);
        return;
    }
    str yaml = str_eq(app, profile->name)
                   ? STR("current")
                   : arena_printf(moved->arena, "{current: %.*s}", STR_ARG(app));
    moved_set_yaml(moved, profile, "version", yaml, node->line);
}

/* Distillery's own applications are not needed; runtime_tools was in every release. */
static void set_applications(struct moved *moved, struct moved_profile *profile,
                             const struct exs_node *node)
{
    static const char *const own[] = {"distillery", "artificery", "mix"};
    struct term_builder kept = {.arena = moved->arena};
    struct term value;
    bool has_tools = false;
    if (moved_has(profile, "applications") || !source_value(moved, node, &value) ||
        !term_is_proper_list(&value)) {
        moved_note(moved, profile, node->line, "add these to 'applications' by hand");
        return;
    }
    for (size_t i = 0; i < value.as.list.count; i++) {
        const struct term *app = &value.as.list.items[i];
        const struct term *name =
            term_is_tuple(app, NULL, 2) ? &app->as.list.items[0] : app;
        bool drop = false;
        for (size_t j = 0; j < sizeof own / sizeof *own; j++)
            drop = drop || term_is_atom(name, own[j]);
        has_tools = has_tools || term_is_atom(name, "runtime_tools");
        if (!drop)
            term_add(&kept, *app);
    }
    if (!has_tools)
        term_add(&kept, term_atom(STR("runtime_tools")));
    struct term list = term_built_list(&kept);
    moved_set(moved, profile, "applications", &list, node->line);
}

static bool is_file_provider(const struct term *module)
{
    return term_is_atom(module, provider_module) ||
           term_is_atom(module, "Elixir.Mix.Releases.Config.Providers.Elixir");
}

/* Distillery's providers have another interface than Elixir's; that of files is known. */
static void set_providers(struct moved *moved, struct moved_profile *profile,
                          const struct exs_node *node)
{
    struct term_builder kept = {.arena = moved->arena};
    struct term value;
    if (!source_value(moved, node, &value) || !term_is_proper_list(&value)) {
        moved_note(moved, profile, node->line, "name the providers by hand");
        return;
    }
    for (size_t i = 0; i < value.as.list.count; i++) {
        const struct term *provider = &value.as.list.items[i];
        bool pair = term_is_tuple(provider, NULL, 2);
        const struct term *argument = pair ? &provider->as.list.items[1] : NULL;
        if (argument && argument->kind == TERM_LIST && argument->as.list.count == 1)
            argument = &argument->as.list.items[0];
        if (pair && is_file_provider(&provider->as.list.items[0]))
            term_add(&kept, term_pair(moved->arena, term_atom(str_of(provider_module)),
                                      *argument));
        else
            moved_note(moved, profile, node->line,
                       "give the module the callbacks of Elixir's Config.Provider and "
                       "name it with 'config_providers'");
    }
    if (!kept.count)
        return;
    struct term list = term_built_list(&kept);
    moved_say(moved, profile,
              "The file must begin with `import Config`: a release has no Mix.Config.");
    moved_set(moved, profile, "config_providers", &list, node->line);
}

static bool is_old_hook(struct moved *moved, struct moved_profile *profile, str name,
                        unsigned line)
{
    for (size_t i = 0; i < sizeof hooks / sizeof *hooks; i++)
        if (str_eqz(name, hooks[i])) {
            moved_note(moved, profile, line, "name the script with '%ss'", hooks[i]);
            return true;
        }
    return false;
}

/* One `key: value` of a set. */
static void set_one(struct moved *moved, struct moved_profile *profile, str name,
                    const struct exs_node *node)
{
    struct term value;
    if (str_eqz(name, "version"))
        set_version(moved, profile, node);
    else if (source_value(moved, node, &value) && is_unset(&value))
        return;
    else if (str_eqz(name, "applications"))
        set_applications(moved, profile, node);
    else if (str_eqz(name, "config_providers"))
        set_providers(moved, profile, node);
    else if (!is_old_hook(moved, profile, name, node->line) &&
             !moved_advise(moved, profile, advices, name, node->line))
        source_set(moved, profile, arena_strz(moved->arena, name), node);
}

static void read_set(struct moved *moved, struct moved_profile *profile,
                     const struct exs_node *list)
{
    for (size_t i = 0; list->kind == EXS_LIST && i < list->count; i++) {
        const struct exs_node *pair = list->items[i];
        if (pair->kind == EXS_TUPLE && pair->count == 2 &&
            pair->items[0]->kind == EXS_LITERAL &&
            pair->items[0]->value.kind == TERM_ATOM)
            set_one(moved, profile, pair->items[0]->value.as.atom, pair->items[1]);
        else
            moved_note(moved, profile, pair->line, "this cannot be carried over");
    }
}

static void read_statement(struct moved *moved, struct moved_profile *profile,
                           const struct exs_node *node)
{
    if (exs_is_call(node, "set") && node->count == 1 && node->items[0]->kind == EXS_LIST)
        read_set(moved, profile, node->items[0]);
    else if (exs_is_call(node, "plugin"))
        moved_note(moved, profile, node->line,
                   "write the plugin as a program and name it with 'plugins'");
    else
        moved_note(moved, profile, node->line, "this is code: set what it sets by hand");
}

static void read_body(struct moved *moved, struct moved_profile *profile,
                      const struct exs_node *body)
{
    for (size_t i = 0; body && body->kind == EXS_BLOCK && i < body->count; i++)
        read_statement(moved, profile, body->items[i]);
}

static void default_name(struct moved *moved, const struct exs_node *options,
                         const char *key, str *name)
{
    const struct exs_node *node = exs_node_get(options, key);
    struct term value;
    if (node && source_value(moved, node, &value) && value.kind == TERM_ATOM &&
        !term_is_atom(&value, "default"))
        *name = value.as.atom;
}

static bool is_plugin_loading(const struct exs_node *node)
{
    if (node->kind == EXS_CALL && node->target && node->target->kind == EXS_ALIAS &&
        str_eqz(node->target->name, "Code"))
        return true;
    for (size_t i = 0; i < node->count; i++)
        if (is_plugin_loading(node->items[i]))
            return true;
    return node->target && is_plugin_loading(node->target);
}

/* environment NAME do ... end */
static bool read_profile(struct moved *moved, const struct exs_node *node)
{
    struct term name;
    bool release = exs_is_call(node, "release");
    if ((!release && !exs_is_call(node, "environment")) || node->count != 2 ||
        !source_value(moved, node->items[0], &name) || name.kind != TERM_ATOM)
        return false;
    struct moved_profile *profile = release ? moved_release(moved, name.as.atom)
                                            : moved_environment(moved, name.as.atom);
    read_body(moved, profile, exs_node_get(node->items[1], "do"));
    return true;
}

static void read_top(struct moved *moved, const struct exs_node *node)
{
    if (exs_is_call(node, "use")) {
        const struct exs_node *options = node->count == 2 ? node->items[1] : NULL;
        default_name(moved, options, "default_release", &moved->default_release);
        default_name(moved, options, "default_environment", &moved->default_environment);
    } else if (!read_profile(moved, node) && !source_assign(moved, node) &&
               !is_plugin_loading(node)) {
        moved_note(moved, &moved->top, node->line,
                   "this is code: set what it sets by hand");
    }
}

/* What Distillery assumes where nothing is set. */
static void add_defaults(struct moved *moved, struct moved_profile *release)
{
    struct term tools = term_atom(STR("runtime_tools"));
    struct term list = term_list(moved->arena, &tools, 1);
    if (!moved_has(release, "version"))
        moved_set_yaml(moved, release, "version", STR("\"0.1.0\""), 0);
    if (!moved_has(release, "applications"))
        moved_set(moved, release, "applications", &list, 0);
}

/* Distillery takes the first by name, relc the first of the file. */
static void choose_default_release(struct moved *moved)
{
    str first = {NULL, 0};
    for (size_t i = 0; i < moved->release_count; i++)
        if (!first.ptr || str_cmp(moved->releases[i].name, first) < 0)
            first = moved->releases[i].name;
    if (!moved->default_release.ptr && moved->release_count > 1)
        moved->default_release = first;
}

int move_distillery(struct moved *moved)
{
    struct exs_node *root;
    if (exs_parse(moved->arena, moved->source.ptr, moved->text, &root, moved->err) != 0)
        return -1;
    for (size_t i = 0; i < root->count; i++)
        read_top(moved, root->items[i]);
    for (size_t i = 0; i < moved->release_count; i++)
        add_defaults(moved, &moved->releases[i]);
    choose_default_release(moved);
    if (moved->release_count)
        return 0;
    err_set(moved->err, ERR_INPUT, "the file defines no release");
    return err_at(moved->err, moved->source.ptr, 0, 0);
}
