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
#include <string.h>
#include <unistd.h>

enum { SETTLE_MAX_DEPTH = 128, FOLDER_MODE = 0755 };

struct settle {
    struct arena *arena;
    const char *old_path; /* of the folder open as old, for messages */
    int new;
    int old;
    const struct map *carried;
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

static int make_folder(struct settle *settle, const char *path)
{
    struct stat st;
    if (fstatat(settle->old, path, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode))
        return 0;
    if (clear(settle, path) != 0)
        return -1;
    if (mkdirat(settle->old, path, FOLDER_MODE) != 0)
        return settle_failed(settle, path);
    return 0;
}

static int link_folder(struct settle *settle, const char *path, unsigned depth);

/* What the new tree has as path appears as the same in the old folder. */
static int link_any(struct settle *settle, const char *path, unsigned depth)
{
    struct stat st;
    if (map_has(settle->carried, str_of(path)))
        return 0;
    if (fstatat(settle->new, path, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return settle_failed(settle, path);
    if (!S_ISDIR(st.st_mode))
        return link_entry(settle, path);
    return make_folder(settle, path) == 0 ? link_folder(settle, path, depth) : -1;
}

static int link_content(struct settle *settle, DIR *dir, const char *path, unsigned depth)
{
    struct dirent *entry;
    while ((entry = readdir(dir))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        str below = path_join(settle->arena, str_of(path), str_of(entry->d_name));
        if (link_any(settle, below.ptr, depth + 1) != 0)
            return -1;
    }
    return 0;
}

/* path is empty for the root itself. */
static int link_folder(struct settle *settle, const char *path, unsigned depth)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    if (depth > SETTLE_MAX_DEPTH)
        return err_set(settle->err, ERR_IO, "'%s' is nested too deeply", path);
    int fd = openat(settle->new, *path ? path : ".", flags);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir) {
        settle_failed(settle, path);
        if (fd >= 0)
            close(fd);
        return -1;
    }
    int result = link_content(settle, dir, path, depth);
    closedir(dir);
    return result;
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
        .carried = settling->carried,
        .err = err,
    };
    for (size_t i = 0; i < settling->owned_count && result == 0; i++)
        result = clear(&settle, settling->owned[i].ptr);
    if (result == 0)
        result = link_folder(&settle, "", 0);
    if (result == 0)
        result =
            dir_finish_folders(image, STR(""), settling->old, settling->seconds, err);
    arena_release(&arena);
    return result;
}
