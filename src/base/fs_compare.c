#include "relc/base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STEP = 32 * 1024 };

struct compared {
    const char *path;
    int fd;
    off_t size;
    size_t count; /* of bytes */
    char bytes[STEP];
};

static int open_file(struct compared *file, const char *path, struct err *err)
{
    struct stat st;
    file->path = path;
    file->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file->fd < 0)
        return err_errno(err, errno, "cannot open '%s'", path);
    if (fstat(file->fd, &st) != 0)
        return err_errno(err, errno, "cannot read '%s'", path);
    if (!S_ISREG(st.st_mode))
        return err_set(err, ERR_INPUT, "'%s' is not a regular file", path);
    file->size = st.st_size;
    return 0;
}

/* Fewer bytes than wanted where the file has become shorter. */
static int read_step(struct compared *file, size_t wanted, struct err *err)
{
    file->count = 0;
    while (file->count < wanted) {
        ssize_t got = read(file->fd, file->bytes + file->count, wanted - file->count);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_errno(err, errno, "cannot read '%s'", file->path);
        if (got == 0)
            break;
        file->count += (size_t)got;
    }
    return 0;
}

static int compare(struct compared *a, struct compared *b, bool *same, struct err *err)
{
    off_t left = a->size;
    *same = a->size == b->size;
    while (*same && left > 0) {
        size_t step = left < STEP ? (size_t)left : STEP;
        if (read_step(a, step, err) != 0 || read_step(b, step, err) != 0)
            return -1;
        *same =
            a->count == step && b->count == step && memcmp(a->bytes, b->bytes, step) == 0;
        left -= (off_t)step;
    }
    return 0;
}

int fs_same_content(const char *path, const char *other, bool *same, struct err *err)
{
    struct compared a, b; /* large: not filled with zeros */
    a.fd = b.fd = -1;
    int status = open_file(&a, path, err);
    if (status == 0)
        status = open_file(&b, other, err);
    if (status == 0)
        status = compare(&a, &b, same, err);
    if (a.fd >= 0)
        close(a.fd);
    if (b.fd >= 0)
        close(b.fd);
    return status;
}
