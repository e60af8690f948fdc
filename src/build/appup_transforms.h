#pragma once
/*
 * The setting appup_transforms: purge modes and programs that change the appups which
 * relc makes.
 */
#include "relc/build/plan.h"

/* Applies them in their order to the appup of an application, from one version. */
int appup_transforms_apply(struct arena *arena, const struct plan *plan, str app,
                           str from, struct term *appup, struct err *err) ERR_MUST_CHECK;
