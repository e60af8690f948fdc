/*
 * The tar.gz sink. libarchive makes the tar stream: ustar headers (POSIX.1-1988), and pax
 * headers (POSIX.1-2001) for the entries that ustar has no room for (long names, names
 * that are not ASCII, 8 GiB and more). gzip.c compresses it.
 */
#include "relc/image/sink.h"

#include "gzip.h"
#include "source.h"
#include "stage.h"

#include "relc/base/fs.h"
#include "relc/base/mem.h"
#include "relc/base/path.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

enum { READ_SIZE = 256 * 1024, TAR_MODE = 0644, DEFAULT_LEVEL = 6 };

struct tar {
    struct archive *archive;
    struct archive_entry *header; /* used again for every entry */
    struct gzip *gzip;
    char *buffer;
    int64_t seconds;
    struct err *err; /* where the write callback puts the cause of a failure */
};

/* What libarchive says, unless the write callback knew better. Returns -1. */
static int tar_failed(struct tar *tar, const char *what)
{
    const char *text = archive_error_string(tar->archive);
    if (tar->err->kind != ERR_NONE)
        return -1;
    return err_set(tar->err, ERR_IO, "cannot pack '%s': %s", what,
                   text ? text : "libarchive gives no reason");
}

static la_ssize_t tar_output(struct archive *archive, void *context, const void *bytes,
                             size_t len)
{
    struct tar *tar = context;
    /* After an error closing the archive must not write what is left of it. */
    if (tar->err->kind == ERR_NONE && gzip_write(tar->gzip, bytes, len, tar->err) == 0)
        return (la_ssize_t)len;
    archive_set_error(archive, EIO, "cannot write");
    return -1;
}

static int tar_open(struct tar *tar)
{
    struct archive *archive = tar->archive = archive_write_new();
    tar->header = archive_entry_new();
    if (!archive || !tar->header)
        return err_set(tar->err, ERR_IO, "cannot start libarchive");
    if (archive_write_set_format_pax_restricted(archive) != ARCHIVE_OK ||
        archive_write_add_filter_none(archive) != ARCHIVE_OK ||
        archive_write_set_bytes_per_block(archive, 0) != ARCHIVE_OK ||
        archive_write_open(archive, tar, NULL, tar_output, NULL) != ARCHIVE_OK)
        return tar_failed(tar, "the release");
    return 0;
}

static __LA_MODE_T type_of(enum image_kind kind)
{
    switch (kind) {
    case IMAGE_DIR:
        return AE_IFDIR;
    case IMAGE_LINK:
        return AE_IFLNK;
    case IMAGE_FILE:
    case IMAGE_MEMORY:
        break;
    }
    return AE_IFREG;
}

/* size is that of the content, if the entry is a file. */
static int tar_header(struct tar *tar, const struct image_entry *entry, uint64_t size)
{
    struct archive_entry *header = archive_entry_clear(tar->header);
    archive_entry_set_pathname(header, entry->path.ptr);
    archive_entry_set_filetype(header, type_of(entry->kind));
    archive_entry_set_perm(header, entry->mode);
    archive_entry_set_uid(header, 0);
    archive_entry_set_gid(header, 0);
    archive_entry_set_mtime(header, (time_t)tar->seconds, 0);
    archive_entry_set_size(header, 0);
    if (entry->kind == IMAGE_FILE || entry->kind == IMAGE_MEMORY)
        archive_entry_set_size(header, (la_int64_t)size);
    if (entry->kind == IMAGE_LINK)
        archive_entry_set_symlink(header, entry->content.ptr);
    /* A warning is about character sets: the name's bytes are written all the same. */
    if (archive_write_header(tar->archive, header) < ARCHIVE_WARN)
        return tar_failed(tar, entry->path.ptr);
    return tar->err->kind == ERR_NONE ? 0 : -1;
}

static int tar_bytes(struct tar *tar, const struct image_entry *entry, const void *bytes,
                     size_t len)
{
    la_ssize_t done = archive_write_data(tar->archive, bytes, len);
    if (done < 0 || (size_t)done != len)
        return tar_failed(tar, entry->path.ptr);
    return 0;
}

static int tar_open_file(struct tar *tar, const struct image_entry *entry, int fd)
{
    uint64_t left = entry->size;
    while (left) {
        size_t wanted = left < READ_SIZE ? (size_t)left : READ_SIZE;
        ssize_t got = read(fd, tar->buffer, wanted);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_errno(tar->err, errno, "cannot read '%s'", entry->source.ptr);
        if (got == 0)
            return source_changed(entry, tar->err);
        if (tar_bytes(tar, entry, tar->buffer, (size_t)got) != 0)
            return -1;
        left -= (uint64_t)got;
    }
    return source_done(entry, fd, tar->err);
}

static int tar_file(struct tar *tar, const struct image_entry *entry)
{
    int fd = source_open(entry, tar->err);
    if (fd < 0)
        return -1;
    int result = tar_header(tar, entry, entry->size);
    if (result == 0)
        result = tar_open_file(tar, entry, fd);
    close(fd);
    return result;
}

static int tar_filtered(struct tar *tar, const struct image_entry *entry)
{
    struct arena arena;
    str content;
    arena_init(&arena);
    int result = source_filtered(entry, &arena, &content, tar->err);
    if (result == 0)
        result = tar_header(tar, entry, content.len);
    if (result == 0)
        result = tar_bytes(tar, entry, content.ptr, content.len);
    arena_release(&arena);
    return result;
}

static int tar_entry(struct tar *tar, const struct image_entry *entry)
{
    if (entry->outside)
        return err_set(tar->err, ERR_INPUT,
                       "cannot pack '%s': it is a link to '%s', outside of the release",
                       entry->path.ptr, entry->content.ptr);
    if (entry->kind == IMAGE_FILE)
        return entry->filter ? tar_filtered(tar, entry) : tar_file(tar, entry);
    if (tar_header(tar, entry, entry->size) != 0)
        return -1;
    if (entry->kind == IMAGE_MEMORY)
        return tar_bytes(tar, entry, entry->content.ptr, entry->content.len);
    return 0;
}

static int tar_entries(struct tar *tar, struct image *image)
{
    if (tar_open(tar) != 0)
        return -1;
    image_sort(image);
    for (size_t i = 0; i < image->count; i++)
        if (tar_entry(tar, image->entries[i]) != 0)
            return -1;
    if (archive_write_close(tar->archive) != ARCHIVE_OK)
        return tar_failed(tar, "the release");
    return tar->err->kind == ERR_NONE ? gzip_finish(tar->gzip, tar->err) : -1;
}

/*
 * libarchive converts names from the locale of the thread, so that it must be one with
 * UTF-8 whatever the user's. Where there is none the names are written as they are,
 * marked as binary.
 */
static locale_t utf8_locale(void)
{
    static const char *const names[] = {"C.UTF-8", "C.utf8", "en_US.UTF-8", "UTF-8"};
    locale_t locale = (locale_t)0;
    for (size_t i = 0; i < sizeof names / sizeof *names && !locale; i++)
        locale = newlocale(LC_CTYPE_MASK, names[i], (locale_t)0);
    return locale;
}

static int tar_to_file(struct image *image, int fd, const char *path,
                       const struct tar_options *options, struct err *err)
{
    struct pool *pool = pool_new(options->threads);
    int level = options->level ? options->level : DEFAULT_LEVEL;
    struct tar tar = {
        .gzip = gzip_new(fd, path, level, pool, options->threads),
        .buffer = mem_alloc(READ_SIZE),
        .seconds = options->seconds,
        .err = err,
    };
    locale_t locale = utf8_locale();
    locale_t before = locale ? uselocale(locale) : (locale_t)0;
    int result = tar_entries(&tar, image);
    archive_entry_free(tar.header);
    /* Freeing alone leaks the output filter of an archive that failed (libarchive 3.6).
     */
    if (tar.archive && result != 0)
        archive_write_close(tar.archive);
    archive_write_free(tar.archive);
    if (locale) {
        uselocale(before);
        freelocale(locale);
    }
    free(tar.buffer);
    gzip_free(tar.gzip);
    pool_free(pool);
    return result;
}

static int tar_place(int fd, const char *staged, const char *path, struct err *err)
{
    if (fchmod(fd, TAR_MODE) != 0)
        return err_errno(err, errno, "cannot set the mode of '%s'", staged);
    /* Some network file systems tell of a full disk when a descriptor is closed. */
    int copy = dup(fd);
    if (copy >= 0 && close(copy) != 0)
        return err_errno(err, errno, "cannot write '%s'", path);
    if (rename(staged, path) != 0)
        return err_errno(err, errno, "cannot put '%s' in its place", path);
    return 0;
}

int tar_sink_write(struct image *image, const char *path,
                   const struct tar_options *options, struct err *err)
{
    struct arena arena;
    arena_init(&arena);
    char *staged = stage_path(&arena, path);
    int result = fs_mkdirs(path_dirname(&arena, str_of(path)).ptr, err);
    int fd = result == 0 ? stage_make_file(staged, path, err) : -1;
    if (fd < 0) {
        arena_release(&arena);
        return -1;
    }
    result = tar_to_file(image, fd, path, options, err);
    if (result == 0)
        result = tar_place(fd, staged, path, err);
    if (result != 0)
        unlink(staged);
    close(fd); /* only now: it holds the lock */
    arena_release(&arena);
    return result;
}
