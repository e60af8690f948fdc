#pragma once
/*
 * One self-extracting file: a shell script (templates/bin/NAME.run) with the tarball
 * behind it. The script needs a POSIX shell, gzip, mktemp, tail and tar.
 */
#include "relc/build/plan.h"
#include "relc/image/image.h"

/* Where it is in the release's folder: "bin/NAME.run". */
str executable_path(struct arena *arena, const struct release *release);

/*
 * Makes the file path from the tarball of the image; both may be the same file, which
 * is replaced then.
 */
int executable_write(struct arena *arena, const struct plan *plan, struct image *image,
                     const char *tarball, const char *path,
                     struct err *err) ERR_MUST_CHECK;
