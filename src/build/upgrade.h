#pragma once
/*
 * Hot upgrades: from the versions that run to the one that is built. Finds or makes the
 * appups of what changed and joins them to a relup, which leads up from every base and
 * back down to it.
 */
#include "build/upgrade_appups.h"
#include "relc/image/image.h"

struct upgrade {
    struct upgrade_bases bases;
    struct names from;  /* the versions of the bases */
    struct arena terms; /* for the two that follow */
    struct upgrade_appups appups;
    struct term relup;
    str relup_text; /* printed, which is best done before there is an image */
    bool restarts_emulator;
};

struct upgrade_options {
    const char *const *from; /* versions, tarballs, folders; none: the version before */
    size_t from_count;
    bool restart_emulator; /* at the end of the upgrade, whatever changed */
    struct image *apps;    /* with the files of the plan's applications */
    struct cache *cache;   /* or NULL */
};

/*
 * Everything that is decided before files are laid into the image. Must be ended with
 * upgrade_close also after a failure.
 */
int upgrade_make(struct arena *arena, const struct plan *plan,
                 const struct upgrade_options *options, const struct report *report,
                 struct upgrade *upgrade, struct err *err) ERR_MUST_CHECK;

/* Puts releases/VSN/relup and the appups that relc found or made into the image. */
int upgrade_add(struct arena *arena, const struct plan *plan,
                const struct upgrade *upgrade, struct image *image,
                struct err *err) ERR_MUST_CHECK;

/*
 * Judges the upgrade from each base and reports what matters. One that will fail is an
 * error. image is that of the new release, for its configuration.
 */
int upgrade_judge(struct arena *arena, const struct plan *plan,
                  const struct upgrade *upgrade, const struct image *image,
                  const struct report *report, struct err *err) ERR_MUST_CHECK;

/* Lets go of the appups and the relup, which are no more wanted once they are judged. */
void upgrade_forget_terms(struct upgrade *upgrade);

void upgrade_close(struct upgrade *upgrade);
