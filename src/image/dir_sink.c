#include "relc/image/sink.h"

#include "dir_known.h"
#include "dir_parts.h"
#include "dir_update.h"
#include "stage.h"

#include "relc/base/fs.h"
#include "relc/base/mem.h"
#include "relc/base/path.h"
#include "relc/base/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { ROOT_MODE = 0755, MODE_BITS = 07777 };

struct dir_sink {
    struct arena arena;
    struct image *image;
    struct dir_options options;
    char *target; /* absolute, links resolved */
    char *staged; /* the new tree, until commit */
    char *aside;  /* the old tree for a moment, where folders cannot change places */
    int root;     /* the new tree, open and locked; -1 when there is none */
    struct map carried; /* what the new tree has from the old one alone, */
    struct map kept;    /* paths of dir_sink_keep */

    struct pool *writer; /* makes what follows; NULL when that is done */
    struct arena known_arena;
    struct dir_known known; /* what of the image the target has already */
    struct map taken;       /* folders of the image that the new tree has as they were */
    bool spread;            /* the whole tree has to be replaced */
    bool failed;            /* the rest of it is not in the new tree */
    struct err write_err;   /* why */
};

/* A target that exists: links are resolved, so that what they point to is replaced. */
static int resolve_existing(struct dir_sink *sink, const char *target, struct err *err)
{
    struct arena *arena = &sink->arena;
    struct stat here, parent;
    if (!fs_is_dir(sink->target))
        return err_set(err, ERR_INPUT, "cannot build into '%s': it is not a folder",
                       target);
    char *working = fs_real_path(arena, ".");
    str below = arena_printf(arena, "%s/", sink->target);
    if (str_eqz(str_of(sink->target), "/") ||
        (working && str_eqz(str_of(working), sink->target)) ||
        (working && str_starts(str_of(working), below)))
        return err_set(err, ERR_INPUT,
                       "cannot build into '%s': the working folder is in it", target);
    if (stat(sink->target, &here) != 0 ||
        stat(path_dirname(arena, str_of(sink->target)).ptr, &parent) != 0)
        return err_errno(err, errno, "cannot build into '%s'", target);
    if (here.st_dev != parent.st_dev) {
        err_set(err, ERR_INPUT, "cannot build into '%s': it is a mounted file system",
                target);
        return err_hint(err, "give a folder below it as output");
    }
    return 0;
}

static int resolve_new(struct dir_sink *sink, const char *target, struct err *err)
{
    struct arena *arena = &sink->arena;
    struct stat st;
    str plain = path_normalize(arena, str_of(target));
    str parent = path_dirname(arena, plain);
    if (lstat(target, &st) == 0 && S_ISLNK(st.st_mode))
        return err_set(err, ERR_INPUT, "cannot build into '%s': it is a link to nothing",
                       target);
    if (fs_mkdirs(parent.ptr, err) != 0)
        return err_wrap(err, "cannot build into '%s'", target);
    char *real = fs_real_path(arena, parent.ptr);
    if (!real)
        return err_errno(err, errno, "cannot build into '%s'", target);
    sink->target =
        arena_strz(arena, path_join(arena, str_of(real), path_basename(plain)));
    return 0;
}

static int resolve_target(struct dir_sink *sink, const char *target, struct err *err)
{
    struct arena *arena = &sink->arena;
    if (!*target)
        return err_set(err, ERR_INPUT, "the output folder has no name");
    sink->target = fs_real_path(arena, target);
    int result = sink->target ? resolve_existing(sink, target, err)
                              : resolve_new(sink, target, err);
    if (result != 0)
        return -1;
    str parent = path_dirname(arena, str_of(sink->target));
    str hidden = arena_printf(arena, ".%.*s.relc-old",
                              STR_ARG(path_basename(str_of(sink->target))));
    sink->aside = arena_strz(arena, path_join(arena, parent, hidden));
    sink->staged = stage_path(arena, sink->target);
    return 0;
}

/*
 * Only a run that was killed between two renames (dir_swap.c) leaves the old tree aside:
 * without a target it is the last good release and goes back.
 */
static int recover_aside(struct dir_sink *sink, struct err *err)
{
    struct stat st;
    if (lstat(sink->aside, &st) != 0)
        return 0;
    if (lstat(sink->target, &st) == 0)
        return fs_remove_tree(sink->aside, err);
    if (rename(sink->aside, sink->target) != 0)
        return err_errno(err, errno, "cannot put '%s' back to '%s'", sink->aside,
                         sink->target);
    return 0;
}

static struct dir_sink *sink_new(struct image *image, const struct dir_options *options)
{
    struct dir_sink *sink = mem_alloc(sizeof *sink);
    *sink = (struct dir_sink){.image = image, .options = *options, .root = -1};
    arena_init(&sink->arena);
    arena_init(&sink->known_arena);
    map_init(&sink->carried, &sink->arena);
    map_init(&sink->taken, &sink->known_arena);
    map_init(&sink->kept, &sink->arena);
    str *owned = arena_array(&sink->arena, options->owned_count, sizeof *owned);
    for (size_t i = 0; i < options->owned_count; i++)
        owned[i] = arena_str(&sink->arena, options->owned[i]);
    sink->options.owned = owned;
    return sink;
}

static void sink_free(struct dir_sink *sink)
{
    if (sink->root >= 0)
        close(sink->root);
    arena_release(&sink->known_arena);
    arena_release(&sink->arena);
    free(sink);
}

/* What cannot be removed now the next run removes, or complains about. */
static void remove_quietly(const char *path)
{
    struct err unused;
    err_init(&unused);
    if (fs_remove_tree(path, &unused) != 0)
        err_release(&unused);
}

/* What the target has already is not written again. */
static void look_at_target(struct dir_sink *sink)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    const struct dir_place place = {
        .fd = sink->options.whole ? -1 : open(sink->target, flags),
        .path = sink->target,
    };
    dir_know(&sink->known_arena, sink->image, &place, &sink->options, &sink->known);
    if (place.fd >= 0)
        close(place.fd);
}

static void take_over(struct dir_sink *sink)
{
    const struct dir_taking taking = {
        .arena = &sink->known_arena,
        .image = sink->image,
        .target = sink->target,
        .root = sink->root,
        .options = &sink->options,
        .known = &sink->known,
    };
    sink->spread = sink->known.count && dir_is_spread(sink->image, &sink->known);
    if (sink->spread)
        dir_take_over(&taking, &sink->taken);
}

static void write_job(void *argument)
{
    struct dir_sink *sink = argument;
    if (dir_write_image(sink->image, sink->known.same, sink->root, sink->options.seconds,
                        &sink->write_err) != 0)
        sink->failed = true;
    else
        take_over(sink);
}

/* Waits for the new tree. */
static int finish_writing(struct dir_sink *sink, struct err *err)
{
    pool_free(sink->writer);
    sink->writer = NULL;
    if (!sink->failed)
        return 0;
    *err = sink->write_err;
    sink->write_err = (struct err){0};
    return -1;
}

void dir_sink_abort(struct dir_sink *sink)
{
    if (!sink)
        return;
    pool_free(sink->writer);
    err_release(&sink->write_err);
    if (sink->root >= 0)
        remove_quietly(sink->staged);
    sink_free(sink);
}

struct dir_sink *dir_sink_begin(struct image *image, const char *target,
                                const struct dir_options *options, struct err *err)
{
    struct dir_sink *sink = sink_new(image, options);
    if (resolve_target(sink, target, err) != 0)
        goto failed;
    sink->root = stage_make_dir(sink->staged, sink->target, err);
    if (sink->root < 0 || recover_aside(sink, err) != 0)
        goto failed;
    image_sort(image);    /* which threads may no longer do, */
    look_at_target(sink); /* nor use the caller's pool */
    const bool at_once = options->whole || !pool_threads(options->pool) ||
                         sink->known.count == image->count;
    sink->writer = pool_new(at_once ? 0 : 1);
    pool_add(sink->writer, write_job, sink);
    if (at_once && finish_writing(sink, err) != 0)
        goto failed;
    return sink;
failed:
    dir_sink_abort(sink);
    return NULL;
}

const char *dir_sink_path(const struct dir_sink *sink)
{
    return sink->staged;
}

void dir_sink_keep(struct dir_sink *sink, str path)
{
    map_put(&sink->kept, arena_str(&sink->arena, path), sink);
}

/* The old tree, open and locked: *old is -1 when there is none. */
static int open_old(const struct dir_sink *sink, int *old, struct err *err)
{
    *old = open(sink->target, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (*old < 0 && errno != ENOENT)
        return err_errno(err, errno, "cannot replace '%s'", sink->target);
    /*
     * Once in the staging place it is being removed: the lock tells other builds that
     * it is no left-over.
     */
    return *old < 0 ? 0 : stage_lock(*old, sink->target, err);
}

static int carry_old(struct dir_sink *sink, int old, mode_t *root_mode, struct err *err)
{
    struct stat st;
    if (fstat(old, &st) != 0)
        return err_errno(err, errno, "cannot replace '%s'", sink->target);
    const struct dir_carry carry = {
        .old_path = sink->target,
        .options = &sink->options,
        .kept = &sink->known.kept,
        .device = st.st_dev,
        .carried = &sink->carried,
        .taken = &sink->taken,
    };
    *root_mode = st.st_mode & MODE_BITS;
    return dir_carry_over(&carry, STR(""), old, sink->root, err);
}

static int complete_tree(struct dir_sink *sink, int old, struct err *err)
{
    mode_t root_mode = ROOT_MODE;
    if (old >= 0 && carry_old(sink, old, &root_mode, err) != 0)
        return -1;
    if (dir_finish_folders(sink->image, STR(""), sink->root, sink->options.seconds,
                           err) != 0)
        return -1;
    if (fchmod(sink->root, root_mode) != 0)
        return err_errno(err, errno, "cannot set the mode of '%s'", sink->staged);
    return 0;
}

/*
 * The tree that did not end as the target. The names may be another build's by now, if
 * it is neither of the two that they name.
 */
static void remove_other(const struct dir_sink *sink, int old)
{
    const char *const places[] = {sink->staged, sink->aside};
    for (size_t i = 0; i < 2; i++)
        if (stage_is_same(old, places[i]) || stage_is_same(sink->root, places[i]))
            remove_quietly(places[i]);
}

/*
 * The folder that processes may be working in gets its place back. It is an extra:
 * where it fails, the new folder stays in place, and nothing is lost.
 */
static void settle_old(const struct dir_sink *sink, int old)
{
    struct err unused;
    const struct dir_settling settling = {
        .old_path = sink->staged,
        .old = old,
        .new = sink->root,
        .options = &sink->options,
        .carried = &sink->carried,
        .taken = &sink->taken,
    };
    if (old < 0 || !stage_is_same(old, sink->staged))
        return;
    err_init(&unused);
    if (dir_settle(sink->image, &settling, &unused) != 0 ||
        dir_swap_in(sink->staged, sink->target, sink->aside, DIR_SWAP_ONLY_EXCHANGE,
                    &unused) != 0)
        err_release(&unused);
}

/* Once links are removed: that too changes the state of a file. */
static void remember(const struct dir_sink *sink, str changed)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    const struct dir_place place = {.fd = open(sink->target, flags),
                                    .path = sink->target};
    if (place.fd < 0)
        return;
    /* A tree that was wanted as a whole was changed since; the image too, perhaps. */
    if (changed.ptr && !sink->options.whole)
        dir_remember(sink->image, &place, &sink->options, &sink->known, changed);
    close(place.fd);
}

static int replace_whole(struct dir_sink *sink, int old, struct err *err)
{
    if (complete_tree(sink, old, err) != 0 ||
        dir_swap_in(sink->staged, sink->target, sink->aside, DIR_SWAP_EXCHANGE, err) != 0)
        return -1;
    settle_old(sink, old);
    remove_other(sink, old);
    return 0;
}

/* The part of the target that changed, if it is one folder; then what was added. */
static enum dir_updated replace_part(struct dir_sink *sink, int old, str *changed,
                                     struct err *err)
{
    const struct dir_update update = {
        .arena = &sink->arena,
        .image = sink->image,
        .options = &sink->options,
        .known = &sink->known,
        .carried = &sink->carried,
        .taken = &sink->taken,
        .old_path = sink->target,
        .new_path = sink->staged,
        .old = old,
        .new = sink->root,
    };
    return old < 0 || sink->spread ? DIR_NOT_UPDATED : dir_update(&update, changed, err);
}

static int replace(struct dir_sink *sink, int old, str *changed, struct err *err)
{
    switch (replace_part(sink, old, changed, err)) {
    case DIR_UPDATED:
        remove_quietly(sink->staged);
        return 0;
    case DIR_UPDATE_FAILED:
        return -1;
    case DIR_NOT_UPDATED:
        break;
    }
    *changed = STR("");
    return replace_whole(sink, old, err);
}

int dir_sink_commit(struct dir_sink *sink, struct err *err)
{
    int old = -1;
    str changed = {NULL, 0};
    int result = finish_writing(sink, err);
    for (size_t i = 0; i < sink->kept.count; i++)
        map_put(&sink->known.kept, sink->kept.entries[i].key, sink);
    if (result == 0)
        result = open_old(sink, &old, err);
    if (result == 0)
        result = replace(sink, old, &changed, err);
    if (result == 0) {
        remember(sink, changed);
        sink_free(sink);
    } else {
        dir_sink_abort(sink);
    }
    if (old >= 0)
        close(old);
    return result;
}
