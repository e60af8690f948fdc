#pragma once
/*
 * Private to the plan: what its parts share while it is made. plan.c has the whole of
 * it, plan_sources.c finds the installations and applications, plan_elixir.c knows what
 * is special about Elixir, plan_config.c what configures the release, plan_files.c looks
 * at the applications' files.
 */
#include "relc/build/plan.h"

struct planner {
    struct arena *arena;
    struct plan *plan;
    const struct profile *profile;
    const struct report *report;
    struct cache *cache;
    struct pool *pool;
    struct catalogue catalogue;
    str *build_dirs;
    size_t build_dir_count;
    struct err *err;
};

bool planner_is_mix(const struct planner *planner);

/* A path of the configuration, which is relative to the project. */
str planner_path(const struct planner *planner, str path);

/* Adds the place of a setting to the err that was just set. Returns -1. */
int planner_error_at(struct planner *planner, const struct place *place);

/* The Erlang installation: of include_erts, erlang_root, or the `erl` on PATH. */
int planner_find_erlang(struct planner *planner) ERR_MUST_CHECK;

/* Project, lib_dirs, Elixir, Erlang: the first that has an application provides it. */
int planner_fill_catalogue(struct planner *planner) ERR_MUST_CHECK;

/* Takes what the profile excludes out of every application that the catalogue reads. */
void planner_exclude(struct planner *planner);

bool planner_excludes(const struct planner *planner, str app);

/* Excluded modules that an application of the release never had are an error. */
int planner_check_excludes(struct planner *planner) ERR_MUST_CHECK;

/* A Mix project needs Elixir's own applications: says so before the closure does. */
int planner_check_elixir(struct planner *planner) ERR_MUST_CHECK;

/* Notes the release's Elixir, and adds the consolidated protocols as an application. */
int planner_add_protocols(struct planner *planner) ERR_MUST_CHECK;

/* The files of each application against its .app; folders are read ahead for later. */
int planner_check_files(struct planner *planner) ERR_MUST_CHECK;

/* What configures the release: config.exs; runtime.exs and modules at boot. */
int planner_find_configuration(struct planner *planner) ERR_MUST_CHECK;
