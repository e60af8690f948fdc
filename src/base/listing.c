#include "relc/base/listing.h"

#include "relc/base/fs.h"
#include "relc/base/map.h"
#include "relc/base/mem.h"
#include "relc/base/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { AHEAD_MAX_DEPTH = 128 };

static int entry_order(const void *a, const void *b)
{
    return str_cmp(((const struct listing_entry *)a)->name,
                   ((const struct listing_entry *)b)->name);
}

/* 0, or errno. */
static int read_entries(struct arena *arena, DIR *dir, struct listing *listing)
{
    size_t capacity = 0;
    const struct dirent *found;
    while ((found = fs_next_entry(dir))) {
        struct listing_entry entry;
        if (fstatat(dirfd(dir), found->d_name, &entry.st, AT_SYMLINK_NOFOLLOW) != 0) {
            if (errno == ENOENT)
                continue; /* gone meanwhile */
            break;
        }
        entry.name = arena_str(arena, str_of(found->d_name));
        listing->entries = arena_grow(arena, listing->entries, listing->count, &capacity,
                                      sizeof *listing->entries);
        listing->entries[listing->count++] = entry;
    }
    return errno;
}

/* 0, or errno. */
static int list(struct arena *arena, const char *path, struct listing *listing)
{
    *listing = (struct listing){0};
    DIR *dir = opendir(path);
    if (!dir)
        return errno;
    int failure = fstat(dirfd(dir), &listing->st) == 0 ? 0 : errno;
    if (failure == 0)
        failure = read_entries(arena, dir, listing);
    closedir(dir);
    if (listing->count)
        qsort(listing->entries, listing->count, sizeof *listing->entries, entry_order);
    return failure;
}

int listing_read(struct arena *arena, const char *path, struct listing *listing,
                 struct err *err)
{
    int failure = list(arena, path, listing);
    return failure ? err_errno(err, failure, "cannot list folder '%s'", path) : 0;
}

static int name_order(const void *name, const void *entry)
{
    return str_cmp(*(const str *)name, ((const struct listing_entry *)entry)->name);
}

struct listing_entry *listing_find(const struct listing *listing, str name)
{
    if (!listing->count)
        return NULL;
    return bsearch(&name, listing->entries, listing->count, sizeof *listing->entries,
                   name_order);
}

/* A folder that was read, in the order in which a thread came upon it. */
struct read_folder {
    struct read_folder *before;
    str path;
    struct listing listing;
};

/* What one thread reads. */
struct reader {
    struct arena arena;
    struct read_folder *last;
};

struct listings {
    struct pool *pool;
    struct arena arena;
    struct map by_path;
    struct reader *readers; /* the caller, and each thread of the pool */
    size_t reader_count;
    const str *paths; /* that are being read */
};

struct listings *listings_new(struct pool *pool)
{
    struct listings *listings = mem_alloc(sizeof *listings);
    *listings = (struct listings){.pool = pool, .reader_count = pool_threads(pool) + 1};
    arena_init(&listings->arena);
    map_init(&listings->by_path, &listings->arena);
    listings->readers =
        mem_alloc(mem_mul(listings->reader_count, sizeof *listings->readers));
    for (size_t i = 0; i < listings->reader_count; i++)
        listings->readers[i] = (struct reader){0};
    return listings;
}

void listings_free(struct listings *listings)
{
    if (!listings)
        return;
    for (size_t i = 0; i < listings->reader_count; i++)
        arena_release(&listings->readers[i].arena);
    free(listings->readers);
    arena_release(&listings->arena);
    free(listings);
}

static void read_tree(struct reader *reader, str path, size_t depth)
{
    struct read_folder *folder = arena_alloc(&reader->arena, sizeof *folder);
    folder->path = path;
    if (list(&reader->arena, path.ptr, &folder->listing) != 0)
        return;
    folder->before = reader->last;
    reader->last = folder;
    for (size_t i = 0; i < folder->listing.count && depth < AHEAD_MAX_DEPTH; i++)
        if (S_ISDIR(folder->listing.entries[i].st.st_mode))
            read_tree(reader,
                      path_join(&reader->arena, path, folder->listing.entries[i].name),
                      depth + 1);
}

static void read_job(void *context, size_t hand, size_t i)
{
    struct listings *listings = context;
    struct reader *reader = &listings->readers[hand];
    read_tree(reader, arena_str(&reader->arena, listings->paths[i]), 0);
}

void listings_read(struct listings *listings, const str *paths, size_t count)
{
    listings->paths = paths;
    pool_each(listings->pool, count, read_job, listings);
    for (size_t i = 0; i < listings->reader_count; i++) {
        struct reader *reader = &listings->readers[i];
        for (; reader->last; reader->last = reader->last->before)
            map_put(&listings->by_path, reader->last->path, &reader->last->listing);
    }
}

const struct listing *listings_get(const struct listings *listings, str path)
{
    return listings ? map_get(&listings->by_path, path) : NULL;
}

int listings_need(const struct listings *listings, struct arena *arena, const char *path,
                  struct listing *listing, struct err *err)
{
    const struct listing *ahead = listings_get(listings, str_of(path));
    if (!ahead)
        return listing_read(arena, path, listing, err);
    *listing = *ahead;
    return 0;
}
