#pragma once
/*
 * Whether a node runs out of a folder: a process whose program is in it, or an Erlang VM
 * whose root or boot file is. Told by /proc, and only there.
 */
#include "relc/base/arena.h"

/* The number of such a process, or 0: there is none, or this system does not tell. */
long running_in(struct arena *arena, const char *folder);
