#include "detect.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"

#include <stdlib.h>

enum { MAX_DIRS = 3, MAX_NAMES = 2 };

/* Folders that would hold the compiled applications if the project were built so. */
struct build {
    str folder; /* of this environment or profile */
    str dirs[MAX_DIRS];
    size_t count;
};

/* An environment variable; ptr NULL when it is not set or empty. */
static str variable(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? str_of(value) : (str){NULL, 0};
}

static str below(struct arena *arena, str folder, const char *name)
{
    return path_join(arena, folder, str_of(name));
}

str project_app_file(struct arena *arena, str dir, str app)
{
    str file = arena_printf(arena, "%.*s/%.*s/ebin/%.*s.app", STR_ARG(dir), STR_ARG(app),
                            STR_ARG(app));
    if (fs_is_file(file.ptr))
        return file;
    file = arena_printf(arena, "%.*s/ebin/%.*s.app", STR_ARG(dir), STR_ARG(app));
    return fs_is_file(file.ptr) ? file : (str){NULL, 0};
}

/* True when one of the project's applications is there (all unknown: any folder is). */
static bool is_compiled(struct arena *arena, const struct project *project,
                        const struct build *build)
{
    for (size_t d = 0; d < build->count; d++) {
        for (size_t i = 0; i < project->app_count; i++)
            if (project_app_file(arena, build->dirs[d], project->apps[i].name).ptr)
                return true;
        if (!project->app_count && fs_is_dir(build->dirs[d].ptr))
            return true;
    }
    return false;
}

static void build_add(struct build *build, str dir)
{
    build->dirs[build->count++] = dir;
}

/*
 * Mix: $MIX_BUILD_PATH, else $MIX_BUILD_ROOT, build_path: of mix.exs or _build and in it
 * ENV, TARGET_ENV or, with build_per_environment: false, "shared".
 */
static struct build mix_build(struct arena *arena, const struct project *project,
                              str environment)
{
    struct build build = {0};
    str path = variable("MIX_BUILD_PATH"), target = variable("MIX_TARGET");
    if (!path.ptr) {
        str base = variable("MIX_BUILD_ROOT");
        if (!base.ptr)
            base = project->build_path.ptr ? project->build_path : STR("_build");
        if (project->one_build_folder)
            environment = STR("shared");
        else if (target.ptr && !str_eqz(target, "host"))
            environment =
                arena_printf(arena, "%.*s_%.*s", STR_ARG(target), STR_ARG(environment));
        path = path_join(arena, base, environment);
    }
    build.folder = path_normalize(arena, path_join(arena, project->root, path));
    build_add(&build, below(arena, build.folder, "lib"));
    return build;
}

/* rebar3: $REBAR_BASE_DIR or _build, in it PROFILE; checkouts go before dependencies. */
static struct build rebar3_build(struct arena *arena, const struct project *project,
                                 str profile)
{
    struct build build = {0};
    str base = variable("REBAR_BASE_DIR");
    str path = path_join(arena, base.ptr ? base : STR("_build"), profile);
    build.folder = path_normalize(arena, path_join(arena, project->root, path));
    build_add(&build, below(arena, build.folder, "checkouts"));
    build_add(&build, below(arena, build.folder, "lib"));
    return build;
}

/* erlang.mk: the project's own ebin, and the folders of its parts and dependencies. */
static struct build erlang_mk_build(struct arena *arena, const struct project *project)
{
    struct build build = {.folder = project->root};
    str apps = variable("APPS_DIR"), deps = variable("DEPS_DIR");
    build_add(&build, project->root);
    build_add(&build, path_join(arena, project->root, apps.ptr ? apps : STR("apps")));
    build_add(&build, path_join(arena, project->root, deps.ptr ? deps : STR("deps")));
    return build;
}

static struct build gleam_build(struct arena *arena, const struct project *project,
                                str mode)
{
    struct build build = {0};
    build.folder = path_join(arena, below(arena, project->root, "build"), mode);
    build_add(&build, below(arena, build.folder, "erlang"));
    return build;
}

static struct build build_named(struct arena *arena, const struct project *project,
                                str name)
{
    switch (project->kind) {
    case PROJECT_MIX:
    case PROJECT_UMBRELLA:
        return mix_build(arena, project, name);
    case PROJECT_REBAR3:
        return rebar3_build(arena, project, name);
    case PROJECT_ERLANG_MK:
        return erlang_mk_build(arena, project);
    case PROJECT_GLEAM:
        return gleam_build(arena, project, name);
    case PROJECT_NONE:
        break;
    }
    return (struct build){.folder = project->root};
}

/* rebar3 names the folder of several profiles a+b. */
static str rebar3_profile_folder(struct arena *arena, str profiles)
{
    char *name = arena_strz(arena, profiles);
    for (char *c = name; *c; c++)
        if (*c == ',')
            *c = '+';
    return str_of(name);
}

/* The compiler's names for a release environment, the best first. */
static size_t build_names(struct arena *arena, const struct project *project,
                          str environment, str names[MAX_NAMES])
{
    str mix_env = variable("MIX_ENV"), profiles = variable("REBAR_PROFILE");
    bool mix = project->kind == PROJECT_MIX || project->kind == PROJECT_UMBRELLA;
    bool unnamed = str_eqz(environment, "default");
    bool develop = str_eqz(environment, "dev") || str_eqz(environment, "test");
    names[0] = environment;
    names[1] = STR("default");
    if (mix && mix_env.ptr)
        return names[0] = mix_env, 1;
    if (mix && !unnamed)
        return 1;
    if (project->kind == PROJECT_REBAR3) {
        if (profiles.ptr)
            names[0] = rebar3_profile_folder(arena, profiles);
        return unnamed && !profiles.ptr ? 1 : 2;
    }
    names[0] = develop ? STR("dev") : STR("prod");
    names[1] = develop ? STR("prod") : STR("dev");
    return 2;
}

/* The first build that is there; when none is, the best one and false. */
static bool build_find(struct arena *arena, const struct project *project,
                       str environment, struct build *build)
{
    str names[MAX_NAMES];
    size_t count = build_names(arena, project, environment, names);
    for (size_t i = count; i > 0; i--)
        *build = build_named(arena, project, names[i - 1]);
    struct build best = *build;
    for (size_t i = 0; i < count; i++) {
        *build = build_named(arena, project, names[i]);
        if (is_compiled(arena, project, build))
            return true;
    }
    *build = best;
    return false;
}

str project_compile_command(struct arena *arena, const struct project *project,
                            str environment)
{
    str names[MAX_NAMES];
    build_names(arena, project, environment, names);
    switch (project->kind) {
    case PROJECT_MIX:
    case PROJECT_UMBRELLA:
        return arena_printf(arena, "MIX_ENV=%.*s mix compile", STR_ARG(names[0]));
    case PROJECT_REBAR3:
        if (str_eqz(names[0], "default"))
            return STR("rebar3 compile");
        return arena_printf(arena, "rebar3 as %.*s compile", STR_ARG(names[0]));
    case PROJECT_ERLANG_MK:
        return STR("make");
    case PROJECT_GLEAM:
        return STR("gleam build");
    case PROJECT_NONE:
        break;
    }
    return STR("");
}

/* Which other environments of a Mix project are compiled: "dev, test". */
static str compiled_environments(struct arena *arena, const struct project *project)
{
    static const char *const names[] = {"prod", "dev", "test"};
    str found = STR("");
    bool mix = project->kind == PROJECT_MIX || project->kind == PROJECT_UMBRELLA;
    for (size_t i = 0; mix && i < sizeof names / sizeof *names; i++) {
        struct build build = mix_build(arena, project, str_of(names[i]));
        if (is_compiled(arena, project, &build))
            found = arena_printf(arena, "%.*s%s%s", STR_ARG(found), found.len ? ", " : "",
                                 names[i]);
    }
    return found;
}

static int not_compiled(struct arena *arena, const struct project *project,
                        str environment, const struct build *build, struct err *err)
{
    str command = project_compile_command(arena, project, environment);
    str others = compiled_environments(arena, project);
    bool make = project->kind == PROJECT_ERLANG_MK;
    err_set(err, ERR_INPUT, "the project is not compiled: no application in '%s'",
            make ? below(arena, build->folder, "ebin").ptr
                 : build->dirs[build->count - 1].ptr);
    if (others.len)
        return err_hint(err, "run: %s (compiled is MIX_ENV=%s)", command.ptr, others.ptr);
    return err_hint(err, "run: %s", command.ptr);
}

int project_build_dirs(struct arena *arena, const struct project *project,
                       str environment, str **dirs, size_t *count, struct err *err)
{
    struct build build;
    *dirs = arena_array(arena, MAX_DIRS, sizeof **dirs);
    *count = 0;
    if (project->kind == PROJECT_NONE)
        return 0;
    if (!build_find(arena, project, environment, &build))
        return not_compiled(arena, project, environment, &build, err);
    for (size_t i = 0; i < build.count; i++) {
        bool root = str_eq(build.dirs[i], project->root);
        str needed = root ? below(arena, project->root, "ebin") : build.dirs[i];
        if (fs_is_dir(needed.ptr))
            (*dirs)[(*count)++] = build.dirs[i];
    }
    return 0;
}

str project_output_dir(struct arena *arena, const struct project *project,
                       str environment, str release)
{
    struct build build;
    switch (project->kind) {
    case PROJECT_MIX:
    case PROJECT_UMBRELLA:
    case PROJECT_REBAR3:
        build_find(arena, project, environment, &build);
        break;
    case PROJECT_ERLANG_MK:
        return path_join(arena, below(arena, project->root, "_rel"), release);
    default:
        build.folder = below(arena, project->root, "build");
    }
    return path_join(arena, below(arena, build.folder, "rel"), release);
}
