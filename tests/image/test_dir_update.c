#include "image/fixture.h"

#include "relc/image/cache.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

static struct fixture *f;
static const int64_t build_time = 1400000000;

static int setup(void **state)
{
    int result = fixture_setup(state);
    f = *state;
    return result;
}

static void wait_for_clock(void)
{
    const struct timespec pause = {.tv_nsec = 30 * 1000 * 1000};
    nanosleep(&pause, NULL);
}

static void source(const char *path, const char *text)
{
    make_file(f, arena_printf(&f->arena, "source/%s", path).ptr, str_of(text), 0644);
}

static void make_source(void)
{
    source("lib/a-1/ebin/a.app", "a");
    source("lib/a-1/ebin/a.beam", "a beam");
    source("lib/a-1/priv/deep/down/x", "x");
    source("lib/b-1/ebin/b.app", "b");
    source("bin/run", "run");
    source("releases/1/start.boot", "boot");
    assert_int_equal(symlink("x", "source/lib/a-1/priv/deep/down/link"), 0);
    wait_for_clock();
}

struct build {
    const char *added; /* path of a file beside the image's entries, or NULL */
    const char *keep;  /* likewise, of the old output */
    int64_t seconds;
    bool exact_times;
    bool no_cache;
    bool aborted;
    size_t threads;
};

static int build(const struct build *build)
{
    static const str owned[] = {
        {"lib/a-1", 7}, {"lib/b-1", 7}, {"releases/1", 10}, {"bin/more", 8}};
    const struct cache_options cached = {.folder = "cache", .target = STR("x")};
    struct cache *cache = build->no_cache ? NULL : cache_open(&cached);
    const struct dir_options options = {
        .owned = owned,
        .owned_count = sizeof owned / sizeof *owned,
        .seconds = build->seconds ? build->seconds : build_time,
        .exact_times = build->exact_times,
        .cache = cache,
        .pool = with_threads(f, build->threads),
    };
    fixture_clear(f);
    assert_ok(image_add_tree(&f->image, STR(""), "source", IMAGE_MODES_PLAIN, &f->err),
              &f->err);
    assert_ok(image_add_memory(&f->image, STR("releases/RELEASES"), STR("made here"),
                               0600, &f->err),
              &f->err);
    struct dir_sink *sink = dir_sink_begin(&f->image, "out", &options, &f->err);
    if (!sink) {
        cache_close(cache);
        return -1;
    }
    if (build->added)
        make_file(f,
                  arena_printf(&f->arena, "%s/%s", dir_sink_path(sink), build->added).ptr,
                  STR("added"), 0644);
    if (build->keep)
        dir_sink_keep(sink, str_of(build->keep));
    int result = 0;
    if (build->aborted)
        dir_sink_abort(sink);
    else
        result = dir_sink_commit(sink, &f->err);
    cache_close(cache);
    return result;
}

static void build_well(void)
{
    assert_ok(build(&(struct build){0}), &f->err);
    assert_str(names_in(f, "."), "cache out source ");
}

static void change_in_place(const char *path, const char *text)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    int fd = open(path, O_WRONLY | O_TRUNC);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    const struct timespec times[2] = {st.st_atim, st.st_mtim};
    assert_int_equal(futimens(fd, times), 0);
    close(fd);
}

/* What is in the output is what a build without anything before it makes. */
static void assert_as_fresh(void)
{
    const char *const compare = "rm -rf fresh && cp -a out fresh && rm -rf out";
    assert_int_equal(system(compare), 0);
    assert_ok(build(&(struct build){.no_cache = true}), &f->err);
    assert_int_equal(system("diff -r out fresh && "
                            "cd out && find . -printf '%P %m %l\\n' | sort >../1 && "
                            "cd ../fresh && find . -printf '%P %m %l\\n' | sort >../2 && "
                            "cd .. && cmp 1 2 && rm -r 1 2 fresh"),
                     0);
}

static void nothing_changed_nothing_touched(void **state)
{
    struct stat before, after;
    (void)state;
    make_source();
    build_well();
    assert_int_equal(stat("out/lib/a-1/ebin", &before), 0);
    ino_t root = inode_of("out"), file = inode_of("out/lib/a-1/ebin/a.beam");
    build_well();
    assert_int_equal(stat("out/lib/a-1/ebin", &after), 0);
    assert_int_equal(inode_of("out"), root);
    assert_int_equal(inode_of("out/lib/a-1/ebin/a.beam"), file);
    assert_int_equal(before.st_ctim.tv_nsec, after.st_ctim.tv_nsec);
    assert_int_equal(before.st_ino, after.st_ino);
    assert_as_fresh();
}

static void one_file_changed_replaces_its_folder(void **state)
{
    (void)state;
    make_source();
    build_well();
    ino_t root = inode_of("out"), lib = inode_of("out/lib");
    ino_t other = inode_of("out/lib/b-1/ebin/b.app"),
          near = inode_of("out/lib/a-1/ebin/a.app");
    source("lib/a-1/ebin/a.beam", "another beam");
    wait_for_clock();
    build_well();
    assert_content(f, "out/lib/a-1/ebin/a.beam", "another beam");
    assert_int_equal(inode_of("out"), root);
    assert_int_equal(inode_of("out/lib"), lib);
    assert_int_equal(inode_of("out/lib/b-1/ebin/b.app"), other);
    assert_int_equal(inode_of("out/lib/a-1/ebin/a.app"), near);
    build_well();
    assert_as_fresh();
}

static void new_and_removed_files_come_and_go(void **state)
{
    (void)state;
    make_source();
    build_well();
    source("lib/a-1/priv/new/folder/y", "y");
    wait_for_clock();
    build_well();
    assert_content(f, "out/lib/a-1/priv/new/folder/y", "y");
    assert_int_equal(unlink("source/lib/a-1/priv/deep/down/x"), 0);
    assert_int_equal(unlink("source/lib/a-1/priv/deep/down/link"), 0);
    build_well();
    assert_str(names_in(f, "out/lib/a-1/priv/deep/down"), "");
    assert_ok(fs_remove_tree("source/lib/a-1/priv", &f->err), &f->err);
    build_well();
    assert_false(is_there("out/lib/a-1/priv"));
    source("lib/a-1/ebin/a.app", "changed");
    source("bin/run", "changed");
    source("lib/c-1/ebin/c.app", "c");
    wait_for_clock();
    build_well();
    assert_content(f, "out/lib/c-1/ebin/c.app", "c");
    assert_content(f, "out/bin/run", "changed");
    assert_as_fresh();
}

/* Folders that will be as they were, that got a file, and that have one too many. */
static void change_many_places(void)
{
    make_source();
    source("lib/b-1/priv/same/z", "z");
    source("lib/b-1/priv/more/z", "z");
    wait_for_clock();
    build_well();
    source("bin/run", "changed");
    source("lib/a-1/ebin/new.beam", "new");
    make_file(f, "out/lib/b-1/priv/more/left", STR("left"), 0644);
    make_file(f, "out/lib/b-1/ebin/b.app", STR("tampered with"), 0644);
    make_file(f, "out/releases/1/kept", STR("kept"), 0644);
    wait_for_clock();
}

static void replace_many_places(size_t threads)
{
    const struct build with = {
        .threads = threads, .added = "releases/1/added", .keep = "releases/1/kept"};
    change_many_places();
    ino_t root = inode_of("out"), same = inode_of("out/lib/b-1/priv/same"),
          file = inode_of("out/lib/b-1/priv/same/z");
    assert_ok(build(&with), &f->err);
    assert_content(f, "out/bin/run", "changed");
    assert_content(f, "out/lib/a-1/ebin/new.beam", "new");
    assert_content(f, "out/lib/b-1/ebin/b.app", "b");
    assert_str(names_in(f, "out/lib/b-1/priv/more"), "z ");
    assert_str(names_in(f, "out/releases/1"), "added kept start.boot ");
    assert_int_equal(inode_of("out"), root);
    assert_int_equal(inode_of("out/lib/b-1/priv/same"), same);
    assert_int_equal(inode_of("out/lib/b-1/priv/same/z"), file);
    build_well();
    assert_as_fresh();
}

static void changes_in_many_places_replace_the_whole(void **state)
{
    (void)state;
    replace_many_places(0);
}

static void a_thread_may_replace_the_whole(void **state)
{
    (void)state;
    replace_many_places(2);
}

/* The new tree has files of the old one by then. */
static void what_was_taken_over_survives_a_failure(void **state)
{
    (void)state;
    struct stat st;
    change_many_places();
    assert_int_equal(system("cp -a out before"), 0);
    assert_ok(build(&(struct build){.threads = 2, .aborted = true}), &f->err);
    assert_int_equal(system("diff -r out before && rm -r before"), 0);
    assert_int_equal(stat("out/lib/b-1/priv/same/z", &st), 0);
    assert_int_equal(st.st_nlink, 1);
    assert_str(names_in(f, "."), "cache out source ");
    build_well();
    assert_as_fresh();
}

static void what_was_tampered_with_is_made_good(void **state)
{
    (void)state;
    make_source();
    build_well();
    change_in_place("out/lib/a-1/ebin/a.beam", "a BEAM"); /* same size, same time */
    build_well();
    assert_content(f, "out/lib/a-1/ebin/a.beam", "a beam");
    assert_int_equal(chmod("out/bin/run", 0777), 0);
    assert_int_equal(unlink("out/releases/RELEASES"), 0);
    build_well();
    assert_content(f, "out/releases/RELEASES", "made here");
    assert_int_equal(mode_of("out/bin/run"), 0644);
    make_file(f, "out/lib/b-1/ebin/stranger.beam", STR("?"), 0644);
    make_file(f, "out/lib/b-1/new/stranger", STR("?"), 0644);
    build_well();
    assert_false(is_there("out/lib/b-1/ebin/stranger.beam"));
    assert_false(is_there("out/lib/b-1/new"));
    assert_int_equal(unlink("out/lib/a-1/priv/deep/down/link"), 0);
    assert_int_equal(symlink("y", "out/lib/a-1/priv/deep/down/link"), 0);
    build_well();
    assert_content(f, "out/lib/a-1/priv/deep/down/link", "x");
    assert_ok(fs_remove_tree("out/lib", &f->err), &f->err);
    make_file(f, "out/lib", STR("a file"), 0644);
    build_well();
    assert_as_fresh();
}

static void what_is_not_the_images_is_carried_over(void **state)
{
    (void)state;
    make_source();
    build_well();
    make_file(f, "out/var/log", STR("log"), 0640);
    make_file(f, "out/lib/old-0/ebin/old.app", STR("old"), 0644);
    make_file(f, "out/bin/tool", STR("tool"), 0755);
    ino_t log = inode_of("out/var/log");
    source("bin/run", "changed");
    wait_for_clock();
    build_well();
    source("bin/run", "changed again");
    source("lib/a-1/ebin/a.app", "changed");
    wait_for_clock();
    build_well();
    assert_int_equal(inode_of("out/var/log"), log);
    assert_content(f, "out/lib/old-0/ebin/old.app", "old");
    assert_content(f, "out/bin/tool", "tool");
    assert_content(f, "out/bin/run", "changed again");
}

static void added_files_are_placed_kept_and_removed(void **state)
{
    const struct build adding = {.added = "releases/1/x.tar.gz"};
    (void)state;
    make_source();
    assert_ok(build(&adding), &f->err);
    assert_content(f, "out/releases/1/x.tar.gz", "added");
    ino_t first = inode_of("out/releases/1/x.tar.gz");
    source("lib/a-1/ebin/a.beam", "another beam");
    wait_for_clock();
    assert_ok(build(&adding), &f->err);
    assert_int_not_equal(inode_of("out/releases/1/x.tar.gz"), first);
    assert_content(f, "out/lib/a-1/ebin/a.beam", "another beam");
    first = inode_of("out/releases/1/x.tar.gz");
    assert_ok(build(&(struct build){.keep = "releases/1/x.tar.gz"}), &f->err);
    assert_int_equal(inode_of("out/releases/1/x.tar.gz"), first);
    source("lib/a-1/ebin/a.beam", "a third beam");
    source("lib/b-1/ebin/b.app", "changed");
    source("bin/run", "changed");
    wait_for_clock();
    assert_ok(build(&(struct build){.keep = "releases/1/x.tar.gz"}), &f->err);
    assert_content(f, "out/releases/1/x.tar.gz", "added");
    build_well();
    assert_false(is_there("out/releases/1/x.tar.gz"));
    assert_ok(build(&(struct build){.added = "bin/more"}), &f->err);
    assert_content(f, "out/bin/more", "added");
    build_well();
    assert_false(is_there("out/bin/more"));
    assert_str(names_in(f, "."), "cache out source ");
}

/* Nothing of releases/ is written, and much else is. */
static void what_has_not_changed_stays(void **state)
{
    (void)state;
    make_source();
    build_well();
    ino_t root = inode_of("out"), boot = inode_of("out/releases/1/start.boot");
    source("lib/a-1/ebin/a.beam", "changed");
    source("bin/run", "changed");
    wait_for_clock();
    build_well();
    assert_content(f, "out/bin/run", "changed");
    assert_int_equal(inode_of("out"), root);
    assert_int_equal(inode_of("out/releases/1/start.boot"), boot);
    assert_as_fresh();
}

static int64_t seconds_of(const char *path)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    return (int64_t)st.st_mtim.tv_sec;
}

static void times_stay_unless_they_must_be_exact(void **state)
{
    (void)state;
    make_source();
    build_well();
    assert_ok(build(&(struct build){.seconds = 1500000000}), &f->err);
    assert_int_equal(seconds_of("out/bin/run"), build_time);
    assert_ok(build(&(struct build){.seconds = 1500000000, .exact_times = true}),
              &f->err);
    assert_int_equal(seconds_of("out/bin/run"), 1500000000);
    assert_int_equal(seconds_of("out/lib/a-1/ebin/a.beam"), 1500000000);
    assert_int_equal(seconds_of("out/lib/a-1/ebin"), 1500000000);
}

/* A file that changes again within a tick of the file system's clock. */
static void a_change_within_a_tick_is_seen(void **state)
{
    (void)state;
    make_source();
    for (int i = 0; i < 15; i++) {
        const char *first = arena_printf(&f->arena, "first %d", 10 + i).ptr;
        const char *second = arena_printf(&f->arena, "other %d", 10 + i).ptr;
        source("lib/a-1/ebin/a.beam", first);
        build_well();
        source("lib/a-1/ebin/a.beam", second);
        build_well();
        assert_content(f, "out/lib/a-1/ebin/a.beam", second);
        change_in_place("out/lib/a-1/ebin/a.beam", first);
        build_well();
        assert_content(f, "out/lib/a-1/ebin/a.beam", second);
    }
}

/* Writes the new tree, with threads perhaps only until commit. */
static int write_tree(const struct dir_options *options)
{
    struct dir_sink *sink = dir_sink_begin(&f->image, "out", options, &f->err);
    return sink ? dir_sink_commit(sink, &f->err) : -1;
}

static void a_vanished_source_leaves_the_old(size_t threads)
{
    make_source();
    build_well();
    source("lib/a-1/ebin/a.beam", "another beam");
    wait_for_clock();
    const struct cache_options cached = {.folder = "cache", .target = STR("x")};
    struct cache *cache = cache_open(&cached);
    const struct dir_options options = {
        .seconds = build_time, .cache = cache, .pool = with_threads(f, threads)};
    fixture_clear(f);
    assert_ok(image_add_tree(&f->image, STR(""), "source", IMAGE_MODES_PLAIN, &f->err),
              &f->err);
    assert_int_equal(unlink("source/lib/a-1/ebin/a.beam"), 0);
    assert_int_equal(write_tree(&options), -1);
    assert_non_null(strstr(f->err.message, "vanished"));
    err_release(&f->err);
    cache_close(cache);
    assert_content(f, "out/lib/a-1/ebin/a.beam", "a beam");
    assert_str(names_in(f, "."), "cache out source ");
}

static void a_source_that_vanishes_leaves_the_old(void **state)
{
    (void)state;
    a_vanished_source_leaves_the_old(0);
}

static void a_thread_that_misses_a_source_leaves_the_old(void **state)
{
    (void)state;
    a_vanished_source_leaves_the_old(1);
}

/* What others add and keep meanwhile is in the release all the same. */
static void a_thread_may_write_the_tree(void **state)
{
    const struct build adding = {.added = "releases/1/x.tar.gz", .threads = 1};
    (void)state;
    make_source();
    for (int i = 0; i < 20; i++) {
        source("bin/run", arena_printf(&f->arena, "run %d", i).ptr);
        source("lib/a-1/priv/x", arena_printf(&f->arena, "x %d", i).ptr);
        assert_ok(build(&adding), &f->err);
        assert_content(f, "out/releases/1/x.tar.gz", "added");
        assert_ok(build(&(struct build){.keep = "releases/1/x.tar.gz", .threads = 1}),
                  &f->err);
        assert_content(f, "out/releases/1/x.tar.gz", "added");
        assert_content(f, "out/bin/run", arena_printf(&f->arena, "run %d", i).ptr);
    }
    build_well();
    assert_as_fresh();
}

/* Whatever the moment of the end: a whole folder, old or new, and a good next build. */
static void a_killed_update_leaves_a_whole_folder(void **state)
{
    (void)state;
    make_source();
    for (int i = 0; i < 40; i++)
        source(arena_printf(&f->arena, "lib/a-1/ebin/f%d", i).ptr, "same");
    source("lib/a-1/ebin/f0", "version 0");
    source("lib/a-1/ebin/f9", "version 0");
    wait_for_clock();
    build_well();
    for (int i = 1; i <= 40; i++) {
        str text = arena_printf(&f->arena, "version %d", i);
        source("lib/a-1/ebin/f0", text.ptr);
        source("lib/a-1/ebin/f9", text.ptr);
        pid_t child = fork();
        if (child == 0)
            _exit(build(&(struct build){0}) == 0 ? 0 : 1);
        const struct timespec pause = {.tv_nsec = i * 100 * 1000};
        nanosleep(&pause, NULL);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        str one = read_whole(f, "out/lib/a-1/ebin/f0");
        assert_str(read_whole(f, "out/lib/a-1/ebin/f9"), one.ptr);
        assert_content(f, "out/lib/a-1/ebin/f5", "same");
        if (i % 5)
            continue;
        assert_ok(build(&(struct build){0}), &f->err);
        assert_content(f, "out/lib/a-1/ebin/f0", text.ptr);
    }
    assert_as_fresh();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_changed_nothing_touched),
        TEST(one_file_changed_replaces_its_folder),
        TEST(new_and_removed_files_come_and_go),
        TEST(changes_in_many_places_replace_the_whole),
        TEST(a_thread_may_replace_the_whole),
        TEST(what_was_taken_over_survives_a_failure),
        TEST(what_was_tampered_with_is_made_good),
        TEST(what_is_not_the_images_is_carried_over),
        TEST(added_files_are_placed_kept_and_removed),
        TEST(times_stay_unless_they_must_be_exact),
        TEST(a_change_within_a_tick_is_seen),
        TEST(what_has_not_changed_stays),
        TEST(a_thread_may_write_the_tree),
        TEST(a_source_that_vanishes_leaves_the_old),
        TEST(a_thread_that_misses_a_source_leaves_the_old),
        TEST(a_killed_update_leaves_a_whole_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
