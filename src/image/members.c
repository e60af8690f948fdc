#include "members.h"

#include "cache_use.h"
#include "relc/base/mem.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Filtered contents are kept up to this sum; those beyond are filtered again. */
static const size_t kept_max = (size_t)16 << 20;

struct measuring {
    pthread_mutex_t mutex; /* for kept_len */
    size_t kept_len;
};

/* One filtered file, for a job. */
struct measured {
    struct measuring *measuring;
    struct member *member;
    struct err err;
};

static bool may_keep(struct measuring *measuring, size_t len)
{
    pthread_mutex_lock(&measuring->mutex);
    bool kept = len <= kept_max - measuring->kept_len;
    if (kept)
        measuring->kept_len += len;
    pthread_mutex_unlock(&measuring->mutex);
    return kept;
}

static void measure_job(void *argument)
{
    struct measured *measured = argument;
    struct member *member = measured->member;
    struct arena arena;
    str content;
    arena_init(&arena);
    if (source_filtered(member->entry, &arena, &content, &measured->err) == 0) {
        member->size = content.len;
        if (content.len && may_keep(measured->measuring, content.len))
            member->kept = memcpy(mem_alloc(content.len), content.ptr, content.len);
    }
    arena_release(&arena);
}

static void remember_size(struct cache *cache, const struct measured *measured)
{
    const struct member *member = measured->member;
    const struct memo_value value = {.number = member->size};
    if (cache && member->settled && measured->err.kind == ERR_NONE)
        cache_learn(cache, state_of_entry(member->entry), &value);
}

/* Of several failures the first in the image's order is told, whichever came first. */
static int first_failure(struct measured *measured, size_t count, struct err *err)
{
    int result = 0;
    for (size_t i = 0; i < count; i++) {
        if (result == 0 && measured[i].err.kind != ERR_NONE) {
            *err = measured[i].err;
            result = -1;
        } else {
            err_release(&measured[i].err);
        }
    }
    return result;
}

/* A filtered file whose length no earlier build found out. */
static bool needs_measuring(struct cache *cache, struct member *member)
{
    struct memo_value value;
    if (!member->entry->filter)
        return false;
    if (!cache || !member->settled ||
        !cache_recall(cache, state_of_entry(member->entry), &value))
        return true;
    member->size = value.number;
    return false;
}

static int measure_filtered(struct arena *arena, struct members *members, size_t filtered,
                            struct pool *pool, struct cache *cache, struct err *err)
{
    struct measuring measuring = {.mutex = PTHREAD_MUTEX_INITIALIZER};
    struct measured *measured = arena_array(arena, filtered, sizeof *measured);
    size_t count = 0;
    for (size_t i = 0; i < members->count; i++) {
        if (!needs_measuring(cache, &members->items[i]))
            continue;
        measured[count] = (struct measured){&measuring, &members->items[i], {0}};
        pool_add(pool, measure_job, &measured[count++]);
    }
    pool_wait(pool);
    pthread_mutex_destroy(&measuring.mutex);
    for (size_t i = 0; i < count; i++)
        remember_size(cache, &measured[i]);
    return first_failure(measured, count, err);
}

int members_measure(struct arena *arena, struct image *image, struct pool *pool,
                    struct cache *cache, struct members *members, struct err *err)
{
    size_t filtered = 0;
    image_sort(image);
    members->count = image->count;
    members->items = arena_array(arena, image->count, sizeof *members->items);
    for (size_t i = 0; i < image->count; i++) {
        const struct image_entry *entry = image->entries[i];
        bool has_content = entry->kind == IMAGE_FILE || entry->kind == IMAGE_MEMORY;
        struct member *member = &members->items[i];
        member->entry = entry;
        member->size = has_content ? entry->size : 0;
        if (cache && entry->kind == IMAGE_FILE)
            member->settled = cache_is_settled(cache, entry);
        filtered += entry->filter != NULL;
    }
    return filtered ? measure_filtered(arena, members, filtered, pool, cache, err) : 0;
}

void members_release(struct members *members)
{
    for (size_t i = 0; i < members->count; i++)
        free(members->items[i].kept);
    members->count = 0;
}

static int read_part(const struct image_entry *entry, int fd, uint64_t offset,
                     char *bytes, size_t len, struct err *err)
{
    while (len) {
        ssize_t got = pread(fd, bytes, len, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_errno(err, errno, "cannot read '%s'", entry->source.ptr);
        if (got == 0)
            return source_changed(entry, err);
        bytes += got;
        offset += (uint64_t)got;
        len -= (size_t)got;
    }
    return source_done(entry, fd, err);
}

static int read_source(const struct image_entry *entry, struct source_folder *folder,
                       uint64_t offset, void *bytes, size_t len, struct err *err)
{
    int fd = source_open(entry, folder, err);
    if (fd < 0)
        return -1;
    int result = read_part(entry, fd, offset, bytes, len, err);
    close(fd);
    return result;
}

static int read_filtered(const struct member *member, uint64_t offset, void *bytes,
                         size_t len, struct err *err)
{
    struct arena arena;
    str content;
    arena_init(&arena);
    int result = source_filtered(member->entry, &arena, &content, err);
    if (result == 0 && content.len != member->size)
        result = source_changed(member->entry, err);
    if (result == 0)
        memcpy(bytes, content.ptr + offset, len);
    arena_release(&arena);
    return result;
}

int member_read(const struct member *member, struct source_folder *folder,
                uint64_t offset, void *bytes, size_t len, struct err *err)
{
    const struct image_entry *entry = member->entry;
    if (entry->kind == IMAGE_MEMORY || member->kept) {
        const char *content = member->kept ? member->kept : entry->content.ptr;
        memcpy(bytes, content + offset, len);
        return 0;
    }
    return entry->filter ? read_filtered(member, offset, bytes, len, err)
                         : read_source(entry, folder, offset, bytes, len, err);
}
