/*
 * What relc makes of an Elixir configuration file, for exs_oracle.sh:
 *
 *     exs_tool ROOT ENV TARGET FILE
 *
 * writes the configuration in the external term format. Exit status 3: the file needs
 * Elixir; 1: it is wrong; both with the message and its place on standard error.
 */
#include "relc/config/exs.h"
#include "relc/term/etf.h"

#include <stdio.h>

static int write_config(const struct term *config, struct err *err)
{
    struct buf out;
    buf_init(&out);
    int result = etf_encode(&out, config, ETF_ATOMS_UTF8, err);
    if (result == 0)
        fwrite(out.ptr, 1, out.len, stdout);
    buf_release(&out);
    return result == 0 ? 0 : 1;
}

static int run(struct arena *arena, char **argv, struct err *err)
{
    struct term config;
    bool needs_elixir = false;
    struct exs_options options = {
        .root = str_of(argv[1]), .env = str_of(argv[2]), .target = str_of(argv[3])};
    int status = exs_config_read(arena, argv[4], &options, &config, &needs_elixir, err);
    if (status == 0)
        status = write_config(&config, err);
    else
        status = needs_elixir ? 3 : 1;
    if (status != 0)
        fprintf(stderr, "%s:%u:%u: %s\n", err->file ? err->file : "?", err->line,
                err->column, err->message);
    return status;
}

int main(int argc, char **argv)
{
    struct arena arena;
    struct err err;
    if (argc != 5) {
        fputs("usage: exs_tool ROOT ENV TARGET FILE\n", stderr);
        return 2;
    }
    arena_init(&arena);
    err_init(&err);
    int status = run(&arena, argv, &err);
    err_release(&err);
    arena_release(&arena);
    return status;
}
