#pragma once
/*
 * The files of an application against what its .app says of them.
 */
#include "relc/base/listing.h"
#include "relc/base/report.h"
#include "relc/image/cache.h"
#include "relc/otp/app.h"

/* Either may be NULL. */
struct app_files_means {
    struct cache *cache;          /* knows files that were good before */
    const struct listings *ahead; /* has folders that need not be read */
};

/*
 * Every module that the .app lists must have its .beam, whole and of that module; what
 * lies in ebin/ without being listed is a warning (a release that loads its modules at
 * boot never loads it).
 */
int app_files_check(struct arena *arena, const struct app *app,
                    const struct report *report, const struct app_files_means *means,
                    struct err *err) ERR_MUST_CHECK;
