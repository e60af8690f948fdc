#pragma once
/*
 * `relc clean`: releases that were built go away again. First it is decided what goes, so
 * that whoever asked for it can be shown; then it is removed. What other versions in the
 * same folder use stays, and so do the files of the run time.
 */
#include "relc/config/profile.h"
#include "relc/config/project.h"
#include "relc/otp/app.h"

enum clean_extent {
    CLEAN_LAST, /* the version that was built last; the one before starts then */
    CLEAN_OLD,  /* all versions but the last one */
    CLEAN_ALL,  /* the output folder with everything in it */
};

struct clean_options {
    const char *folder; /* the project's */
    struct profile_choice choice;
    enum clean_extent extent;
};

struct cleaning {
    struct project project;
    struct profile profile;
    enum clean_extent extent;
    str root;              /* the output folder, absolute; ptr NULL when there is none */
    struct names versions; /* that go */
    struct names paths;    /* that go, below root; none with CLEAN_ALL */
    bool empties;          /* no version stays */
    str next;              /* the version that is the last one then; ptr NULL for none */
};

/* The releases of the project's configuration file, in its order. */
int clean_releases(struct arena *arena, const struct clean_options *options,
                   struct names *names, struct err *err) ERR_MUST_CHECK;

/*
 * Decides for one release. Fails when a node runs in the folder, as far as this system
 * tells (Linux does), or when the folder to be removed whole is none that relc made.
 */
int clean_decide(struct arena *arena, const struct clean_options *options,
                 struct cleaning *cleaning, struct err *err) ERR_MUST_CHECK;

/* Does it, and runs the plugins' after_cleanup. */
int clean_run(struct arena *arena, const struct cleaning *cleaning,
              const struct report *report, struct err *err) ERR_MUST_CHECK;
