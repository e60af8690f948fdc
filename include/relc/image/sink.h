#pragma once
/*
 * Sinks: where an image is written to. A sink writes whole or not at all: everything
 * is made beside the target and put in place at the end by renaming; a failed or
 * killed run leaves what was there before as it was, and the next run removes what a
 * killed one left behind.
 */
#include "relc/image/cache.h"
#include "relc/image/image.h"

/* Between speed and size; docs/performance.md has figures. */
enum compression { COMPRESSION_DEFAULT, COMPRESSION_FAST, COMPRESSION_BEST };

struct tar_options {
    enum compression compression;
    int64_t seconds;     /* modification time of all entries, or IMAGE_OWN_TIMES */
    struct pool *pool;   /* that compresses; NULL: the caller. Never changes the bytes */
    struct cache *cache; /* of compressed pieces; NULL for none. Likewise */
    uint64_t expected;   /* about how long it will be; 0: not known. Likewise */
};

/*
 * Finds out beforehand what the cache needs to know of the compression: in any thread,
 * but none of the following may begin before it ends. It need not be called.
 */
void tar_sink_prepare(const struct tar_options *options);

/*
 * Writes the image as a tar.gz that erl_tar takes: ustar with pax headers only where a
 * name or a size needs them, one gzip member without name and time, owner 0/0 without
 * names, folders included, no hard links. Replaces path; its folder is made when missing.
 * An error, and nothing written: another build that is at it, a full disk, a source
 * that was changed or vanished since it was added to the image, a link of
 * image_add_outside_link.
 */
int tar_sink_write(struct image *image, const char *path,
                   const struct tar_options *options, struct err *err) ERR_MUST_CHECK;

/*
 * Has the cache remember that the file path was made of this image with these options;
 * nothing may touch it any more. Without a cache nothing happens.
 */
void tar_sink_remember(struct image *image, const char *path,
                       const struct tar_options *options);

/*
 * Whether the file path is what tar_sink_write would make: it was remembered, and neither
 * it nor what it was made of has changed since, as far as stat tells.
 */
bool tar_sink_is_current(struct image *image, const char *path,
                         const struct tar_options *options);

/*
 * An output folder being replaced. Between begin and commit the new tree stands in a
 * folder beside the target (".NAME.relc-new"), which is also the lock against a second
 * build: that one fails. What a killed build left there is removed by the next.
 *
 * With a cache only what changed since the last build is written. It stays as it is, with
 * its time, what is there already; and if all that changed is in one folder, that folder
 * is replaced instead of the whole tree.
 *
 * The target may be a link to a folder (that folder is replaced), is made with its
 * parents when missing, and keeps its own mode. It may be neither a mounted file system
 * nor a folder that the working folder is in.
 */
struct dir_sink;

struct dir_options {
    /*
     * Paths (as in the image) of folders or files that belong wholly to this image:
     * whatever the old output has in them and the image lacks is gone afterwards. All
     * else that the old output holds (older versions, run-time files) is carried over:
     * files, pipes and sockets as the very same ones (hard links), links and folders
     * made anew. Where both have a path that is not a folder in both, the new one wins.
     */
    const str *owned;
    size_t owned_count;
    int64_t seconds;     /* modification time of all entries, or IMAGE_OWN_TIMES */
    bool exact_times;    /* it must also be that of what is there unchanged */
    bool whole;          /* between begin and commit the new tree is wanted as a whole */
    struct cache *cache; /* that remembers what the old output was made from, or NULL */
    struct pool *pool;   /* NULL or without threads: begin writes the tree itself */
};

/*
 * Begins the new tree beside target; what is carried over comes with commit. On failure
 * NULL, and nothing is left. The image must stay as it is until commit or abort: with
 * threads the tree is written in the meantime, and commit tells of failures.
 */
struct dir_sink *dir_sink_begin(struct image *image, const char *target,
                                const struct dir_options *options, struct err *err);

/*
 * The folder in which the new tree stands (absolute), for what has to be added before
 * commit: new files, in the place of the old content too. Unless it was asked for as a
 * whole, what changed is in it, perhaps not yet, and perhaps files of the old output
 * itself: so nothing may be written into its files, or added to folders in owned ones.
 */
const char *dir_sink_path(const struct dir_sink *sink);

/* A file that is no entry of the image, but of the old output, stays as it is. */
void dir_sink_keep(struct dir_sink *sink, str path);

/*
 * Puts the new tree in the place of the target, and frees the sink also on failure; the
 * target is then as it was. One step on Linux: whoever looks, and whatever kills
 * this process, finds the old tree or the new one (files that were added to
 * dir_sink_path may follow, one by one). On systems that cannot exchange two
 * folders there is a moment without a target; a build killed in it is put right by the
 * next one.
 */
int dir_sink_commit(struct dir_sink *sink, struct err *err) ERR_MUST_CHECK;

/* Removes the new tree and frees the sink; the target stays as it was. NULL is allowed.
 */
void dir_sink_abort(struct dir_sink *sink);
