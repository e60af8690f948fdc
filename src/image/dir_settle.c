/*
 * Moving the new tree back into the old folder, once the new one stands in its place.
 *
 * A node that runs in the output has the old folder as its working folder. Were that
 * one removed, the node could not start a program or restart any more. So the old
 * folder, now beside, is made equal to the new tree by hard links, and the two change
 * places again: at every moment the target's name leads to a whole release.
 */
#include "dir_parts.h"

#include "relc/base/fs.h"
#include "relc/base/map.h"
#include "relc/base/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { SETTLE_MAX_DEPTH = 128, FOLDER_MODE = 0755, OWNER_ALL = 0700 };

struct settle {
    struct arena *arena;
    const char *old_path; /* of the folder open as old, for messages */
    int new;
    int old;
    const struct dir_options *options;
    const struct map *carried, *taken;
    struct err *err;
};

static int settle_failed(struct settle *settle, const char *path)
{
    return err_errno(settle->err, errno, "cannot settle '%s'", path);
}

/* Whatever has the name in the old folder goes. */
static int clear(struct settle *settle, const char *path)
{
    if (unlinkat(settle->old, path, 0) == 0 || errno == ENOENT || errno == ENOTDIR)
        return 0;
    str whole = arena_printf(settle->arena, "%s/%s", settle->old_path, path);
    return fs_remove_tree(whole.ptr, settle->err);
}

static int link_entry(struct settle *settle, const char *path)
{
    if (clear(settle, path) != 0)
        return -1;
    if (linkat(settle->new, path, settle->old, path, 0) != 0)
        return settle_failed(settle, path);
    return 0;
}

/* It gets its mode at the end; until then it must let names in and out. */
static int open_folder(struct settle *settle, const char *path, const struct stat *st)
{
    if ((st->st_mode & OWNER_ALL) == OWNER_ALL ||
        !dir_is_owned(settle->options, str_of(path)))
        return 0;
    if (fchmodat(settle->old, path, FOLDER_MODE, 0) != 0)
        return settle_failed(settle, path);
    return 0;
}

static int make_folder(struct settle *settle, const char *path)
{
    struct stat st;
    if (fstatat(settle->old, path, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode))
        return open_folder(settle, path, &st);
    if (clear(settle, path) != 0)
        return -1;
    if (mkdirat(settle->old, path, FOLDER_MODE) != 0)
        return settle_failed(settle, path);
    return 0;
}

static int settle_folder(struct settle *settle, const char *path, unsigned depth);

/* What was carried over, and has not been written again, is the same file already. */
static bool is_same_file(const struct settle *settle, const char *path,
                         const struct stat *st)
{
    struct stat old;
    return fstatat(settle->old, path, &old, AT_SYMLINK_NOFOLLOW) == 0 &&
           old.st_dev == st->st_dev && old.st_ino == st->st_ino;
}

static bool leads_to_owned(const struct settle *settle, str path)
{
    const struct dir_options *options = settle->options;
    for (size_t i = 0; i < options->owned_count; i++)
        if (path_are_in_line(options->owned[i], path) && options->owned[i].len > path.len)
            return true;
    return false;
}

/*
 * What the new tree has as path appears as the same in the old folder. What it has from
 * there alone is left to whoever runs there, who may have removed it since.
 */
static int settle_new(struct settle *settle, const char *path, unsigned depth)
{
    struct stat st;
    if (map_has(settle->taken, str_of(path)))
        return 0;
    if (map_has(settle->carried, str_of(path)) && !leads_to_owned(settle, str_of(path)))
        return 0;
    if (fstatat(settle->new, path, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return settle_failed(settle, path);
    if (S_ISDIR(st.st_mode))
        return make_folder(settle, path) == 0 ? settle_folder(settle, path, depth) : -1;
    return is_same_file(settle, path, &st) ? 0 : link_entry(settle, path);
}

/* What the old folder has as path goes, if the new tree does not have it. */
static int settle_old(struct settle *settle, const char *path, unsigned depth)
{
    struct stat st;
    (void)depth;
    if (fstatat(settle->new, path, &st, AT_SYMLINK_NOFOLLOW) == 0)
        return 0;
    return errno == ENOENT ? clear(settle, path) : settle_failed(settle, path);
}

typedef int settle_path(struct settle *settle, const char *path, unsigned depth);

static int for_each_name(struct settle *settle, int root, const char *path,
                         settle_path *function, unsigned depth)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    struct dirent *entry;
    int result = 0, fd = openat(root, *path ? path : ".", flags);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir) {
        settle_failed(settle, path);
        if (fd >= 0)
            close(fd);
        return -1;
    }
    while (result == 0 && (entry = fs_next_entry(dir))) {
        str below = path_join(settle->arena, str_of(path), str_of(entry->d_name));
        result = function(settle, below.ptr, depth + 1);
    }
    if (result == 0 && errno)
        result = settle_failed(settle, path);
    closedir(dir);
    return result;
}

/*
 * path is empty for the root itself. Outside of owned folders all that the new tree does
 * not have came after it was made: it stays.
 */
static int settle_folder(struct settle *settle, const char *path, unsigned depth)
{
    if (depth > SETTLE_MAX_DEPTH)
        return err_set(settle->err, ERR_IO, "'%s' is nested too deeply", path);
    if (dir_is_owned(settle->options, str_of(path)) &&
        for_each_name(settle, settle->old, path, settle_old, depth) != 0)
        return -1;
    return for_each_name(settle, settle->new, path, settle_new, depth);
}

int dir_settle(const struct image *image, const struct dir_settling *settling,
               struct err *err)
{
    struct arena arena;
    int result = 0;
    arena_init(&arena);
    struct settle settle = {
        .arena = &arena,
        .old_path = settling->old_path,
        .new = settling->new,
        .old = settling->old,
        .options = settling->options,
        .carried = settling->carried,
        .taken = settling->taken,
        .err = err,
    };
    for (size_t i = 0; i < settling->options->owned_count && result == 0; i++)
        result = settle_old(&settle, settling->options->owned[i].ptr, 0);
    if (result == 0)
        result = settle_folder(&settle, "", 0);
    if (result == 0)
        result = dir_finish_folders(image, STR(""), settling->old,
                                    settling->options->seconds, err);
    arena_release(&arena);
    return result;
}
