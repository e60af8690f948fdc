/*
 * A part is remembered in two records: what it was made from and where it begins, and
 * where it ends and where to read on from there.
 */
#include "relc/image/parts.h"

#include "cache_use.h"
#include "dir_known.h"
#include "parts_learn.h"
#include "tar_header.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* The part that the entry is or belongs to; empty for what is in none. */
static str part_of(const struct image_entry *entry)
{
    size_t first = str_find(entry->path, '/');
    str rest = str_slice(entry->path, first + 1, entry->path.len);
    size_t second = first + 1 + str_find(rest, '/');
    bool is_part = second < entry->path.len || (rest.len && entry->kind == IMAGE_DIR);
    return is_part ? str_slice(entry->path, 0, second) : STR("");
}

static struct id entry_id(const struct image_entry *entry)
{
    struct id_mixer *mixer = id_mixer_new();
    state_mix_entry(mixer, entry);
    return id_mixer_end(mixer);
}

/* Sums: the order of the entries does not matter. */
void image_parts_find(struct arena *arena, const struct image *image, struct cache *cache,
                      struct image_parts *parts)
{
    *parts = (struct image_parts){.cache = cache};
    map_init(&parts->by_path, arena);
    for (size_t i = 0; cache && i < image->count; i++) {
        str part = part_of(image->entries[i]);
        if (!part.len)
            continue;
        struct id id = entry_id(image->entries[i]);
        struct id *sum = map_get(&parts->by_path, part);
        if (!sum) {
            sum = arena_alloc(arena, sizeof *sum);
            *sum = (struct id){0};
            map_put(&parts->by_path, part, sum);
        }
        sum->low += id.low;
        sum->high += id.high;
    }
}

static struct id part_key(struct id tarball, str part, uint64_t record)
{
    static const char mark[] = "part 1";
    struct id_mixer *mixer = id_mixer_new();
    id_mixer_add(mixer, mark, sizeof mark);
    id_mixer_id(mixer, tarball);
    id_mixer_number(mixer, record);
    id_mixer_add(mixer, part.ptr, part.len);
    return id_mixer_end(mixer);
}

bool tarball_parts_open(struct cache *cache, const char *path,
                        struct tarball_parts *tarball)
{
    struct stat st;
    struct memo_value value;
    if (!cache || lstat(path, &st) != 0 || !S_ISREG(st.st_mode) ||
        !cache_recall(cache, state_of_file("", path, &st), &value))
        return false;
    *tarball = (struct tarball_parts){cache, {value.id.low, value.id.high}};
    return true;
}

bool tarball_parts_get(const struct tarball_parts *tarball, str part,
                       const struct image_parts *image, struct unpack_gap *gap)
{
    const struct id id = {tarball->id[0], tarball->id[1]};
    const struct id *wanted = image ? map_get(&image->by_path, part) : NULL;
    struct memo_value begin, end;
    if ((image && !wanted) ||
        !cache_recall(tarball->cache, part_key(id, part, 0), &begin) ||
        !cache_recall(tarball->cache, part_key(id, part, 1), &end) ||
        (image && !id_eq(begin.id, *wanted)))
        return false;
    *gap = (struct unpack_gap){
        .begin = begin.number,
        .end = end.id.low,
        .piece_at = end.id.high,
        .piece_begin = end.number,
    };
    return gap->begin < gap->end && gap->piece_begin <= gap->end;
}

/* Going through an archive from its begin on. */
struct learner {
    struct map gaps; /* part -> struct unpack_gap * */
    str part;        /* that the last entry was of */
    uint64_t begun;
    uint64_t at;
    uint64_t piece_begin, piece_at;
};

/* A part that is not in one place is of no use: end is 0 then. */
static void end_part(struct learner *learner)
{
    if (!learner->part.len)
        return;
    struct unpack_gap *gap = map_get(&learner->gaps, learner->part);
    bool again = gap != NULL;
    if (!again) {
        gap = arena_alloc(learner->gaps.arena, sizeof *gap);
        map_put(&learner->gaps, learner->part, gap);
    }
    *gap = (struct unpack_gap){
        .begin = learner->begun,
        .end = again ? 0 : learner->at,
        .piece_begin = learner->piece_begin,
        .piece_at = learner->piece_at,
    };
}

static void pass_segment(struct learner *learner, const struct segment *segment)
{
    if (segment->kind == SEGMENT_HEADER) {
        str part = part_of(segment->member->entry);
        if (!str_eq(part, learner->part)) {
            end_part(learner);
            learner->part = part;
            learner->begun = learner->at;
        }
    }
    learner->at += segment->len;
}

static void find_gaps(struct learner *learner, const struct piece_list *list,
                      const uint64_t *places)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct piece *piece = &list->pieces[i];
        learner->piece_begin = learner->at;
        learner->piece_at = places[i];
        for (size_t j = 0; j < piece->count; j++)
            pass_segment(learner, &piece->segments[j]);
    }
    /* The end of the archive belongs to no part. */
    learner->at -= 2 * TAR_BLOCK;
    end_part(learner);
}

static void learn_part(const struct image_parts *parts, struct id tarball, str part,
                       const struct unpack_gap *gap)
{
    const struct id *made_from = map_get(&parts->by_path, part);
    if (!gap->end || !made_from)
        return;
    const struct memo_value begin = {*made_from, gap->begin};
    const struct memo_value end = {{gap->end, gap->piece_at}, gap->piece_begin};
    cache_learn(parts->cache, part_key(tarball, part, 0), &begin);
    cache_learn(parts->cache, part_key(tarball, part, 1), &end);
}

void parts_learn(struct image *image, const struct piece_list *list,
                 const uint64_t *places, struct cache *cache, struct id id)
{
    struct arena arena;
    struct image_parts parts;
    struct learner learner = {0};
    arena_init(&arena);
    map_init(&learner.gaps, &arena);
    image_parts_find(&arena, image, cache, &parts);
    find_gaps(&learner, list, places);
    for (size_t i = 0; i < learner.gaps.count; i++)
        learn_part(&parts, id, learner.gaps.entries[i].key,
                   learner.gaps.entries[i].value);
    arena_release(&arena);
}

/* part -> bool *, all true at first. */
static void find_parts(struct arena *arena, const struct image *image, struct map *parts)
{
    map_init(parts, arena);
    for (size_t i = 0; i < image->count; i++) {
        str part = part_of(image->entries[i]);
        if (!part.len || map_has(parts, part))
            continue;
        bool *same = arena_alloc(arena, sizeof *same);
        *same = true;
        map_put(parts, part, same);
    }
}

static void differs(struct map *parts, str part)
{
    bool *same = map_get(parts, part);
    if (same)
        *same = false;
}

static void compare_parts(struct arena *arena, struct image *image,
                          const struct dir_place *place, struct cache *cache,
                          struct map *parts)
{
    str *owned = arena_array(arena, parts->count, sizeof *owned);
    for (size_t i = 0; i < parts->count; i++)
        owned[i] = parts->entries[i].key;
    const struct dir_options options = {
        .owned = owned, .owned_count = parts->count, .cache = cache};
    struct dir_known known;
    dir_know(arena, image, place, &options, &known);
    for (size_t i = 0; i < image->count; i++)
        if (!known.same[i])
            differs(parts, part_of(image->entries[i]));
    for (size_t i = 0; i < known.extra_count; i++) {
        const struct image_entry extra = {.path = known.extra[i], .kind = IMAGE_DIR};
        differs(parts, part_of(&extra));
    }
}

void folder_parts_same(struct arena *arena, struct image *image, const char *folder,
                       struct cache *cache, struct map *same)
{
    struct map parts;
    const struct dir_place place = {
        open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), folder};
    map_init(same, arena);
    if (place.fd < 0)
        return;
    find_parts(arena, image, &parts);
    if (cache)
        compare_parts(arena, image, &place, cache, &parts);
    close(place.fd);
    for (size_t i = 0; cache && i < parts.count; i++)
        if (*(const bool *)parts.entries[i].value)
            map_put(same, parts.entries[i].key, parts.entries[i].value);
}
