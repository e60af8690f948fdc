#pragma once
/*
 * The project's own shell scripts in a release: hooks and further commands.
 */
#include "relc/build/plan.h"
#include "relc/image/image.h"

/*
 * Adds the scripts of the hook settings as releases/VSN/hooks/EVENT.d/NAME (each folder
 * is there, also when empty), and those of `commands` as releases/VSN/commands/NAME.sh.
 * A command that bin/NAME has already is an error.
 */
int hook_files_add(struct arena *arena, struct image *image, const struct plan *plan,
                   struct err *err) ERR_MUST_CHECK;
