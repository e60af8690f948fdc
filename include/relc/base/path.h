#pragma once
/*
 * Paths as text: joining, splitting and judging them, without touching the disk.
 */
#include "relc/base/arena.h"

/* a/b; b alone when it is absolute; a alone when b is empty. NUL-terminated. */
str path_join(struct arena *arena, str a, str b);

/* The last component ("/a/b/" gives "b"), and what is before it ("." if nothing). */
str path_basename(str path);
str path_dirname(struct arena *arena, str path);

/* What is before the last slash, as part of path; empty when there is none. */
str path_above(str path);

/* One of two normalized paths is the other or leads to it; the empty one to all. */
bool path_are_in_line(str a, str b);

/*
 * The path with "." and empty components removed and ".." resolved as text; a
 * leading ".." that leaves the start is kept. "." when nothing is left.
 */
str path_normalize(struct arena *arena, str path);

/*
 * True when path names something strictly below the folder it is taken relative to:
 * not empty, not absolute, no component that is "..", "." or empty, no NUL byte.
 */
bool path_is_inside(str path);

/*
 * True when name may be one component of a path in a release on every system and in
 * unquoted shell text: letters, digits, '.', '_', '-', '+', '@', '~', not empty, not
 * starting with '.' or '-', at most 200 bytes.
 */
bool path_is_safe_name(str name);

/* The path seen from folder base (both normalized and absolute), for messages. */
str path_relative_to(struct arena *arena, str path, str base);
