#ifdef __linux__
#define _GNU_SOURCE /* copy_file_range */
#endif

#include "dir_parts.h"

#include "source.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { COPY_BUFFER = 64 * 1024, OWNER_ALL = 0700 };

static const size_t range_max = (size_t)1 << 30;

static void entry_times(const struct image_entry *entry, int64_t seconds,
                        struct timespec times[2])
{
    seconds = image_entry_seconds(entry, seconds);
    times[0] = times[1] = (struct timespec){.tv_sec = (time_t)seconds};
}

static int64_t copy_by_buffer(int from, int to)
{
    char buffer[COPY_BUFFER];
    int64_t total = 0;
    for (;;) {
        ssize_t got = read(from, buffer, sizeof buffer);
        if (got == 0)
            return total;
        if (got < 0 && errno != EINTR)
            return -1;
        for (ssize_t done = 0; got > 0 && done < got;) {
            ssize_t put = write(to, buffer + done, (size_t)(got - done));
            if (put < 0 && errno != EINTR)
                return -1;
            done += put > 0 ? put : 0;
        }
        total += got > 0 ? got : 0;
    }
}

/* Bytes that the kernel copied, up to the end or to where it knows no way on. */
static int64_t copy_by_kernel(int from, int to)
{
    int64_t total = 0;
#ifdef __linux__
    for (;;) {
        ssize_t done = copy_file_range(from, NULL, to, NULL, range_max, 0);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            break;
        total += done;
    }
#else
    (void)from, (void)to, (void)range_max;
#endif
    return total;
}

int64_t dir_copy_bytes(int from, int to)
{
    /* Any failure of the kernel's copy shows again, and with its true cause, below. */
    int64_t first = copy_by_kernel(from, to);
    int64_t rest = copy_by_buffer(from, to);
    return rest < 0 ? -1 : first + rest;
}

static int write_failed(const struct image_entry *entry, struct err *err)
{
    return err_errno(err, errno, "cannot write '%s'", entry->path.ptr);
}

static int fill_from_source(const struct image_entry *entry, int to, struct err *err)
{
    int from = source_open(entry, NULL, err);
    if (from < 0)
        return -1;
    int result = 0;
    int64_t copied = dir_copy_bytes(from, to);
    if (copied < 0)
        result = err_errno(err, errno, "cannot copy '%s' to '%s'", entry->source.ptr,
                           entry->path.ptr);
    else if ((uint64_t)copied != entry->size)
        result = source_changed(entry, err);
    else
        result = source_done(entry, from, err);
    close(from);
    return result;
}

static int fill_filtered(const struct image_entry *entry, int to, struct err *err)
{
    struct arena arena;
    str content;
    arena_init(&arena);
    int result = source_filtered(entry, &arena, &content, err);
    if (result == 0)
        result = fs_write_all(to, content.ptr, content.len, entry->path.ptr, err);
    arena_release(&arena);
    return result;
}

static int fill_content(const struct image_entry *entry, int to, struct err *err)
{
    if (entry->kind != IMAGE_FILE)
        return fs_write_all(to, entry->content.ptr, entry->content.len, entry->path.ptr,
                            err);
    return entry->filter ? fill_filtered(entry, to, err)
                         : fill_from_source(entry, to, err);
}

/*
 * What is made here keeps the time of its writing where no time for all is asked for:
 * rsync and the like, which go by size and time, must see that it changed.
 */
static bool keeps_now(const struct image_entry *entry, int64_t seconds)
{
    return entry->kind == IMAGE_MEMORY && seconds == IMAGE_OWN_TIMES;
}

static int fill_file(const struct image_entry *entry, int to, int64_t seconds,
                     struct err *err)
{
    struct timespec times[2];
    entry_times(entry, seconds, times);
    int result = fill_content(entry, to, err);
    if (result == 0 && (fchmod(to, entry->mode) != 0 ||
                        (!keeps_now(entry, seconds) && futimens(to, times) != 0)))
        result = write_failed(entry, err);
    return result;
}

static int write_file(const struct image_entry *entry, int root, int64_t seconds,
                      struct err *err)
{
    int to = openat(root, entry->path.ptr,
                    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (to < 0)
        return write_failed(entry, err);
    int result = fill_file(entry, to, seconds, err);
    if (close(to) != 0 && result == 0)
        result = write_failed(entry, err);
    return result;
}

static int write_link(const struct image_entry *entry, int root, int64_t seconds,
                      struct err *err)
{
    struct timespec times[2];
    entry_times(entry, seconds, times);
    if (symlinkat(entry->content.ptr, root, entry->path.ptr) != 0 ||
        utimensat(root, entry->path.ptr, times, AT_SYMLINK_NOFOLLOW) != 0)
        return write_failed(entry, err);
    return 0;
}

static int write_folder(const struct image_entry *entry, int root, struct err *err)
{
    /* Who adds a file to the new tree may have come first. */
    if (mkdirat(root, entry->path.ptr, OWNER_ALL) != 0 && errno != EEXIST)
        return write_failed(entry, err);
    if (fchmodat(root, entry->path.ptr, entry->mode | OWNER_ALL, 0) != 0)
        return write_failed(entry, err);
    return 0;
}

int dir_make_folder(const struct image *image, str path, int root, struct err *err)
{
    struct stat st;
    const struct image_entry *entry = image_get(image, path);
    if (!entry || fstatat(root, entry->path.ptr, &st, AT_SYMLINK_NOFOLLOW) == 0)
        return 0;
    if (dir_make_folder(image, path_above(path), root, err) != 0)
        return -1;
    return write_folder(entry, root, err);
}

static int write_entry(const struct image_entry *entry, int root, int64_t seconds,
                       struct err *err)
{
    switch (entry->kind) {
    case IMAGE_DIR:
        return write_folder(entry, root, err);
    case IMAGE_LINK:
        return write_link(entry, root, seconds, err);
    case IMAGE_FILE:
    case IMAGE_MEMORY:
        break;
    }
    return write_file(entry, root, seconds, err);
}

int dir_write_image(struct image *image, const bool *same, int root, int64_t seconds,
                    struct err *err)
{
    str ready = STR(""); /* a folder that was seen last */
    image_sort(image);
    for (size_t i = 0; i < image->count; i++) {
        const struct image_entry *entry = image->entries[i];
        str parent = path_above(entry->path);
        if (same[i])
            continue;
        if (!str_eq(parent, ready) && dir_make_folder(image, parent, root, err) != 0)
            return -1;
        ready = parent;
        if (write_entry(entry, root, seconds, err) != 0)
            return -1;
    }
    return 0;
}

static int finish_folder(const struct image_entry *entry, int root, int64_t seconds,
                         struct err *err)
{
    struct timespec times[2];
    entry_times(entry, seconds, times);
    if (utimensat(root, entry->path.ptr, times, 0) != 0 ||
        fchmodat(root, entry->path.ptr, entry->mode, 0) != 0)
        return write_failed(entry, err);
    return 0;
}

/* From the last to the first: a folder's own mode must not bar the way to those below. */
int dir_finish_folders(const struct image *image, str path, int root, int64_t seconds,
                       struct err *err)
{
    for (size_t i = image->count; i-- > 0;) {
        const struct image_entry *entry = image->entries[i];
        if (entry->kind == IMAGE_DIR && path_are_in_line(entry->path, path) &&
            finish_folder(entry, root, seconds, err) != 0)
            return -1;
    }
    return 0;
}
