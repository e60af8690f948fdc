#include "relc/build/plan.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/otp/resolve.h"

#include "build/app_files.h"

#include <stdlib.h>
#include <string.h>

/* What every release has, so that it can be upgraded; what every Elixir one has. */
static const char *const base_apps[] = {"kernel", "stdlib", "sasl"};
static const char *const elixir_apps[] = {"elixir", "iex"};

struct planner {
    struct arena *arena;
    struct plan *plan;
    const struct profile *profile;
    const struct report *report;
    struct catalogue catalogue;
    str *build_dirs;
    size_t build_dir_count;
    struct err *err;
};

static bool is_mix(const struct project *project)
{
    return project->kind == PROJECT_MIX || project->kind == PROJECT_UMBRELLA;
}

/* A path of the configuration, which is relative to the project. */
static str from_project(const struct planner *planner, str path)
{
    return path_join(planner->arena, planner->plan->project->root, path);
}

static int at_place(struct err *err, const struct place *place)
{
    return err_at(err, place->file, place->line, place->column);
}

/* The Erlang installation: of include_erts, erlang_root, or the `erl` on PATH. */
static int find_erlang(struct planner *planner)
{
    const struct profile *profile = planner->profile;
    const struct place *place = NULL;
    str root = {NULL, 0};
    if (profile->include_erts.path.ptr) {
        root = from_project(planner, profile->include_erts.path);
        place = &profile->include_erts.place;
    } else if (profile->erlang_root.value.ptr) {
        root = from_project(planner, profile->erlang_root.value);
        place = &profile->erlang_root.place;
    } else {
        const char *erl = fs_find_program(planner->arena, "erl");
        root = str_of(erl ? target_root_of_program(planner->arena, erl) : NULL);
        if (!root.ptr && erl)
            err_set(planner->err, ERR_INPUT,
                    "'%s' on PATH does not lead to an Erlang installation", erl);
        else if (!root.ptr)
            err_set(planner->err, ERR_INPUT, "no Erlang installation was found on PATH");
        if (!root.ptr)
            return err_hint(planner->err,
                            "set erlang_root (or include_erts) in rel/config.yaml to the "
                            "folder that has erts-VSN/ and lib/");
    }
    if (target_read(planner->arena, root, &planner->plan->target, planner->err) == 0)
        return 0;
    return place && !planner->err->file ? at_place(planner->err, place) : -1;
}

/* The folder that holds lib/elixir/ebin, above the `elixir` on PATH. */
static str elixir_root_on_path(struct planner *planner)
{
    const char *program = fs_find_program(planner->arena, "elixir");
    const char *real = program ? fs_real_path(planner->arena, program) : NULL;
    if (!real)
        return (str){NULL, 0};
    for (str folder = path_dirname(planner->arena, str_of(real)); folder.len > 1;
         folder = path_dirname(planner->arena, folder)) {
        str ebin = path_join(planner->arena, folder, STR("lib/elixir/ebin"));
        if (fs_is_dir(ebin.ptr))
            return folder;
    }
    return (str){NULL, 0};
}

static int add_elixir(struct planner *planner)
{
    const struct setting_text *setting = &planner->profile->elixir_root;
    str root = setting->value.ptr ? from_project(planner, setting->value)
                                  : elixir_root_on_path(planner);
    str lib = root.ptr ? path_join(planner->arena, root, STR("lib")) : root;
    if (setting->value.ptr &&
        !fs_is_dir(path_join(planner->arena, lib, STR("elixir/ebin")).ptr)) {
        err_set(planner->err, ERR_INPUT,
                "'%.*s' is no Elixir installation: it has no folder lib/elixir/ebin",
                STR_ARG(root));
        return at_place(planner->err, &setting->place);
    }
    return lib.ptr
               ? catalogue_add(&planner->catalogue, lib.ptr, ORIGIN_ELIXIR, planner->err)
               : 0;
}

static int add_lib_dirs(struct planner *planner)
{
    const struct setting_texts *dirs = &planner->profile->lib_dirs;
    for (size_t i = 0; i < dirs->count; i++) {
        str path =
            path_normalize(planner->arena, from_project(planner, dirs->items[i].value));
        if (catalogue_add(&planner->catalogue, path.ptr, ORIGIN_LIB_DIR, planner->err) !=
            0)
            return at_place(planner->err, &dirs->items[i].place);
    }
    return 0;
}

static int find_build_dirs(struct planner *planner)
{
    const struct setting_text *setting = &planner->profile->build_dir;
    if (!setting->value.ptr)
        return project_build_dirs(planner->arena, planner->plan->project,
                                  planner->profile->environment, &planner->build_dirs,
                                  &planner->build_dir_count, planner->err);
    planner->build_dirs = arena_alloc(planner->arena, sizeof(str));
    planner->build_dirs[0] = from_project(planner, setting->value);
    planner->build_dir_count = 1;
    if (fs_is_dir(planner->build_dirs[0].ptr))
        return 0;
    err_set(planner->err, ERR_INPUT, "the folder '%.*s' does not exist",
            STR_ARG(planner->build_dirs[0]));
    return at_place(planner->err, &setting->place);
}

/* Project, lib_dirs, Elixir, Erlang: the first that has an application provides it. */
static int fill_catalogue(struct planner *planner)
{
    const struct target *target = &planner->plan->target;
    catalogue_init(&planner->catalogue, planner->arena, target->release);
    if (find_build_dirs(planner) != 0)
        return -1;
    for (size_t i = 0; i < planner->build_dir_count; i++)
        if (catalogue_add(&planner->catalogue, planner->build_dirs[i].ptr, ORIGIN_PROJECT,
                          planner->err) != 0)
            return -1;
    if (add_lib_dirs(planner) != 0 || add_elixir(planner) != 0)
        return -1;
    str lib = path_join(planner->arena, target->root, STR("lib"));
    return catalogue_add(&planner->catalogue, lib.ptr, ORIGIN_ERLANG, planner->err);
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
    if (catalogue_find(&planner->catalogue, planner->profile->release, (str){NULL, 0},
                       &own, planner->err) != 0)
        return -1;
    *found = own && (own->origin == ORIGIN_PROJECT || own->origin == ORIGIN_LIB_DIR);
    return 0;
}

/* A Mix project needs Elixir's own applications: say so before the closure does. */
static int check_elixir(struct planner *planner)
{
    const struct found *elixir;
    if (!is_mix(planner->plan->project))
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

static int resolve(struct planner *planner)
{
    const struct setting_apps *apps = &planner->profile->applications;
    size_t count = 0;
    bool own;
    if (check_elixir(planner) != 0 || find_own_app(planner, &own) != 0)
        return -1;
    struct wanted *wanted = arena_array(planner->arena, apps->count + 6, sizeof *wanted);
    for (size_t i = 0; i < sizeof base_apps / sizeof *base_apps; i++)
        wanted[count++].name = str_of(base_apps[i]);
    if (is_mix(planner->plan->project))
        for (size_t i = 0; i < sizeof elixir_apps / sizeof *elixir_apps; i++)
            wanted[count++].name = str_of(elixir_apps[i]);
    for (size_t i = 0; i < apps->count; i++) {
        const struct setting_app *app = &apps->items[i];
        wanted[count++] = (struct wanted){
            .name = app->name,
            .type = app->type,
            .version = app->version,
            .file = app->place.file,
            .line = app->place.line,
            .column = app->place.column,
        };
    }
    if (own)
        wanted[count++] = (struct wanted){.name = planner->profile->release};
    return resolve_apps(planner->arena, &planner->catalogue, wanted, count,
                        &planner->plan->release, planner->err);
}

static int bad_version(struct planner *planner, str version)
{
    err_set(planner->err, ERR_INPUT,
            "version '%.*s' cannot be a folder's name: letters, digits and . _ - + ~ "
            "are allowed",
            STR_ARG(version));
    return at_place(planner->err, &planner->profile->version.place);
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
            return at_place(planner->err, setting->set
                                              ? &setting->place
                                              : &planner->profile->release_place);
        }
    }
    release->vsn = version;
    return path_is_safe_name(version) ? 0 : bad_version(planner, version);
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

static int add_protocols(struct planner *planner)
{
    struct plan *plan = planner->plan;
    struct release *release = &plan->release;
    const struct rel_app *elixir = release_app(release, STR("elixir"));
    plan->has_elixir = elixir != NULL;
    plan->elixir_vsn = elixir ? elixir->app->vsn : STR("");
    if (elixir && is_mix(plan->project))
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

/* What Mix would make sys.config of: a user of it must not miss its settings silently. */
static void warn_of_config_exs(struct planner *planner)
{
    const struct plan *plan = planner->plan;
    str path = path_join(planner->arena, plan->project->root, STR("config/config.exs"));
    if (is_mix(plan->project) && !planner->profile->sys_config.value.ptr &&
        fs_is_file(path.ptr))
        report_say(planner->report, REPORT_WARNING,
                   "config/config.exs is not evaluated: put what the release needs into "
                   "a file of Erlang terms and name it with sys_config");
}

static int check_files(struct planner *planner)
{
    const struct plan *plan = planner->plan;
    for (size_t i = 0; i < plan->release.app_count; i++) {
        const struct rel_app *app = &plan->release.apps[i];
        if (app == plan->protocols)
            continue;
        /* OTP has such files on purpose (the compiler of asn1): nothing to warn of. */
        const struct report *report =
            app->origin == ORIGIN_ERLANG ? NULL : planner->report;
        if (app_files_check(planner->arena, app->app, report, planner->err) != 0)
            return -1;
    }
    return 0;
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
    return at_place(planner->err, place);
}

/* What config_env() is: the Mix environment that the project was compiled in. */
static str mix_environment(struct planner *planner)
{
    const char *env = getenv("MIX_ENV"), *target = getenv("MIX_TARGET");
    if (env && *env)
        return str_of(env);
    if (!is_mix(planner->plan->project) || !planner->build_dir_count ||
        (target && *target && !str_eqz(STR("host"), target)))
        return planner->profile->environment;
    /* _build/ENV/lib */
    return path_basename(path_dirname(planner->arena, planner->build_dirs[0]));
}

static int find_providers(struct planner *planner)
{
    struct plan *plan = planner->plan;
    const struct setting_switch *runtime = &planner->profile->runtime_config_path;
    const struct setting_providers *modules = &planner->profile->config_providers;
    const struct place *place = &runtime->place;
    if (runtime->path.ptr)
        plan->runtime_config = from_project(planner, runtime->path);
    else if ((!runtime->set || runtime->on) && is_mix(plan->project))
        plan->runtime_config = from_project(planner, STR("config/runtime.exs"));
    if (plan->runtime_config.ptr && !fs_is_file(plan->runtime_config.ptr)) {
        if (runtime->path.ptr) {
            err_set(planner->err, ERR_INPUT, "the file '%.*s' does not exist",
                    STR_ARG(plan->runtime_config));
            return at_place(planner->err, place);
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
        return at_place(planner->err, &planner->profile->included_configs.items[0].place);
    }
    if (modules->count)
        place = &modules->items[0].place;
    return check_provider_support(planner, place);
}

static void find_output_dir(struct planner *planner)
{
    struct plan *plan = planner->plan;
    str path = planner->profile->output_dir.value;
    if (!path.ptr)
        path =
            project_output_dir(planner->arena, plan->project,
                               planner->profile->environment, planner->profile->release);
    plan->output_dir = path_normalize(planner->arena, from_project(planner, path));
}

int plan_make(struct arena *arena, const struct project *project,
              const struct profile *profile, const struct report *report,
              struct plan *plan, struct err *err)
{
    struct planner planner = {
        .arena = arena, .plan = plan, .profile = profile, .report = report, .err = err};
    *plan = (struct plan){
        .project = project,
        .profile = profile,
        .dev_mode = profile->dev_mode.value,
        .include_erts = !profile->include_erts.set || profile->include_erts.on,
    };
    plan->release.name = profile->release;
    if (find_erlang(&planner) != 0)
        return -1;
    plan->release.erts_vsn = plan->target.erts_vsn;
    if (fill_catalogue(&planner) != 0 || resolve(&planner) != 0 ||
        check_names(&planner) != 0 || find_version(&planner) != 0)
        return -1;
    if (add_protocols(&planner) != 0)
        return -1;
    place_libraries(plan);
    if (find_providers(&planner) != 0 ||
        release_check(arena, &plan->release, report, err) != 0 ||
        check_files(&planner) != 0)
        return -1;
    warn_of_empty_release(&planner);
    warn_of_orphans(&planner);
    warn_of_config_exs(&planner);
    find_output_dir(&planner);
    return 0;
}
