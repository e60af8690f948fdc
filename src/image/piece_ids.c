#include "piece_ids.h"

#include "tar_header.h"

#include "relc/base/mem.h"

#include <stdlib.h>

/* Under what the content of a member from an offset on is remembered. */
static struct id content_key(const struct member *member, uint64_t offset)
{
    struct id_mixer *mixer = id_mixer_new();
    id_mixer_add(mixer, "content", 7);
    id_mixer_id(mixer, state_of_entry(member->entry));
    id_mixer_number(mixer, offset);
    return id_mixer_end(mixer);
}

static bool content_known(const struct piece_ids *ids, const struct segment *segment,
                          struct id *id)
{
    const struct member *member = segment->member;
    struct memo_value value;
    if (member->entry->kind == IMAGE_MEMORY) {
        *id = id_of(member->entry->content.ptr + segment->offset, segment->len);
        return true;
    }
    if (!member->settled ||
        !cache_recall(ids->cache, content_key(member, segment->offset), &value) ||
        value.number != member->size)
        return false;
    *id = value.id;
    return true;
}

static struct id content_read(const struct piece_ids *ids, const struct segment *segment,
                              const unsigned char *bytes)
{
    const struct member *member = segment->member;
    const struct memo_value value = {id_of(bytes, segment->len), member->size};
    if (member->entry->kind == IMAGE_FILE && member->settled)
        cache_learn(ids->cache, content_key(member, segment->offset), &value);
    return value.id;
}

static void mix_header(struct id_mixer *mixer, const struct piece_ids *ids,
                       const struct segment *segment)
{
    const struct member *member = segment->member;
    unsigned char block[TAR_BLOCK];
    unsigned char *header =
        segment->len <= sizeof block ? block : mem_alloc(segment->len);
    tar_header_write(member->entry, member->size, ids->seconds, header);
    id_mixer_add(mixer, header, segment->len);
    if (header != block)
        free(header);
}

/* bytes of the whole piece, or NULL. */
static bool mix_segments(struct id_mixer *mixer, const struct piece_ids *ids,
                         const struct piece *piece, const unsigned char *bytes)
{
    for (size_t i = 0; i < piece->count; i++) {
        const struct segment *segment = &piece->segments[i];
        struct id id;
        id_mixer_number(mixer, segment->kind);
        id_mixer_number(mixer, segment->len);
        if (segment->kind == SEGMENT_HEADER) {
            mix_header(mixer, ids, segment);
        } else if (segment->kind == SEGMENT_CONTENT) {
            if (bytes)
                id = content_read(ids, segment, bytes);
            else if (!content_known(ids, segment, &id))
                return false;
            id_mixer_id(mixer, id);
        }
        if (bytes)
            bytes += segment->len;
    }
    return true;
}

static bool make_id(const struct piece_ids *ids, const struct piece *piece,
                    const unsigned char *bytes, struct id *id)
{
    struct id_mixer *mixer = id_mixer_new();
    id_mixer_id(mixer, ids->making);
    bool known = mix_segments(mixer, ids, piece, bytes);
    *id = id_mixer_end(mixer);
    return known;
}

bool piece_id_known(const struct piece_ids *ids, const struct piece *piece, struct id *id)
{
    return make_id(ids, piece, NULL, id);
}

struct id piece_id_read(const struct piece_ids *ids, const struct piece *piece,
                        const unsigned char *bytes)
{
    struct id id;
    make_id(ids, piece, bytes, &id);
    return id;
}
