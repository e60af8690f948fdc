#pragma once
/*
 * What the project lays over a release: overlays (files, folders, links, templates). They
 * are the last to be added, in their order, and take the place of files that are there.
 */
#include "relc/build/plan.h"
#include "relc/image/image.h"

/*
 * Adds the overlays of the plan's profile to the image; where the setting is left out,
 * those in rel/overlays, if the project has that folder. One that would leave the release
 * is an error.
 */
int overlays_add(struct arena *arena, struct image *image, const struct plan *plan,
                 struct err *err) ERR_MUST_CHECK;
