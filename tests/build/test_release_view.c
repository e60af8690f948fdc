/* Existing releases as folders and tarballs of several builders. */
#include "otp/world.h"

#include "relc/build/release_view.h"
#include "relc/image/sink.h"

#include <fcntl.h>
#include <sys/file.h>

static struct world world;
static struct release_view view;

static int setup(void **state)
{
    const struct world_app apps[] = {{"a", "1", "kernel, stdlib", NULL},
                                     {"a", "2", "kernel, stdlib", NULL}};
    (void)state;
    world_begin(&world, apps, 2);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    release_view_close(&view);
    world_end(&world);
    return 0;
}

static void write_text(const char *path, const char *text)
{
    str file = arena_printf(&world.arena, "%s/%s", world.folder, path);
    assert_ok(fs_mkdirs(path_dirname(&world.arena, file).ptr, &world.err), &world.err);
    assert_ok(fs_write_file(file.ptr, str_of(text), 0644, &world.err), &world.err);
}

static void write_rel(const char *folder, const char *vsn, const char *app)
{
    str path = arena_printf(&world.arena, "releases/%s/demo.rel", folder);
    str text = arena_printf(&world.arena,
                            "{release,{\"demo\",\"%s\"},{erts,\"13.1.5\"},"
                            "[{kernel,\"8.5\"},{stdlib,\"4.2\"},{a,\"%s\"}]}.\n",
                            vsn, app);
    write_text(path.ptr, text.ptr);
}

static int open_view(const char *path, const char *name, const char *vsn)
{
    struct release_choice choice = {str_of(name), str_of(vsn)};
    return release_view_open(&world.arena, path, &choice, &view, &world.err);
}

/* The whole folder as a tarball in it. */
static str pack_world(void)
{
    const struct tar_options options = {.seconds = 1400000000};
    struct image image;
    image_init(&image, &world.arena);
    assert_ok(
        image_add_tree(&image, STR(""), world.folder, IMAGE_MODES_PLAIN, &world.err),
        &world.err);
    str package = arena_printf(&world.arena, "%s/x.tar.gz", world.folder);
    assert_ok(tar_sink_write(&image, package.ptr, &options, &world.err), &world.err);
    return package;
}

static void the_version_that_starts_is_the_default(void **state)
{
    (void)state;
    write_rel("0.1.0", "0.1.0", "1");
    write_rel("0.2.0", "0.2.0", "2");
    write_text("releases/0.2.0/start_clean.rel", "{}.");
    write_text("releases/start_erl.data", "13.1.5 0.1.0");
    assert_ok(open_view(world.folder, NULL, NULL), &world.err);
    assert_str(view.release.vsn, "0.1.0");
    assert_int_equal(view.release.app_count, 3);
    assert_str(release_app(&view.release, STR("a"))->app->vsn, "1");
    assert_false(view.has_erts);
    assert_null(view.protocols);
    assert_ok(open_view(world.folder, "demo", "0.2.0"), &world.err);
    assert_str(release_app(&view.release, STR("a"))->app->vsn, "2");
}

static void what_is_missing_is_named(void **state)
{
    (void)state;
    str *versions;
    size_t count;
    assert_fails(open_view("/nowhere/at/all", NULL, NULL), &world.err,
                 "cannot open the release '/nowhere/at/all'");
    assert_fails(open_view(world.folder, NULL, NULL), &world.err,
                 "it has no folder 'releases'");
    write_rel("0.10.0", "0.10.0", "1");
    write_rel("0.9.0", "0.9.0", "3");
    assert_fails(open_view(world.folder, NULL, NULL), &world.err,
                 "it holds several versions");
    assert_fails(open_view(world.folder, "demo", "0.3.0"), &world.err,
                 "there is no version '0.3.0' of release 'demo'");
    assert_fails(open_view(world.folder, "other", "0.9.0"), &world.err,
                 "there is no version '0.9.0' of release 'other'");
    assert_fails(open_view(world.folder, "demo", ".."), &world.err, "no version '..'");
    assert_fails(open_view(world.folder, "demo", "0.9.0"), &world.err,
                 "cannot read the release in");
    assert_ok(release_view_versions(&world.arena, world.folder, STR("demo"), &versions,
                                    &count, &world.err),
              &world.err);
    assert_int_equal(count, 2);
    assert_str(versions[0], "0.9.0");
    assert_str(versions[1], "0.10.0");
}

static void a_tarball_is_a_folder_while_it_is_open(void **state)
{
    (void)state;
    /* As mix release leaves it, protocols beside the .rel. */
    write_rel("0.1.0", "0.1.0", "1");
    write_text("releases/0.1.0/consolidated/Elixir.P.beam", "");
    write_text("erts-13.1.5/bin/beam.smp", "#!");
    write_text("lib/a-1/src/a.erl", "-module(a).");
    str package = pack_world();
    assert_ok(open_view(package.ptr, NULL, NULL), &world.err);
    assert_str(view.source, package.ptr);
    assert_str(view.release.vsn, "0.1.0");
    assert_true(view.has_erts);
    assert_true(str_ends(str_of(view.consolidated_dir), STR("/0.1.0/consolidated")));
    str folder = view.root;
    assert_false(
        fs_is_file(path_join(&world.arena, folder, STR("lib/a-1/src/a.erl")).ptr));
    assert_true(
        fs_is_file(path_join(&world.arena, folder, STR("lib/a-1/ebin/a.app")).ptr));
    release_view_close(&view);
    assert_false(fs_is_dir(folder.ptr));
}

/* Old folders that nobody has locked go, new and locked ones stay. */
static void what_a_killed_run_left_is_removed(void **state)
{
    const struct timespec old[2] = {{.tv_sec = 1400000000}, {.tv_sec = 1400000000}};
    (void)state;
    write_rel("0.1.0", "0.1.0", "1");
    str package = pack_world();
    write_text("tmp/relc-release-left/lib/x", "");
    write_text("tmp/relc-release-busy/lib/x", "");
    write_text("tmp/relc-release-new/lib/x", "");
    write_text("tmp/another/x", "");
    str tmp = arena_printf(&world.arena, "%s/tmp", world.folder);
    static const char *const names[] = {"relc-release-left", "relc-release-busy",
                                        "another"};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(utimensat(AT_FDCWD,
                                   path_join(&world.arena, tmp, str_of(names[i])).ptr,
                                   old, 0),
                         0);
    int busy = open(path_join(&world.arena, tmp, STR("relc-release-busy")).ptr,
                    O_RDONLY | O_DIRECTORY);
    assert_int_equal(flock(busy, LOCK_EX), 0);
    setenv("TMPDIR", tmp.ptr, 1);
    assert_ok(open_view(package.ptr, NULL, NULL), &world.err);
    unsetenv("TMPDIR");
    assert_true(str_starts(view.root, tmp));
    assert_false(fs_is_dir(path_join(&world.arena, tmp, STR("relc-release-left")).ptr));
    assert_true(fs_is_dir(path_join(&world.arena, tmp, STR("relc-release-busy")).ptr));
    assert_true(fs_is_dir(path_join(&world.arena, tmp, STR("relc-release-new")).ptr));
    assert_true(fs_is_dir(path_join(&world.arena, tmp, STR("another")).ptr));
    close(busy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_version_that_starts_is_the_default, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_is_missing_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(what_a_killed_run_left_is_removed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_tarball_is_a_folder_while_it_is_open, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
