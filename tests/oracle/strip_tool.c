/*
 * Strips .beam files, for strip_oracle.sh.
 *
 *     strip_tool LIST DIR COMPRESS [CHUNK...]
 *
 * The N-th path in the file LIST becomes DIR/N.
 */
#include "relc/base/fs.h"
#include "relc/beam/strip.h"

#include <stdio.h>
#include <string.h>

static int strip_one(const char *path, const char *to, const struct beam_strip *options,
                     struct err *err)
{
    struct arena arena;
    str bytes, stripped;
    arena_init(&arena);
    int result = fs_read(&arena, path, 0, &bytes, err);
    if (result == 0)
        result = beam_strip(&arena, bytes, path, options, &stripped, err);
    if (result == 0)
        result = fs_write_file(to, stripped, 0644, err);
    arena_release(&arena);
    return result;
}

int main(int argc, char **argv)
{
    struct arena arena;
    struct err err;
    str list, keep[16];
    struct beam_strip options = {.keep = keep};
    arena_init(&arena);
    err_init(&err);
    if (argc < 4 || argc > 20) {
        fprintf(stderr, "usage: strip_tool LIST DIR COMPRESS [CHUNK...]\n");
        return 2;
    }
    options.compress = strcmp(argv[3], "true") == 0;
    for (int i = 4; i < argc; i++)
        keep[options.keep_count++] = str_of(argv[i]);
    int result = fs_read(&arena, argv[1], 0, &list, &err);
    for (unsigned n = 1; result == 0 && list.ptr; n++) {
        str line = str_split(&list, '\n');
        str to = arena_printf(&arena, "%s/%u", argv[2], n);
        if (line.len)
            result = strip_one(arena_strz(&arena, line), to.ptr, &options, &err);
    }
    if (result != 0)
        fprintf(stderr, "strip_tool: %s\n", err.message);
    err_release(&err);
    arena_release(&arena);
    return result != 0;
}
