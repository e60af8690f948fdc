#pragma once
/*
 * The files of an application in a release: lib/NAME-VSN/.
 */
#include "relc/build/plan.h"
#include "relc/image/image.h"

/*
 * Adds ebin, priv and include of an application's folder, and with include_src its
 * sources, which a project's compiler leaves elsewhere. Of an application that was
 * adjusted the .app is made anew, and modules that were left out stay out.
 */
int app_add(struct arena *arena, struct image *image, const struct plan *plan,
            const struct rel_app *app, struct err *err) ERR_MUST_CHECK;
