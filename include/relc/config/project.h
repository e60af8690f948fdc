#pragma once
/*
 * Which kind of project a folder is, and where its compiler leaves the applications.
 * Files are read as text; no build tool is run.
 */
#include "relc/base/arena.h"
#include "relc/base/err.h"

enum project_kind {
    PROJECT_NONE, /* no project: lib_dirs and the Erlang installation alone */
    PROJECT_MIX,
    PROJECT_UMBRELLA, /* Mix, with apps/ */
    PROJECT_REBAR3,
    PROJECT_ERLANG_MK,
    PROJECT_GLEAM,
};

struct project_app {
    str name;
    str version; /* ptr NULL when it can't be told from the files */
};

struct project {
    enum project_kind kind;
    str root;                 /* absolute, NUL-terminated */
    struct project_app *apps; /* the project's own applications, main one first */
    size_t app_count;
    str build_path;        /* of mix.exs, ptr NULL when it names none */
    bool one_build_folder; /* of mix.exs: the same for all environments */
};

/*
 * Looks at the folder itself, not above it. Names and versions are those of the sources;
 * a version that only compiling tells is taken from the compiled .app file if there is
 * one. A source file that cannot be understood leaves names or versions out.
 */
int project_detect(struct arena *arena, const char *folder, struct project *project,
                   struct err *err) ERR_MUST_CHECK;

/* "Mix", "Mix umbrella", "rebar3"... for messages. */
const char *project_kind_name(enum project_kind kind);

/* The last component of the root with '-' as '_': what a project without name is called.
 */
str project_folder_name(struct arena *arena, str root);

/*
 * The folders with the compiled applications for a release environment, the first to be
 * preferred; each as APP/ebin below it, or itself an application (ROOT/ebin). They are
 * absolute and exist:
 *
 *   Mix        _build/ENV/lib; $MIX_ENV wins over the environment's name, "default" is
 *              prod or else dev; $MIX_BUILD_PATH, $MIX_BUILD_ROOT, $MIX_TARGET and a
 *              literal build_path: in mix.exs count as they do for Mix
 *   rebar3     _build/ENV/{checkouts,lib} or, if that is not compiled, of the profile
 *              default; $REBAR_PROFILE and $REBAR_BASE_DIR count
 *   erlang.mk  the root, apps, deps; $APPS_DIR and $DEPS_DIR count
 *   Gleam      build/prod/erlang, else build/dev/erlang; the other way round for the
 *              environments dev and test
 *
 * None for PROJECT_NONE. When none of the project's own applications is compiled the
 * error says so and its hint which command does it.
 */
int project_build_dirs(struct arena *arena, const struct project *project,
                       str environment, str **dirs, size_t *count,
                       struct err *err) ERR_MUST_CHECK;

/*
 * The default output folder for a release, absolute: rel/NAME in the folder of
 * project_build_dirs for Mix and rebar3 (_build/prod/rel/NAME), _rel/NAME for erlang.mk,
 * build/rel/NAME else.
 */
str project_output_dir(struct arena *arena, const struct project *project,
                       str environment, str release);
