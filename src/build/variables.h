#pragma once
/*
 * The variables that templates of a release may use: <%= release_name %> and so on, and
 * those of overlay_vars, which win.
 */
#include "relc/base/buf.h"
#include "relc/build/plan.h"

/* Fills vars: name -> NUL-terminated value. */
void variables_init(struct arena *arena, const struct plan *plan, struct map *vars);

/*
 * Renders the value of a setting, such as a path; what is wrong with it is an error at
 * place.
 */
int variables_render_setting(struct arena *arena, const struct plan *plan, str value,
                             const struct place *place, str *rendered,
                             struct err *err) ERR_MUST_CHECK;

/* Renders a text with the plan's variables into the arena. */
int variables_render(struct arena *arena, const struct plan *plan, str text,
                     const char *file, str *rendered, struct err *err) ERR_MUST_CHECK;

/* Reads the file that a setting names, which may have variables, and renders it. */
int variables_render_file(struct arena *arena, const struct plan *plan,
                          const struct setting_text *setting, const char **file,
                          str *text, struct err *err) ERR_MUST_CHECK;
