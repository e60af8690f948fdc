/* image_add_tree: a folder of the disk becomes entries of the image. */
#include "relc/image/image.h"

#include "source.h"

#include "relc/base/fs.h"
#include "relc/base/listing.h"
#include "relc/base/path.h"

#include <errno.h>

enum { TREE_MAX_DEPTH = 128, TREE_DIR_MODE = 0755 };

/* The folders from the start of the walk down to the present one. */
struct tree_level {
    const struct tree_level *above;
    dev_t device;
    ino_t inode;
    size_t depth;
};

struct tree_walk {
    struct image *image;
    enum image_modes modes;
};

static int walk_folder(const struct tree_walk *walk, const struct tree_level *above,
                       str path, const char *source, struct err *err);

static int stat_target(struct image *image, const char *source, struct stat *st,
                       struct err *err)
{
    str target;
    struct err unused;
    if (stat(source, st) == 0)
        return 0;
    int failure = errno;
    if (failure == ELOOP)
        return err_set(err, ERR_INPUT, "'%s' is a link in a ring of links", source);
    if (failure != ENOENT)
        return err_errno(err, failure, "cannot follow link '%s'", source);
    err_init(&unused);
    if (fs_read_link(image->arena, source, &target, &unused) == 0)
        return err_set(err, ERR_INPUT, "'%s' is a dangling link: there is no '%s'",
                       source, target.ptr);
    err_release(&unused);
    return err_errno(err, failure, "cannot read '%s'", source);
}

/* What is not a kept link: a file, a folder, or something that no release can hold. */
static int add_stated(const struct tree_walk *walk, const struct tree_level *level,
                      str path, const char *source, const struct stat *st,
                      struct err *err)
{
    if (S_ISDIR(st->st_mode))
        return walk_folder(walk, level, path, source, err);
    if (!S_ISREG(st->st_mode)) {
        err_set(err, ERR_INPUT,
                "cannot put '%s' into the release: it is neither a file, a folder nor a "
                "link",
                source);
        return err_hint(err, "sockets, pipes and devices cannot be packed: remove it");
    }
    mode_t mode = walk->modes == IMAGE_MODES_KEEP ? st->st_mode
                  : st->st_mode & S_IXUSR         ? 0755
                                                  : 0644;
    return image_add_stated(walk->image, path, source, st, mode, err);
}

/*
 * A link that only goes downwards ends inside the folder: the links that it may pass
 * do so as well, or are no links in the image. It must end somewhere all the same.
 */
static int add_link(const struct tree_walk *walk, const struct tree_level *level,
                    str path, const char *source, struct err *err)
{
    struct arena *arena = walk->image->arena;
    struct stat st;
    str target;
    if (fs_read_link(arena, source, &target, err) != 0 ||
        stat_target(walk->image, source, &st, err) != 0)
        return -1;
    if (str_starts(target, STR("./")) && str_find(target, '\0') == target.len)
        target = path_normalize(arena, target);
    if (path_is_inside(target))
        return image_add_link(walk->image, path, target, err);
    return add_stated(walk, level, path, source, &st, err);
}

static int check_level(const struct tree_level *level, const char *source,
                       struct err *err)
{
    if (level->depth > TREE_MAX_DEPTH)
        return err_set(err, ERR_INPUT, "'%s' is nested more than %d folders deep", source,
                       TREE_MAX_DEPTH);
    for (const struct tree_level *up = level->above; up; up = up->above)
        if (up->device == level->device && up->inode == level->inode) {
            err_set(err, ERR_INPUT, "'%s' is a link to a folder that it is itself in",
                    source);
            return err_hint(err, "a release cannot hold such a ring: remove the link");
        }
    return 0;
}

static int walk_folder(const struct tree_walk *walk, const struct tree_level *above,
                       str path, const char *source, struct err *err)
{
    struct arena *arena = walk->image->arena;
    struct listing list;
    if (listings_need(walk->image->ahead, arena, source, &list, err) != 0)
        return -1;
    const struct tree_level level = {
        .above = above,
        .device = list.st.st_dev,
        .inode = list.st.st_ino,
        .depth = above ? above->depth + 1 : 0,
    };
    if (check_level(&level, source, err) != 0)
        return -1;
    if (path.len && image_add_dir(walk->image, path, TREE_DIR_MODE, err) != 0)
        return -1;
    for (size_t i = 0; i < list.count; i++) {
        const struct listing_entry *entry = &list.entries[i];
        str inside = path_join(arena, path, entry->name);
        str found = path_join(arena, str_of(source), entry->name);
        int result = S_ISLNK(entry->st.st_mode)
                         ? add_link(walk, &level, inside, found.ptr, err)
                         : add_stated(walk, &level, inside, found.ptr, &entry->st, err);
        if (result != 0)
            return -1;
    }
    return 0;
}

int image_add_tree(struct image *image, str path, const char *source,
                   enum image_modes modes, struct err *err)
{
    const struct tree_walk walk = {.image = image, .modes = modes};
    struct stat st;
    if (listings_get(image->ahead, str_of(source)))
        return walk_folder(&walk, NULL, path, source, err);
    if (stat_target(image, source, &st, err) != 0)
        return -1;
    if (!S_ISDIR(st.st_mode))
        return err_set(err, ERR_INPUT, "'%s' is not a folder", source);
    return walk_folder(&walk, NULL, path, source, err);
}
