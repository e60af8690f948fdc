#include "build/planner.h"

#include "relc/base/path.h"
#include "relc/otp/resolve.h"

#include <string.h>

/* What every release has, so that it can be upgraded; what every Elixir one has. */
static const char *const base_apps[] = {"kernel", "stdlib", "sasl"};
static const char *const elixir_apps[] = {"elixir", "iex"};

bool planner_is_mix(const struct planner *planner)
{
    enum project_kind kind = planner->plan->project->kind;
    return kind == PROJECT_MIX || kind == PROJECT_UMBRELLA;
}

str planner_path(const struct planner *planner, str path)
{
    return path_join(planner->arena, planner->plan->project->root, path);
}

int planner_error_at(struct planner *planner, const struct place *place)
{
    return place_error(planner->err, place);
}

/*
 * The application with the release's name belongs to the release, unless the project is
 * an umbrella, whose applications are always named.
 */
static int find_own_app(struct planner *planner, bool *found)
{
    const struct found *own;
    *found = false;
    if (planner->plan->project->kind == PROJECT_UMBRELLA)
        return 0;
    if (catalogue_find_own(&planner->catalogue, planner->profile->release, &own,
                           planner->err) != 0)
        return -1;
    *found = own != NULL;
    return 0;
}

static void want(const struct planner *planner, struct wanted *wanted, size_t *count,
                 const struct wanted *one)
{
    if (!planner_excludes(planner, one->name))
        wanted[(*count)++] = *one;
}

static int resolve(struct planner *planner)
{
    const struct setting_apps *apps = &planner->profile->applications;
    size_t count = 0;
    bool own;
    if (planner_check_elixir(planner) != 0 || find_own_app(planner, &own) != 0)
        return -1;
    struct wanted *wanted = arena_array(planner->arena, apps->count + 6, sizeof *wanted);
    for (size_t i = 0; i < sizeof base_apps / sizeof *base_apps; i++)
        want(planner, wanted, &count, &(struct wanted){.name = str_of(base_apps[i])});
    if (planner_is_mix(planner))
        for (size_t i = 0; i < sizeof elixir_apps / sizeof *elixir_apps; i++)
            want(planner, wanted, &count,
                 &(struct wanted){.name = str_of(elixir_apps[i])});
    for (size_t i = 0; i < apps->count; i++) {
        const struct setting_app *app = &apps->items[i];
        const struct wanted one = {
            .name = app->name,
            .type = app->type,
            .version = app->version,
            .cascade = app->cascade,
            .file = app->place.file,
            .line = app->place.line,
            .column = app->place.column,
        };
        want(planner, wanted, &count, &one);
    }
    if (own)
        want(planner, wanted, &count,
             &(struct wanted){.name = planner->profile->release});
    return resolve_apps(planner->arena, &planner->catalogue, wanted, count,
                        &planner->plan->release, planner->err);
}

static int bad_version(struct planner *planner, str version)
{
    err_set(planner->err, ERR_INPUT,
            "version '%.*s' cannot be a folder's name: letters, digits and . _ - + ~ "
            "are allowed",
            STR_ARG(version));
    return planner_error_at(planner, &planner->profile->version.place);
}

static int find_version(struct planner *planner)
{
    const struct setting_version *setting = &planner->profile->version;
    struct release *release = &planner->plan->release;
    str app_name = setting->app.ptr ? setting->app : planner->profile->release;
    const struct found *found;
    str version = setting->literal;
    if (!version.ptr) {
        const struct rel_app *app = release_app(release, app_name);
        if (app) {
            version = app->app->vsn;
        } else if (catalogue_get(&planner->catalogue, app_name, (str){NULL, 0}, &found,
                                 planner->err) == 0) {
            version = found->app.vsn;
        } else {
            err_wrap(planner->err, "cannot tell the version of release '%.*s'",
                     STR_ARG(planner->profile->release));
            err_hint(planner->err, "set version to a text or to {current: APP}");
            return planner_error_at(planner, setting->set
                                                 ? &setting->place
                                                 : &planner->profile->release_place);
        }
    }
    release->vsn = version;
    return path_is_safe_name(version) ? 0 : bad_version(planner, version);
}

/* Without ERTS, OTP's libraries are the host's; the release's own are found elsewhere. */
static void place_libraries(struct plan *plan)
{
    for (size_t i = 0; i < plan->release.app_count && !plan->include_erts; i++)
        if (plan->release.apps[i].origin != ORIGIN_ERLANG)
            plan->release.apps[i].lib = STR("$RELEASE_LIB");
}

/* Names and versions become folders and stand in scripts. */
static int check_names(struct planner *planner)
{
    const struct release *release = &planner->plan->release;
    for (size_t i = 0; i < release->app_count; i++) {
        const struct app *app = release->apps[i].app;
        bool good_name = path_is_safe_name(app->name);
        if (good_name && path_is_safe_name(app->vsn))
            continue;
        err_set(planner->err, ERR_INPUT, "the application's %s '%.*s' cannot be used",
                good_name ? "version" : "name",
                STR_ARG(good_name ? app->vsn : app->name));
        err_hint(planner->err,
                 "it becomes a folder's name: letters, digits and . _ - + @ ~ "
                 "are allowed");
        return err_at(planner->err, app->file, 0, 0);
    }
    return 0;
}

/* An application that waits for one that never starts is never started itself. */
static void warn_of_orphans(struct planner *planner)
{
    const struct release *release = &planner->plan->release;
    for (size_t i = 0; i < release->app_count; i++) {
        const struct rel_app *app = &release->apps[i];
        if (app->type == START_LOAD || app->type == START_NONE)
            continue;
        for (size_t j = 0; j < app->applications.count; j++) {
            const struct rel_app *used = release_app(release, app->applications.items[j]);
            if (used && (used->type == START_LOAD || used->type == START_NONE) &&
                !names_have(&app->app->optional, used->app->name) &&
                !names_have(&app->included, used->app->name))
                report_say(planner->report, REPORT_WARNING,
                           "application '%.*s' needs '%.*s', which has start type %s: it "
                           "will never be started",
                           STR_ARG(app->app->name), STR_ARG(used->app->name),
                           start_type_name(used->type));
        }
    }
}

/* A release of OTP's applications alone is seldom what is meant. */
static void warn_of_empty_release(struct planner *planner)
{
    const struct release *release = &planner->plan->release;
    for (size_t i = 0; i < release->app_count; i++)
        if (release->apps[i].origin == ORIGIN_PROJECT ||
            release->apps[i].origin == ORIGIN_LIB_DIR)
            return;
    report_say(planner->report, REPORT_WARNING,
               "release '%.*s' holds no application of the project: name them in "
               "applications",
               STR_ARG(release->name));
}

/* As in Distillery 2, where the setting is derived, too. */
static void warn_of_system_libs(struct planner *planner)
{
    const struct setting_switch *setting = &planner->profile->include_system_libs;
    if (setting->set && setting->on != planner->plan->include_erts)
        report_say(planner->report, REPORT_WARNING,
                   "include_system_libs has no effect: Erlang's libraries are%s in the "
                   "release, as include_erts says",
                   planner->plan->include_erts ? "" : " not");
}

bool plan_leaves_out(const struct plan *plan, const struct rel_app *app)
{
    return !plan->include_erts && app->origin == ORIGIN_ERLANG;
}

str plan_output_dir(struct arena *arena, const struct project *project,
                    const struct profile *profile)
{
    str path = profile->output_dir.value;
    if (!path.ptr)
        path = project_output_dir(arena, project, profile->environment, profile->release);
    return path_normalize(arena, path_join(arena, project->root, path));
}

int plan_make(struct arena *arena, const struct project *project,
              const struct profile *profile, const struct plan_means *means,
              struct plan *plan, struct err *err)
{
    struct planner planner = {
        .arena = arena,
        .plan = plan,
        .profile = profile,
        .report = means->report,
        .cache = means->cache,
        .pool = means->pool,
        .err = err,
    };
    *plan = (struct plan){
        .project = project,
        .profile = profile,
        .dev_mode = profile->dev_mode.value,
        .include_erts = !profile->include_erts.set || profile->include_erts.on,
        .ahead = means->ahead,
    };
    plan->release.name = profile->release;
    if (planner_find_erlang(&planner) != 0)
        return -1;
    plan->release.erts_vsn = plan->target.erts_vsn;
    if (planner_fill_catalogue(&planner) != 0 || resolve(&planner) != 0 ||
        planner_check_excludes(&planner) != 0 || check_names(&planner) != 0 ||
        find_version(&planner) != 0)
        return -1;
    if (planner_add_protocols(&planner) != 0)
        return -1;
    place_libraries(plan);
    if (planner_find_configuration(&planner) != 0 ||
        release_check(arena, &plan->release, means->report, err) != 0 ||
        planner_check_files(&planner) != 0)
        return -1;
    warn_of_empty_release(&planner);
    warn_of_orphans(&planner);
    warn_of_system_libs(&planner);
    plan->output_dir = plan_output_dir(arena, project, profile);
    return 0;
}
