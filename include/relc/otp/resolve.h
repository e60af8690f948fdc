#pragma once
/*
 * From the applications that a configuration names to all that the release needs.
 */
#include "relc/otp/catalogue.h"
#include "relc/otp/release.h"

/* An application that is asked for; the version's ptr is NULL when any will do. */
struct wanted {
    str name;
    enum start_type type;
    str version;
    bool cascade;     /* what only it needs has its start type, not permanent */
    const char *file; /* where it is asked for; NULL when relc itself does */
    unsigned line;
    unsigned column;
};

/*
 * The closure over applications, included_applications and those of the
 * optional_applications that the catalogue has. Order: kernel and stdlib, then every
 * application after those that it needs, otherwise as wanted. A start type that is
 * given holds however the application was reached; others have START_DEFAULT, included
 * ones START_LOAD; where all that need an application cascade, it has the strongest of
 * their types. Two wishes that contradict each other in type or version are errors.
 */
int resolve_apps(struct arena *arena, struct catalogue *catalogue,
                 const struct wanted *wanted, size_t count, struct release *release,
                 struct err *err) ERR_MUST_CHECK;
