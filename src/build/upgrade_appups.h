#pragma once
/*
 * The appup of each application that an upgrade changes: the user's, else the
 * application's own, else one that relc makes.
 */
#include "build/upgrade_bases.h"
#include "relc/otp/appup.h"

struct upgrade_appup {
    str app;
    struct term term;   /* {Vsn, Ups, Downs}, one entry each for every base */
    struct appup appup; /* the same, parsed */
};

struct upgrade_appups {
    struct upgrade_appup *items; /* in the order of the release */
    size_t count;
    struct map by_app; /* -> const struct appup * */
};

/*
 * For every application that one of the bases has in another version: an appup with the
 * way up from it and down to it. Searched in the project's folder rel/appups/APP, in the
 * application's folder priv/appups, and then its ebin/APP.appup; the first that covers
 * both ways counts.
 */
int upgrade_appups_find(struct arena *arena, const struct plan *plan,
                        const struct upgrade_bases *bases, const struct report *report,
                        struct upgrade_appups *appups, struct err *err) ERR_MUST_CHECK;

/*
 * The appup that relc makes for one application, appup_transforms applied. old_app and
 * new_app are the application in the base and in the plan.
 */
int upgrade_appup_make(struct arena *arena, const struct plan *plan,
                       const struct release_view *base, const struct rel_app *old_app,
                       const struct rel_app *new_app, struct term *appup,
                       struct err *err) ERR_MUST_CHECK;
