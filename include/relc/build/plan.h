#pragma once
/*
 * The plan of a release: everything that is decided before the first file is laid into
 * the image. Which applications in which versions, which ERTS, where it goes. Reads the
 * project and the installations; writes nothing and runs nothing.
 */
#include "relc/base/listing.h"
#include "relc/config/profile.h"
#include "relc/config/project.h"
#include "relc/image/cache.h"
#include "relc/otp/boot.h"

struct plan {
    const struct project *project;
    const struct profile *profile;

    struct target target; /* the OTP that the release is for */
    bool include_erts;    /* its ERTS and libraries go into the release */
    struct release release;

    bool has_elixir;
    str elixir_vsn; /* empty without Elixir */

    /* Elixir's consolidated protocols, an application of the release (otp.md 7.3). */
    struct rel_app *protocols;    /* in release.apps; NULL when there are none */
    const char *consolidated_dir; /* where their modules are */

    /* What configures the release: files, with ptr NULL for none, and modules. */
    str config_file;            /* config/config.exs */
    bool config_at_boot;        /* it is evaluated then, not while building */
    const char *elixir_program; /* for what relc cannot evaluate; NULL for none */
    bool has_providers;         /* something runs at boot */
    str runtime_config;
    str mix_env; /* the environment that Mix compiled the project in */

    str upgrade_from; /* the version that this one is an upgrade of; ptr NULL for none */

    bool dev_mode;
    str output_dir; /* absolute */

    struct listings *ahead; /* the applications' folders, read ahead; or NULL */
};

/* Without ERTS, OTP's own libraries are those of the machine that the release runs on. */
bool plan_leaves_out(const struct plan *plan, const struct rel_app *app);

/* The release's root folder, absolute: output_dir or where the project's builds go. */
str plan_output_dir(struct arena *arena, const struct project *project,
                    const struct profile *profile);

/* Each may be NULL. */
struct plan_means {
    const struct report *report;
    struct cache *cache;    /* knows which modules were found good before */
    struct pool *pool;      /* whose threads look at files */
    struct listings *ahead; /* where folders are read to; must live as long as the plan */
};

/*
 * Makes the plan for a profile of the project. The release is checked as a whole
 * (release_check), and the files of each application against its .app.
 */
int plan_make(struct arena *arena, const struct project *project,
              const struct profile *profile, const struct plan_means *means,
              struct plan *plan, struct err *err) ERR_MUST_CHECK;
