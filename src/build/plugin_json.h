#pragma once
/*
 * What a plugin reads from standard input.
 */
#include "relc/build/plugins.h"

/* The document, in the arena. */
str plugin_json(struct arena *arena, const char *event, const struct plugin_scene *scene);
