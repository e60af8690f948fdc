#include "dir_known.h"

#include "dir_parts.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

enum { MODE_BITS = 07777, BLOCK = 64 /* entries that a thread takes at once */ };

struct comparing {
    struct arena *arena;
    const struct image *image;
    struct map names; /* folder to the id of the names in it */
    const struct dir_place *place;
    const struct dir_options *options;
    struct dir_known *known;
    bool *looked_at; /* folders in which there may be more than the image has */
};

static bool same_link(const struct comparing *comparing, const struct image_entry *entry)
{
    char target[PATH_MAX];
    ssize_t len =
        readlinkat(comparing->place->fd, entry->path.ptr, target, sizeof target);
    return len >= 0 && str_eq((str){target, (size_t)len}, entry->content);
}

/* Sums: the order of the names does not matter. */
static void name_folders(struct comparing *comparing)
{
    map_init(&comparing->names, comparing->arena);
    for (size_t i = 0; i < comparing->image->count; i++) {
        str path = comparing->image->entries[i]->path;
        struct id id = id_of(path.ptr, path.len);
        struct id *sum = map_get(&comparing->names, path_above(path));
        if (!sum) {
            sum = arena_alloc(comparing->arena, sizeof *sum);
            map_put(&comparing->names, path_above(path), sum);
        }
        sum->low += id.low;
        sum->high += id.high;
    }
}

/* What the state of an entry's file is remembered for. */
static struct id made_from(const struct comparing *comparing,
                           const struct image_entry *entry)
{
    if (entry->kind != IMAGE_DIR)
        return state_of_entry(entry);
    const struct id *names = map_get(&comparing->names, entry->path);
    return names ? *names : (struct id){0};
}

/* Whether the cache knows the file in this state as made from the entry. */
static bool is_remembered(const struct comparing *comparing,
                          const struct image_entry *entry, const struct stat *st)
{
    struct cache *cache = comparing->options->cache;
    const struct dir_place *place = comparing->place;
    struct memo_value value;
    return cache_is_settled(cache, entry) &&
           cache_recall(cache, state_of_file(place->path, entry->path.ptr, st), &value) &&
           id_eq(value.id, made_from(comparing, entry));
}

static bool same_file(const struct comparing *comparing, const struct image_entry *entry,
                      const struct stat *st)
{
    const struct dir_options *options = comparing->options;
    if (options->exact_times &&
        (st->st_mtim.tv_sec != (time_t)image_entry_seconds(entry, options->seconds) ||
         st->st_mtim.tv_nsec))
        return false;
    return S_ISREG(st->st_mode) && (st->st_mode & MODE_BITS) == entry->mode &&
           is_remembered(comparing, entry, st);
}

static void add_extra(const struct comparing *comparing, str path)
{
    struct dir_known *known = comparing->known;
    known->extra = arena_grow(comparing->arena, known->extra, known->extra_count,
                              &known->extra_capacity, sizeof *known->extra);
    known->extra[known->extra_count++] = path;
}

/* Names that the image does not have in this folder. */
static void list_extra(const struct comparing *comparing, str folder)
{
    struct fs_list list;
    struct err unused;
    str whole = path_join(comparing->arena, str_of(comparing->place->path), folder);
    err_init(&unused);
    if (fs_list(comparing->arena, whole.ptr, &list, &unused) != 0) {
        err_release(&unused);
        add_extra(comparing, folder);
        return;
    }
    for (size_t i = 0; i < list.count; i++) {
        str path = path_join(comparing->arena, folder, list.entries[i].name);
        if (!image_get(comparing->image, path))
            add_extra(comparing, path);
    }
}

bool dir_is_owned(const struct dir_options *options, str path)
{
    for (size_t i = 0; i < options->owned_count; i++)
        if (path_are_in_line(path, options->owned[i]) &&
            options->owned[i].len <= path.len)
            return true;
    return false;
}

static bool same_folder(const struct image_entry *entry, const struct stat *st)
{
    return S_ISDIR(st->st_mode) && (st->st_mode & MODE_BITS) == entry->mode;
}

/* A folder whose state is remembered has the very names that it had then. */
static bool may_have_more(const struct comparing *comparing,
                          const struct image_entry *entry, const struct stat *st)
{
    return dir_is_owned(comparing->options, entry->path) &&
           !is_remembered(comparing, entry, st);
}

/* One entry, by any thread. */
static void compare_entry(const struct comparing *comparing, size_t i)
{
    const struct image_entry *entry = comparing->image->entries[i];
    bool *same = &comparing->known->same[i];
    struct stat st;
    if (fstatat(comparing->place->fd, entry->path.ptr, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return;
    switch (entry->kind) {
    case IMAGE_DIR:
        *same = same_folder(entry, &st);
        comparing->looked_at[i] = *same && may_have_more(comparing, entry, &st);
        break;
    case IMAGE_LINK:
        *same = S_ISLNK(st.st_mode) && same_link(comparing, entry);
        break;
    case IMAGE_FILE:
    case IMAGE_MEMORY:
        *same = same_file(comparing, entry, &st);
    }
}

static void compare_block(void *context, size_t hand, size_t block)
{
    const struct comparing *comparing = context;
    const size_t begin = block * BLOCK;
    (void)hand;
    for (size_t i = begin; i < comparing->image->count && i < begin + BLOCK; i++)
        compare_entry(comparing, i);
}

static void compare(struct comparing *comparing)
{
    const struct image *image = comparing->image;
    struct dir_known *known = comparing->known;
    comparing->looked_at =
        arena_array(comparing->arena, image->count, sizeof *comparing->looked_at);
    pool_each(comparing->options->pool, (image->count + BLOCK - 1) / BLOCK, compare_block,
              comparing);
    for (size_t i = 0; i < image->count; i++) {
        struct image_entry *entry = image->entries[i];
        if (comparing->looked_at[i])
            list_extra(comparing, entry->path);
        if (!known->same[i])
            continue;
        known->count++;
        map_put(&known->kept, entry->path, entry);
    }
}

/* Owned folders and files that are wholly gone from the image. */
static void find_left_over(const struct comparing *comparing)
{
    const struct dir_options *options = comparing->options;
    for (size_t i = 0; i < options->owned_count; i++) {
        struct stat st;
        str path = arena_str(comparing->arena, options->owned[i]);
        if (!image_get(comparing->image, path) &&
            fstatat(comparing->place->fd, path.ptr, &st, AT_SYMLINK_NOFOLLOW) == 0)
            add_extra(comparing, path);
    }
}

void dir_know(struct arena *arena, struct image *image, const struct dir_place *place,
              const struct dir_options *options, struct dir_known *known)
{
    struct comparing comparing = {
        .arena = arena,
        .image = image,
        .place = place,
        .options = options,
        .known = known,
    };
    image_sort(image);
    *known = (struct dir_known){
        .same = arena_array(arena, image->count, sizeof *known->same),
    };
    map_init(&known->kept, arena);
    if (!options->cache || !cache_has_memory(options->cache) || place->fd < 0)
        return;
    name_folders(&comparing);
    find_left_over(&comparing);
    compare(&comparing);
}

/* Has the folder names that are not the image's? Then its state says too little. */
static bool has_more(const struct comparing *comparing, str folder)
{
    size_t before = comparing->known->extra_count;
    list_extra(comparing, folder);
    return comparing->known->extra_count != before;
}

static void remember_entry(const struct comparing *comparing,
                           const struct image_entry *entry)
{
    const struct dir_place *place = comparing->place;
    struct cache *cache = comparing->options->cache;
    const struct memo_value value = {.id = made_from(comparing, entry)};
    struct stat st;
    if (entry->kind == IMAGE_LINK || !cache_is_settled(cache, entry) ||
        fstatat(place->fd, entry->path.ptr, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return;
    if (entry->kind == IMAGE_DIR && (!dir_is_owned(comparing->options, entry->path) ||
                                     has_more(comparing, entry->path)))
        return;
    cache_learn(cache, state_of_file(place->path, entry->path.ptr, &st), &value);
}

void dir_remember(struct image *image, const struct dir_place *place,
                  const struct dir_options *options, const struct dir_known *known,
                  str changed)
{
    struct arena arena;
    struct dir_known found = {0};
    if (!options->cache || !state_wait(place->fd))
        return;
    arena_init(&arena);
    struct comparing comparing = {
        .arena = &arena,
        .image = image,
        .place = place,
        .options = options,
        .known = &found,
    };
    name_folders(&comparing);
    for (size_t i = 0; i < image->count; i++)
        if (!known->same[i] || path_are_in_line(image->entries[i]->path, changed))
            remember_entry(&comparing, image->entries[i]);
    arena_release(&arena);
}
