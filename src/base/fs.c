#ifdef __linux__
#define _DEFAULT_SOURCE /* d_type of readdir, which saves a stat for each name */
#endif

#include "relc/base/fs.h"

#include "relc/base/path.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

enum { REMOVE_MAX_DEPTH = 200 };

static const size_t default_read_limit = (size_t)1 << 30;

static int read_open_file(struct arena *arena, int fd, const char *path, size_t limit,
                          str *content, struct err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return err_errno(err, errno, "cannot read '%s'", path);
    if (S_ISDIR(st.st_mode))
        return err_errno(err, EISDIR, "cannot read '%s'", path);
    if (!S_ISREG(st.st_mode))
        return err_set(err, ERR_INPUT, "cannot read '%s': it is not a regular file",
                       path);
    if ((uintmax_t)st.st_size > limit)
        return err_set(err, ERR_INPUT, "'%s' is too large: %jd bytes, at most %zu", path,
                       (intmax_t)st.st_size, limit);
    size_t size = (size_t)st.st_size, len = 0;
    char *bytes = arena_alloc(arena, size + 1);
    while (len < size) {
        ssize_t got = read(fd, bytes + len, size - len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_errno(err, errno, "cannot read '%s'", path);
        if (got == 0)
            break;
        len += (size_t)got;
    }
    *content = (str){bytes, len};
    return 0;
}

int fs_read(struct arena *arena, const char *path, size_t limit, str *content,
            struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return err_errno(err, errno, "cannot open '%s'", path);
    int result =
        read_open_file(arena, fd, path, limit ? limit : default_read_limit, content, err);
    close(fd);
    return result;
}

int fs_map(const char *path, str *bytes, struct err *err)
{
    struct stat st;
    int result = 0, fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    *bytes = STR("");
    if (fd < 0)
        return err_errno(err, errno, "cannot open '%s'", path);
    if (fstat(fd, &st) != 0)
        result = err_errno(err, errno, "cannot read '%s'", path);
    else if (!S_ISREG(st.st_mode))
        result = err_set(err, ERR_INPUT, "'%s' is not a regular file", path);
    else if (st.st_size > 0) {
        void *memory = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (memory == MAP_FAILED)
            result = err_errno(err, errno, "cannot read '%s'", path);
        else
            *bytes = (str){memory, (size_t)st.st_size};
    }
    close(fd);
    return result;
}

void fs_unmap(str bytes)
{
    if (bytes.len)
        munmap((void *)bytes.ptr, bytes.len);
}

static enum fs_kind kind_of_mode(mode_t mode)
{
    if (S_ISREG(mode))
        return FS_FILE;
    if (S_ISDIR(mode))
        return FS_DIR;
    return S_ISLNK(mode) ? FS_LINK : FS_OTHER;
}

static enum fs_kind entry_kind(DIR *dir, const struct dirent *entry)
{
#ifdef DT_UNKNOWN
    switch (entry->d_type) {
    case DT_REG:
        return FS_FILE;
    case DT_DIR:
        return FS_DIR;
    case DT_LNK:
        return FS_LINK;
    case DT_UNKNOWN:
        break;
    default:
        return FS_OTHER;
    }
#endif
    struct stat st;
    if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return FS_OTHER;
    return kind_of_mode(st.st_mode);
}

static int entry_order(const void *a, const void *b)
{
    return str_cmp(((const struct fs_entry *)a)->name,
                   ((const struct fs_entry *)b)->name);
}

struct dirent *fs_next_entry(DIR *dir)
{
    struct dirent *entry;
    do {
        errno = 0;
        entry = readdir(dir);
    } while (entry &&
             (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0));
    return entry;
}

int fs_list(struct arena *arena, const char *path, struct fs_list *list, struct err *err)
{
    size_t capacity = 0;
    struct dirent *entry;
    DIR *dir = opendir(path);
    if (!dir)
        return err_errno(err, errno, "cannot list folder '%s'", path);
    *list = (struct fs_list){0};
    while ((entry = fs_next_entry(dir))) {
        list->entries = arena_grow(arena, list->entries, list->count, &capacity,
                                   sizeof *list->entries);
        list->entries[list->count++] = (struct fs_entry){
            .name = arena_str(arena, str_of(entry->d_name)),
            .kind = entry_kind(dir, entry),
        };
    }
    int failure = errno;
    closedir(dir);
    if (failure)
        return err_errno(err, failure, "cannot list folder '%s'", path);
    if (list->count)
        qsort(list->entries, list->count, sizeof *list->entries, entry_order);
    return 0;
}

bool fs_is_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool fs_is_dir(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int make_dir(const char *path, struct err *err)
{
    if (mkdir(path, 0777) == 0 || (errno == EEXIST && fs_is_dir(path)))
        return 0;
    int failure = errno == EEXIST ? ENOTDIR : errno;
    return err_errno(err, failure, "cannot make folder '%s'", path);
}

int fs_mkdirs(const char *path, struct err *err)
{
    struct arena arena;
    int result = 0;
    if (fs_is_dir(path))
        return 0;
    arena_init(&arena);
    char *copy = arena_strz(&arena, str_of(path));
    for (char *p = copy + 1; *copy && *p && result == 0; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        result = make_dir(copy, err);
        *p = '/';
    }
    if (result == 0)
        result = make_dir(copy, err);
    arena_release(&arena);
    return result;
}

int fs_write_all(int fd, const void *bytes, size_t len, const char *path, struct err *err)
{
    const char *next = bytes;
    while (len) {
        ssize_t done = write(fd, next, len);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return err_errno(err, errno, "cannot write '%s'", path);
        next += done;
        len -= (size_t)done;
    }
    return 0;
}

/* What is left after so many bytes. */
static void drop_written(struct iovec **parts, size_t *count, size_t done)
{
    while (*count && done >= (*parts)->iov_len) {
        done -= (*parts)->iov_len;
        (*parts)++;
        (*count)--;
    }
    if (*count) {
        (*parts)->iov_base = (char *)(*parts)->iov_base + done;
        (*parts)->iov_len -= done;
    }
}

int fs_write_gathered(int fd, const str *parts, size_t count, const char *path,
                      struct err *err)
{
    struct iovec vector[FS_GATHERED_MAX], *left = vector;
    assert(count <= FS_GATHERED_MAX);
    for (size_t i = 0; i < count; i++)
        vector[i] = (struct iovec){(void *)parts[i].ptr, parts[i].len};
    for (drop_written(&left, &count, 0); count;) {
        ssize_t done = writev(fd, left, (int)count);
        if (done < 0 && errno != EINTR)
            return err_errno(err, errno, "cannot write '%s'", path);
        drop_written(&left, &count, done > 0 ? (size_t)done : 0);
    }
    return 0;
}

static int write_open_file(int fd, const str *parts, size_t count, mode_t mode,
                           const char *path, struct err *err)
{
    for (size_t i = 0; i < count; i++)
        if (fs_write_all(fd, parts[i].ptr, parts[i].len, path, err) != 0)
            return -1;
    if (fchmod(fd, mode) != 0)
        return err_errno(err, errno, "cannot set the mode of '%s'", path);
    return 0;
}

int fs_write_file(const char *path, str content, mode_t mode, struct err *err)
{
    return fs_write_parts(path, &content, 1, mode, err);
}

int fs_write_parts(const char *path, const str *parts, size_t count, mode_t mode,
                   struct err *err)
{
    struct arena arena;
    arena_init(&arena);
    char *beside = arena_strz(&arena, arena_printf(&arena, "%s.XXXXXX", path));
    int result = -1, fd = mkstemp(beside);
    if (fd < 0) {
        err_errno(err, errno, "cannot write '%s'", path);
        goto out;
    }
    result = write_open_file(fd, parts, count, mode, path, err);
    if (close(fd) != 0 && result == 0)
        result = err_errno(err, errno, "cannot write '%s'", path);
    if (result == 0 && rename(beside, path) != 0)
        result = err_errno(err, errno, "cannot write '%s'", path);
    if (result != 0)
        unlink(beside);
out:
    arena_release(&arena);
    return result;
}

static int remove_at(int parent, const char *name, const char *path, unsigned depth,
                     struct err *err);

/* Empties the folder open as fd, which this function closes. */
static int remove_content(int fd, const char *path, unsigned depth, struct err *err)
{
    struct dirent *entry;
    int result = 0;
    DIR *dir = fdopendir(fd);
    if (!dir) {
        close(fd);
        return err_errno(err, errno, "cannot list folder '%s'", path);
    }
    /* As rm -rf does not: a folder that its owner may not write in can be removed too. */
    fchmod(fd, S_IRWXU);
    while (result == 0 && (entry = fs_next_entry(dir)))
        result = remove_at(dirfd(dir), entry->d_name, path, depth + 1, err);
    closedir(dir);
    return result;
}

static int remove_at(int parent, const char *name, const char *path, unsigned depth,
                     struct err *err)
{
    if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
        return 0;
    if (errno != EISDIR && errno != EPERM)
        return err_errno(err, errno, "cannot remove '%s' in '%s'", name, path);
    if (depth > REMOVE_MAX_DEPTH)
        return err_set(err, ERR_IO, "cannot remove '%s': folders nested too deeply",
                       path);
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int fd = openat(parent, name, flags);
    if (fd < 0 && errno == EACCES && fchmodat(parent, name, S_IRWXU, 0) == 0)
        fd = openat(parent, name, flags);
    if (fd < 0)
        return err_errno(err, errno, "cannot remove '%s' in '%s'", name, path);
    if (remove_content(fd, path, depth, err) != 0)
        return -1;
    if (unlinkat(parent, name, AT_REMOVEDIR) != 0 && errno != ENOENT)
        return err_errno(err, errno, "cannot remove '%s' in '%s'", name, path);
    return 0;
}

int fs_remove_tree(const char *path, struct err *err)
{
    return remove_at(AT_FDCWD, path, path, 0, err);
}

int fs_read_link(struct arena *arena, const char *path, str *target, struct err *err)
{
    char text[PATH_MAX];
    ssize_t len = readlink(path, text, sizeof text);
    if (len < 0)
        return err_errno(err, errno, "cannot read link '%s'", path);
    if ((size_t)len == sizeof text)
        return err_errno(err, ENAMETOOLONG, "cannot read link '%s'", path);
    *target = arena_str(arena, (str){text, (size_t)len});
    return 0;
}

char *fs_real_path(struct arena *arena, const char *path)
{
    char *real = realpath(path, NULL);
    if (!real)
        return NULL;
    char *copy = arena_strz(arena, str_of(real));
    free(real);
    return copy;
}

int fs_current_dir(struct arena *arena, str *path, struct err *err)
{
    char text[PATH_MAX];
    if (!getcwd(text, sizeof text))
        return err_errno(err, errno, "cannot tell the working folder");
    *path = arena_str(arena, str_of(text));
    return 0;
}

char *fs_find_program(struct arena *arena, const char *name)
{
    for (str rest = str_of(getenv("PATH")); rest.ptr;) {
        str folder = str_split(&rest, ':');
        str path = path_join(arena, folder.len ? folder : STR("."), str_of(name));
        if (fs_is_file(path.ptr) && access(path.ptr, X_OK) == 0)
            return arena_strz(arena, path);
    }
    return NULL;
}
