#include "dir_update.h"

#include "dir_parts.h"
#include "stage.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* The lowest folder above all changes; ptr NULL before the first. */
struct change {
    str folder;
};

/* Files that were added to the new tree and are no entries of the image. */
struct added {
    str *paths;
    size_t count;
    size_t capacity;
};

/* The folder above both. */
static str common_folder(str a, str b)
{
    size_t end = 0;
    for (size_t i = 0; i <= a.len && i <= b.len; i++) {
        bool a_ends = i == a.len || a.ptr[i] == '/';
        bool b_ends = i == b.len || b.ptr[i] == '/';
        if (a_ends && b_ends)
            end = i;
        if (i == a.len || i == b.len || a.ptr[i] != b.ptr[i])
            break;
    }
    return str_slice(a, 0, end);
}

static void add_change(struct change *change, str path)
{
    str folder = path_above(path);
    change->folder = change->folder.ptr ? common_folder(change->folder, folder) : folder;
}

/* All files below a folder of the new tree that the image does not have. */
static int find_added(const struct dir_update *update, str folder, struct added *added,
                      struct err *err)
{
    struct fs_list list;
    str whole = path_join(update->arena, str_of(update->new_path), folder);
    if (fs_list(update->arena, whole.ptr, &list, err) != 0)
        return -1;
    for (size_t i = 0; i < list.count; i++) {
        str path = path_join(update->arena, folder, list.entries[i].name);
        if (list.entries[i].kind == FS_DIR) {
            if (find_added(update, path, added, err) != 0)
                return -1;
        } else if (!image_get(update->image, path)) {
            added->paths = arena_grow(update->arena, added->paths, added->count,
                                      &added->capacity, sizeof *added->paths);
            added->paths[added->count++] = path;
        }
    }
    return 0;
}

static bool is_added(const struct added *added, str path)
{
    for (size_t i = 0; i < added->count; i++)
        if (str_eq(added->paths[i], path))
            return true;
    return false;
}

/* Where the entries are that have to be written. */
static struct change find_written(const struct image *image,
                                  const struct dir_known *known)
{
    struct change change = {{NULL, 0}};
    for (size_t i = 0; i < image->count; i++)
        if (!known->same[i])
            add_change(&change, image->entries[i]->path);
    return change;
}

bool dir_is_spread(const struct image *image, const struct dir_known *known)
{
    const struct change change = find_written(image, known);
    return change.folder.ptr && !change.folder.len;
}

/* Where the changes are: entries to write, and what has to go. */
static struct change find_change(const struct dir_update *update,
                                 const struct added *added)
{
    const struct dir_known *known = update->known;
    struct change change = find_written(update->image, known);
    for (size_t i = 0; i < known->extra_count; i++)
        if (!map_has(&known->kept, known->extra[i]) && !is_added(added, known->extra[i]))
            add_change(&change, known->extra[i]);
    return change;
}

static str absolute(const struct dir_update *update, const char *root, str path)
{
    return path_join(update->arena, str_of(root), path);
}

/* The folder in the new tree gets all that stays as it is. */
static int complete_folder(const struct dir_update *update, str folder, struct err *err)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    struct stat st;
    if (dir_make_folder(update->image, folder, update->new, err) != 0)
        return -1;
    int old = open(absolute(update, update->old_path, folder).ptr, flags);
    int new = open(absolute(update, update->new_path, folder).ptr, flags);
    int result = -1;
    if (old < 0 || new < 0 || fstat(old, &st) != 0) {
        err_errno(err, errno, "cannot replace '%s' in '%s'", folder.ptr,
                  update->old_path);
    } else {
        const struct dir_carry carry = {
            .old_path = update->old_path,
            .options = update->options,
            .kept = &update->known->kept,
            .device = st.st_dev,
            .carried = update->carried,
            .taken = update->taken,
        };
        result = dir_carry_over(&carry, folder, old, new, err);
    }
    if (old >= 0)
        close(old);
    if (new >= 0)
        close(new);
    return result == 0 ? dir_finish_folders(update->image, folder, update->new,
                                            update->options->seconds, err)
                       : -1;
}

/* The folders above it get their times back. */
static int finish_above(const struct dir_update *update, str folder, struct err *err)
{
    return dir_finish_folders(update->image, path_above(folder), update->old,
                              update->options->seconds, err);
}

static int place_added(const struct dir_update *update, const struct added *added,
                       str folder, struct err *err)
{
    for (size_t i = 0; i < added->count; i++) {
        str path = added->paths[i];
        str from = absolute(update, update->new_path, path);
        str to = absolute(update, update->old_path, path);
        /* What was added to the folder that changed places is there already. */
        if (folder.ptr && str_eq(common_folder(folder, path), folder))
            continue;
        if (fs_mkdirs(path_dirname(update->arena, to).ptr, err) != 0)
            return -1;
        if (stage_place(from.ptr, to.ptr) != 0)
            return err_errno(err, errno, "cannot put '%s' in its place", to.ptr);
    }
    return 0;
}

static enum dir_updated update_folder(const struct dir_update *update,
                                      const struct added *added, str folder,
                                      struct err *err)
{
    str from = absolute(update, update->new_path, folder);
    str to = absolute(update, update->old_path, folder);
    if (complete_folder(update, folder, err) != 0)
        return DIR_UPDATE_FAILED;
    if (fs_exchange(from.ptr, to.ptr) != 0)
        return DIR_NOT_UPDATED; /* no such thing here */
    if (place_added(update, added, folder, err) == 0 &&
        finish_above(update, folder, err) == 0)
        return DIR_UPDATED;
    if (fs_exchange(from.ptr, to.ptr) != 0)
        err_hint(err, "'%s' is the new one already", to.ptr);
    return DIR_UPDATE_FAILED;
}

enum dir_updated dir_update(const struct dir_update *update, str *changed,
                            struct err *err)
{
    struct added added = {0};
    if (!update->known->count)
        return DIR_NOT_UPDATED;
    if (find_added(update, STR(""), &added, err) != 0)
        return DIR_UPDATE_FAILED;
    *changed = find_change(update, &added).folder;
    if (!changed->ptr)
        return place_added(update, &added, *changed, err) == 0 ? DIR_UPDATED
                                                               : DIR_UPDATE_FAILED;
    *changed = arena_str(update->arena, *changed);
    if (!changed->len)
        return DIR_NOT_UPDATED;
    return update_folder(update, &added, *changed, err);
}
