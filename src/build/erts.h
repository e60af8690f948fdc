#pragma once
/*
 * The part of an Erlang installation that a release runs: erts-VSN/ without what only
 * a developer's machine needs.
 */
#include "relc/image/image.h"
#include "relc/otp/target.h"

/*
 * Adds erts-VSN/bin to the image: the VM and its helpers, and relc's own relocatable
 * `erl` in the place of scripts that know the root where they were installed. full also
 * adds compilers, dialyzer, headers, static libraries and sources.
 */
int erts_add(struct arena *arena, struct image *image, const struct target *target,
             bool full, struct err *err) ERR_MUST_CHECK;
