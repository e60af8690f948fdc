#pragma once
/*
 * The files of an application against what its .app says of them.
 */
#include "relc/base/report.h"
#include "relc/image/cache.h"
#include "relc/otp/app.h"

/*
 * Every module that the .app lists must have its .beam, whole and of that module; what
 * lies in ebin/ without being listed is a warning (a release that loads its modules at
 * boot never loads it). The cache, which may be NULL, knows files that were good before.
 */
int app_files_check(struct arena *arena, const struct app *app,
                    const struct report *report, struct cache *cache,
                    struct err *err) ERR_MUST_CHECK;
