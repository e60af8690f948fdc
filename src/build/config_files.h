#pragma once
/*
 * The files of a release that its operators know: sys.config, vm.args, the cookie, and
 * the management scripts.
 */
#include "relc/build/plan.h"
#include "relc/image/image.h"

int config_files_add(struct arena *arena, struct image *image, const struct plan *plan,
                     const struct report *report, struct err *err) ERR_MUST_CHECK;

int script_files_add(struct arena *arena, struct image *image, const struct plan *plan,
                     struct err *err) ERR_MUST_CHECK;
