#include "source.h"

#include "relc/base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

int64_t source_seconds(struct timespec changed)
{
    int64_t seconds = (int64_t)changed.tv_sec;
    if (seconds < 0)
        return 0;
    return seconds < IMAGE_TIME_MAX ? seconds : IMAGE_TIME_MAX;
}

int source_changed(const struct image_entry *entry, struct err *err)
{
    err_set(err, ERR_INPUT, "'%s' was changed while the release was being built",
            entry->source.ptr);
    return err_hint(err, "build again when nothing writes to it any more");
}

static bool source_is_same(const struct image_entry *entry, const struct stat *st)
{
    return S_ISREG(st->st_mode) && (uint64_t)st->st_size == entry->size &&
           st->st_mtim.tv_sec == entry->changed.tv_sec &&
           st->st_mtim.tv_nsec == entry->changed.tv_nsec;
}

int source_done(const struct image_entry *entry, int fd, struct err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return err_errno(err, errno, "cannot read '%s'", entry->source.ptr);
    return source_is_same(entry, &st) ? 0 : source_changed(entry, err);
}

void source_folder_close(struct source_folder *folder)
{
    if (folder->open)
        close(folder->fd);
    *folder = (struct source_folder){0};
}

/* A folder is opened when its second source is asked for. */
static void enter(struct source_folder *folder, str path)
{
    if (!str_eq(folder->path, path)) {
        source_folder_close(folder);
        folder->path = path;
    } else if (!folder->open && path.len) {
        char text[PATH_MAX];
        if (path.len >= sizeof text)
            return;
        memcpy(text, path.ptr, path.len);
        text[path.len] = '\0';
        folder->fd = open(text, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        folder->open = folder->fd >= 0;
    }
}

int source_open(const struct image_entry *entry, struct source_folder *folder,
                struct err *err)
{
    /* O_NONBLOCK: should the file have become a pipe, opening must not wait for a writer.
     */
    const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    const str above = path_above(entry->source);
    if (folder)
        enter(folder, above);
    int fd = folder && folder->open
                 ? openat(folder->fd, entry->source.ptr + above.len + 1, flags)
                 : open(entry->source.ptr, flags);
    if (fd < 0 && errno == ENOENT)
        return err_set(err, ERR_INPUT, "'%s' vanished while the release was being built",
                       entry->source.ptr);
    if (fd < 0)
        return err_errno(err, errno, "cannot open '%s'", entry->source.ptr);
    if (source_done(entry, fd, err) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* The bytes as they were when the entry was added: exactly entry->size of them. */
static int read_whole(const struct image_entry *entry, int fd, char *bytes,
                      struct err *err)
{
    for (size_t done = 0; done < entry->size;) {
        ssize_t got = read(fd, bytes + done, (size_t)entry->size - done);
        if (got < 0 && errno != EINTR)
            return err_errno(err, errno, "cannot read '%s'", entry->source.ptr);
        if (got == 0)
            return source_changed(entry, err);
        done += got > 0 ? (size_t)got : 0;
    }
    return source_done(entry, fd, err);
}

int source_filtered(const struct image_entry *entry, struct arena *arena, str *content,
                    struct err *err)
{
    const struct image_filter *filter = entry->filter;
    int fd = source_open(entry, NULL, err);
    if (fd < 0)
        return -1;
    char *bytes = arena_alloc(arena, (size_t)entry->size);
    int result = read_whole(entry, fd, bytes, err);
    close(fd);
    if (result != 0)
        return -1;
    return filter->apply(filter->context, arena, (str){bytes, (size_t)entry->size},
                         entry->source.ptr, content, err);
}
