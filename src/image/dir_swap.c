#include "dir_parts.h"

#include "relc/base/fs.h"

#include <errno.h>
#include <stdio.h>

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
        return fs_exchange(staged, target) == 0 ? 0 : swap_failed(target, errno, err);
    if (rename(staged, target) == 0) /* nothing there, or an empty folder */
        return 0;
    if (errno != ENOTEMPTY && errno != EEXIST)
        return swap_failed(target, errno, err);
    /* Whatever it fails for, the renames work without, or tell the cause. */
    if (how == DIR_SWAP_EXCHANGE && fs_exchange(staged, target) == 0)
        return 0;
    return swap_by_renames(staged, target, aside, err);
}
