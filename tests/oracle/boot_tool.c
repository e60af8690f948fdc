/*
 * Makes NAME.script and NAME.boot from .rel files as the library does, for comparison
 * with systools. Reads lines "REL-FILE OUTPUT-STEM LIB-DIR..." from standard input and
 * answers each with "ok" or "error: why".
 *
 *     boot_tool [--no-dot-erlang] ROOT-OF-THE-ERLANG-INSTALLATION
 */
#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/otp/boot.h"
#include "relc/term/print.h"
#include "relc/term/read.h"

#include <stdio.h>
#include <string.h>

static int write_script(struct arena *arena, const struct target *target, str stem,
                        const struct term *script, struct err *err)
{
    struct buf text, boot;
    buf_init(&text);
    buf_init(&boot);
    term_print_file(&text, script, target->release);
    int result = etf_encode(&boot, script, target->atoms, err);
    str script_file = arena_printf(arena, "%.*s.script", STR_ARG(stem));
    str boot_file = arena_printf(arena, "%.*s.boot", STR_ARG(stem));
    if (result == 0)
        result = fs_write_file(script_file.ptr, buf_view(&text), 0644, err);
    if (result == 0)
        result = fs_write_file(boot_file.ptr, buf_view(&boot), 0644, err);
    buf_release(&text);
    buf_release(&boot);
    return result;
}

static int make_script(struct arena *arena, const struct target *target,
                       const struct boot_options *options, str line, struct err *err)
{
    struct catalogue catalogue;
    struct release release;
    struct term term;
    str rel = arena_str(arena, str_split(&line, ' ')), stem = str_split(&line, ' ');
    catalogue_init(&catalogue, arena, target->release);
    while (line.ptr) {
        str dir = arena_str(arena, str_split(&line, ' '));
        if (catalogue_add(&catalogue, dir.ptr, ORIGIN_LIB_DIR, err) != 0)
            return -1;
    }
    str lib = path_join(arena, target->root, STR("lib"));
    if (catalogue_add(&catalogue, lib.ptr, ORIGIN_ERLANG, err) != 0 ||
        term_read_file_first(arena, rel.ptr, &term, err) != 0 ||
        release_of_term(arena, &term, rel.ptr, &catalogue, &release, err) != 0 ||
        release_check(arena, &release, NULL, err) != 0 ||
        boot_script(arena, &release, target, options, &term, err) != 0)
        return -1;
    return write_script(arena, target, stem, &term, err);
}

int main(int argc, char **argv)
{
    struct boot_options options = {0};
    struct arena shared;
    struct target target;
    struct err err;
    char line[65536];
    arena_init(&shared);
    err_init(&err);
    options.no_dot_erlang = argc > 1 && strcmp(argv[1], "--no-dot-erlang") == 0;
    if (argc != 2 + options.no_dot_erlang) {
        fprintf(stderr, "usage: boot_tool [--no-dot-erlang] ROOT\n");
        return 2;
    }
    if (target_read(&shared, str_of(argv[argc - 1]), &target, &err) != 0) {
        fprintf(stderr, "%s\n", err.message);
        return 2;
    }
    while (fgets(line, sizeof line, stdin)) {
        struct arena arena;
        arena_init(&arena);
        if (make_script(&arena, &target, &options, str_trim(str_of(line)), &err) == 0)
            printf("ok\n");
        else
            printf("error: %s\n", err.message);
        err_release(&err);
        arena_release(&arena);
    }
    arena_release(&shared);
    return 0;
}
