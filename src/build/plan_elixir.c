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
    app->id = app->env = app->mod = app->compile_env = term_nil();
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
