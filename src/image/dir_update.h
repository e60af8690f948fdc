#pragma once
/*
 * Updating an output folder in which only a part changed.
 *
 * If all changes are in one folder, that folder is completed in the new tree and changes
 * places with the old one: one step, as for the whole, but only as much work as the
 * folder has files.
 */
#include "dir_known.h"

struct dir_update {
    struct arena *arena;
    struct image *image;
    const struct dir_options *options;
    const struct dir_known *known;
    struct map *carried;
    struct map *taken; /* both as in struct dir_carry */
    const char *old_path;
    const char *new_path; /* holds what is not known, and what was added */
    int old;
    int new;
};

enum dir_updated {
    DIR_NOT_UPDATED, /* it takes replacing the whole; nothing was done */
    DIR_UPDATED,
    DIR_UPDATE_FAILED, /* the old folder is as it was */
};

/* Whether what is not known is in several places, so that it takes replacing the whole.
 */
bool dir_is_spread(const struct image *image, const struct dir_known *known);

/*
 * Updates the old folder. *changed is the path of the folder that was replaced, ptr NULL
 * for none. Afterwards the new tree is of no use.
 */
enum dir_updated dir_update(const struct dir_update *update, str *changed,
                            struct err *err);

/* Of a new tree that takes the place of the target as a whole. */
struct dir_taking {
    struct arena *arena;
    const struct image *image;
    const char *target; /* absolute */
    int root;           /* of the new tree */
    const struct dir_options *options;
    const struct dir_known *known;
};

/*
 * Has the new tree take over what of the image the target has already: that need not wait
 * for the end, since in owned folders nobody changes it. taken gets the folders that are
 * done with. What could not be taken over is left to dir_carry_over.
 */
void dir_take_over(const struct dir_taking *taking, struct map *taken);
