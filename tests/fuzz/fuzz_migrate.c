/*
 * Configurations of other release builders from arbitrary bytes: what relc init makes of
 * them must be a configuration that relc reads. The first byte tells the kind.
 */
#include "relc/base/fs.h"
#include "relc/config/migrate.h"
#include "relc/config/profile.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char folder[] = "/tmp/relc-fuzz-migrate";
static const char *const names[] = {"rel/config.exs", "mix.exs", "rebar.config"};

static void require(bool condition, const struct err *err)
{
    if (condition)
        return;
    fprintf(stderr, "%s:%u: %s\n", err->file ? err->file : "?", err->line,
            err->message ? err->message : "?");
    abort();
}

/* Every release of the text loads in every environment. */
static void check_config(struct arena *arena, str config, struct err *err)
{
    struct profile_choice choice = {0};
    struct profile profile;
    str path = arena_printf(arena, "%s/rel/config.yaml", folder);
    require(fs_write_file(path.ptr, config, 0644, err) == 0, err);
    require(profile_load(arena, path.ptr, &choice, &profile, err) == 0, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct err err;
    struct project project;
    struct migration migration;
    if (!size)
        return 0;
    const char *name = names[data[0] % 3];
    arena_init(&arena);
    err_init(&err);
    str rel = arena_printf(&arena, "%s/rel", folder);
    str path = arena_printf(&arena, "%s/%s", folder, name);
    require(fs_mkdirs(rel.ptr, &err) == 0, &err);
    require(
        fs_write_file(path.ptr, (str){(const char *)data + 1, size - 1}, 0644, &err) == 0,
        &err);
    require(project_detect(&arena, folder, &project, &err) == 0, &err);
    if (migrate_project(&arena, &project, name, &migration, &err) == 0 &&
        migration.kind != MIGRATE_NONE)
        check_config(&arena, migration.config, &err);
    else
        require(err.message != NULL, &err);
    err_release(&err);
    unlink(path.ptr);
    arena_release(&arena);
    return 0;
}
