#include "stage.h"

#include "relc/base/far_dir.h"
#include "relc/base/fs.h"
#include "relc/base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <sys/file.h>
#include <sys/stat.h>

/* Rounds against others that remove and make the same name; one is the normal case. */
enum { STAGE_ROUNDS = 100 };

enum stage_kind { STAGE_FILE, STAGE_DIR };

char *stage_path(struct arena *arena, const char *target)
{
    str folder = path_dirname(arena, str_of(target));
    str name = path_basename(str_of(target));
    str hidden = arena_printf(arena, ".%.*s.relc-new", STR_ARG(name));
    return arena_strz(arena, path_join(arena, folder, hidden));
}

int stage_lock(int fd, const char *target, struct err *err)
{
    int result;
    do
        result = flock(fd, LOCK_EX | LOCK_NB);
    while (result != 0 && errno == EINTR);
    if (result == 0 || errno != EWOULDBLOCK)
        return 0;
    err_set(err, ERR_IO, "another build is writing '%s'", target);
    return err_hint(err, "wait until it is done, then build again");
}

bool stage_is_same(int fd, const char *path)
{
    struct stat open_one, named;
    return fstat(fd, &open_one) == 0 && lstat(path, &named) == 0 &&
           open_one.st_dev == named.st_dev && open_one.st_ino == named.st_ino;
}

static int open_new(enum stage_kind kind, const char *path)
{
    if (kind == STAGE_FILE)
        return open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (far_dir_make(path) != 0)
        return -1;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        errno = EEXIST; /* not locked yet, it passed for a left-over: another round */
    return fd;
}

/* Removes what a killed run left; 0 too when it is gone already. */
static int remove_left_over(const char *path, const char *target, struct err *err)
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return 0;
    if (fd < 0)
        return err_errno(err, errno, "cannot remove '%s', left by an earlier build",
                         path);
    int result = stage_lock(fd, target, err);
    if (result == 0 && stage_is_same(fd, path)) {
        result = fs_remove_tree(path, err);
        if (result != 0)
            err_wrap(err, "cannot remove what an earlier build left");
    }
    close(fd);
    return result;
}

static int stage_make(enum stage_kind kind, const char *path, const char *target,
                      struct err *err)
{
    for (int round = 0; round < STAGE_ROUNDS; round++) {
        int fd = open_new(kind, path);
        /* ENOENT once may be a rival's doing, twice the folder is not there. */
        if (fd < 0 && errno != EEXIST && (errno != ENOENT || round))
            return err_errno(err, errno, "cannot write '%s': cannot make '%s'", target,
                             path);
        if (fd < 0) {
            if (remove_left_over(path, target, err) != 0)
                return -1;
            continue;
        }
        if (stage_lock(fd, target, err) != 0) {
            close(fd);
            return -1;
        }
        if (stage_is_same(fd, path))
            return fd;
        close(fd);
    }
    return err_set(err, ERR_IO, "cannot write '%s': other builds keep removing '%s'",
                   target, path);
}

int stage_make_file(const char *path, const char *target, struct err *err)
{
    return stage_make(STAGE_FILE, path, target, err);
}

int stage_make_dir(const char *path, const char *target, struct err *err)
{
    return stage_make(STAGE_DIR, path, target, err);
}

/*
 * ext4 writes a file to the disk at once when it is renamed over another, to be safe
 * should the power fail; that can take longer than compressing did. Exchanged names cost
 * nothing. The old file is locked, so that nobody takes it for a left-over and its name
 * for free.
 */
int stage_place(const char *staged, const char *target)
{
    int old = open(target, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat st;
    bool exchanged = old >= 0 && fstat(old, &st) == 0 && S_ISREG(st.st_mode) &&
                     flock(old, LOCK_EX | LOCK_NB) == 0 && stage_is_same(old, target) &&
                     fs_exchange(staged, target) == 0;
    int result = exchanged ? unlink(staged) : rename(staged, target);
    int failure = errno;
    if (old >= 0)
        close(old);
    errno = failure;
    return result;
}
