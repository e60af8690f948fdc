#ifdef __linux__
#define _GNU_SOURCE /* syscall */
#endif

#include "dir_parts.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>
#ifdef __linux__
#include <fcntl.h>
#include <sys/syscall.h>
#endif

/* Both names change places in one step; -1 where system or file system cannot. */
static int exchange(const char *a, const char *b)
{
#ifdef SYS_renameat2
    /* From <linux/fs.h>; musl has had no function for it until lately. */
    const unsigned rename_exchange = 1u << 1;
    return (int)syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, rename_exchange);
#else
    (void)a, (void)b;
    errno = ENOSYS;
    return -1;
#endif
}

static int swap_failed(const char *target, int failure, struct err *err)
{
    err_errno(err, failure, "cannot replace '%s'", target);
    if (failure == EBUSY || failure == EXDEV)
        err_hint(err,
                 "a mounted folder cannot be replaced: build into a folder below it");
    return -1;
}

static int swap_by_renames(const char *staged, const char *target, const char *aside,
                           struct err *err)
{
    if (rename(target, aside) != 0)
        return swap_failed(target, errno, err);
    if (rename(staged, target) != 0) {
        int failure = errno;
        swap_failed(target, failure, err);
        if (rename(aside, target) != 0)
            err_hint(err, "the release that was there is now '%s'", aside);
        return -1;
    }
    return 0;
}

int dir_swap_in(const char *staged, const char *target, const char *aside,
                enum dir_swap how, struct err *err)
{
    if (how == DIR_SWAP_ONLY_EXCHANGE)
        return exchange(staged, target) == 0 ? 0 : swap_failed(target, errno, err);
    if (rename(staged, target) == 0) /* nothing there, or an empty folder */
        return 0;
    if (errno != ENOTEMPTY && errno != EEXIST)
        return swap_failed(target, errno, err);
    /* Whatever it fails for, the renames work without, or tell the cause. */
    if (how == DIR_SWAP_EXCHANGE && exchange(staged, target) == 0)
        return 0;
    return swap_by_renames(staged, target, aside, err);
}
