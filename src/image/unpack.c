/*
 * libarchive reads the tar, zlib's gzread the gzip around it: libarchive does not look at
 * gzip's checksum, and it is that which tells a damaged package from a whole one.
 */
#include "relc/image/unpack.h"

#include "relc/base/fs.h"
#include "relc/base/mem.h"
#include "relc/base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>

enum { READ_SIZE = 256 * 1024 };

struct unpacker {
    const char *package;
    const char *folder;
    unpack_wanted *wanted;
    void *context;
    gzFile gzip;
    struct archive *archive;
    char *buffer;
    struct arena arena; /* paths of the entry at hand */
    struct err *err;
};

static int damaged(struct unpacker *unpacker, const char *why)
{
    if (unpacker->err->kind != ERR_NONE)
        return -1;
    err_set(unpacker->err, ERR_FORMAT, "the package is damaged: %s",
            why ? why : "libarchive gives no reason");
    err_hint(unpacker->err, "copy it once more, or build it again");
    return err_at(unpacker->err, unpacker->package, 0, 0);
}

static int refused(struct unpacker *unpacker, const char *path, const char *why)
{
    err_set(unpacker->err, ERR_FORMAT, "the package is no release: entry '%s' %s", path,
            why);
    return err_at(unpacker->err, unpacker->package, 0, 0);
}

/* The reason of a failed gzread, in zlib's words. */
static const char *gzip_reason(struct unpacker *unpacker)
{
    int code;
    const char *text = gzerror(unpacker->gzip, &code);
    return code == Z_BUF_ERROR ? "it ends early" : text;
}

static la_ssize_t read_block(struct archive *archive, void *context, const void **bytes)
{
    struct unpacker *unpacker = context;
    int got = gzread(unpacker->gzip, unpacker->buffer, READ_SIZE);
    int code = Z_OK;
    /* gzread gives what it has before it tells that the file was cut off. */
    if (got >= 0)
        gzerror(unpacker->gzip, &code);
    if (got < 0 || code < 0) {
        damaged(unpacker, gzip_reason(unpacker));
        archive_set_error(archive, EIO, "cannot read");
        return -1;
    }
    *bytes = unpacker->buffer;
    return got;
}

static int open_package(struct unpacker *unpacker)
{
    unpacker->gzip = gzopen(unpacker->package, "rb");
    if (!unpacker->gzip)
        return err_errno(unpacker->err, errno, "cannot open '%s'", unpacker->package);
    gzbuffer(unpacker->gzip, READ_SIZE);
    unpacker->archive = archive_read_new();
    if (!unpacker->archive ||
        archive_read_support_format_tar(unpacker->archive) != ARCHIVE_OK)
        return err_set(unpacker->err, ERR_IO, "cannot start libarchive");
    if (archive_read_open(unpacker->archive, unpacker, NULL, read_block, NULL) !=
        ARCHIVE_OK)
        return damaged(unpacker, archive_error_string(unpacker->archive));
    return 0;
}

/* GNU tar leads with "./"; folders end with a slash. ptr NULL for the root itself. */
static str entry_path(struct unpacker *unpacker, struct archive_entry *entry)
{
    const char *name = archive_entry_pathname(entry);
    str path = path_normalize(&unpacker->arena, str_of(name));
    return name && str_eqz(path, ".") ? (str){NULL, 0} : path;
}

static int write_file(struct unpacker *unpacker, struct archive_entry *entry,
                      const char *target)
{
    bool runs = archive_entry_perm(entry) & 0100;
    int fd = open(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                  runs ? 0755 : 0644);
    if (fd < 0)
        return err_errno(unpacker->err, errno, "cannot create '%s'", target);
    int result = archive_read_data_into_fd(unpacker->archive, fd) == ARCHIVE_OK
                     ? 0
                     : damaged(unpacker, archive_error_string(unpacker->archive));
    if (close(fd) != 0 && result == 0)
        result = err_errno(unpacker->err, errno, "cannot write '%s'", target);
    return result;
}

static int make_link(struct unpacker *unpacker, struct archive_entry *entry,
                     const char *target)
{
    const char *to = archive_entry_symlink(entry);
    if (!to || !path_is_inside(str_of(to)))
        return 0;
    if (symlink(to, target) != 0)
        return err_errno(unpacker->err, errno, "cannot create '%s'", target);
    return 0;
}

static int unpack_entry(struct unpacker *unpacker, struct archive_entry *entry)
{
    struct arena *arena = &unpacker->arena;
    const char *name = archive_entry_pathname(entry);
    str path = entry_path(unpacker, entry);
    if (!path.ptr)
        return 0;
    if (!path_is_inside(path))
        return refused(unpacker, name ? name : "", "would leave its folder");
    str target = path_join(arena, str_of(unpacker->folder), path);
    bool is_dir = archive_entry_filetype(entry) == AE_IFDIR;
    str parent = is_dir ? target : path_dirname(arena, target);
    if (fs_mkdirs(parent.ptr, unpacker->err) != 0)
        return -1;
    if (is_dir)
        return 0;
    if (archive_entry_hardlink(entry))
        return refused(unpacker, path.ptr, "is a hard link");
    if (unpacker->wanted && !unpacker->wanted(unpacker->context, path))
        return 0;
    /* Of entries with one name the last one counts (Distillery's packages have such). */
    if (unlink(target.ptr) != 0 && errno != ENOENT)
        return err_errno(unpacker->err, errno, "cannot replace '%s'", target.ptr);
    if (archive_entry_filetype(entry) == AE_IFLNK)
        return make_link(unpacker, entry, target.ptr);
    if (archive_entry_filetype(entry) != AE_IFREG)
        return refused(unpacker, path.ptr, "is neither a file nor a folder");
    return write_file(unpacker, entry, target.ptr);
}

/* What follows the archive's end belongs to the gzip stream, whose checksum comes last.
 */
static int read_rest(struct unpacker *unpacker)
{
    const void *bytes;
    la_ssize_t got;
    do
        got = read_block(unpacker->archive, unpacker, &bytes);
    while (got > 0);
    return got < 0 ? -1 : 0;
}

static int unpack_all(struct unpacker *unpacker)
{
    struct archive_entry *entry;
    size_t count = 0;
    int status;
    while ((status = archive_read_next_header(unpacker->archive, &entry)) == ARCHIVE_OK ||
           status == ARCHIVE_WARN) {
        int result = unpack_entry(unpacker, entry);
        arena_release(&unpacker->arena);
        if (result != 0)
            return -1;
        count++;
    }
    if (status != ARCHIVE_EOF)
        return damaged(unpacker, archive_error_string(unpacker->archive));
    if (!count)
        return damaged(unpacker, "it holds nothing");
    return read_rest(unpacker);
}

int unpack_tar(const char *package, const char *folder, unpack_wanted *wanted,
               void *context, struct err *err)
{
    struct unpacker unpacker = {
        .package = package,
        .folder = folder,
        .wanted = wanted,
        .context = context,
        .buffer = mem_alloc(READ_SIZE),
        .err = err,
    };
    arena_init(&unpacker.arena);
    int result = open_package(&unpacker);
    if (result == 0)
        result = unpack_all(&unpacker);
    if (unpacker.archive)
        archive_read_free(unpacker.archive);
    if (unpacker.gzip)
        gzclose(unpacker.gzip);
    arena_release(&unpacker.arena);
    free(unpacker.buffer);
    return result;
}
