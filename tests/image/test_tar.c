#include "image/fixture.h"
#include "image/tar_file.h"

#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

static const int64_t build_time = 1400000000;

static struct fixture *f;

static int setup(void **state)
{
    int result = fixture_setup(state);
    f = *state;
    return result;
}

static uint64_t expected;

static int write_tar(const char *path, size_t threads)
{
    const struct tar_options options = {
        .pool = with_threads(f, threads), .seconds = build_time, .expected = expected};
    return tar_sink_write(&f->image, path, &options, &f->err);
}

static void add_memory(const char *path, str content, mode_t mode)
{
    assert_ok(image_add_memory(&f->image, str_of(path), content, mode, &f->err), &f->err);
}

static void the_tar_holds_what_the_image_holds(void **state)
{
    (void)state;
    make_file(f, "src/run", noise(f, 700000, 1), 0755);
    add_memory("releases/start_erl.data", STR("13.1.5 0.1.0"), 0644);
    add_memory("empty", STR(""), 0600);
    assert_ok(image_add_file(&f->image, STR("bin/run"), "src/run", 0, &f->err), &f->err);
    assert_ok(image_add_link(&f->image, STR("bin/link"), STR("run"), &f->err), &f->err);
    assert_ok(image_add_dir(&f->image, STR("log"), 0750, &f->err), &f->err);
    assert_ok(write_tar("x.tar.gz", 2), &f->err);
    struct tar_list list = read_tar(f, "x.tar.gz");
    const char *const order[] = {"bin/",
                                 "bin/link",
                                 "bin/run",
                                 "empty",
                                 "log/",
                                 "releases/",
                                 "releases/start_erl.data"};
    assert_int_equal(list.count, 7);
    for (size_t i = 0; i < 7; i++) {
        assert_string_equal(list.items[i].path, order[i]);
        assert_int_equal(list.items[i].owner, 0);
        assert_int_equal(list.items[i].group, 0);
        assert_int_equal(list.items[i].seconds, build_time);
        assert_false(list.items[i].extended);
    }
    const struct tar_item *run = tar_find(&list, "bin/run");
    assert_int_equal(run->type, '0');
    assert_int_equal(run->mode, 0755);
    assert_int_equal(run->content.len, 700000);
    assert_memory_equal(run->content.ptr, noise(f, 700000, 1).ptr, 700000);
    assert_int_equal(tar_find(&list, "bin/link")->type, '2');
    assert_string_equal(tar_find(&list, "bin/link")->target, "run");
    assert_int_equal(tar_find(&list, "bin/")->type, '5');
    assert_int_equal(tar_find(&list, "bin/")->mode, 0755);
    assert_int_equal(tar_find(&list, "log/")->mode, 0750);
    assert_str(tar_find(&list, "releases/start_erl.data")->content, "13.1.5 0.1.0");
    assert_int_equal(tar_find(&list, "empty")->content.len, 0);
    assert_int_equal(mode_of("x.tar.gz"), 0644);
    assert_str(names_in(f, "."), "src x.tar.gz ");
}

static void an_empty_image_is_an_empty_tar(void **state)
{
    (void)state;
    assert_ok(write_tar("new/folder/x.tar.gz", 0), &f->err);
    assert_int_equal(read_tar(f, "new/folder/x.tar.gz").count, 0);
}

/* path of len bytes: parts of 100, so that ustar's prefix does not help at 300. */
static const char *long_path(size_t len)
{
    char *path = arena_alloc(&f->arena, len + 1);
    memset(path, 'x', len);
    for (size_t i = 100; i + 1 < len; i += 101)
        path[i] = '/';
    return path;
}

static void long_and_foreign_names_are_kept(void **state)
{
    const char *const names[] = {"sch\xc3\xb6n/\xe6\x97\xa5\xe6\x9c\xac",
                                 "\xf0\x9f\x98\x80", "with space", "new\nline"};
    const size_t lengths[] = {99,  100, 101, 156, 200,  254,
                              255, 256, 257, 300, 1000, 3000};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        add_memory(names[i], str_of(names[i]), 0644);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        const char *path = arena_printf(&f->arena, "n%zu/%s", i,
                                        long_path(lengths[i] - (i < 10 ? 3 : 4)))
                               .ptr;
        add_memory(path, str_of(path), 0644);
    }
    const char *target = long_path(300);
    assert_ok(image_add_link(&f->image, STR("link"), str_of(target), &f->err), &f->err);
    assert_ok(image_add_link(&f->image, STR("umlaut"), str_of(names[0]), &f->err),
              &f->err);
    assert_string_equal(setlocale(LC_ALL, NULL), "C");
    assert_ok(write_tar("x.tar.gz", 1), &f->err);
    assert_string_equal(setlocale(LC_ALL, NULL), "C");
    struct tar_list list = read_tar(f, "x.tar.gz");
    for (size_t i = 0; i < f->image.count; i++) {
        const struct image_entry *entry = f->image.entries[i];
        if (entry->kind == IMAGE_MEMORY)
            assert_str(tar_find(&list, entry->path.ptr)->content, entry->path.ptr);
    }
    assert_string_equal(tar_find(&list, "link")->target, target);
    assert_string_equal(tar_find(&list, "umlaut")->target, names[0]);
    assert_false(tar_find(&list, "with space")->extended);
}

static str tar_of_tree(const char *folder, const char *tar, size_t threads)
{
    fixture_clear(f);
    assert_ok(image_add_tree(&f->image, STR("lib"), folder, IMAGE_MODES_PLAIN, &f->err),
              &f->err);
    assert_ok(write_tar(tar, threads), &f->err);
    return read_whole(f, tar);
}

static void fill_folder(const char *folder, bool backwards)
{
    for (int i = 0; i < 60; i++) {
        int n = backwards ? 59 - i : i;
        str path = arena_printf(&f->arena, "%s/d%d/f%d", folder, n % 4, n);
        make_file(f, path.ptr, noise(f, (size_t)n * 1777, (uint32_t)n), 0644);
    }
}

static void equal_input_gives_equal_bytes(void **state)
{
    const size_t threads[] = {1, 2, 8};
    (void)state;
    fill_folder("one", false);
    fill_folder("an/other", true);
    str first = tar_of_tree("one", "1.tar.gz", 0);
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
        umask(i % 2 ? 077 : 0);
        setenv("TZ", i % 2 ? "Asia/Tokyo" : "America/New_York", 1);
        tzset();
        str other = tar_of_tree("an/other", "2.tar.gz", threads[i]);
        assert_int_equal(mode_of("2.tar.gz"), 0644);
        assert_int_equal(other.len, first.len);
        assert_memory_equal(other.ptr, first.ptr, first.len);
    }
    unsetenv("TZ");
    tzset();
}

/* The tarball that was there stays as it was, and nothing is beside it. */
static void assert_untouched(void)
{
    assert_content(f, "out/x.tar.gz", "good");
    assert_str(names_in(f, "out"), "x.tar.gz ");
}

static void add_source(str content)
{
    make_file(f, "out/x.tar.gz", STR("good"), 0644);
    make_file(f, "source", content, 0644);
    fixture_clear(f);
    assert_ok(image_add_file(&f->image, STR("a"), "source", 0, &f->err), &f->err);
}

static void a_source_that_changed_is_an_error(void **state)
{
    const char *const changed = "'source' was changed while the release was being built";
    (void)state;
    add_source(STR("12345"));
    make_file(f, "source", STR("1234"), 0644); /* shrunk */
    assert_fails(write_tar("out/x.tar.gz", 0), &f->err, changed);
    assert_untouched();
    add_source(STR("12345"));
    make_file(f, "source", STR("123456"), 0644); /* grown */
    assert_fails(write_tar("out/x.tar.gz", 1), &f->err, changed);
    assert_untouched();
    add_source(STR("12345"));
    assert_ok(fs_write_file("source", STR("54321"), 0644, &f->err),
              &f->err); /* as long */
    assert_fails(write_tar("out/x.tar.gz", 0), &f->err, changed);
    assert_untouched();
    add_source(STR("12345"));
    assert_int_equal(unlink("source"), 0);
    assert_fails(write_tar("out/x.tar.gz", 0), &f->err,
                 "'source' vanished while the release was being built");
    assert_untouched();
    add_source(STR(""));
    assert_int_equal(unlink("source"), 0);
    assert_int_equal(mkfifo("source", 0600), 0);
    assert_fails(write_tar("out/x.tar.gz", 0), &f->err, changed);
    assert_untouched();
}

/* Truncates the file again and again for as long as the tarball is being written. */
static void *keep_truncating(void *argument)
{
    volatile int *stop = argument;
    const struct timespec pause = {.tv_nsec = 2 * 1000 * 1000};
    for (off_t size = 30000000; !*stop && size > 0; size -= 100000) {
        if (truncate("source", size) != 0)
            break;
        nanosleep(&pause, NULL);
    }
    return NULL;
}

static void a_source_that_shrinks_meanwhile_is_an_error(void **state)
{
    volatile int stop = 0;
    pthread_t thread;
    (void)state;
    add_source(STR(""));
    assert_int_equal(truncate("source", 40000000), 0);
    fixture_clear(f);
    assert_ok(image_add_file(&f->image, STR("a"), "source", 0, &f->err), &f->err);
    assert_int_equal(pthread_create(&thread, NULL, keep_truncating, (void *)&stop), 0);
    int result = write_tar("out/x.tar.gz", 0);
    stop = 1;
    pthread_join(thread, NULL);
    assert_fails(result, &f->err, "'source' was changed");
    assert_untouched();
}

static void a_full_disk_leaves_nothing(void **state)
{
    struct rlimit before, small;
    (void)state;
    add_source(noise(f, 3000000, 9));
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 1000000;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int result = write_tar("out/x.tar.gz", 2);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_DFL);
    assert_fails(result, &f->err, "cannot write 'out/x.tar.gz': File too large");
    assert_untouched();
}

static long peak_memory(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : -1;
}

/* In a process of its own: what other tests used has no part in its peak. */
static void memory_does_not_grow_with_the_release(void **state)
{
    int status = -1;
    (void)state;
    make_file(f, "source", STR(""), 0644);
    assert_int_equal(truncate("source", 1 << 28), 0);
    assert_ok(image_add_file(&f->image, STR("a"), "source", 0, &f->err), &f->err);
    pid_t child = fork();
    if (child == 0) {
        const struct tar_options options = {.pool = pool_new(2)};
        long before = peak_memory();
        int result = tar_sink_write(&f->image, "x.tar.gz", &options, &f->err);
        _exit(result == 0 && peak_memory() - before < 32 * 1024 ? 0 : 1);
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void another_length_than_expected_does_no_harm(void **state)
{
    enum { LEN = 3000000, SLACK = 1 << 17 };
    const uint64_t lengths[] = {0, 1, LEN / 2, LEN, LEN * 2, INT64_MAX, UINT64_MAX};
    struct stat st;
    (void)state;
    add_memory("noise", noise(f, LEN, 1), 0644);
    assert_ok(write_tar("x.tar.gz", 2), &f->err);
    str plain = read_whole(f, "x.tar.gz");
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        expected = lengths[i];
        assert_ok(write_tar("x.tar.gz", 2), &f->err);
        assert_int_equal(stat("x.tar.gz", &st), 0);
        assert_true((int64_t)st.st_blocks * 512 < (int64_t)plain.len + SLACK);
        assert_true(str_eq(plain, read_whole(f, "x.tar.gz")));
    }
    expected = 0;
}

static void a_place_that_cannot_be_written_is_an_error(void **state)
{
    (void)state;
    add_memory("x", STR("x"), 0644);
    make_file(f, "file", STR("x"), 0644);
    assert_fails(write_tar("file/x.tar.gz", 0), &f->err, "'file'");
    assert_ok(fs_mkdirs("folder/inside", &f->err), &f->err);
    assert_fails(write_tar("folder", 0), &f->err, "cannot put 'folder' in its place");
    assert_str(names_in(f, "."), "file folder ");
}

static void a_killed_runs_left_over_goes_and_a_second_build_waits_not(void **state)
{
    (void)state;
    make_file(f, ".x.tar.gz.relc-new", STR("half"), 0600);
    add_memory("x", STR("x"), 0644);
    assert_ok(write_tar("x.tar.gz", 0), &f->err);
    assert_str(names_in(f, "."), "x.tar.gz ");
    int fd = open(".x.tar.gz.relc-new", O_RDWR | O_CREAT, 0600);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    assert_int_equal(write_tar("x.tar.gz", 0), -1);
    assert_string_equal(f->err.message, "another build is writing 'x.tar.gz'");
    assert_non_null(f->err.hint);
    err_release(&f->err);
    assert_true(is_there(".x.tar.gz.relc-new"));
    close(fd);
    assert_ok(write_tar("x.tar.gz", 0), &f->err);
    assert_false(is_there(".x.tar.gz.relc-new"));
}

static void links_to_the_machine_are_not_packed(void **state)
{
    (void)state;
    assert_ok(image_add_outside_link(&f->image, STR("a"), STR("/b"), &f->err), &f->err);
    assert_fails(write_tar("x.tar.gz", 0), &f->err,
                 "cannot pack 'a': it is a link to '/b', outside of the release");
    assert_str(names_in(f, "."), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_tar_holds_what_the_image_holds, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(an_empty_image_is_an_empty_tar, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(long_and_foreign_names_are_kept, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(equal_input_gives_equal_bytes, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_source_that_changed_is_an_error, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_source_that_shrinks_meanwhile_is_an_error,
                                        setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_full_disk_leaves_nothing, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(memory_does_not_grow_with_the_release, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(another_length_than_expected_does_no_harm, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_place_that_cannot_be_written_is_an_error, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(
            a_killed_runs_left_over_goes_and_a_second_build_waits_not, setup,
            fixture_teardown),
        cmocka_unit_test_setup_teardown(links_to_the_machine_are_not_packed, setup,
                                        fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
