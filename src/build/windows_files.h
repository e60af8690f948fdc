#pragma once
/*
 * The scripts that start and control the release on Windows: bin/NAME.bat and what it
 * needs in releases/VSN, from templates/windows/.
 */
#include "relc/build/plan.h"
#include "relc/image/image.h"

/* Whose scripts go in: include_executables_for, else those of the ERTS's system. */
bool unix_scripts_wanted(struct arena *arena, const struct plan *plan);
bool windows_scripts_wanted(struct arena *arena, const struct plan *plan);

/* Whether an ERTS is one for Windows: its bin/ has erl.exe. */
bool erts_is_windows(struct arena *arena, const struct target *target);

int windows_files_add(struct arena *arena, struct image *image, const struct plan *plan,
                      struct err *err) ERR_MUST_CHECK;
