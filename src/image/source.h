#pragma once
/*
 * Files of the disk as contents of an image: taking them in, and reading them later.
 *
 * Between the two a file may change. What a sink writes is never a mixture: source_open
 * and source_done compare size and modification time with those of the entry, and
 * together bracket the reading.
 */
#include "relc/image/image.h"

/* As image_add_file, with what stat said of the source; it must be a regular file. */
int image_add_stated(struct image *image, str path, const char *source,
                     const struct stat *st, mode_t mode, struct err *err) ERR_MUST_CHECK;

/* A modification time in whole seconds, at most IMAGE_TIME_MAX and not below 0. */
int64_t source_seconds(struct timespec changed);

/*
 * The folder that one thread opened sources of last: many follow each other from the
 * same, and a name in an open folder is found sooner than a path. All zero at first.
 */
struct source_folder {
    str path; /* of an entry, which must stay */
    bool open;
    int fd;
};

void source_folder_close(struct source_folder *folder);

/*
 * Opens the source of an IMAGE_FILE for reading: a descriptor, or -1 with err set. folder
 * may be NULL.
 */
int source_open(const struct image_entry *entry, struct source_folder *folder,
                struct err *err) ERR_MUST_CHECK;

/* Called after entry->size bytes were read: is it still the same file, at its end? */
int source_done(const struct image_entry *entry, int fd, struct err *err) ERR_MUST_CHECK;

/* The error of a source that gave more, fewer or other bytes than it had. Returns -1. */
int source_changed(const struct image_entry *entry, struct err *err);

/* The content of an IMAGE_FILE with a filter, in the arena: the whole of it. */
int source_filtered(const struct image_entry *entry, struct arena *arena, str *content,
                    struct err *err) ERR_MUST_CHECK;
