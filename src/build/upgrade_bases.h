#pragma once
/*
 * The versions that an upgrade leads up from: which ones, and opening them.
 */
#include "relc/build/plan.h"
#include "relc/build/release_view.h"

struct upgrade_bases {
    struct release_view *views;
    size_t count;
};

struct upgrade_search {
    const char *const *from; /* versions, tarballs, folders; none: the version before */
    size_t from_count;
    struct release_next next; /* the plan's release */
};

/*
 * Opens what the command line names: versions of the output folder, tarballs or folders
 * of releases; without any the version before in the output folder. Each must be another
 * version of the release that the plan is for, with its own ERTS. Must be closed also
 * after a failure.
 */
int upgrade_bases_open(struct arena *arena, const struct plan *plan,
                       const struct upgrade_search *search, struct upgrade_bases *bases,
                       struct err *err) ERR_MUST_CHECK;

void upgrade_bases_close(struct upgrade_bases *bases);
