#pragma once
/*
 * The parts of the folder sink: writing the entries of an image into an empty folder,
 * carrying over what an old output holds besides, putting the one in the place of the
 * other, and settling down in the old folder again. dir_sink.c joins them.
 */
#include "relc/image/sink.h"

/*
 * Writes the entries that are not the same below the folder open as root, which is empty,
 * and the folders above them; seconds as for image_entry_seconds.
 */
int dir_write_image(struct image *image, const bool *same, int root, int64_t seconds,
                    struct err *err) ERR_MUST_CHECK;

/* Makes the folder of the image, and those above it, where they are missing. */
int dir_make_folder(const struct image *image, str path, int root,
                    struct err *err) ERR_MUST_CHECK;

/*
 * The modes and times of folders, set last: some may not be written in afterwards. Of all
 * folders, or of those that lead to the path and are below it.
 */
int dir_finish_folders(const struct image *image, str path, int root, int64_t seconds,
                       struct err *err) ERR_MUST_CHECK;

/* Whether the path is in one of the owned folders. */
bool dir_is_owned(const struct dir_options *options, str path);

struct dir_carry {
    const char *old_path; /* for messages */
    const struct dir_options *options;
    const struct map *kept; /* paths in owned folders that stay all the same */
    dev_t device; /* of the old folder: nothing of another file system is carried */
    struct map *carried; /* gets the paths that the new tree has from the old one alone */
    struct map *taken;   /* gets the folders in owned ones that it has as they were */
};

/*
 * Makes everything of the folder old that the folder new has not, and that is kept or not
 * in an owned path, appear in new; both are the folder path of their trees: files, pipes
 * and sockets as hard links (copies where the file system refuses), links and folders
 * anew. Both descriptors stay open.
 */
int dir_carry_over(const struct dir_carry *carry, str path, int old, int new,
                   struct err *err) ERR_MUST_CHECK;

/* Copies the file open as from to its end; the number of bytes, or -1 with errno set. */
int64_t dir_copy_bytes(int from, int to);

struct dir_settling {
    const char *old_path; /* of the folder old */
    int old;
    int new;
    const struct dir_options *options; /* each owned path ends with a NUL byte */
    const struct map *carried;         /* of dir_carry_over, */
    const struct map *taken;           /* likewise */
};

/*
 * Makes the folder old, which now stands beside, hold all that the new tree does not
 * have from it, and nothing else in the owned paths (dir_settle.c says why).
 */
int dir_settle(const struct image *image, const struct dir_settling *settling,
               struct err *err) ERR_MUST_CHECK;

enum dir_swap {
    DIR_SWAP_EXCHANGE,      /* in one step where the system can, else as below */
    DIR_SWAP_RENAMES,       /* the old one aside, then the new one in its place */
    DIR_SWAP_ONLY_EXCHANGE, /* in one step or not at all */
};

/*
 * Puts the folder staged in the place of target, both in the same parent; an existing
 * target then stands at staged or at aside, which was free. On failure both are
 * where they were.
 */
int dir_swap_in(const char *staged, const char *target, const char *aside,
                enum dir_swap how, struct err *err) ERR_MUST_CHECK;
