#pragma once
/*
 * The parts of the folder sink: writing the entries of an image into an empty folder,
 * carrying over what an old output holds besides, putting the one in the place of the
 * other, and settling down in the old folder again. dir_sink.c joins them.
 */
#include "relc/image/sink.h"

/* Writes all entries below the folder open as root, which is empty; seconds as file
 * times. */
int dir_write_image(struct image *image, int root, int64_t seconds,
                    struct err *err) ERR_MUST_CHECK;

/* The modes and times of folders, set last: some may not be written in afterwards. */
int dir_finish_folders(const struct image *image, int root, int64_t seconds,
                       struct err *err) ERR_MUST_CHECK;

struct dir_carry {
    const char *old_path; /* for messages */
    const str *owned;
    size_t owned_count;
    dev_t device; /* of the old folder: nothing of another file system is carried */
    struct map *carried; /* gets the paths that the new tree has from the old one alone */
};

/*
 * Makes everything of the folder old that the folder new has not, and that is not in an
 * owned path, appear in new: files, pipes and sockets as hard links (copies where the
 * file system refuses), links and folders anew. Both descriptors stay open.
 */
int dir_carry_over(const struct dir_carry *carry, int old, int new,
                   struct err *err) ERR_MUST_CHECK;

/* Copies the file open as from to its end; the number of bytes, or -1 with errno set. */
int64_t dir_copy_bytes(int from, int to);

struct dir_settling {
    const char *old_path; /* of the folder old */
    int old;
    int new;
    const str *owned; /* each ends with a NUL byte */
    size_t owned_count;
    const struct map *carried; /* of dir_carry_over */
    int64_t seconds;
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
