/*
 * The tar.gz sink: the archive of an image is cut into pieces (pieces.h), which are
 * compressed in parallel and joined (packing.h).
 */
#ifdef __linux__
#define _GNU_SOURCE /* fallocate */
#endif

#include "relc/image/sink.h"

#include "cache_use.h"
#include "deflate.h"
#include "packing.h"
#include "parts_learn.h"
#include "stage.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <sys/statvfs.h>

enum { TAR_MODE = 0644 };

/* What the id of a tarball counts as when forms change. */
static const char tarball_mark[] = "tarball 2";

static int check_links(const struct image *image, struct err *err)
{
    for (size_t i = 0; i < image->count; i++)
        if (image->entries[i]->outside)
            return err_set(
                err, ERR_INPUT,
                "cannot pack '%s': it is a link to '%s', outside of the release",
                image->entries[i]->path.ptr, image->entries[i]->content.ptr);
    return 0;
}

/* An id for all that the tarball follows from; false when that is not settled. */
static bool tarball_id(struct image *image, const struct tar_options *options,
                       struct id *id)
{
    for (size_t i = 0; i < image->count; i++)
        if (!cache_is_settled(options->cache, image->entries[i]))
            return false;
    image_sort(image);
    struct id_mixer *mixer = id_mixer_new();
    id_mixer_add(mixer, tarball_mark, sizeof tarball_mark);
    id_mixer_id(mixer, cache_making(options->cache, options->compression));
    for (size_t i = 0; i < image->count; i++) {
        const struct image_entry *entry = image->entries[i];
        id_mixer_number(mixer, (uint64_t)image_entry_seconds(entry, options->seconds));
        state_mix_entry(mixer, entry);
    }
    *id = id_mixer_end(mixer);
    return true;
}

static int pack_members(struct arena *arena, struct image *image,
                        const struct members *members, const struct tar_options *options,
                        struct packing_options *packing, struct err *err)
{
    struct piece_list list;
    struct id id;
    pieces_cut(arena, members, &list);
    if (options->cache)
        packing->places = arena_array(arena, list.count, sizeof *packing->places);
    if (packing_run(&list, packing, err) != 0)
        return -1;
    if (options->cache && tarball_id(image, options, &id))
        parts_learn(image, &list, packing->places, options->cache, id);
    return 0;
}

#ifdef __linux__
/* Twice what the tarball and a folder of the image may need: others must not lack it. */
static bool has_plenty(int fd, const struct image *image, uint64_t len)
{
    struct statvfs fs;
    for (size_t i = 0; i < image->count; i++)
        len += image->entries[i]->size;
    return fstatvfs(fd, &fs) == 0 && (uint64_t)fs.f_bavail * fs.f_frsize / 2 > len;
}
#endif

/* What has its place on the disk is written faster. Without one it is made then. */
static void reserve_place(int fd, const struct image *image, uint64_t len)
{
#ifdef __linux__
    if (len && len < INT64_MAX && has_plenty(fd, image, len))
        (void)fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, (off_t)len);
#else
    (void)fd, (void)image, (void)len;
#endif
}

/* Gives back what was reserved in vain. */
static int trim(int fd, uint64_t reserved, const char *path, struct err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0 ||
        ((uint64_t)st.st_size < reserved && ftruncate(fd, st.st_size) != 0))
        return err_errno(err, errno, "cannot write '%s'", path);
    return 0;
}

static int tar_to_file(struct arena *arena, struct image *image, int fd, const char *path,
                       const struct tar_options *options, struct err *err)
{
    struct members members;
    struct packing_options packing = {
        .fd = fd,
        .path = path,
        .compression = options->compression,
        .seconds = options->seconds,
        .cache = options->cache,
        .pool = options->pool,
    };
    int result = check_links(image, err);
    if (result == 0) {
        result =
            members_measure(arena, image, packing.pool, options->cache, &members, err);
        if (result == 0)
            result = pack_members(arena, image, &members, options, &packing, err);
        members_release(&members);
    }
    return result;
}

static int tar_place(int fd, const char *staged, const char *path, struct err *err)
{
    if (fchmod(fd, TAR_MODE) != 0)
        return err_errno(err, errno, "cannot set the mode of '%s'", staged);
    /* Some network file systems tell of a full disk when a descriptor is closed. */
    int copy = dup(fd);
    if (copy >= 0 && close(copy) != 0)
        return err_errno(err, errno, "cannot write '%s'", path);
    if (stage_place(staged, path) != 0)
        return err_errno(err, errno, "cannot put '%s' in its place", path);
    return 0;
}

void tar_sink_prepare(const struct tar_options *options)
{
    if (options->cache)
        (void)cache_making(options->cache, options->compression);
}

int tar_sink_write(struct image *image, const char *path,
                   const struct tar_options *options, struct err *err)
{
    struct arena arena;
    arena_init(&arena);
    char *staged = stage_path(&arena, path);
    int result = fs_mkdirs(path_dirname(&arena, str_of(path)).ptr, err);
    int fd = result == 0 ? stage_make_file(staged, path, err) : -1;
    if (fd < 0) {
        arena_release(&arena);
        return -1;
    }
    reserve_place(fd, image, options->expected);
    result = tar_to_file(&arena, image, fd, path, options, err);
    if (result == 0)
        result = trim(fd, options->expected, path, err);
    if (result == 0)
        result = tar_place(fd, staged, path, err);
    if (result != 0)
        unlink(staged);
    close(fd); /* only now: it holds the lock */
    arena_release(&arena);
    return result;
}

static bool stat_tarball(const char *path, struct stat *st)
{
    return lstat(path, st) == 0 && S_ISREG(st->st_mode);
}

/* Its state, once that is settled. */
static bool settle_tarball(const char *path, struct stat *st)
{
    if (state_is_settled(st->st_ctim, state_clock()))
        return true;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    bool settled = fd >= 0 && state_wait(fd) && fstat(fd, st) == 0;
    if (fd >= 0)
        close(fd);
    return settled;
}

void tar_sink_remember(struct image *image, const char *path,
                       const struct tar_options *options)
{
    struct stat st;
    struct memo_value value;
    if (!options->cache || !stat_tarball(path, &st) ||
        cache_recall(options->cache, state_of_file("", path, &st), &value))
        return; /* nothing to say, or said before */
    value = (struct memo_value){.number = image->count};
    if (tarball_id(image, options, &value.id) && settle_tarball(path, &st))
        cache_learn(options->cache, state_of_file("", path, &st), &value);
}

bool tar_sink_is_current(struct image *image, const char *path,
                         const struct tar_options *options)
{
    struct stat st;
    struct id id;
    struct memo_value value;
    return options->cache && stat_tarball(path, &st) &&
           cache_recall(options->cache, state_of_file("", path, &st), &value) &&
           tarball_id(image, options, &id) && id_eq(id, value.id);
}
