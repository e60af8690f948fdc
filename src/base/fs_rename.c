#ifdef __linux__
#define _GNU_SOURCE /* syscall */
#endif

#include "relc/base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/syscall.h>
#endif

/* From <linux/fs.h>. */
enum { NO_REPLACE = 1 << 0, EXCHANGE = 1 << 1 };

/* musl has had no function for it until lately. */
static int rename_with(const char *from, const char *to, unsigned flags)
{
#ifdef SYS_renameat2
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags);
#else
    (void)from, (void)to, (void)flags;
    errno = ENOSYS;
    return -1;
#endif
}

int fs_exchange(const char *a, const char *b)
{
    return rename_with(a, b, EXCHANGE);
}

int fs_move_to_free(const char *from, const char *to)
{
    return rename_with(from, to, NO_REPLACE);
}
