#pragma once
/*
 * What changed between two releases, as their users see it: applications, modules whose
 * code differs (module_facts' sense: not those that were merely compiled again), other
 * files, configuration. What follows from these (boot scripts, .rel, .app) is left out.
 */
#include "relc/build/inspect.h"

enum diff_what {
    DIFF_ERTS,   /* version */
    DIFF_APP,    /* added, removed, another version or start type */
    DIFF_MODULE, /* of an application that both have */
    DIFF_CONFIG, /* a key of an application in sys.config; never with its value */
    DIFF_FILE,   /* any other; path as in the release, without versions */
};

enum diff_change { DIFF_ADDED, DIFF_REMOVED, DIFF_CHANGED };

struct diff_item {
    enum diff_what what;
    enum diff_change change;
    str app;  /* ptr NULL: none's */
    str name; /* of module, key or file; of DIFF_APP ptr NULL */
    str from; /* versions, or start types where the version is the same */
    str to;
};

struct diff {
    struct diff_item *items; /* by application, what and name; what is of none at last */
    size_t count;
};

int diff_releases(struct arena *arena, const struct inspection *from,
                  const struct inspection *to, struct diff *diff,
                  struct err *err) ERR_MUST_CHECK;
