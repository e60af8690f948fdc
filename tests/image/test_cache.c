#include "image/fixture.h"
#include "image/tar_file.h"

#include "relc/image/cache.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

static struct fixture *f;
static unsigned warnings;
static char warning[512];

static void count_warning(void *context, enum report_level level, str text)
{
    (void)context;
    warnings += level == REPORT_WARNING;
    snprintf(warning, sizeof warning, "%.*s", STR_ARG(text));
}

static const struct report report = {count_warning, NULL};

static int setup(void **state)
{
    int result = fixture_setup(state);
    f = *state;
    warnings = 0;
    return result;
}

static struct cache *open_cache(const char *folder, uint64_t limit)
{
    const struct cache_options options = {
        .folder = folder, .target = STR("x"), .limit = limit, .report = &report};
    return cache_open(&options);
}

static void take_tree(const char *folder)
{
    fixture_clear(f);
    assert_ok(image_add_tree(&f->image, STR("lib"), folder, IMAGE_MODES_PLAIN, &f->err),
              &f->err);
}

/* A build: the folder "tree" as tarball, with or without a cache. */
static str build(const char *folder, uint64_t limit, size_t threads)
{
    struct cache *cache = open_cache(folder, limit);
    take_tree("tree");
    const struct tar_options options = {
        .pool = with_threads(f, threads), .seconds = 1400000000, .cache = cache};
    assert_ok(tar_sink_write(&f->image, "x.tar.gz", &options, &f->err), &f->err);
    tar_sink_remember(&f->image, "x.tar.gz", &options);
    cache_close(cache);
    return read_whole(f, "x.tar.gz");
}

static bool is_current(void)
{
    struct cache *cache = open_cache("cache", 0);
    take_tree("tree");
    const struct tar_options options = {.seconds = 1400000000, .cache = cache};
    bool result = tar_sink_is_current(&f->image, "x.tar.gz", &options);
    cache_close(cache);
    return result;
}

static void assert_same(str a, str b)
{
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.ptr, b.ptr, a.len);
}

/* Sources that are older than the file system's clock can tell apart. */
static void wait_for_clock(void)
{
    const struct timespec pause = {.tv_nsec = 30 * 1000 * 1000};
    nanosleep(&pause, NULL);
}

static void make_tree(void)
{
    for (int i = 0; i < 40; i++) {
        str path = arena_printf(&f->arena, "tree/d%d/f%d", i % 4, i);
        make_file(f, path.ptr, noise(f, (size_t)i * 997, (uint32_t)i), 0644);
    }
    make_file(f, "tree/large", noise(f, 900000, 77), 0644);
    make_file(f, "tree/empty", STR(""), 0644);
    wait_for_clock();
}

static struct fs_list cache_files(void)
{
    struct fs_list list;
    assert_ok(fs_list(&f->arena, "cache", &list, &f->err), &f->err);
    return list;
}

static uint64_t cache_size(void)
{
    struct fs_list list = cache_files();
    uint64_t total = 0;
    for (size_t i = 0; i < list.count; i++) {
        struct stat st;
        assert_int_equal(
            stat(arena_printf(&f->arena, "cache/%s", list.entries[i].name.ptr).ptr, &st),
            0);
        total += (uint64_t)st.st_size;
    }
    return total;
}

static void the_bytes_do_not_depend_on_the_cache(void **state)
{
    const size_t threads[] = {0, 1, 2, 8};
    (void)state;
    make_tree();
    str expected = build(NULL, 0, 0);
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
        assert_ok(fs_remove_tree("cache", &f->err), &f->err);
        assert_same(expected, build("cache", 0, threads[i])); /* fills it */
        assert_same(expected, build("cache", 0, threads[i])); /* uses it */
        assert_same(expected, build(NULL, 0, threads[i]));
    }
    make_file(f, "tree/d1/f5", noise(f, 5 * 997, 1000), 0644);
    make_file(f, "tree/new", noise(f, 20000, 1001), 0644);
    assert_int_equal(unlink("tree/d2/f6"), 0);
    str changed = build(NULL, 0, 2);
    assert_same(changed, build("cache", 0, 2));
    assert_same(changed, build("cache", 0, 0));
    assert_int_equal(warnings, 0);
}

static void what_is_unchanged_is_not_read(void **state)
{
    (void)state;
    if (geteuid() == 0 && access("/proc/self", F_OK) != 0)
        skip();
    make_tree();
    str expected = build("cache", 0, 2);
    struct stat before, after;
    const struct timespec past[2] = {{.tv_sec = 1000}, {.tv_nsec = UTIME_OMIT}};
    assert_int_equal(utimensat(AT_FDCWD, "tree/large", past, 0), 0);
    wait_for_clock();
    assert_same(expected, build("cache", 0, 2)); /* utimensat made it another state */
    assert_int_equal(stat("tree/large", &before), 0);
    assert_same(expected, build("cache", 0, 2));
    assert_int_equal(stat("tree/large", &after), 0);
    assert_int_equal(before.st_atim.tv_nsec, after.st_atim.tv_nsec);
    assert_int_equal(before.st_atim.tv_sec, after.st_atim.tv_sec);
}

static void a_tarball_is_current_until_something_changes(void **state)
{
    struct stat st;
    (void)state;
    make_tree();
    build("cache", 0, 0);
    assert_true(is_current());
    assert_true(is_current());
    make_file(f, "tree/d1/f5", noise(f, 5 * 997, 1000), 0644); /* same size, same time */
    wait_for_clock();
    assert_false(is_current());
    build("cache", 0, 0);
    assert_true(is_current());
    /* A tarball that was tampered with, though size and time are as they were. */
    assert_int_equal(stat("x.tar.gz", &st), 0);
    int fd = open("x.tar.gz", O_WRONLY);
    assert_int_equal(pwrite(fd, "x", 1, 5000), 1);
    const struct timespec times[2] = {st.st_atim, st.st_mtim};
    assert_int_equal(futimens(fd, times), 0);
    close(fd);
    assert_false(is_current());
    build("cache", 0, 0);
    assert_true(is_current());
    assert_int_equal(unlink("x.tar.gz"), 0);
    assert_false(is_current());
}

/*
 * A file that is written again at once, as long as before and with the same time: the
 * clock of the file system may not have ticked in between.
 */
static void a_change_within_a_tick_is_seen(void **state)
{
    (void)state;
    make_tree();
    for (uint32_t i = 0; i < 15; i++) {
        make_file(f, "tree/large", noise(f, 9000, 2 * i), 0644);
        build("cache", 0, 0);
        make_file(f, "tree/large", noise(f, 9000, 2 * i + 1), 0644);
        if (is_current())
            fail_msg("a tarball counts as current that is not");
        str cached = build("cache", 0, 0);
        assert_same(build(NULL, 0, 0), cached);
    }
}

static void change_byte(const char *path, off_t at)
{
    unsigned char byte;
    int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    assert_int_equal(pread(fd, &byte, 1, at), 1);
    byte ^= 0x40;
    assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    close(fd);
}

/* The memo and the pack of a new cache. */
static struct fs_list new_cache(void)
{
    assert_ok(fs_remove_tree("cache", &f->err), &f->err);
    build("cache", 0, 2);
    struct fs_list list = cache_files();
    assert_int_equal(list.count, 2);
    return list;
}

/* Damages a file of the cache at several places, or cuts it off there. */
static void damaged_files_do_no_harm(void **state)
{
    (void)state;
    make_tree();
    str expected = build(NULL, 0, 0);
    for (int i = 0; i < 28; i++) {
        struct fs_list list = new_cache();
        str path = arena_printf(&f->arena, "cache/%s", list.entries[i % 2].name.ptr);
        struct stat st;
        assert_int_equal(stat(path.ptr, &st), 0);
        off_t at = (st.st_size - 1) * (i / 4) / 6;
        if (i / 2 % 2)
            assert_int_equal(truncate(path.ptr, at), 0);
        else
            change_byte(path.ptr, at);
        assert_same(expected, build("cache", 0, 2));
        assert_same(expected, build("cache", 0, 0));
    }
    assert_int_equal(warnings, 0);
}

/* What another version wrote is no use, and what cannot be one of its files no harm. */
static void other_versions_are_ignored(void **state)
{
    (void)state;
    make_tree();
    str expected = build("cache", 0, 2);
    struct fs_list list = cache_files();
    for (size_t i = 0; i < list.count; i++) {
        str path = arena_printf(&f->arena, "cache/%s", list.entries[i].name.ptr);
        str content = read_whole(f, path.ptr);
        char *bytes = (char *)content.ptr;
        /* The header is at the beginning or at the end: "0.1.0" becomes "9.1.0". */
        for (size_t at = 0; at + 5 < content.len; at++)
            if (memcmp(bytes + at, "\0" RELC_VERSION, 6) == 0 || at == 8)
                if (memcmp(bytes + at + (at != 8), RELC_VERSION, 5) == 0)
                    bytes[at + (at != 8)] = '9';
        make_file(f, path.ptr, content, 0600);
    }
    make_file(f, "cache/pack-0", STR("short"), 0600);
    make_file(f, "cache/other", STR("not relc's"), 0600);
    assert_ok(fs_mkdirs("cache/pack-1", &f->err), &f->err);
    assert_int_equal(mkfifo("cache/pack-2", 0600), 0);
    assert_same(expected, build("cache", 0, 2));
    assert_true(is_current());
    assert_content(f, "cache/other", "not relc's");
    assert_int_equal(warnings, 0);
}

static void a_folder_that_cannot_be_used_is_one_warning(void **state)
{
    (void)state;
    make_tree();
    str expected = build(NULL, 0, 0);
    make_file(f, "file", STR(""), 0644);
    assert_same(expected, build("file", 0, 2));
    assert_int_equal(warnings, 1);
    assert_same(expected, build("file/cache", 0, 2));
    assert_int_equal(warnings, 2);
    assert_non_null(strstr(warning, "going on without the cache"));
    assert_same(expected, build("/proc/cache", 0, 2));
    assert_int_equal(warnings, 3);
    if (geteuid() != 0)
        return;
    assert_ok(fs_mkdirs("foreign", &f->err), &f->err);
    assert_int_equal(chown("foreign", 65534, 65534), 0);
    assert_same(expected, build("foreign", 0, 2));
    assert_int_equal(warnings, 4);
    assert_non_null(strstr(warning, "belongs to another user"));
    assert_str(names_in(f, "foreign"), "");
}

/* Files that may not grow stand for a full disk: the tarball fits, the cache does not. */
static void a_cache_that_fills_up_is_one_warning(void **state)
{
    int status = -1;
    (void)state;
    make_tree();
    str expected = build("cache", 0, 0);
    assert_ok(fs_remove_tree("cache", &f->err), &f->err);
    pid_t child = fork();
    if (child == 0) {
        const struct rlimit small = {expected.len, expected.len};
        signal(SIGXFSZ, SIG_IGN);
        if (setrlimit(RLIMIT_FSIZE, &small) != 0)
            _exit(2);
        str bytes = build("cache", 0, 2);
        _exit(bytes.len == expected.len && warnings == 1 ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    struct fs_list list = cache_files();
    for (size_t i = 0; i < list.count; i++)
        assert_false(str_starts(list.entries[i].name, STR("new-")));
    assert_same(expected, build("cache", 0, 2));
}

static void the_size_is_bounded(void **state)
{
    const uint64_t limit = 1500000;
    (void)state;
    make_tree();
    for (uint32_t i = 0; i < 10; i++) {
        make_file(f, "tree/large", noise(f, 400000, 100 + i), 0644);
        wait_for_clock();
        str bytes = build("cache", limit, 2);
        assert_true(cache_size() <= limit);
        assert_same(build(NULL, 0, 0), bytes);
    }
}

static void many_small_packs_become_one(void **state)
{
    (void)state;
    make_tree();
    size_t most = 0;
    for (uint32_t i = 0; i < 40; i++) {
        make_file(f, "tree/d1/f9", noise(f, 9000, 100 + i), 0644);
        build("cache", 0, 0);
        size_t count = cache_files().count;
        most = count > most ? count : most;
    }
    assert_in_range(most, 20, 30);
    assert_same(build(NULL, 0, 0), build("cache", 0, 0));
}

static void what_killed_builds_left_goes(void **state)
{
    const struct timespec old[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    (void)state;
    make_tree();
    make_file(f, "cache/new-abcdef", STR("half"), 0600);
    make_file(f, "cache/new-recent", STR("half"), 0600);
    assert_int_equal(utimensat(AT_FDCWD, "cache/new-abcdef", old, 0), 0);
    assert_int_equal(utimensat(AT_FDCWD, "cache/new-recent", NULL, 0), 0);
    build("cache", 0, 0);
    assert_false(is_there("cache/new-abcdef"));
    assert_true(is_there("cache/new-recent"));
}

/* Builds at the same time on one cache, which is being damaged and emptied meanwhile. */
static int build_many(int number, str expected)
{
    for (int i = 0; i < 12; i++) {
        str path = arena_printf(&f->arena, "out%d/x.tar.gz", number);
        struct cache *cache = open_cache("cache", number == 3 ? 300000 : 0);
        take_tree("tree");
        const struct tar_options options = {
            .pool = pool_new(2), .seconds = 1400000000, .cache = cache};
        if (!cache || tar_sink_write(&f->image, path.ptr, &options, &f->err) != 0)
            return 1;
        pool_free(options.pool);
        tar_sink_remember(&f->image, path.ptr, &options);
        cache_close(cache);
        str bytes = read_whole(f, path.ptr);
        if (!str_eq(bytes, expected))
            return 2;
        if (number == 3 && i % 4 == 3 && fs_remove_tree("cache", &f->err) != 0)
            err_release(&f->err);
    }
    return warnings ? 3 : 0;
}

static void several_builds_share_a_cache(void **state)
{
    pid_t children[4];
    (void)state;
    make_tree();
    str expected = build(NULL, 0, 0);
    for (int i = 0; i < 4; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(build_many(i, expected));
    }
    for (int i = 0; i < 4; i++) {
        int status = -1;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        /* 3: the folder vanished between making and using it; that is a warning */
        assert_true(WIFEXITED(status) &&
                    (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 3 ||
                     WEXITSTATUS(status) == 1));
        assert_int_not_equal(WEXITSTATUS(status), 2);
    }
}

static void the_folder_is_the_users(void **state)
{
    (void)state;
    setenv("RELC_CACHE_DIR", "/a", 1);
    setenv("XDG_CACHE_HOME", "/b", 1);
    setenv("HOME", "/c", 1);
    assert_string_equal(cache_default_folder(&f->arena), "/a");
    setenv("RELC_CACHE_DIR", "", 1);
    assert_null(cache_default_folder(&f->arena));
    unsetenv("RELC_CACHE_DIR");
    assert_string_equal(cache_default_folder(&f->arena), "/b/relc");
    setenv("XDG_CACHE_HOME", "relative", 1);
    assert_string_equal(cache_default_folder(&f->arena), "/c/.cache/relc");
    unsetenv("XDG_CACHE_HOME");
    unsetenv("HOME");
    assert_null(cache_default_folder(&f->arena));
    make_tree();
    build("new/cache", 0, 0);
    assert_int_equal(mode_of("new/cache"), 0700);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_bytes_do_not_depend_on_the_cache),
        TEST(what_is_unchanged_is_not_read),
        TEST(a_tarball_is_current_until_something_changes),
        TEST(a_change_within_a_tick_is_seen),
        TEST(damaged_files_do_no_harm),
        TEST(other_versions_are_ignored),
        TEST(a_folder_that_cannot_be_used_is_one_warning),
        TEST(a_cache_that_fills_up_is_one_warning),
        TEST(the_size_is_bounded),
        TEST(many_small_packs_become_one),
        TEST(what_killed_builds_left_goes),
        TEST(several_builds_share_a_cache),
        TEST(the_folder_is_the_users),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
