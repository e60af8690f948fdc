#pragma once
/*
 * Plugins: programs of the project, in any language, that take part in a build.
 *
 * A plugin is run with the event as its first argument and those of its setting after it,
 * in the project's folder. It reads from standard input what is being built, as JSON
 * (docs/config.md describes it), and finds the folders in its environment. What it
 * changes in the release's folder is in the package.
 */
#include "relc/build/plan.h"

enum plugin_event {
    PLUGIN_BEFORE_ASSEMBLY, /* nothing is decided yet; compiled files may still be made */
    PLUGIN_AFTER_ASSEMBLY,  /* the release's folder is there */
    PLUGIN_BEFORE_PACKAGE,  /* the same, if there will be a tarball */
    PLUGIN_AFTER_PACKAGE,   /* the tarball is there */
    PLUGIN_AFTER_CLEANUP,   /* `relc clean` is done */
};

/* What plugins are told of. */
struct plugin_scene {
    const struct project *project;
    const struct profile *profile;
    const struct plan *plan; /* NULL before it is made */
    str folder;              /* the release's, absolute; ptr NULL when there is none */
    str tarball;             /* ptr NULL when there is none */
};

/*
 * Runs all plugins of the profile, one after the other. The first that fails, or takes
 * longer than plugin_timeout, is an error with what it said last; it is ended with all
 * that it has started. Their output goes to the report as details.
 */
int plugins_run(struct arena *arena, enum plugin_event event,
                const struct plugin_scene *scene, const struct report *report,
                struct err *err) ERR_MUST_CHECK;
