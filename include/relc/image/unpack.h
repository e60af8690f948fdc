#pragma once
/*
 * Reading a tar.gz back: the package of an earlier release becomes a folder again, so
 * that whoever looks at releases knows only folders. Knows nothing of Erlang.
 */
#include "relc/base/err.h"
#include "relc/base/str.h"

#include <stdbool.h>
#include <stdint.h>

/* What becomes of an entry. */
enum unpack_take {
    UNPACK_WRITE,   /* it is unpacked */
    UNPACK_FOLDER,  /* of a file only the folder that it is in; a folder is made */
    UNPACK_COMPARE, /* a file is unpacked if it is not the same as another file */
    UNPACK_NOTHING,
};

enum unpack_kind { UNPACK_A_FILE, UNPACK_A_DIR, UNPACK_A_LINK, UNPACK_NO_FILE };

/*
 * A range of a tar archive that is not looked at, with the entries in it. What the file
 * has from piece_at on must be the DEFLATE blocks that the archive's bytes from
 * piece_begin on are made from, and these must refer to nothing before. piece_begin is
 * not behind the end of the range.
 */
struct unpack_gap {
    uint64_t begin, end;
    uint64_t piece_begin, piece_at;
};

struct unpack_rules {
    void *context;
    /* path: in the package, normalized. For UNPACK_COMPARE *other is the other file. */
    enum unpack_take (*take)(void *context, str path, enum unpack_kind kind,
                             const char **other);
    /* Told of each file with UNPACK_COMPARE; one that is not the same was unpacked. */
    void (*compared)(void *context, str path, bool same);
    /* Sorted. With gaps the package must be a tar.gz, whose checksum is not looked at. */
    const struct unpack_gap *gaps;
    size_t gap_count;
};

/*
 * Unpacks a tar or tar.gz into an existing, empty folder: all, or what the rules say
 * (NULL for none). Files get the mode 0644 or 0755. Of symbolic links only those
 * downwards from their folder are made. Of entries with one name the last one counts. An
 * entry that would leave the folder or is no file, folder or symbolic link is an error,
 * as is a package that ends early or whose checksum (gzip's) is wrong; what was unpacked
 * until then stays.
 */
int unpack_tar(const char *package, const char *folder, const struct unpack_rules *rules,
               struct err *err) ERR_MUST_CHECK;
