#include "relc/image/image.h"

#include "source.h"
#include "states.h"

#include "relc/base/path.h"
#include "relc/base/utf8.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

enum { MODE_MASK = 0777, MODE_DIR = 0755, MODE_LINK = 0777, ANY_READER = 0444 };

void image_init(struct image *image, struct arena *arena)
{
    *image = (struct image){.arena = arena, .sorted = true};
    map_init(&image->by_path, arena);
}

const struct image_entry *image_get(const struct image *image, str path)
{
    return map_get(&image->by_path, path);
}

static bool is_utf8(str s)
{
    const char *end = s.ptr + s.len;
    return utf8_check(s.ptr, end) == end;
}

/* "file '/x/y'" and the like, for messages about two claims. */
static str claim_text(const struct image *image, const struct image_entry *entry)
{
    switch (entry->kind) {
    case IMAGE_FILE:
        return arena_printf(image->arena, "file '%s'", entry->source.ptr);
    case IMAGE_LINK:
        return arena_printf(image->arena, "a link to '%s'", entry->content.ptr);
    case IMAGE_MEMORY:
        return STR("a file that relc makes");
    case IMAGE_DIR:
        break;
    }
    if (entry->implied)
        return STR("a folder that holds other entries");
    return arena_printf(image->arena, "a folder with mode %04o", (unsigned)entry->mode);
}

static int check_path(str path, struct err *err)
{
    if (!path_is_inside(path))
        return err_set(err, ERR_INPUT, "'%.*s' is not a path inside the release",
                       STR_ARG(path));
    if (!is_utf8(path))
        return err_set(err, ERR_INPUT,
                       "'%.*s' cannot be a name in a release: it is not UTF-8",
                       STR_ARG(path));
    return 0;
}

/* Texts that the caller has. */
static void keep_texts(struct image *image, struct image_entry *entry)
{
    if (entry->kind == IMAGE_FILE)
        entry->source = arena_str(image->arena, entry->source);
    if (entry->kind == IMAGE_LINK)
        entry->content = arena_str(image->arena, entry->content);
}

static void image_append(struct image *image, const struct image_entry *entry)
{
    struct image_entry *kept = arena_alloc(image->arena, sizeof *kept);
    *kept = *entry;
    kept->path = arena_str(image->arena, entry->path);
    keep_texts(image, kept);
    image->entries = arena_grow(image->arena, image->entries, image->count,
                                &image->capacity, sizeof *image->entries);
    image->sorted = !image->count ||
                    (image->sorted &&
                     str_cmp(image->entries[image->count - 1]->path, kept->path) < 0);
    image->entries[image->count++] = kept;
    map_put(&image->by_path, kept->path, kept);
}

/* The nearest folder above that is there already must be one; those between are made. */
static int add_parents(struct image *image, const struct image_entry *entry,
                       struct err *err)
{
    const struct image_entry *above = NULL;
    str known = path_above(entry->path);
    while (known.len && !(above = image_get(image, known)))
        known = path_above(known);
    if (above && above->kind != IMAGE_DIR)
        return err_set(
            err, ERR_INPUT,
            "cannot put '%.*s' (%s) into the release: '%s' is %s, not a folder",
            STR_ARG(entry->path), claim_text(image, entry).ptr, above->path.ptr,
            claim_text(image, above).ptr);
    for (size_t i = known.len ? known.len + 1 : 0; i < entry->path.len; i++)
        if (entry->path.ptr[i] == '/')
            image_append(image, &(struct image_entry){
                                    .path = str_slice(entry->path, 0, i),
                                    .kind = IMAGE_DIR,
                                    .mode = MODE_DIR,
                                    .implied = true,
                                });
    return 0;
}

/* Two claims of one path agree when both are folders and want the same mode. */
static int merge_claims(struct image *image, struct image_entry *old,
                        const struct image_entry *entry, struct err *err)
{
    bool folders = old->kind == IMAGE_DIR && entry->kind == IMAGE_DIR;
    if (folders && (old->implied || old->mode == entry->mode)) {
        old->implied = false;
        old->mode = entry->mode;
        return 0;
    }
    if (image->replacing && old->kind != IMAGE_DIR && entry->kind != IMAGE_DIR) {
        str path = old->path;
        *old = *entry;
        old->path = path;
        keep_texts(image, old);
        return 0;
    }
    return err_set(err, ERR_INPUT, "'%s' is in the release twice: as %s and as %s",
                   old->path.ptr, claim_text(image, old).ptr,
                   claim_text(image, entry).ptr);
}

static int image_insert(struct image *image, const struct image_entry *entry,
                        struct err *err)
{
    if (check_path(entry->path, err) != 0)
        return -1;
    struct image_entry *old = map_get(&image->by_path, entry->path);
    image->known = false;
    if (old)
        return merge_claims(image, old, entry, err);
    if (add_parents(image, entry, err) != 0)
        return -1;
    image_append(image, entry);
    return 0;
}

int image_add_dir(struct image *image, str path, mode_t mode, struct err *err)
{
    return image_insert(
        image,
        &(struct image_entry){.path = path, .kind = IMAGE_DIR, .mode = mode & MODE_MASK},
        err);
}

int image_add_memory(struct image *image, str path, str content, mode_t mode,
                     struct err *err)
{
    return image_insert(image,
                        &(struct image_entry){
                            .path = path,
                            .kind = IMAGE_MEMORY,
                            .mode = mode & MODE_MASK,
                            .content = content,
                            .size = content.len,
                        },
                        err);
}

static int add_link(struct image *image, str path, str target, bool outside,
                    struct err *err)
{
    return image_insert(image,
                        &(struct image_entry){
                            .path = path,
                            .kind = IMAGE_LINK,
                            .mode = MODE_LINK,
                            .content = arena_str(image->arena, target),
                            .outside = outside,
                        },
                        err);
}

int image_add_link(struct image *image, str path, str target, struct err *err)
{
    if (!path_is_inside(target) || !is_utf8(target)) {
        err_set(err, ERR_INPUT,
                "'%.*s' cannot be a link to '%.*s': links in a release only go downwards "
                "from the folder that they are in",
                STR_ARG(path), STR_ARG(target));
        return err_hint(err, "put a copy there instead");
    }
    return add_link(image, path, target, false, err);
}

int image_add_outside_link(struct image *image, str path, str target, struct err *err)
{
    if (!target.len || str_find(target, '\0') < target.len)
        return err_set(err, ERR_INPUT, "'%.*s' cannot be a link to '%.*s'", STR_ARG(path),
                       STR_ARG(target));
    return add_link(image, path, target, true, err);
}

int image_add_stated(struct image *image, str path, const char *source,
                     const struct stat *st, mode_t mode, struct err *err)
{
    if (!S_ISREG(st->st_mode))
        return err_set(err, ERR_INPUT,
                       "cannot put '%s' into the release: it is not a regular file",
                       source);
    /* What everybody may read needs no question. */
    if ((st->st_mode & ANY_READER) != ANY_READER &&
        faccessat(AT_FDCWD, source, R_OK, AT_EACCESS) != 0)
        return err_errno(err, errno, "cannot read '%s'", source);
    int64_t seconds = source_seconds(st->st_mtim);
    if (seconds > image->newest)
        image->newest = seconds;
    return image_insert(image,
                        &(struct image_entry){
                            .path = path,
                            .kind = IMAGE_FILE,
                            .mode = (mode ? mode : st->st_mode) & MODE_MASK,
                            .source = str_of(source),
                            .size = (uint64_t)st->st_size,
                            .changed = st->st_mtim,
                            .status = st->st_ctim,
                            .device = st->st_dev,
                            .inode = st->st_ino,
                        },
                        err);
}

int image_add_file(struct image *image, str path, const char *source, mode_t mode,
                   struct err *err)
{
    struct stat st;
    if (stat(source, &st) != 0)
        return err_errno(err, errno, "cannot read '%s'", source);
    return image_add_stated(image, path, source, &st, mode, err);
}

void image_filter_files(struct image *image, bool (*wanted)(str path),
                        const struct image_filter *filter)
{
    for (size_t i = 0; i < image->count; i++)
        if (image->entries[i]->kind == IMAGE_FILE && wanted(image->entries[i]->path))
            image->entries[i]->filter = filter;
    image->known = false;
}

void image_select(struct image *image, const struct image *from, image_keep *keep,
                  void *context)
{
    struct err err;
    err_init(&err);
    for (size_t i = 0; i < from->count; i++) {
        const struct image_entry *entry = from->entries[i];
        if (entry->implied || !keep(context, entry))
            continue;
        /* What one image holds without contradiction, a part of it does, too. */
        int result = image_insert(image, entry, &err);
        assert(result == 0);
        (void)result;
    }
    image->newest = from->newest;
    image->made = from->made;
}

static int entry_order(const void *a, const void *b)
{
    const struct image_entry *const *x = a, *const *y = b;
    return str_cmp((*x)->path, (*y)->path);
}

static int64_t no_later(const struct image *image, int64_t seconds)
{
    return image->latest && seconds > image->latest ? image->latest : seconds;
}

/* The cache is asked for the same state many times in a build. */
static void find_state(struct image_entry *entry)
{
    entry->has_state = false;
    const struct id state = state_of_entry(entry);
    entry->state[0] = state.low;
    entry->state[1] = state.high;
    entry->has_state = true;
}

static void find_times_and_states(struct image *image)
{
    const int64_t made = image->made ? image->made : image->newest;
    for (size_t i = 0; i < image->count; i++) {
        struct image_entry *entry = image->entries[i];
        bool is_file = entry->kind == IMAGE_FILE;
        entry->seconds = no_later(image, is_file ? source_seconds(entry->changed) : made);
        find_state(entry);
    }
}

/* What is done already is not touched: other threads may be reading. */
void image_sort(struct image *image)
{
    if (!image->sorted) {
        qsort(image->entries, image->count, sizeof *image->entries, entry_order);
        image->sorted = true;
    }
    if (!image->known) {
        find_times_and_states(image);
        image->known = true;
    }
}

int64_t image_entry_seconds(const struct image_entry *entry, int64_t seconds)
{
    return seconds == IMAGE_OWN_TIMES ? entry->seconds : seconds;
}

int image_time(int64_t *seconds, struct err *err)
{
    const char *text = getenv("SOURCE_DATE_EPOCH");
    int64_t value = 0;
    *seconds = IMAGE_OWN_TIMES;
    if (!text)
        return 0;
    const char *p = text;
    while (*p >= '0' && *p <= '9' && value <= IMAGE_TIME_MAX)
        value = value * 10 + (*p++ - '0');
    if (p == text || *p || value > IMAGE_TIME_MAX) {
        err_set(err, ERR_INPUT,
                "the environment variable SOURCE_DATE_EPOCH is '%s', not a number of "
                "seconds from 0 to %" PRId64,
                text, IMAGE_TIME_MAX);
        return err_hint(err, "set it to a number, as 'date +%%s' prints it, or unset it");
    }
    *seconds = value;
    return 0;
}
