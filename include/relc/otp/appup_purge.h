#pragma once
/*
 * How the instructions of an appup get rid of old code (appup(4), PrePurge and
 * PostPurge).
 */
#include "relc/otp/app.h"

struct appup_purge {
    const char *pre; /* "soft_purge", "brutal_purge", NULL: as it is */
    const char *post;
    const struct names *modules; /* none: all */
};

/*
 * Changes the purge modes in all update and load_module instructions, of both ways, of
 * an appup that appup_parse took. Instructions that are changed get their full form.
 */
int appup_set_purge(struct arena *arena, const struct appup_purge *purge,
                    struct term *appup, struct err *err) ERR_MUST_CHECK;
