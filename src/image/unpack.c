/* libarchive reads the tar. */
#include "relc/image/unpack.h"

#include "package_read.h"

#include "relc/base/fs.h"
#include "relc/base/mem.h"
#include "relc/base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

/* Files up to KEEP_SIZE are in memory while they are compared. */
enum { READ_SIZE = 256 * 1024, OTHER_SIZE = 32 * 1024, KEEP_SIZE = 2 * 1024 * 1024 };

struct unpacker {
    const char *path;
    const char *folder;
    const struct unpack_rules *rules;
    struct package *package;
    struct archive *archive;
    char *buffer;
    char *content;      /* of a file that is compared; NULL before the first */
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
    return err_at(unpacker->err, unpacker->path, 0, 0);
}

static int refused(struct unpacker *unpacker, const char *path, const char *why)
{
    err_set(unpacker->err, ERR_FORMAT, "the package is no release: entry '%s' %s", path,
            why);
    return err_at(unpacker->err, unpacker->path, 0, 0);
}

static la_ssize_t read_block(struct archive *archive, void *context, const void **bytes)
{
    struct unpacker *unpacker = context;
    const char *reason;
    long got = package_read(unpacker->package, unpacker->buffer, READ_SIZE, &reason);
    *bytes = unpacker->buffer;
    if (got < 0) {
        damaged(unpacker, reason);
        archive_set_error(archive, EIO, "cannot read");
    }
    return got;
}

static int open_package(struct unpacker *unpacker)
{
    const struct unpack_rules *rules = unpacker->rules;
    unpacker->package = package_open(unpacker->path, rules ? rules->gaps : NULL,
                                     rules ? rules->gap_count : 0, unpacker->err);
    if (!unpacker->package)
        return -1;
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

/* The content, or with NULL what comes from the archive. */
static int write_file(struct unpacker *unpacker, struct archive_entry *entry,
                      const char *target, const str *content)
{
    bool runs = archive_entry_perm(entry) & 0100;
    int result = 0,
        fd = open(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                  runs ? 0755 : 0644);
    if (fd < 0)
        return err_errno(unpacker->err, errno, "cannot create '%s'", target);
    if (content)
        result = fs_write_all(fd, content->ptr, content->len, target, unpacker->err);
    else if (archive_read_data_into_fd(unpacker->archive, fd) != ARCHIVE_OK)
        result = damaged(unpacker, archive_error_string(unpacker->archive));
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

/* Of entries with one name the last one counts (Distillery's packages have such). */
static int make_way(struct unpacker *unpacker, const char *target)
{
    str parent = path_dirname(&unpacker->arena, str_of(target));
    if (fs_mkdirs(parent.ptr, unpacker->err) != 0)
        return -1;
    if (unlink(target) != 0 && errno != ENOENT)
        return err_errno(unpacker->err, errno, "cannot replace '%s'", target);
    return 0;
}

static int write_entry(struct unpacker *unpacker, struct archive_entry *entry,
                       const char *target)
{
    if (make_way(unpacker, target) != 0)
        return -1;
    return archive_entry_filetype(entry) == AE_IFLNK
               ? make_link(unpacker, entry, target)
               : write_file(unpacker, entry, target, NULL);
}

/* Whether a file holds the content. One that cannot be read does not. */
static bool file_holds(const char *path, str content)
{
    struct stat st;
    size_t done = 0;
    char bytes[OTHER_SIZE];
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool same = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
                (uintmax_t)st.st_size == content.len;
    while (same && done < content.len) {
        ssize_t got = read(fd, bytes, sizeof bytes);
        if (got < 0 && errno == EINTR)
            continue;
        same = got > 0 && (size_t)got <= content.len - done &&
               memcmp(content.ptr + done, bytes, (size_t)got) == 0;
        done += same ? (size_t)got : 0;
    }
    close(fd);
    return same;
}

static int compare_in_memory(struct unpacker *unpacker, struct archive_entry *entry,
                             const char *target, const char *other, bool *same)
{
    if (!unpacker->content)
        unpacker->content = mem_alloc(KEEP_SIZE);
    la_ssize_t got = archive_read_data(unpacker->archive, unpacker->content, KEEP_SIZE);
    if (got < 0)
        return damaged(unpacker, archive_error_string(unpacker->archive));
    const str content = {unpacker->content, (size_t)got};
    *same = file_holds(other, content);
    if (*same)
        return 0;
    return make_way(unpacker, target) != 0
               ? -1
               : write_file(unpacker, entry, target, &content);
}

/* What is too large for that is unpacked first. */
static int compare_on_disk(struct unpacker *unpacker, struct archive_entry *entry,
                           const char *target, const char *other, bool *same)
{
    struct err ignored;
    if (write_entry(unpacker, entry, target) != 0)
        return -1;
    err_init(&ignored);
    if (fs_same_content(target, other, same, &ignored) != 0) {
        err_release(&ignored);
        *same = false;
    }
    if (*same && unlink(target) != 0)
        return err_errno(unpacker->err, errno, "cannot remove '%s'", target);
    return 0;
}

static int compare_entry(struct unpacker *unpacker, struct archive_entry *entry, str path,
                         const char *target, const char *other)
{
    bool same;
    int result = archive_entry_size(entry) <= KEEP_SIZE
                     ? compare_in_memory(unpacker, entry, target, other, &same)
                     : compare_on_disk(unpacker, entry, target, other, &same);
    if (result == 0)
        unpacker->rules->compared(unpacker->rules->context, path, same);
    return result;
}

static enum unpack_kind kind_of(struct archive_entry *entry)
{
    switch (archive_entry_filetype(entry)) {
    case AE_IFDIR:
        return UNPACK_A_DIR;
    case AE_IFREG:
        return UNPACK_A_FILE;
    case AE_IFLNK:
        return UNPACK_A_LINK;
    default:
        return UNPACK_NO_FILE;
    }
}

static int take_entry(struct unpacker *unpacker, struct archive_entry *entry, str path)
{
    const struct unpack_rules *rules = unpacker->rules;
    enum unpack_kind kind = kind_of(entry);
    const char *other = NULL;
    str target = path_join(&unpacker->arena, str_of(unpacker->folder), path);
    enum unpack_take take =
        rules ? rules->take(rules->context, path, kind, &other) : UNPACK_WRITE;
    if (take == UNPACK_NOTHING)
        return 0;
    if (kind == UNPACK_A_DIR)
        return fs_mkdirs(target.ptr, unpacker->err);
    if (take == UNPACK_FOLDER)
        return fs_mkdirs(path_dirname(&unpacker->arena, target).ptr, unpacker->err);
    if (kind == UNPACK_NO_FILE)
        return refused(unpacker, path.ptr, "is neither a file nor a folder");
    return take == UNPACK_COMPARE
               ? compare_entry(unpacker, entry, path, target.ptr, other)
               : write_entry(unpacker, entry, target.ptr);
}

static int unpack_entry(struct unpacker *unpacker, struct archive_entry *entry)
{
    const char *name = archive_entry_pathname(entry);
    str path = entry_path(unpacker, entry);
    if (!path.ptr)
        return 0;
    if (!path_is_inside(path))
        return refused(unpacker, name ? name : "", "would leave its folder");
    if (archive_entry_hardlink(entry) && kind_of(entry) != UNPACK_A_DIR)
        return refused(unpacker, path.ptr, "is a hard link");
    return take_entry(unpacker, entry, path);
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

int unpack_tar(const char *package, const char *folder, const struct unpack_rules *rules,
               struct err *err)
{
    struct unpacker unpacker = {
        .path = package,
        .folder = folder,
        .rules = rules,
        .buffer = mem_alloc(READ_SIZE),
        .err = err,
    };
    arena_init(&unpacker.arena);
    int result = open_package(&unpacker);
    if (result == 0)
        result = unpack_all(&unpacker);
    if (unpacker.archive)
        archive_read_free(unpacker.archive);
    package_close(unpacker.package);
    arena_release(&unpacker.arena);
    free(unpacker.content);
    free(unpacker.buffer);
    return result;
}
