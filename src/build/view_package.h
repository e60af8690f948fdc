#pragma once
/*
 * The package of an earlier release, unpacked into a private folder for as long as
 * somebody looks at it.
 */
#include "build/view_twins.h"
#include "relc/build/release_view.h"

struct view_package {
    const char *path;
    const struct release_next *next; /* or NULL */
    struct view_twins *twins;        /* of that */
    bool whole;                      /* everything is wanted */
};

/* Sets the view's root, unpacked and lock; these hold after a failure as well. */
int view_unpack(struct arena *arena, const struct view_package *package,
                struct release_view *view, struct err *err) ERR_MUST_CHECK;
