#pragma once
/*
 * Reading a tar.gz back: the package of an earlier release becomes a folder again, so
 * that whoever looks at releases knows only folders. Knows nothing of Erlang.
 */
#include "relc/base/err.h"
#include "relc/base/str.h"

/* Whether the content of this file (a path in the package, normalized) is wanted. */
typedef bool unpack_wanted(void *context, str path);

/*
 * Unpacks a tar or tar.gz into an existing, empty folder. The folders of all entries are
 * made; of files only those that wanted says (all with NULL), with mode 0644 or 0755. Of
 * symbolic links only those downwards from their folder are made. Of entries with one
 * name the last one counts. An entry that would leave the folder or is no file, folder or
 * symbolic link is an error, as is a package that ends early or whose checksum (gzip's)
 * is wrong; what was unpacked until then stays.
 */
int unpack_tar(const char *package, const char *folder, unpack_wanted *wanted,
               void *context, struct err *err) ERR_MUST_CHECK;
