#pragma once
/*
 * The tar archive in a package: a tar.gz, or a tar as it is. zlib reads the gzip, which
 * looks at its checksum: it is that which tells a damaged package from a whole one.
 */
#include "relc/image/unpack.h"

struct package;

/* With gaps the archive is without them; they must stay. NULL is an error. */
struct package *package_open(const char *path, const struct unpack_gap *gaps,
                             size_t gap_count, struct err *err);
void package_close(struct package *package);

/*
 * The next bytes of the archive: how many there are, up to len; 0 at the end. -1 when the
 * package is damaged, with the reason.
 */
long package_read(struct package *package, void *bytes, size_t len, const char **reason);
