#pragma once
/*
 * Delta packages: only what the versions that are upgraded from lack. Left out are the
 * applications (and the ERTS) that all of them have in the same version, bin/, the
 * files of releases/ that speak of the whole installation, and the text form of boot
 * files.
 */
#include "build/upgrade_bases.h"
#include "relc/image/image.h"

/*
 * Fills delta, an empty image, from the image of the whole release, and names what it
 * leaves to the node to have: "lib/APP-VSN", "erts-VSN".
 */
void delta_select(struct arena *arena, const struct plan *plan,
                  const struct upgrade_bases *bases, const struct image *whole,
                  struct image *delta, struct names *needs);
