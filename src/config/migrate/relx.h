#pragma once
/*
 * Private to the reader of relx: relx.c has releases and profiles, relx_settings.c what
 * is set in them.
 */
#include "config/migrate/moved.h"

/* relx says nothing of places: the line of the first {NAME with something after it. */
unsigned relx_find_line(const struct moved *moved, str name);

/* A release, or what belongs to all of them together. */
bool relx_is_definition(const struct term *term);

/* Sets all that the terms set, and after it what their mode implies. */
void relx_set_terms(struct moved *moved, struct moved_profile *profile,
                    const struct term *config);

/* {mode, Mode}: what is not set beside it. */
void relx_set_mode(struct moved *moved, struct moved_profile *profile, str mode);

/* Sets a flag that is not set. */
void relx_set_flag(struct moved *moved, struct moved_profile *profile, const char *name,
                   bool value);

/* vm.args and sys.config where relx looks for them when nothing names them. */
void relx_set_usual_files(struct moved *moved, struct moved_profile *release);
