/* Each application: its version, what differs in it, how it is started. */
#include "build/judge.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"

#include <string.h>

/* The first of what differs between two versions, and how much more. */
struct differences {
    str first;
    size_t count;
};

static void differs(void *context, str what)
{
    struct differences *differences = context;
    if (!differences->count++)
        differences->first = what;
}

static bool same_names(struct checker *checker, const struct names *a,
                       const struct names *b)
{
    struct term left = names_term(checker->arena, a),
                right = names_term(checker->arena, b);
    return term_equal(&left, &right);
}

/* The keys of a .app file that mean something to a running system. */
static void compare_app_files(struct checker *checker, const struct app *a,
                              const struct app *b, struct differences *differences)
{
    if (!term_equal(&a->env, &b->env) || !term_equal(&a->mod, &b->mod) ||
        !term_equal(&a->start_phases, &b->start_phases) ||
        !same_names(checker, &a->applications, &b->applications) ||
        !same_names(checker, &a->included, &b->included))
        differs(differences, arena_printf(checker->arena, "%.*s.app", STR_ARG(b->name)));
}

/* One folder for both releases: they are in one place, or the files are known to be the
 * same.
 */
static bool shares_folder(const struct app_pair *app)
{
    return app->old_ebin && app->new_ebin && strcmp(app->old_ebin, app->new_ebin) == 0;
}

static int find_differences(struct checker *checker, const struct app_pair *app,
                            struct differences *differences)
{
    struct arena *arena = checker->arena;
    const struct app *old_app = app->old_app->app, *new_app = app->new_app->app;
    for (size_t i = 0; i < app->module_count; i++) {
        const struct module_pair *module = &app->modules[i];
        if (module->changed || !module->in_old || !module->in_new)
            differs(differences, arena_printf(arena, "module %.*s",
                                              STR_ARG(module_shown(module->name))));
    }
    if (app->new_app == checker->new_side->protocols || !old_app->dir || !new_app->dir)
        return 0;
    compare_app_files(checker, old_app, new_app, differences);
    if (shares_folder(app))
        return 0;
    return tree_differences(checker, path_join(arena, str_of(old_app->dir), STR("priv")),
                            path_join(arena, str_of(new_app->dir), STR("priv")),
                            STR("priv"), differs, differences);
}

/* What an Erlang or Elixir installation brings: nobody here can raise its version. */
static bool is_runtime(const struct app_pair *app)
{
    static const char *const names[] = {
        "asn1",     "common_test",   "compiler",      "crypto",     "debugger",
        "dialyzer", "diameter",      "edoc",          "eex",        "eldap",
        "elixir",   "erl_docgen",    "erl_interface", "et",         "eunit",
        "ex_unit",  "ftp",           "iex",           "inets",      "jinterface",
        "kernel",   "logger",        "megaco",        "mix",        "mnesia",
        "observer", "odbc",          "os_mon",        "parsetools", "public_key",
        "reltool",  "runtime_tools", "sasl",          "snmp",       "ssh",
        "ssl",      "stdlib",        "syntax_tools",  "tftp",       "tools",
        "wx",       "xmerl",
    };
    if (app->new_app->origin == ORIGIN_ERLANG || app->new_app->origin == ORIGIN_ELIXIR)
        return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_eqz(app->name, names[i]))
            return true;
    return false;
}

static int check_same_version(struct checker *checker, const struct app_pair *app)
{
    struct differences differences = {0};
    struct spot spot = spot_of_app(app);
    if (find_differences(checker, app, &differences) != 0)
        return -1;
    if (!differences.count)
        return 0;
    str more = differences.count > 1
                   ? arena_printf(checker->arena, " and %zu more", differences.count - 1)
                   : STR("");
    spot.file = app->new_app->app->file;
    finding_add(
        checker, is_runtime(app) ? RUNTIME_VERSION_NOT_RAISED : APP_VERSION_NOT_RAISED,
        &spot,
        is_runtime(app) ? "build with the same Erlang and Elixir, or replace the "
                          "release if the change matters"
                        : "raise the application's version: an upgrade leaves "
                          "alone what has the version that runs",
        "'%.*s' changed (%.*s%.*s) but its version is still %.*s", STR_ARG(app->name),
        STR_ARG(differences.first), STR_ARG(more), STR_ARG(app->new_app->app->vsn));
    return 0;
}

static int check_versions(struct checker *checker, const struct app_pair *app)
{
    str old_vsn = app->old_app->app->vsn, new_vsn = app->new_app->app->vsn;
    struct spot spot = spot_of_app(app);
    if (str_eq(old_vsn, new_vsn))
        return check_same_version(checker, app);
    if (version_compare(new_vsn, old_vsn) < 0)
        finding_add(checker, APP_VERSION_LOWERED, &spot,
                    "make sure that the older version is meant",
                    "the version of '%.*s' goes down, from %.*s to %.*s",
                    STR_ARG(app->name), STR_ARG(old_vsn), STR_ARG(new_vsn));
    return 0;
}

/* A .rel file without a type means permanent. */
static enum start_type type_of(const struct rel_app *app)
{
    return app->type == START_DEFAULT ? START_PERMANENT : app->type;
}

static void check_start_type(struct checker *checker, const struct app_pair *app)
{
    struct spot spot = spot_of_app(app);
    enum start_type was = type_of(app->old_app), is = type_of(app->new_app);
    if (was != is)
        finding_add(checker, START_TYPE_CHANGED, &spot,
                    "it holds from the next start of the node on",
                    "'%.*s' is now started as %s, but runs as %s until the node restarts",
                    STR_ARG(app->name), start_type_name(is), start_type_name(was));
}

/* systools and relc go by the modules that the .app file lists. */
static void check_listed(struct checker *checker, const struct app_pair *app)
{
    for (size_t i = 0; i < app->module_count; i++) {
        struct module_pair *module = &app->modules[i];
        if (!module->in_new || (module->in_old && !module->changed) ||
            names_have(&app->new_app->app->modules, module->name))
            continue;
        struct spot spot = spot_in(checker, module, NULL, 0);
        spot.file = app->new_app->app->file;
        finding_add(checker, MODULE_NOT_IN_APP, &spot,
                    "list it under modules in the .app file",
                    "the .app file does not list the module: no upgrade would load it");
    }
}

/* release_handler reads the attribute vsn of what it loads and of what it replaces. */
static int check_attributes(struct checker *checker, const struct app_pair *app)
{
    for (size_t i = 0; i < app->module_count; i++) {
        struct module_pair *module = &app->modules[i];
        if (!module->in_new || (module->in_old && !module->changed))
            continue;
        pairs_forget(checker);
        struct side_module *old_module = pair_side(checker, module, false),
                           *new_module = pair_side(checker, module, true);
        if (checker->failed)
            return -1;
        bool old_lacks = old_module && !old_module->facts.has_attributes;
        if (new_module->facts.has_attributes && !old_lacks)
            continue;
        struct spot spot = spot_in(checker, module, NULL, 0);
        spot.file = old_lacks ? old_module->file : new_module->file;
        finding_add(checker, STRIPPED_MODULE, &spot,
                    "strip with relc (strip_beams), which keeps them",
                    "the module was stripped of its attributes, without which "
                    "release_handler crashes");
    }
    return 0;
}

static bool is_protocols(const struct checker *checker, const struct app_pair *app)
{
    return (app->new_app && app->new_app == checker->new_side->protocols) ||
           (app->old_app && app->old_app == checker->old_side->protocols);
}

static bool versions_differ(const struct app_pair *app)
{
    return !app->old_app || !str_eq(app->old_app->app->vsn, app->new_app->app->vsn);
}

/* A module of new that is in an application of new before it, too. */
static void check_owners(struct checker *checker, struct map *owners)
{
    for (size_t i = 0; i < checker->app_count; i++) {
        const struct app_pair *app = &checker->apps[i];
        if (!app->new_app || is_protocols(checker, app))
            continue;
        for (size_t j = 0; j < app->module_count; j++) {
            struct module_pair *module = &app->modules[j];
            if (!module->in_new)
                continue;
            const struct app_pair *owner = map_put(owners, module->name, (void *)app);
            if (!owner || !(app->changed_count || owner->changed_count))
                continue;
            struct spot spot =
                spot_in(checker, module, pair_side(checker, module, true), 0);
            finding_add(checker, MODULE_IN_TWO_APPS, &spot, "leave it in one of them",
                        "the module is in '%.*s', too: which of the two an upgrade "
                        "loads is chance",
                        STR_ARG(owner->name));
            pairs_forget(checker);
        }
    }
}

static void check_twice(struct checker *checker)
{
    struct arena arena;
    struct map owners;
    arena_init(&arena);
    map_init(&owners, &arena);
    check_owners(checker, &owners);
    arena_release(&arena);
}

/* Modules that only old has. */
static void find_removed(struct checker *checker, struct map *removed)
{
    struct arena arena;
    struct map present;
    arena_init(&arena);
    map_init(&present, &arena);
    map_init(removed, checker->arena);
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < checker->app_count; i++)
            for (size_t j = 0; j < checker->apps[i].module_count; j++) {
                struct module_pair *module = &checker->apps[i].modules[j];
                if (pass == 0 && module->in_new)
                    map_put(&present, module->name, module);
                if (pass == 1 && !module->in_new && !map_has(&present, module->name))
                    map_put(removed, module->name, &checker->apps[i]);
            }
    arena_release(&arena);
}

static int check_uses(struct checker *checker, struct module_pair *module,
                      const struct map *removed)
{
    struct side_module *side = pair_side(checker, module, true);
    if (!side)
        return -1;
    for (size_t i = 0; i < side->facts.import_count; i++) {
        str used = side->facts.imports[i];
        const struct app_pair *owner = map_get(removed, used);
        if (!owner)
            continue;
        struct spot spot = spot_in(checker, module, side, 0);
        finding_add(checker, REMOVED_MODULE_USED, &spot,
                    "keep what is still called, or remove the calls",
                    "the module still calls %.*s, which version %.*s of '%.*s' had and "
                    "the new release has no more",
                    STR_ARG(module_shown(used)), STR_ARG(owner->old_app->app->vsn),
                    STR_ARG(owner->name));
    }
    return 0;
}

static int check_removed(struct checker *checker)
{
    struct map removed;
    find_removed(checker, &removed);
    for (size_t i = 0; removed.count && i < checker->app_count; i++) {
        struct app_pair *app = &checker->apps[i];
        if (!app->new_app || is_runtime(app) || is_protocols(checker, app))
            continue;
        for (size_t j = 0; j < app->module_count; j++) {
            if (app->modules[j].in_new &&
                check_uses(checker, &app->modules[j], &removed) != 0)
                return -1;
            pairs_forget(checker);
        }
    }
    return 0;
}

int check_apps(struct checker *checker)
{
    for (size_t i = 0; i < checker->app_count; i++) {
        struct app_pair *app = &checker->apps[i];
        if (!app->new_app)
            continue;
        if (app->old_app) {
            if (check_versions(checker, app) != 0)
                return -1;
            check_start_type(checker, app);
        }
        if (is_protocols(checker, app) || !versions_differ(app))
            continue;
        check_listed(checker, app);
        if (!checker->emulator_restarts && check_attributes(checker, app) != 0)
            return -1;
    }
    check_twice(checker);
    return check_removed(checker);
}
