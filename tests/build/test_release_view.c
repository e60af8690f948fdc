/* Existing releases as folders and tarballs of several builders. */
#include "otp/world.h"

#include "relc/build/release_view.h"
#include "relc/image/cache.h"
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

static const char *in_base(const char *path)
{
    return path_join(&world.arena, view.root, str_of(path)).ptr;
}

/* Of one build at a time. */
static struct cache *cache;

/* The whole folder as a tarball in it. */
static str pack_world(void)
{
    const struct tar_options options = {.seconds = 1400000000, .cache = cache};
    struct image image;
    image_init(&image, &world.arena);
    assert_ok(
        image_add_tree(&image, STR(""), world.folder, IMAGE_MODES_PLAIN, &world.err),
        &world.err);
    str package = arena_printf(&world.arena, "%s/x.tar.gz", world.folder);
    assert_ok(tar_sink_write(&image, package.ptr, &options, &world.err), &world.err);
    tar_sink_remember(&image, package.ptr, &options);
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
    write_text("bin/demo", "#!/bin/sh");
    write_text("releases/0.1.0/start.boot", "boot");
    write_text("releases/0.1.0/libexec/x.sh", "true");
    write_text("releases/0.1.0/sys.config", "[].");
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
    assert_false(fs_is_file(in_base("bin/demo")));
    assert_false(fs_is_file(in_base("releases/0.1.0/start.boot")));
    assert_false(fs_is_file(in_base("releases/0.1.0/libexec/x.sh")));
    assert_true(fs_is_file(in_base("releases/0.1.0/sys.config")));
    assert_true(fs_is_file(in_base("releases/0.1.0/consolidated/Elixir.P.beam")));
    release_view_close(&view);
    assert_false(fs_is_dir(folder.ptr));
}

/* The next release: kernel, stdlib and a-1 of the world as it is now. */
static struct app next_app;
static struct release next_release(void)
{
    struct release release = {.apps = arena_array(&world.arena, 3, sizeof *release.apps),
                              .app_count = 3};
    static const char *const names[] = {"kernel", "stdlib", "a"};
    for (size_t i = 0; i < 3; i++) {
        const struct found *found;
        str vsn = i == 2 ? STR("1") : (str){NULL, 0};
        assert_ok(
            catalogue_get(&world.catalogue, str_of(names[i]), vsn, &found, &world.err),
            &world.err);
        release.apps[i].app = &found->app;
    }
    next_app = *release.apps[2].app;
    release.apps[2].app = &next_app;
    return release;
}

/* The files of a as they are now; NULL without a cache. */
static struct image *next_apps(void)
{
    struct image *image = arena_alloc(&world.arena, sizeof *image);
    if (!cache)
        return NULL;
    image_init(image, &world.arena);
    assert_ok(image_add_tree(image, STR("lib/a-1"), next_app.dir, IMAGE_MODES_PLAIN,
                             &world.err),
              &world.err);
    return image;
}

/* Opens the package as the base of that release; whether a's folder is the same. */
static bool shares_a(str package, const struct release *next)
{
    const struct release_choice any = {{NULL, 0}, {NULL, 0}};
    const struct release_next beside = {next, next_apps(), cache};
    assert_ok(release_view_open_base(&world.arena, package.ptr, &any, &beside, &view,
                                     &world.err),
              &world.err);
    const char *kernel = release_app(&view.release, STR("kernel"))->app->dir;
    assert_string_equal(kernel, next->apps[0].app->dir);
    const char *dir = release_app(&view.release, STR("a"))->app->dir;
    bool shared = strcmp(dir, next_app.dir) == 0;
    assert_true(shared || str_starts(str_of(dir), view.root));
    return shared;
}

static void assert_in_base(const char *path, const char *text)
{
    str content;
    assert_ok(fs_read(&world.arena, in_base(path), 0, &content, &world.err), &world.err);
    assert_str(content, text);
}

/* As it was packed, whatever became of it in the next release. */
static void assert_complete(void)
{
    assert_in_base("lib/a-1/ebin/m.beam", "one");
    assert_in_base("lib/a-1/priv/x/y", "two");
    assert_true(fs_is_dir(in_base("lib/a-1/priv/empty")));
    release_view_close(&view);
}

static str in_world(const char *path)
{
    return path_join(&world.arena, str_of(world.folder), str_of(path));
}

static str pack_base(void)
{
    write_rel("0.1.0", "0.1.0", "1");
    write_text("lib/a-1/ebin/m.beam", "one");
    write_text("lib/a-1/priv/x/y", "two");
    write_text("lib/a-1/doc/z", "three");
    assert_int_equal(mkdir(in_world("lib/a-1/priv/empty").ptr, 0755), 0);
    return pack_world();
}

static void what_the_next_release_has_is_not_unpacked(void **state)
{
    (void)state;
    str package = pack_base();
    struct release next = next_release();
    assert_true(shares_a(package, &next));
    assert_false(fs_is_file(in_base("lib/a-1/ebin/m.beam")));
    assert_false(fs_is_dir(in_base("lib/a-1/priv")));
    assert_true(fs_is_file(in_base("lib/a-1/ebin/a.app")));
    assert_in_base("lib/a-1/doc/z", "three");
    assert_true(fs_is_file(in_base("lib/a-2/ebin/a.app")));
    release_view_close(&view);
    next_app.adjusted = true;
    assert_false(shares_a(package, &next));
    assert_complete();
}

static void what_differs_in_the_next_release_is_unpacked(void **state)
{
    static const struct {
        const char *path, *text, *before; /* NULL: no file */
    } changes[] = {
        {"lib/a-1/ebin/m.beam", "owe", "one"},  {"lib/a-1/ebin/m.beam", "ones", "one"},
        {"lib/a-1/ebin/m.beam", NULL, "one"},   {"lib/a-1/priv/x/y", "tow", "two"},
        {"lib/a-1/priv/x/y", NULL, "two"},      {"lib/a-1/ebin/n.beam", "new", NULL},
        {"lib/a-1/priv/new/file", "new", NULL}, {"lib/a-1/ebin/a.app", "%", NULL},
    };
    (void)state;
    str package = pack_base();
    struct release next = next_release();
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        const char *path = changes[i].path, *before = changes[i].before;
        if (changes[i].text)
            write_text(path, changes[i].text);
        else
            assert_int_equal(unlink(in_world(path).ptr), 0);
        assert_false(shares_a(package, &next));
        assert_complete();
        if (before)
            write_text(path, before);
        else
            assert_int_equal(unlink(in_world(path).ptr), 0);
        rmdir(in_world("lib/a-1/priv/new").ptr);
    }
}

static void folders_and_links_count_as_differences(void **state)
{
    (void)state;
    str package = pack_base();
    struct release next = next_release();
    assert_int_equal(mkdir(in_world("lib/a-1/priv/more").ptr, 0755), 0);
    assert_false(shares_a(package, &next));
    assert_complete();
    assert_int_equal(rmdir(in_world("lib/a-1/priv/more").ptr), 0);
    assert_true(shares_a(package, &next));
    release_view_close(&view);
    assert_int_equal(rmdir(in_world("lib/a-1/priv/empty").ptr), 0);
    assert_false(shares_a(package, &next));
    assert_complete();
    assert_int_equal(symlink("x", in_world("lib/a-1/priv/empty").ptr), 0);
    assert_false(shares_a(package, &next));
    assert_complete();
    package = pack_world();
    assert_false(shares_a(package, &next));
}

/* The cache of the next build; what changed before it is older than its clock. */
static void begin_build(void)
{
    const struct timespec pause = {.tv_nsec = 30 * 1000 * 1000};
    str folder = arena_printf(&world.arena, "%s.cache", world.folder);
    const struct cache_options options = {.folder = folder.ptr, .target = STR("x")};
    nanosleep(&pause, NULL);
    cache_close(cache);
    cache = cache_open(&options);
}

static void end_builds(void)
{
    cache_close(cache);
    cache = NULL;
    str folder = arena_printf(&world.arena, "%s.cache", world.folder);
    assert_ok(fs_remove_tree(folder.ptr, &world.err), &world.err);
}

/* A link to it stands in its place, for the .app file. */
static bool is_not_read(void)
{
    struct stat st;
    assert_int_equal(lstat(in_base("lib/a-1"), &st), 0);
    return S_ISLNK(st.st_mode);
}

static void what_is_known_to_be_the_same_is_not_read(void **state)
{
    (void)state;
    write_text("lib/a-1/ebin/m.beam", "");
    begin_build();
    str package = pack_base();
    struct release next = next_release();
    begin_build();
    assert_true(shares_a(package, &next));
    assert_false(is_not_read()); /* its files were too new to be remembered */
    release_view_close(&view);
    package = pack_world();
    begin_build();
    assert_true(shares_a(package, &next));
    assert_true(is_not_read());
    assert_true(fs_is_file(in_base("lib/a-2/ebin/a.app")));
    release_view_close(&view);
    write_text("lib/a-1/ebin/m.beam", "owe");
    begin_build();
    assert_false(shares_a(package, &next));
    assert_complete();
    end_builds();
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
        cmocka_unit_test_setup_teardown(what_the_next_release_has_is_not_unpacked, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_differs_in_the_next_release_is_unpacked,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_known_to_be_the_same_is_not_read, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(folders_and_links_count_as_differences, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
