#pragma once
/*
 * Worlds of applications for tests: a folder with lib/NAME-VSN/ebin/NAME.app files,
 * written from short descriptions.
 */
#include "check.h"

#include "relc/base/buf.h"
#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/otp/catalogue.h"

#include <stdlib.h>
#include <unistd.h>

struct world {
    struct arena arena;
    struct err err;
    struct catalogue catalogue;
    const char *folder;
};

/* Keys of one application as text between the brackets of its .app. */
struct world_app {
    const char *name;
    const char *vsn;
    const char *applications;
    const char *more; /* ", {included_applications, [x]}"; NULL for none */
};

static inline void world_write(struct world *world, const struct world_app *app)
{
    str dir = arena_printf(&world->arena, "%s/lib/%s-%s/ebin", world->folder, app->name,
                           app->vsn);
    str file = arena_printf(&world->arena, "%.*s/%s.app", STR_ARG(dir), app->name);
    str text =
        arena_printf(&world->arena,
                     "{application, %s, [{description, \"\"}, {vsn, \"%s\"},"
                     "{applications, [%s]}%s, {modules, []}, {registered, []}]}.\n",
                     app->name, app->vsn, app->applications, app->more ? app->more : "");
    assert_ok(fs_mkdirs(dir.ptr, &world->err), &world->err);
    assert_ok(fs_write_file(file.ptr, text, 0644, &world->err), &world->err);
}

/* kernel and stdlib are always there. */
static inline void world_begin(struct world *world, const struct world_app *apps,
                               size_t count)
{
    static const struct world_app base[] = {{"kernel", "8.5", "", NULL},
                                            {"stdlib", "4.2", "kernel", NULL}};
    char template[] = "/tmp/relc-test-XXXXXX";
    arena_init(&world->arena);
    err_init(&world->err);
    assert_non_null(mkdtemp(template));
    world->folder = arena_strz(&world->arena, str_of(template));
    for (size_t i = 0; i < 2; i++)
        world_write(world, &base[i]);
    for (size_t i = 0; i < count; i++)
        world_write(world, &apps[i]);
    catalogue_init(&world->catalogue, &world->arena, 25);
    str lib = path_join(&world->arena, str_of(world->folder), STR("lib"));
    assert_ok(catalogue_add(&world->catalogue, lib.ptr, ORIGIN_LIB_DIR, &world->err),
              &world->err);
}

static inline void world_end(struct world *world)
{
    assert_ok(fs_remove_tree(world->folder, &world->err), &world->err);
    err_release(&world->err);
    arena_release(&world->arena);
}
