#include "build/planner.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"

#include <stdlib.h>
#include <string.h>

int planner_check_elixir(struct planner *planner)
{
    const struct found *elixir;
    if (!planner_is_mix(planner))
        return 0;
    if (catalogue_find(&planner->catalogue, STR("elixir"), (str){NULL, 0}, &elixir,
                       planner->err) != 0)
        return -1;
    if (elixir)
        return 0;
    const char *program = fs_find_program(planner->arena, "elixir");
    if (program)
        err_set(planner->err, ERR_INPUT,
                "'%s' on PATH does not lead to an Elixir installation", program);
    else
        err_set(planner->err, ERR_INPUT, "no Elixir installation was found on PATH");
    return err_hint(planner->err, "set elixir_root in rel/config.yaml to the folder that "
                                  "has lib/elixir/ebin");
}

/* Where Mix leaves consolidated protocols: beside the application, or of an umbrella. */
static const char *find_consolidated(struct planner *planner)
{
    struct arena *arena = planner->arena;
    for (size_t i = 0; i < planner->build_dir_count; i++) {
        str build = planner->build_dirs[i];
        str path = path_join(arena, path_dirname(arena, build), STR("consolidated"));
        if (planner->plan->project->kind == PROJECT_UMBRELLA && fs_is_dir(path.ptr))
            return path.ptr;
        for (size_t j = 0; j < planner->plan->project->app_count; j++) {
            str name = planner->plan->project->apps[j].name;
            path = arena_printf(arena, "%.*s/%.*s/consolidated", STR_ARG(build),
                                STR_ARG(name));
            if (fs_is_dir(path.ptr))
                return path.ptr;
        }
    }
    return NULL;
}

static str protocols_name(struct arena *arena, const struct release *release)
{
    return arena_printf(arena, "%.*s_protocols", STR_ARG(release->name));
}

/* The application that holds the consolidated protocols; it depends on all others. */
static struct app *protocols_app(struct planner *planner)
{
    const struct release *release = &planner->plan->release;
    struct arena *arena = planner->arena;
    struct app *app = arena_alloc(arena, sizeof *app);
    app->name = protocols_name(arena, release);
    app->vsn = release->vsn;
    app->file = "consolidated protocols";
    app->description =
        term_string(arena, arena_printf(arena, "consolidated protocols of %.*s",
                                        STR_ARG(release->name)));
    app->id = app->env = app->mod = term_nil();
    app->start_phases = term_atom(STR("undefined"));
    app->max_t = app->max_p = term_atom(STR("infinity"));
    app->applications.items = arena_array(arena, release->app_count, sizeof(str));
    for (size_t i = 0; i < release->app_count; i++) {
        const struct rel_app *other = &release->apps[i];
        if (other->type != START_LOAD && other->type != START_NONE)
            app->applications.items[app->applications.count++] = other->app->name;
    }
    return app;
}

static int name_is_taken(struct planner *planner, const struct rel_app *app)
{
    err_set(planner->err, ERR_INPUT,
            "application '%.*s' has the name that the release's consolidated protocols "
            "get",
            STR_ARG(app->app->name));
    err_hint(planner->err, "give the release another name than '%.*s'",
             STR_ARG(planner->plan->release.name));
    return err_at(planner->err, app->app->file, 0, 0);
}

int planner_add_protocols(struct planner *planner)
{
    struct plan *plan = planner->plan;
    struct release *release = &plan->release;
    const struct rel_app *elixir = release_app(release, STR("elixir"));
    plan->has_elixir = elixir != NULL;
    plan->elixir_vsn = elixir ? elixir->app->vsn : STR("");
    if (elixir && planner_is_mix(planner))
        plan->consolidated_dir = find_consolidated(planner);
    if (!plan->consolidated_dir)
        return 0;
    const struct rel_app *taken =
        release_app(release, protocols_name(planner->arena, release));
    if (taken)
        return name_is_taken(planner, taken);
    struct rel_app *apps =
        arena_array(planner->arena, release->app_count + 1, sizeof *apps);
    memcpy(apps, release->apps, release->app_count * sizeof *apps);
    plan->protocols = &apps[release->app_count];
    *plan->protocols = (struct rel_app){
        .app = protocols_app(planner),
        .origin = ORIGIN_PROJECT,
        .lib = STR("$ROOT/lib"),
    };
    release->apps = apps;
    release->app_count++;
    return 0;
}

void planner_warn_of_config_exs(struct planner *planner)
{
    const struct plan *plan = planner->plan;
    str path = path_join(planner->arena, plan->project->root, STR("config/config.exs"));
    if (planner_is_mix(planner) && !planner->profile->sys_config.value.ptr &&
        fs_is_file(path.ptr))
        report_say(planner->report, REPORT_WARNING,
                   "config/config.exs is not evaluated: put what the release needs into "
                   "a file of Erlang terms and name it with sys_config");
}

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
             "set runtime_config_path to false, or leave config_providers out");
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

int planner_find_providers(struct planner *planner)
{
    struct plan *plan = planner->plan;
    const struct setting_switch *runtime = &planner->profile->runtime_config_path;
    const struct setting_providers *modules = &planner->profile->config_providers;
    const struct place *place = &runtime->place;
    if (runtime->path.ptr)
        plan->runtime_config = planner_path(planner, runtime->path);
    else if ((!runtime->set || runtime->on) && planner_is_mix(planner))
        plan->runtime_config = planner_path(planner, STR("config/runtime.exs"));
    if (plan->runtime_config.ptr && !fs_is_file(plan->runtime_config.ptr)) {
        if (runtime->path.ptr) {
            err_set(planner->err, ERR_INPUT, "the file '%.*s' does not exist",
                    STR_ARG(plan->runtime_config));
            return planner_error_at(planner, place);
        }
        plan->runtime_config = (str){NULL, 0};
    }
    plan->has_providers = plan->runtime_config.ptr || modules->count;
    plan->mix_env = mix_environment(planner);
    if (!plan->has_providers)
        return 0;
    if (planner->profile->included_configs.count) {
        err_set(planner->err, ERR_INPUT,
                "included_configs does not go together with "
                "configuration at boot, which reads sys.config "
                "itself");
        err_hint(planner->err, "set runtime_config_path to false, or read the file in "
                               "config/runtime.exs");
        return planner_error_at(planner,
                                &planner->profile->included_configs.items[0].place);
    }
    if (modules->count)
        place = &modules->items[0].place;
    return check_provider_support(planner, place);
}
