#pragma once
/*
 * Staging: the file or folder beside a target in which the new content is made.
 *
 * Its name follows from the target's (".NAME.relc-new"), so that the next run finds and
 * removes what a killed one left. Whoever works in it holds a lock (flock) on it, which
 * ends with the process: a second build sees it and stops.
 */
#include "relc/base/arena.h"
#include "relc/base/err.h"

/* The staging path of a target; what follows the last slash is its name. */
char *stage_path(struct arena *arena, const char *target);

/*
 * Makes a new file (mode 0600) and locks it. Returns a descriptor for writing, or -1.
 * A file left by a killed run is removed; one that is in use is an error.
 */
int stage_make_file(const char *path, const char *target, struct err *err) ERR_MUST_CHECK;

/* As stage_make_file, for an empty folder (mode 0700), open for reading. */
int stage_make_dir(const char *path, const char *target, struct err *err) ERR_MUST_CHECK;

/*
 * Locks a folder or file. Fails when another build holds it. Where the file system knows
 * no locks (some network ones) there is none, and no error.
 */
int stage_lock(int fd, const char *target, struct err *err) ERR_MUST_CHECK;

/* Puts the staged file in the target's place in one step; -1 with errno, nothing done. */
int stage_place(const char *staged, const char *target);

/* Whether path (not followed if it is a link) names what fd has open; false for no fd. */
bool stage_is_same(int fd, const char *path);
