#include "pieces.h"

#include "tar_header.h"

#include <string.h>

enum {
    PIECE_CONTENT_MIN = 32 * 1024, /* a content from this length on has its own pieces */
    PIECE_MADE_MIN = 64 * 1024,    /* one that is made in memory from this on */
    RUN_MAX = 2 * 1024 * 1024, /* a run ends before the entry after which it has this */
    RUN_MADE_MAX = 128 * 1024, /* before one that is made in memory */
    RUN_ENOUGH = 1536 * 1024,  /* from here on a folder begins a new run */
    BLOCK_LEN = 256 * 1024,    /* long contents are cut into these */
    BLOCK_MIN = 64 * 1024,     /* unless the last one would be shorter than this */
    END_LEN = 2 * TAR_BLOCK,   /* an archive ends with two blocks of zeros */
};

struct cutter {
    struct arena *arena;
    struct piece_list *list;
    size_t piece_capacity;
    struct piece piece; /* that is being filled */
    size_t segment_capacity;
};

static void end_piece(struct cutter *cutter)
{
    struct piece_list *list = cutter->list;
    if (!cutter->piece.count)
        return;
    list->pieces = arena_grow(cutter->arena, list->pieces, list->count,
                              &cutter->piece_capacity, sizeof *list->pieces);
    list->pieces[list->count++] = cutter->piece;
    cutter->piece = (struct piece){0};
    cutter->segment_capacity = 0;
}

static void add_segment(struct cutter *cutter, struct segment segment)
{
    struct piece *piece = &cutter->piece;
    piece->segments = arena_grow(cutter->arena, piece->segments, piece->count,
                                 &cutter->segment_capacity, sizeof *piece->segments);
    piece->segments[piece->count++] = segment;
    piece->len += segment.len;
}

static void add_zeros(struct cutter *cutter, size_t len)
{
    if (len)
        add_segment(cutter, (struct segment){.kind = SEGMENT_ZEROS, .len = len});
}

static void add_content(struct cutter *cutter, const struct member *member,
                        uint64_t offset, uint64_t len)
{
    add_segment(cutter, (struct segment){.kind = SEGMENT_CONTENT,
                                         .member = member,
                                         .offset = offset,
                                         .len = (size_t)len});
}

/* A content of its own: as many blocks as it takes. */
static void add_blocks(struct cutter *cutter, const struct member *member)
{
    for (uint64_t offset = 0; offset < member->size;) {
        uint64_t left = member->size - offset;
        uint64_t len = left < BLOCK_LEN + BLOCK_MIN ? left : BLOCK_LEN;
        end_piece(cutter);
        add_content(cutter, member, offset, len);
        offset += len;
    }
    end_piece(cutter);
}

static bool is_made(const struct member *member)
{
    return member->entry->kind == IMAGE_MEMORY;
}

/* What relc makes itself - boot files, scripts - is much alike: together it is smaller.
 */
static bool has_own_pieces(const struct member *member)
{
    return member->size >= (is_made(member) ? PIECE_MADE_MIN : PIECE_CONTENT_MIN);
}

/* What is made here is new in every build, and comes last: several threads should share
 * it.
 */
static bool run_is_full(const struct cutter *cutter, const struct member *member)
{
    size_t len = cutter->piece.len;
    if (is_made(member))
        return len >= RUN_MADE_MAX;
    return len >= RUN_MAX || (len >= RUN_ENOUGH && member->entry->kind == IMAGE_DIR);
}

static void add_member(struct cutter *cutter, const struct member *member)
{
    if (run_is_full(cutter, member))
        end_piece(cutter);
    add_segment(cutter, (struct segment){
                            .kind = SEGMENT_HEADER,
                            .member = member,
                            .len = tar_header_size(member->entry, member->size),
                        });
    /* Empty files too: reading them tells whether they are still there. */
    if (has_own_pieces(member))
        add_blocks(cutter, member);
    else if (member->size || member->entry->kind == IMAGE_FILE)
        add_content(cutter, member, 0, member->size);
    add_zeros(cutter, tar_padding(member->size));
}

void pieces_cut(struct arena *arena, const struct members *members,
                struct piece_list *list)
{
    struct cutter cutter = {.arena = arena, .list = list};
    *list = (struct piece_list){0};
    for (size_t i = 0; i < members->count; i++)
        add_member(&cutter, &members->items[i]);
    add_zeros(&cutter, END_LEN);
    end_piece(&cutter);
}

int piece_read(const struct piece *piece, struct source_folder *folder, int64_t seconds,
               unsigned char *out, struct err *err)
{
    for (size_t i = 0; i < piece->count; i++) {
        const struct segment *segment = &piece->segments[i];
        const struct member *member = segment->member;
        switch (segment->kind) {
        case SEGMENT_HEADER:
            tar_header_write(member->entry, member->size, seconds, out);
            break;
        case SEGMENT_ZEROS:
            memset(out, 0, segment->len);
            break;
        case SEGMENT_CONTENT:
            if (member_read(member, folder, segment->offset, out, segment->len, err) != 0)
                return -1;
        }
        out += segment->len;
    }
    return 0;
}
