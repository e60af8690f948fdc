#ifdef __linux__
#define _GNU_SOURCE
#endif

#include "cache_parts.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    CHECKSUM_DIGITS = 16,
    RANDOM_LEN = 6,              /* of mkstemp */
    LEFT_OVER_SECONDS = 60 * 60, /* no build writes at one file for so long */
    TOUCH_SECONDS = 60 * 60,     /* when a file was used is known to the hour */
};

struct cached_file {
    str path;
    uint64_t size;
    time_t used;
};

struct cached_files {
    struct cached_file *items;
    size_t count;
    size_t capacity;
    uint64_t total;
    uint64_t removed; /* what killed builds left */
};

void cache_touch(int fd)
{
    struct stat st;
    if (fstat(fd, &st) == 0 && st.st_mtime + TOUCH_SECONDS < time(NULL))
        futimens(fd, NULL);
}

static bool is_checksum(str text)
{
    bool hex = text.len == CHECKSUM_DIGITS;
    for (size_t i = 0; i < text.len && hex; i++)
        hex = strchr("0123456789abcdef", text.ptr[i]) != NULL;
    return hex;
}

/* A pack or a memory that is being written, or was when a build was killed. */
static bool is_new(str name)
{
    size_t dot = str_find(name, '.');
    if (str_starts(name, STR(CACHE_NEW_PREFIX)))
        return name.len == strlen(CACHE_NEW_PREFIX) + RANDOM_LEN;
    return str_starts(name, STR(CACHE_MEMO_PREFIX)) && name.len == dot + 1 + RANDOM_LEN &&
           is_checksum(str_slice(name, strlen(CACHE_MEMO_PREFIX), dot));
}

static bool is_whole(str name)
{
    return (str_starts(name, STR(CACHE_MEMO_PREFIX)) &&
            is_checksum(str_slice(name, strlen(CACHE_MEMO_PREFIX), name.len))) ||
           (str_starts(name, STR(CACHE_PACK_PREFIX)) &&
            is_checksum(str_slice(name, strlen(CACHE_PACK_PREFIX), name.len)));
}

static void look_at(struct arena *arena, const char *folder, str name, time_t now,
                    struct cached_files *files)
{
    struct stat st;
    str path = path_join(arena, str_of(folder), name);
    bool unfinished = is_new(name);
    if ((!unfinished && !is_whole(name)) || lstat(path.ptr, &st) != 0 ||
        !S_ISREG(st.st_mode))
        return;
    if (unfinished) {
        if (st.st_mtime + LEFT_OVER_SECONDS < now && unlink(path.ptr) == 0)
            files->removed += (uint64_t)st.st_size;
        return;
    }
    files->items = arena_grow(arena, files->items, files->count, &files->capacity,
                              sizeof *files->items);
    files->items[files->count++] =
        (struct cached_file){path, (uint64_t)st.st_size, st.st_mtime};
    files->total += (uint64_t)st.st_size;
}

static int by_use(const void *a, const void *b)
{
    const struct cached_file *x = a, *y = b;
    if (x->used != y->used)
        return x->used < y->used ? -1 : 1;
    return str_cmp(x->path, y->path);
}

static int list_files(struct arena *arena, const char *folder, struct cached_files *files,
                      struct err *err)
{
    struct fs_list list;
    time_t now = time(NULL);
    if (fs_list(arena, folder, &list, err) != 0)
        return -1;
    for (size_t i = 0; i < list.count; i++)
        look_at(arena, folder, list.entries[i].name, now, files);
    return 0;
}

void cache_evict(const char *folder, uint64_t limit)
{
    struct arena arena;
    struct err unused;
    struct cached_files files = {0};
    arena_init(&arena);
    err_init(&unused);
    if (list_files(&arena, folder, &files, &unused) != 0)
        err_release(&unused);
    if (files.total > limit)
        qsort(files.items, files.count, sizeof *files.items, by_use);
    for (size_t i = 0; i < files.count && files.total > limit; i++)
        if (unlink(files.items[i].path.ptr) == 0)
            files.total -= files.items[i].size;
    arena_release(&arena);
}

static int clear_files(const struct cached_files *files, uint64_t *freed, struct err *err)
{
    for (size_t i = 0; i < files->count; i++) {
        const struct cached_file *file = &files->items[i];
        if (unlink(file->path.ptr) == 0)
            *freed += file->size;
        else if (errno != ENOENT)
            return err_errno(err, errno, "cannot remove '%s'", file->path.ptr);
    }
    return 0;
}

int cache_clear(const char *folder, uint64_t *freed, struct err *err)
{
    struct arena arena;
    struct cached_files files = {0};
    *freed = 0;
    if (!fs_is_dir(folder))
        return 0;
    arena_init(&arena);
    int result = list_files(&arena, folder, &files, err);
    *freed = files.removed;
    if (result == 0)
        result = clear_files(&files, freed, err);
    arena_release(&arena);
    return result;
}
