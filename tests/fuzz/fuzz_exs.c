/*
 * Elixir configuration files from arbitrary bytes: parsed and evaluated, without Elixir
 * and without files to import (a folder that is not there). Beside crashes it looks for
 * errors without a place and results that cannot be written.
 */
#include "relc/config/exs.h"
#include "relc/term/etf.h"
#include "relc/term/print.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char path[] = "/tmp/relc-fuzz/config.exs";

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void write_input(const uint8_t *data, size_t size)
{
    static const char prelude[] = "import Config\n";
    FILE *file = fopen(path, "wb");
    require(file != NULL);
    if (size && data[0] % 2)
        fwrite(prelude, 1, sizeof prelude - 1, file);
    fwrite(data, 1, size, file);
    fclose(file);
}

static void check_config(struct arena *arena, const struct term *config)
{
    struct buf out;
    struct err err;
    struct term again = exs_config_merge(arena, config, config);
    err_init(&err);
    buf_init(&out);
    require(again.kind == TERM_LIST);
    term_print(&out, config, 0);
    buf_clear(&out);
    if (etf_encode(&out, config, ETF_ATOMS_UTF8, &err) != 0)
        err_release(&err);
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct err err;
    struct term config;
    bool needs_elixir;
    struct exs_options options = {
        .root = STR("/tmp/relc-fuzz"), .env = STR("prod"), .target = STR("host")};
    static bool ready;
    if (!ready)
        ready = system("mkdir -p /tmp/relc-fuzz") == 0;
    write_input(data, size);
    arena_init(&arena);
    err_init(&err);
    if (exs_config_read(&arena, path, &options, &config, &needs_elixir, &err) == 0)
        check_config(&arena, &config);
    else
        require(err.message && err.file);
    err_release(&err);
    arena_release(&arena);
    return 0;
}
