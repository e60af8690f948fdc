/* The files of applications and of an ERTS, as they go into a release. */
#include "otp/world.h"

#include "build/app_files.h"
#include "build/erts.h"

static const struct app_files_means no_means;

/* The least that passes as a BEAM file: a header and an atom table with one name. */
static str small_beam(struct arena *arena, const char *module)
{
    struct buf bytes, table;
    buf_init(&bytes);
    buf_init(&table);
    buf_u32(&table, 1);
    buf_u8(&table, (uint8_t)strlen(module));
    buf_str(&table, str_of(module));
    size_t padding = -table.len & 3;
    buf_add(&bytes, "FOR1", 4);
    buf_u32(&bytes, (uint32_t)(12 + table.len + padding));
    buf_add(&bytes, "BEAMAtU8", 8);
    buf_u32(&bytes, (uint32_t)table.len);
    buf_str(&bytes, buf_view(&table));
    buf_fill(&bytes, 0, padding);
    str copy = arena_str(arena, buf_view(&bytes));
    buf_release(&table);
    buf_release(&bytes);
    return copy;
}

static void write_ebin(struct world *world, const char *name, str content)
{
    str file = arena_printf(&world->arena, "%s/lib/a-1/ebin/%s", world->folder, name);
    assert_ok(fs_write_file(file.ptr, content, 0644, &world->err), &world->err);
}

static void count_warnings(void *context, enum report_level level, str text)
{
    (void)text;
    *(size_t *)context += level == REPORT_WARNING;
}

static void modules_must_be_there_whole_and_themselves(void **state)
{
    struct world world;
    struct app app;
    size_t warnings = 0;
    const struct report report = {count_warnings, &warnings};
    const struct world_app apps[] = {{"a", "1", "", NULL}};
    (void)state;
    world_begin(&world, apps, 1);
    str dir = arena_printf(&world.arena, "%s/lib/a-1", world.folder);
    assert_ok(app_read(&world.arena, dir.ptr, STR("a"), 25, &app, &world.err),
              &world.err);
    str modules[] = {STR("m")};
    app.modules = (struct names){modules, 1};
    assert_fails(app_files_check(&world.arena, &app, &report, &no_means, &world.err),
                 &world.err, "'a' lists module 'm', but");
    str beam = small_beam(&world.arena, "m");
    write_ebin(&world, "m.beam", beam);
    assert_ok(app_files_check(&world.arena, &app, &report, &no_means, &world.err),
              &world.err);
    assert_int_equal(warnings, 0);
    write_ebin(&world, "extra.beam", small_beam(&world.arena, "extra"));
    assert_ok(app_files_check(&world.arena, &app, &report, &no_means, &world.err),
              &world.err);
    assert_int_equal(warnings, 1);
    write_ebin(&world, "m.beam", str_slice(beam, 0, beam.len - 1));
    assert_fails(app_files_check(&world.arena, &app, &report, &no_means, &world.err),
                 &world.err, "is cut off");
    write_ebin(&world, "m.beam", STR("not a module"));
    assert_fails(app_files_check(&world.arena, &app, &report, &no_means, &world.err),
                 &world.err, "is not a BEAM file");
    write_ebin(&world, "m.beam", small_beam(&world.arena, "n"));
    assert_fails(app_files_check(&world.arena, &app, &report, &no_means, &world.err),
                 &world.err, "holds module 'n' instead of 'm'");
    world_end(&world);
}

/* An ERTS with the programs of the list; DIR/erts-1/bin. */
static void write_erts(struct world *world, struct target *target)
{
    static const char *const programs[] = {
        "beam.smp",  "beam.debug.smp", "erlexec", "erl",  "erl.src", "start",
        "start.src", "dialyzer",       "erlc",    "epmd", "run_erl", "heart"};
    *target = (struct target){
        .root = str_of(world->folder),
        .erts_vsn = STR("1"),
        .erts_dir = arena_printf(&world->arena, "%s/erts-1", world->folder),
    };
    str bin = path_join(&world->arena, target->erts_dir, STR("bin"));
    str header = path_join(&world->arena, target->erts_dir, STR("include"));
    str erl_call =
        arena_printf(&world->arena, "%s/lib/erl_interface-5/bin", world->folder);
    assert_ok(fs_mkdirs(bin.ptr, &world->err), &world->err);
    assert_ok(fs_mkdirs(header.ptr, &world->err), &world->err);
    assert_ok(fs_mkdirs(erl_call.ptr, &world->err), &world->err);
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        assert_ok(fs_write_file(path_join(&world->arena, bin, str_of(programs[i])).ptr,
                                STR("#!/bin/sh\nROOTDIR=/usr/lib/erlang\n"), 0755,
                                &world->err),
                  &world->err);
    assert_ok(fs_write_file(path_join(&world->arena, header, STR("driver.h")).ptr,
                            STR(""), 0644, &world->err),
              &world->err);
    assert_ok(fs_write_file(path_join(&world->arena, erl_call, STR("erl_call")).ptr,
                            STR("old place"), 0755, &world->err),
              &world->err);
}

static bool has(const struct image *image, const char *path)
{
    return image_get(image, str_of(path)) != NULL;
}

static void a_release_gets_what_it_runs_of_an_erts(void **state)
{
    struct target target;
    struct image slim, full;
    struct world world;
    (void)state;
    world_begin(&world, NULL, 0);
    write_erts(&world, &target);
    image_init(&slim, &world.arena);
    image_init(&full, &world.arena);
    assert_ok(erts_add(&world.arena, &slim, &target, false, &world.err), &world.err);
    assert_ok(erts_add(&world.arena, &full, &target, true, &world.err), &world.err);
    assert_true(has(&slim, "erts-1/bin/beam.smp"));
    assert_true(has(&slim, "erts-1/bin/epmd"));
    assert_true(has(&slim, "erts-1/bin/erl_call"));
    assert_false(has(&slim, "erts-1/bin/beam.debug.smp"));
    assert_false(has(&slim, "erts-1/bin/dialyzer"));
    assert_false(has(&slim, "erts-1/bin/erlc"));
    assert_false(has(&slim, "erts-1/include/driver.h"));
    assert_true(has(&full, "erts-1/bin/beam.debug.smp"));
    assert_true(has(&full, "erts-1/bin/dialyzer"));
    assert_true(has(&full, "erts-1/include/driver.h"));
    /* What knows the root of the installation is relc's own, or not there. */
    const struct image_entry *erl = image_get(&full, STR("erts-1/bin/erl"));
    assert_int_equal(erl->kind, IMAGE_MEMORY);
    assert_null(strstr(erl->content.ptr, "/usr/lib/erlang"));
    assert_false(has(&full, "erts-1/bin/start"));
    assert_false(has(&full, "erts-1/bin/erl.src"));
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modules_must_be_there_whole_and_themselves),
        cmocka_unit_test(a_release_gets_what_it_runs_of_an_erts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
