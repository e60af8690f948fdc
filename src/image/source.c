#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int64_t source_seconds(const struct stat *st)
{
    int64_t seconds = (int64_t)st->st_mtime;
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

int source_open(const struct image_entry *entry, struct err *err)
{
    /* O_NONBLOCK: should the file have become a pipe, opening must not wait for a writer.
     */
    int fd = open(entry->source.ptr, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
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
