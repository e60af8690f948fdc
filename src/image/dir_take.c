#include "dir_update.h"

#include "dir_parts.h"

#include <fcntl.h>
#include <unistd.h>

enum { FOLDER_FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };

static void take_folder(const struct dir_taking *taking, const struct dir_carry *carry,
                        int target, str path)
{
    struct err unused;
    struct stat st;
    err_init(&unused);
    int new = -1, old = openat(target, path.ptr, FOLDER_FLAGS);
    if (old >= 0 && fstat(old, &st) == 0 && st.st_dev == carry->device &&
        dir_make_folder(taking->image, path, taking->root, &unused) == 0)
        new = openat(taking->root, path.ptr, FOLDER_FLAGS);
    if (new >= 0 && dir_carry_over(carry, path, old, new, &unused) != 0)
        map_init(carry->taken, taking->arena);
    if (new >= 0)
        close(new);
    if (old >= 0)
        close(old);
    err_release(&unused);
}

static void take_owned(const struct dir_taking *taking, int target, struct map *taken)
{
    const struct dir_options *options = taking->options;
    struct map unused;
    struct stat st;
    if (fstat(target, &st) != 0)
        return;
    map_init(&unused, taking->arena);
    const struct dir_carry carry = {
        .old_path = taking->target,
        .options = options,
        .kept = &taking->known->kept,
        .device = st.st_dev,
        .carried = &unused,
        .taken = taken,
    };
    for (size_t i = 0; i < options->owned_count; i++)
        if (map_has(&taking->known->kept, options->owned[i]))
            take_folder(taking, &carry, target, options->owned[i]);
}

void dir_take_over(const struct dir_taking *taking, struct map *taken)
{
    int target = open(taking->target, FOLDER_FLAGS);
    if (target < 0)
        return;
    take_owned(taking, target, taken);
    close(target);
}
