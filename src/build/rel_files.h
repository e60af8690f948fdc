#pragma once
/*
 * The files of a release that OTP itself reads: .rel, boot scripts, RELEASES,
 * start_erl.data, made from the plan's terms.
 */
#include "relc/build/plan.h"
#include "relc/image/image.h"

int rel_files_add(struct arena *arena, struct image *image, const struct plan *plan,
                  struct err *err) ERR_MUST_CHECK;
