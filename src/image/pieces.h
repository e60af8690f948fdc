#pragma once
/*
 * Cutting the tar archive of an image into pieces that are compressed one by one.
 *
 * A content of some size is a piece by itself (or several, when it is long), so that the
 * same file makes the same piece in every archive, whatever stands before and behind it,
 * however it is named and dated. What lies between two such contents - headers, small
 * files, padding - is compressed together, since small pieces compress badly. Where
 * the archive is cut depends on the image alone.
 */
#include "members.h"

enum segment_kind { SEGMENT_HEADER, SEGMENT_CONTENT, SEGMENT_ZEROS };

/* Bytes of the archive that come from one place. */
struct segment {
    enum segment_kind kind;
    const struct member *member; /* NULL for zeros */
    uint64_t offset;             /* in the content */
    size_t len;
};

struct piece {
    struct segment *segments;
    size_t count;
    size_t len; /* of all segments */
};

struct piece_list {
    struct piece *pieces;
    size_t count;
};

/* Cuts the archive of the members, which must stay; the list is in the arena. */
void pieces_cut(struct arena *arena, const struct members *members,
                struct piece_list *list);

/*
 * Fills out with the len bytes of the piece; folder as for source_open, seconds as for
 * image_entry_seconds.
 */
int piece_read(const struct piece *piece, struct source_folder *folder, int64_t seconds,
               unsigned char *out, struct err *err) ERR_MUST_CHECK;
