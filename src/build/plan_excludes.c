/*
 * exclude_applications and exclude_modules: applications are changed where they are read,
 * so that closure, checks, boot scripts and .app files all see the same.
 */
#include "build/planner.h"

#include <string.h>

bool planner_excludes(const struct planner *planner, str app)
{
    const struct setting_texts *excluded = &planner->profile->exclude_applications;
    for (size_t i = 0; i < excluded->count; i++)
        if (str_eq(excluded->items[i].value, app))
            return true;
    return false;
}

static const struct setting_texts *excluded_modules(const struct planner *planner,
                                                    str app)
{
    const struct setting_modules *excluded = &planner->profile->exclude_modules;
    for (size_t i = 0; i < excluded->count; i++)
        if (str_eq(excluded->items[i].app, app))
            return &excluded->items[i].modules;
    return NULL;
}

static bool has_module(struct arena *arena, const struct setting_texts *modules,
                       str module)
{
    for (size_t i = 0; i < modules->count; i++)
        if (str_eq(module_name(arena, modules->items[i].value), module))
            return true;
    return false;
}

static void leave_out_apps(const struct planner *planner, struct app *app,
                           struct names *names)
{
    size_t count = 0;
    for (size_t i = 0; i < names->count; i++)
        if (!planner_excludes(planner, names->items[i]))
            names->items[count++] = names->items[i];
    app->adjusted = app->adjusted || count < names->count;
    names->count = count;
}

static void leave_out_modules(const struct planner *planner, struct app *app,
                              const struct setting_texts *modules)
{
    struct names *left_out = &app->left_out;
    size_t count = 0;
    left_out->items = arena_array(planner->arena, app->modules.count, sizeof(str));
    for (size_t i = 0; i < app->modules.count; i++) {
        str module = app->modules.items[i];
        if (has_module(planner->arena, modules, module))
            left_out->items[left_out->count++] = module;
        else
            app->modules.items[count++] = module;
    }
    app->modules.count = count;
    app->adjusted = app->adjusted || left_out->count;
}

static void adjust(void *context, struct app *app)
{
    const struct planner *planner = context;
    const struct setting_texts *modules = excluded_modules(planner, app->name);
    leave_out_apps(planner, app, &app->applications);
    leave_out_apps(planner, app, &app->optional);
    leave_out_apps(planner, app, &app->included);
    if (modules)
        leave_out_modules(planner, app, modules);
}

void planner_exclude(struct planner *planner)
{
    planner->catalogue.adjust = adjust;
    planner->catalogue.context = planner;
}

static int check_modules(struct planner *planner, const struct setting_app_modules *item)
{
    const struct rel_app *app = release_app(&planner->plan->release, item->app);
    for (size_t i = 0; app && i < item->modules.count; i++) {
        const struct setting_text *module = &item->modules.items[i];
        if (names_have(&app->app->left_out, module_name(planner->arena, module->value)))
            continue;
        err_set(planner->err, ERR_INPUT, "application '%.*s' has no module '%.*s'",
                STR_ARG(item->app), STR_ARG(module->value));
        return planner_error_at(planner, &module->place);
    }
    return 0;
}

int planner_check_excludes(struct planner *planner)
{
    const struct setting_texts *apps = &planner->profile->exclude_applications;
    const struct setting_modules *modules = &planner->profile->exclude_modules;
    for (size_t i = 0; i < apps->count; i++) {
        str name = apps->items[i].value;
        if (!str_eqz(name, "kernel") && !str_eqz(name, "stdlib"))
            continue;
        err_set(planner->err, ERR_INPUT, "no release can do without '%.*s'",
                STR_ARG(name));
        return planner_error_at(planner, &apps->items[i].place);
    }
    for (size_t i = 0; i < modules->count; i++)
        if (check_modules(planner, &modules->items[i]) != 0)
            return -1;
    return 0;
}
