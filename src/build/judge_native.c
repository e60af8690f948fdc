/* Native code: libraries in priv, and functions that run when a module is loaded. */
#include "build/judge.h"

#include "relc/base/path.h"

struct libraries {
    str first;
    size_t count;
};

static void note_library(void *context, str path)
{
    struct libraries *libraries = context;
    if (str_ends(path, STR(".so")) && !libraries->count++)
        libraries->first = path;
}

static int loads_nif(struct checker *checker, const struct side_module *side, bool *loads)
{
    struct beam_functions functions;
    *loads = false;
    if (beam_imports(&checker->scratch, &side->beam, &functions, checker->err) != 0)
        return -1;
    for (size_t i = 0; i < functions.count; i++)
        if (str_eqz(functions.items[i].module, "erlang") &&
            str_eqz(functions.items[i].name, "load_nif"))
            *loads = true;
    return 0;
}

static void say_on_load(struct checker *checker, const struct module_pair *module,
                        struct side_module *side, bool nif)
{
    struct spot spot = spot_in(checker, module, side, 0);
    finding_add(checker, ON_LOAD_RUNS_AGAIN, &spot,
                nif ? "the library needs an upgrade function in ERL_NIF_INIT, or the "
                      "upgrade fails"
                    : "make sure that it may run twice; when it fails the upgrade fails",
                nif ? "the module changed and loads its native library a second time "
                      "during the upgrade"
                    : "the module changed and its on_load function runs during the "
                      "upgrade");
}

/* *reloads: a changed module loads a native library. */
static int check_modules(struct checker *checker, const struct app_pair *app,
                         bool *reloads)
{
    *reloads = false;
    for (size_t i = 0; i < app->module_count; i++) {
        struct module_pair *module = &app->modules[i];
        bool nif;
        if (!module->changed)
            continue;
        struct side_module *side = pair_side(checker, module, true);
        if (!side || loads_nif(checker, side, &nif) != 0)
            return -1;
        if (nif || side_debug(checker, side)->has_on_load)
            say_on_load(checker, module, side, nif);
        *reloads = *reloads || nif;
        pairs_forget(checker);
    }
    return 0;
}

static int check_app(struct checker *checker, const struct app_pair *app)
{
    struct arena *arena = checker->arena;
    struct libraries libraries = {0};
    struct spot spot = spot_of_app(app);
    bool reloads;
    if (check_modules(checker, app, &reloads) != 0 ||
        tree_differences(checker,
                         path_join(arena, str_of(app->old_app->app->dir), STR("priv")),
                         path_join(arena, str_of(app->new_app->app->dir), STR("priv")),
                         STR("priv"), note_library, &libraries) != 0)
        return -1;
    if (!libraries.count)
        return 0;
    finding_add(checker, NIF_CHANGED, &spot,
                reloads ? "the module that is loaded anew loads it too; try the upgrade"
                        : "change the module that loads it, too, or restart the node",
                reloads ? "the native library %.*s changes"
                        : "the native library %.*s changes, but no changed module loads "
                          "it: the node keeps the old one",
                STR_ARG(libraries.first));
    return 0;
}

int check_native(struct checker *checker)
{
    for (size_t i = 0; i < checker->app_count; i++) {
        const struct app_pair *app = &checker->apps[i];
        if (app->old_app && app->new_app && app->old_app->app->dir &&
            app->new_app->app->dir &&
            !str_eq(app->old_app->app->vsn, app->new_app->app->vsn) &&
            check_app(checker, app) != 0)
            return -1;
    }
    return 0;
}
