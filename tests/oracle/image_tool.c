/*
 * Makes a release of a folder, for the tests that compare with other programs:
 *
 *     image_tool tar FOLDER FILE THREADS [fast|best]
 *     image_tool dir FOLDER TARGET [OWNED...]
 */
#include "relc/image/sink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int write_tar(struct image *image, char **args, int count, struct err *err)
{
    struct tar_options options = {
        .pool = pool_new(strtoul(args[1], NULL, 10)),
        .compression = count > 2 && strcmp(args[2], "fast") == 0   ? COMPRESSION_FAST
                       : count > 2 && strcmp(args[2], "best") == 0 ? COMPRESSION_BEST
                                                                   : COMPRESSION_DEFAULT,
    };
    int result = image_time(&options.seconds, err);
    if (result == 0)
        result = tar_sink_write(image, args[0], &options, err);
    pool_free(options.pool);
    return result;
}

static int write_dir(struct image *image, char **args, int count, struct err *err)
{
    size_t owned = (size_t)count - 1;
    str *paths = arena_array(image->arena, owned, sizeof *paths);
    struct dir_options options = {.owned = paths, .owned_count = owned};
    for (size_t i = 0; i < owned; i++)
        paths[i] = str_of(args[1 + i]);
    if (image_time(&options.seconds, err) != 0)
        return -1;
    struct dir_sink *sink = dir_sink_begin(image, args[0], &options, err);
    return sink ? dir_sink_commit(sink, err) : -1;
}

int main(int argc, char **argv)
{
    struct arena arena;
    struct image image;
    struct err err;
    bool tar = argc >= 5 && strcmp(argv[1], "tar") == 0;
    if (!tar && (argc < 4 || strcmp(argv[1], "dir") != 0))
        return 2;
    arena_init(&arena);
    image_init(&image, &arena);
    err_init(&err);
    int result = image_add_tree(&image, STR(""), argv[2], IMAGE_MODES_KEEP, &err);
    if (result == 0 && tar)
        result = write_tar(&image, argv + 3, argc - 3, &err);
    else if (result == 0)
        result = write_dir(&image, argv + 3, argc - 3, &err);
    if (result != 0)
        fprintf(stderr, "image_tool: %s\n", err.message);
    err_release(&err);
    arena_release(&arena);
    return result != 0;
}
