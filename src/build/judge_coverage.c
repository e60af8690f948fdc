/* Whether the relup, or an application's own appup, does to each module what it must. */
#include "build/judge.h"

/* Modules of the protocols application are loaded from there alone (otp.md 7.3). */
static bool is_consolidated(const struct checker *checker, const struct app_pair *app,
                            str module)
{
    for (size_t i = 0; i < checker->app_count; i++) {
        const struct app_pair *other = &checker->apps[i];
        if (other == app || !other->new_app ||
            other->new_app != checker->new_side->protocols)
            continue;
        for (size_t j = 0; j < other->module_count; j++)
            if (str_eq(other->modules[j].name, module))
                return true;
    }
    return false;
}

static void check_loaded(struct checker *checker, const struct app_pair *app,
                         const struct module_pair *module, const struct acts *acts)
{
    struct spot spot = spot_in(checker, module, NULL, 0);
    if ((acts_get(acts, module->name) & ACT_LOAD) ||
        is_consolidated(checker, app, module->name))
        return;
    spot.file = acts->file;
    finding_add(checker, MODULE_NOT_LOADED, &spot,
                module->in_old ? "add {load_module, M}, or {update, M, {advanced, []}} "
                                 "when it is a process's"
                               : "add {add_module, M}",
                "the module %s, but no instruction loads it: the node %s",
                module->in_old ? "changed" : "is new",
                module->in_old ? "keeps the old code" : "does not have it");
}

static void check_gone(struct checker *checker, const struct module_pair *module,
                       const struct acts *acts)
{
    struct spot spot = spot_in(checker, module, NULL, 0);
    spot.file = acts->file;
    if (!(acts_get(acts, module->name) & ACT_REMOVE))
        finding_add(checker, MODULE_NOT_REMOVED, &spot, "add {delete_module, M}",
                    "the module is no more, but no instruction removes it: it stays "
                    "loaded until the node restarts");
}

static void check_kept(struct checker *checker, const struct module_pair *module,
                       const struct acts *acts)
{
    unsigned what = acts_get(acts, module->name);
    struct spot spot = spot_in(checker, module, NULL, 0);
    spot.file = acts->file;
    if ((what & ACT_REMOVE) && !(what & ACT_LOAD))
        finding_add(checker, MODULE_WRONGLY_REMOVED, &spot,
                    "take the instruction out that removes it",
                    "the module is part of the new version, but is removed");
    else if (module->in_old && !module->changed && (what & ACT_LOAD))
        finding_add(checker, MODULE_UNCHANGED, &spot,
                    "the instruction is not needed, unless its process must be told",
                    "the module is loaded anew, but did not change");
}

/* In an appup of its own a name that is no module of the application is a mistake. */
static void check_names(struct checker *checker, const struct app_pair *app,
                        const struct acts *acts)
{
    for (size_t i = 0; i < acts->by_module.count; i++) {
        str name = acts->by_module.entries[i].key;
        const struct module_pair *module = map_get(&checker->index, name);
        if (module)
            continue;
        struct spot spot = {.app = app->name, .module = name, .file = acts->file};
        finding_add(checker, MODULE_DOES_NOT_EXIST, &spot, "correct the name",
                    "the appup names a module that '%.*s' does not have",
                    STR_ARG(app->name));
    }
}

static void check_coverage(struct checker *checker, const struct app_pair *app,
                           const struct acts *acts)
{
    for (size_t i = 0; i < app->module_count; i++) {
        const struct module_pair *module = &app->modules[i];
        if (!module->in_new)
            check_gone(checker, module, acts);
        else if (!module->in_old || module->changed)
            check_loaded(checker, app, module, acts);
        if (module->in_new)
            check_kept(checker, module, acts);
    }
    if (acts != &checker->relup)
        check_names(checker, app, acts);
}

int check_acts(struct checker *checker)
{
    for (size_t i = 0; i < checker->app_count; i++) {
        const struct app_pair *app = &checker->apps[i];
        const struct acts *acts = acts_of(checker, app);
        if (acts && pair_is_upgraded(app) && !acts_restart(checker, app))
            check_coverage(checker, app, acts);
    }
    return 0;
}
