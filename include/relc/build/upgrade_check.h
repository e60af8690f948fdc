#pragma once
/*
 * Judging a hot upgrade without running it: what of the way from one release to another
 * will fail, will have no effect, or may go wrong.
 *
 * Every finding states only what the files show: modules compared by their facts, source
 * code as the debug information has it, the configuration, and the relup or the appups
 * when there are any. What cannot be seen (code without debug information, values known
 * at run time only) is no finding. docs/upgrading.md explains each kind.
 */
#include "relc/base/err.h"
#include "relc/build/build.h"
#include "relc/build/plan.h"
#include "relc/build/release_view.h"
#include "relc/image/image.h"

enum upgrade_severity {
    UPGRADE_ERROR,   /* the upgrade fails, breaks processes, or a change has no effect */
    UPGRADE_WARNING, /* it may go wrong, or part of it waits for a restart */
    UPGRADE_NOTE,    /* worth knowing */
};

/* A kind of finding; the name is stable. */
struct upgrade_kind {
    const char *name; /* "app_version_not_raised" */
    enum upgrade_severity severity;
};

/* All kinds in the order of the findings; docs/upgrading.md has the same. */
const struct upgrade_kind *upgrade_kinds(size_t *count);

struct upgrade_finding {
    const struct upgrade_kind *kind;
    str app;          /* ptr NULL: the release as a whole */
    str module;       /* as its language writes it; ptr NULL: none in particular */
    const char *file; /* where, or NULL */
    unsigned line;    /* 0 when unknown */
    str message;
    str hint; /* ptr NULL for none */
};

/* By kind, then in the order of the applications in the release, then by module. */
struct upgrade_findings {
    struct upgrade_finding *items;
    size_t count;
    size_t capacity;
};

size_t upgrade_findings_of(const struct upgrade_findings *findings,
                           enum upgrade_severity severity);

/* A file of releases/VSN; text.ptr NULL when there is none. */
struct upgrade_file {
    const char *name; /* for messages */
    str text;
};

/* One of the two releases: one that exists, or one that is planned. */
struct upgrade_side {
    str source; /* for messages */
    const struct release *release;
    bool has_erts;
    bool linked;    /* applications are links to another place (dev_mode) */
    str elixir_vsn; /* empty without Elixir */
    struct upgrade_file sys_config, vm_args, runtime_config;

    /* Consolidated protocols: in an application of the release, else NULL. */
    const struct rel_app *protocols;
    /* Where their modules are; NULL without any. */
    const char *protocols_dir;
};

/* Neither may go while the side is in use. */
int upgrade_side_of_view(struct arena *arena, const struct release_view *view,
                         struct upgrade_side *side, struct err *err) ERR_MUST_CHECK;
int upgrade_side_of_plan(struct arena *arena, const struct plan *plan,
                         const struct image *image, struct upgrade_side *side,
                         struct err *err) ERR_MUST_CHECK;

struct upgrade_question {
    const struct upgrade_side *old_side, *new_side;
    /*
     * The relup of the new release, NULL when there is none: then an application's own
     * ebin/APP.appup counts where it covers the two versions, and else relc's appup.
     */
    const struct term *relup;
    const char *relup_file; /* for messages */
};

/*
 * Judges the way from old to new. Fails only when a file of a release cannot be read.
 * Nothing is printed or run.
 */
int upgrade_check(struct arena *arena, const struct upgrade_question *question,
                  struct upgrade_findings *findings, struct err *err) ERR_MUST_CHECK;

/*
 * Opens a release as its user names it: a folder or a tarball; FOLDER:VSN, one of the
 * versions in a folder; or VSN, one of those that the project has built (options: which
 * project and profile). Of the last the tarball is taken where there is one, since a
 * later build with the same version of an application has overwritten the folder.
 * Close the view also after a failure.
 */
int upgrade_release_open(struct arena *arena, const struct build_options *options,
                         const char *name, struct release_view *view,
                         struct err *err) ERR_MUST_CHECK;

/* Only says what would be opened: a file or folder, and which of its releases. */
int upgrade_release_find(struct arena *arena, const struct build_options *options,
                         const char *name, const char **path,
                         struct release_choice *choice, struct err *err) ERR_MUST_CHECK;

/* upgrade_check of two existing releases, with the relup of the new one if it has one. */
int upgrade_check_views(struct arena *arena, const struct release_view *old_view,
                        const struct release_view *new_view,
                        struct upgrade_findings *findings,
                        struct err *err) ERR_MUST_CHECK;
