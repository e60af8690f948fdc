#include "relc/base/far_dir.h"

#include "relc/base/arena.h"
#include "relc/base/fs.h"
#include "relc/base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <sys/stat.h>

enum { FAR_DIR_MODE = 0700 };

#ifdef __linux__
#include <linux/fs.h>
#include <sys/ioctl.h>
#endif

#ifdef FS_IOC_SETFLAGS

#ifndef FS_TOPDIR_FL
#define FS_TOPDIR_FL 0x00020000
#endif

/* The kernel reads and writes an int, whatever the request's number says. */
static int mark_top(const char *folder)
{
    int flags = 0;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return -1;
    int result = ioctl(fd, FS_IOC_GETFLAGS, &flags);
    flags |= FS_TOPDIR_FL;
    if (result == 0)
        result = ioctl(fd, FS_IOC_SETFLAGS, &flags);
    close(fd);
    return result;
}

/* Another name each time is another place. */
static str place_name(struct arena *arena, const char *top)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    return arena_printf(arena, "%s/%jx%lx", top, (intmax_t)now.tv_sec, now.tv_nsec);
}

static int make_below(struct arena *arena, const char *top, const char *path)
{
    str made = place_name(arena, top);
    if (mark_top(top) != 0 || mkdir(made.ptr, FAR_DIR_MODE) != 0)
        return -1;
    if (fs_move_to_free(made.ptr, path) == 0)
        return 0;
    rmdir(made.ptr);
    return -1;
}

/*
 * What a killed run left in it are empty folders. rmdir, by path, does no harm to one
 * that another build is moving out just now.
 */
static void clear_top(struct arena *arena, const char *top)
{
    struct fs_list list;
    struct err unused;
    err_init(&unused);
    if (fs_list(arena, top, &list, &unused) != 0) {
        err_release(&unused);
        return;
    }
    for (size_t i = 0; i < list.count; i++)
        rmdir(path_join(arena, str_of(top), list.entries[i].name).ptr);
    rmdir(top);
}

static int make_top(struct arena *arena, const char *top)
{
    if (mkdir(top, FAR_DIR_MODE) == 0)
        return 0;
    if (errno == EEXIST)
        clear_top(arena, top);
    return mkdir(top, FAR_DIR_MODE);
}

static int make_far(const char *path)
{
    struct arena arena;
    arena_init(&arena);
    str top = arena_printf(&arena, "%s.top", path);
    int result = make_top(&arena, top.ptr);
    if (result == 0) {
        result = make_below(&arena, top.ptr, path);
        rmdir(top.ptr);
    }
    arena_release(&arena);
    return result;
}
#else
static int make_far(const char *path)
{
    (void)path;
    return -1;
}
#endif

int far_dir_make(const char *path)
{
    /* Whatever that fails for, mkdir works without, or tells the cause. */
    return make_far(path) == 0 ? 0 : mkdir(path, FAR_DIR_MODE);
}
