/* What an old output holds besides the new image: older versions, logs, pipes, data. */
#include "dir_parts.h"

#include "relc/base/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

enum { CARRY_MAX_DEPTH = 128, OWNER_ALL = 0700, MODE_BITS = 07777 };

/* One folder on the way down, in the old tree and in the new one. */
struct carry_level {
    const struct dir_carry *carry;
    struct arena *arena;
    str path; /* below the root; empty for the root itself */
    int old;
    int new;
    bool owned;    /* it is in a folder that belongs to the image */
    bool fresh;    /* the new folder was made here, and is empty at first */
    bool *partial; /* set when not all of it is the very same */
    unsigned depth;
};

static int carry_folder(const struct carry_level *level, struct err *err);

static int carry_failed(const struct carry_level *level, str path, struct err *err)
{
    return err_errno(err, errno, "cannot carry over '%s' of '%s'", path.ptr,
                     level->carry->old_path);
}

/* Owner, mode and times as they were; who may not give files away goes on without. */
static int copy_attributes(int new, const struct stat *st)
{
    const struct timespec times[2] = {st->st_atim, st->st_mtim};
    struct stat made;
    if (fstat(new, &made) != 0)
        return -1;
    if ((made.st_uid != st->st_uid || made.st_gid != st->st_gid) &&
        fchown(new, st->st_uid, st->st_gid) != 0 && errno != EPERM)
        return -1;
    return fchmod(new, st->st_mode & MODE_BITS) == 0 ? futimens(new, times) : -1;
}

static int copy_file(const struct carry_level *level, const char *name, str path,
                     const struct stat *st, struct err *err)
{
    int from = openat(level->old, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (from < 0)
        return carry_failed(level, path, err);
    int result = -1;
    int to = openat(level->new, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (to >= 0 && dir_copy_bytes(from, to) >= 0 && copy_attributes(to, st) == 0) {
        result = close(to);
        to = -1;
    }
    if (result != 0)
        carry_failed(level, path, err);
    if (to >= 0)
        close(to);
    close(from);
    return result;
}

/*
 * A file, pipe or socket stays the very same one, so that a node that runs in the old
 * output goes on writing to its log. EPERM: the kernel's protected_hardlinks, for files
 * of another user; EMLINK: the file has as many names as it may have.
 */
static int carry_node(const struct carry_level *level, const char *name, str path,
                      const struct stat *st, struct err *err)
{
    if (linkat(level->old, name, level->new, name, 0) == 0)
        return 0;
    *level->partial = true;
    if (errno == ENOENT)
        return 0; /* removed by whoever runs there, while we looked */
    if (S_ISREG(st->st_mode) && (errno == EPERM || errno == EMLINK || errno == EXDEV))
        return copy_file(level, name, path, st, err);
    return carry_failed(level, path, err);
}

static int carry_link(const struct carry_level *level, const char *name, str path,
                      struct err *err)
{
    char target[PATH_MAX];
    ssize_t len = readlinkat(level->old, name, target, sizeof target - 1);
    *level->partial = true;
    if (len < 0)
        return errno == ENOENT ? 0 : carry_failed(level, path, err);
    target[len] = '\0';
    if (symlinkat(target, level->new, name) != 0)
        return carry_failed(level, path, err);
    return 0;
}

/* Goes into a folder that the new tree has as well, or has now. */
static int carry_inside(const struct carry_level *above, const char *name, str path,
                        const struct stat *made_from, struct err *err)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    bool partial = !made_from;
    struct carry_level level = *above;
    level.path = path;
    level.fresh = made_from != NULL;
    level.partial = &partial;
    level.depth++;
    level.old = openat(above->old, name, flags);
    if (level.old < 0)
        return errno == ENOENT ? 0 : carry_failed(above, path, err);
    level.new = openat(above->new, name, flags);
    int result =
        level.new < 0 ? carry_failed(above, path, err) : carry_folder(&level, err);
    if (result == 0 && made_from && copy_attributes(level.new, made_from) != 0)
        result = carry_failed(above, path, err);
    if (level.new >= 0)
        close(level.new);
    close(level.old);
    *above->partial = *above->partial || partial;
    if (result == 0 && level.owned && !partial)
        map_put(level.carry->taken, path, level.carry->taken);
    return result;
}

static int carry_new_folder(const struct carry_level *level, const char *name, str path,
                            const struct stat *st, struct err *err)
{
    if (mkdirat(level->new, name, OWNER_ALL) != 0)
        return carry_failed(level, path, err);
    return carry_inside(level, name, path, st, err);
}

static int carry_absent(const struct carry_level *level, const char *name, str path,
                        const struct stat *st, struct err *err)
{
    if (!level->owned)
        map_put(level->carry->carried, path, level->carry->carried);
    if (S_ISDIR(st->st_mode))
        return carry_new_folder(level, name, path, st, err);
    if (S_ISLNK(st->st_mode))
        return carry_link(level, name, path, err);
    return carry_node(level, name, path, st, err);
}

static int carry_path(const struct carry_level *level, const char *name, str path,
                      struct err *err)
{
    struct stat old, new;
    if (fstatat(level->old, name, &old, AT_SYMLINK_NOFOLLOW) != 0) {
        *level->partial = true;
        return errno == ENOENT ? 0 : carry_failed(level, path, err);
    }
    if (old.st_dev != level->carry->device) {
        err_set(err, ERR_IO, "cannot replace '%s': '%s' in it is on another file system",
                level->carry->old_path, path.ptr);
        return err_hint(err, "unmount it, or build into another folder");
    }
    if (level->fresh)
        return carry_absent(level, name, path, &old, err);
    if (fstatat(level->new, name, &new, AT_SYMLINK_NOFOLLOW) == 0)
        return S_ISDIR(old.st_mode) && S_ISDIR(new.st_mode)
                   ? carry_inside(level, name, path, NULL, err)
                   : 0;
    if (errno != ENOENT)
        return carry_failed(level, path, err);
    return carry_absent(level, name, path, &old, err);
}

static int carry_entry(const struct carry_level *level, const char *name, struct err *err)
{
    struct carry_level here = *level;
    str path = level->path.len
                   ? arena_printf(level->arena, "%s/%s", level->path.ptr, name)
                   : arena_str(level->arena, str_of(name));
    here.owned = level->owned || dir_is_owned(level->carry->options, path);
    if (map_has(level->carry->taken, path))
        return 0;
    if (here.owned && !map_has(level->carry->kept, path)) {
        *level->partial = true;
        return 0;
    }
    return carry_path(&here, name, path, err);
}

/* fdopendir takes the descriptor over, which the caller goes on using. */
static DIR *open_listing(int fd)
{
    int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = copy < 0 ? NULL : fdopendir(copy);
    if (!dir && copy >= 0)
        close(copy);
    return dir;
}

static int carry_folder(const struct carry_level *level, struct err *err)
{
    struct dirent *entry;
    int result = 0;
    if (level->depth > CARRY_MAX_DEPTH)
        return err_set(err, ERR_IO, "cannot carry over '%s' of '%s': nested too deeply",
                       level->path.ptr, level->carry->old_path);
    DIR *dir = open_listing(level->old);
    if (!dir)
        return carry_failed(level, level->path.len ? level->path : STR("."), err);
    while (result == 0 && (entry = fs_next_entry(dir)))
        result = carry_entry(level, entry->d_name, err);
    if (result == 0 && errno)
        result = carry_failed(level, level->path.len ? level->path : STR("."), err);
    closedir(dir);
    return result;
}

int dir_carry_over(const struct dir_carry *carry, str path, int old, int new,
                   struct err *err)
{
    bool partial = true;
    const struct carry_level level = {
        .carry = carry,
        .arena = carry->carried->arena,
        .path = path,
        .owned = path.len && dir_is_owned(carry->options, path),
        .partial = &partial,
        .old = old,
        .new = new,
    };
    return carry_folder(&level, err);
}
