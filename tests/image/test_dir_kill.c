/* Builds killed at any moment, and the way without an exchange of folders. */
#include "image/fixture.h"

#include "image/dir_parts.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

enum { FILES = 60, ROUNDS = 50 };

static struct fixture *f;

static int setup(void **state)
{
    int result = fixture_setup(state);
    f = *state;
    return result;
}

static str file_of(unsigned version, int i)
{
    return arena_printf(&f->arena, "lib/d%d/v%u-%d", i % 5, version, i);
}

static int build_version(unsigned version)
{
    const str owned[] = {STR("lib")};
    const struct dir_options options = {.owned = owned, .owned_count = 1, .seconds = 1};
    fixture_clear(f);
    str text = arena_printf(&f->arena, "%u", version);
    if (image_add_memory(&f->image, STR("version"), text, 0644, &f->err) != 0)
        return -1;
    for (int i = 0; i < FILES; i++)
        if (image_add_memory(&f->image, file_of(version, i), noise(f, 5000, version),
                             0644, &f->err) != 0)
            return -1;
    struct dir_sink *sink = dir_sink_begin(&f->image, "out", &options, &f->err);
    return sink ? dir_sink_commit(sink, &f->err) : -1;
}

/* The version that stands in the target, after a look at all of it. */
static unsigned check_whole(ino_t log)
{
    unsigned version = (unsigned)strtoul(read_whole(f, "out/version").ptr, NULL, 10);
    size_t count = 0;
    for (int d = 0; d < 5; d++) {
        struct fs_list list;
        const char *folder = arena_printf(&f->arena, "out/lib/d%d", d).ptr;
        assert_ok(fs_list(&f->arena, folder, &list, &f->err), &f->err);
        count += list.count;
    }
    assert_int_equal(count, FILES);
    for (int i = 0; i < FILES; i++) {
        const char *path = arena_printf(&f->arena, "out/%s", file_of(version, i).ptr).ptr;
        str content = read_whole(f, path);
        assert_int_equal(content.len, 5000);
        assert_memory_equal(content.ptr, noise(f, 5000, version).ptr, 5000);
    }
    assert_int_equal(inode_of("out/log/x"), log);
    return version;
}

static int64_t nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static pid_t start_build(unsigned version)
{
    pid_t child = fork();
    if (child == 0)
        _exit(build_version(version) == 0 ? 0 : 1);
    assert_true(child > 0);
    return child;
}

/* Nanoseconds that a build takes, at its fastest. */
static int64_t time_of_build(unsigned version)
{
    int64_t least = INT64_MAX;
    for (int i = 0; i < 5; i++) {
        int status = -1;
        int64_t before = nanoseconds();
        waitpid(start_build(version), &status, 0);
        assert_int_equal(status, 0);
        int64_t length = nanoseconds() - before;
        least = length < least ? length : least;
    }
    return least;
}

static void a_kill_leaves_the_old_tree_or_the_new_one(void **state)
{
    int status = -1;
    unsigned standing, taken = 0;
    (void)state;
    assert_ok(build_version(1), &f->err);
    make_file(f, "out/log/x", STR("log"), 0644);
    ino_t log = inode_of("out/log/x");
    int64_t length = time_of_build(2);
    assert_int_equal(standing = check_whole(log), 2);
    for (unsigned round = 0; round < ROUNDS; round++) {
        unsigned version = round + 3;
        int64_t wait = length * (int64_t)(round + 1) / ROUNDS;
        const struct timespec pause = {wait / 1000000000, (long)(wait % 1000000000)};
        pid_t child = start_build(version);
        nanosleep(&pause, NULL);
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, &status, 0), child);
        unsigned found = check_whole(log);
        assert_true(found == standing || found == version);
        taken += found == version;
        standing = found;
    }
    print_message("%u of %d killed builds had come to their end\n", taken, ROUNDS);
    assert_ok(build_version(1000), &f->err);
    assert_int_equal(check_whole(log), 1000);
    assert_str(names_in(f, "."), "out ");
}

/* Many builds at once: each is done or refused, and the target is one of them. */
static void builds_at_once_do_not_mix(void **state)
{
    pid_t children[8];
    unsigned done = 0;
    (void)state;
    assert_ok(build_version(1), &f->err);
    make_file(f, "out/log/x", STR("log"), 0644);
    ino_t log = inode_of("out/log/x");
    for (int round = 0; round < 5; round++) {
        for (unsigned i = 0; i < 8; i++)
            children[i] = start_build(100 + i);
        for (unsigned i = 0; i < 8; i++) {
            int status = -1;
            assert_int_equal(waitpid(children[i], &status, 0), children[i]);
            assert_true(WIFEXITED(status));
            done += WEXITSTATUS(status) == 0;
        }
        assert_true(check_whole(log) >= 100);
        assert_str(names_in(f, "."), "out ");
    }
    assert_true(done >= 5);
}

static void folders_change_places_by_renames_too(void **state)
{
    const enum dir_swap ways[] = {DIR_SWAP_EXCHANGE, DIR_SWAP_RENAMES};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        make_file(f, "new/x", STR("new"), 0644);
        make_file(f, "target/x", STR("old"), 0644);
        assert_ok(dir_swap_in("new", "target", "aside", ways[i], &f->err), &f->err);
        assert_content(f, "target/x", "new");
        assert_str(names_in(f, "."), i ? "aside target " : "new target ");
        assert_content(f, i ? "aside/x" : "new/x", "old");
        assert_ok(fs_remove_tree("new", &f->err), &f->err);
        assert_ok(fs_remove_tree("target", &f->err), &f->err);
        make_file(f, "new/x", STR("new"), 0644);
        assert_ok(dir_swap_in("new", "target", "unused", ways[i], &f->err), &f->err);
        assert_content(f, "target/x", "new");
        assert_ok(fs_remove_tree("target", &f->err), &f->err);
    }
}

static void a_failed_swap_puts_the_old_tree_back(void **state)
{
    (void)state;
    /* A new tree inside the old one is gone when that was put aside. */
    make_file(f, "target/x", STR("old"), 0644);
    make_file(f, "target/new/x", STR("new"), 0644);
    assert_fails(dir_swap_in("target/new", "target", "aside", DIR_SWAP_RENAMES, &f->err),
                 &f->err, "cannot replace 'target'");
    assert_str(names_in(f, "."), "target ");
    assert_str(names_in(f, "target"), "new x ");
    make_file(f, "new/x", STR("new"), 0644);
    make_file(f, "file", STR("x"), 0644);
    assert_fails(dir_swap_in("new", "file", "aside", DIR_SWAP_EXCHANGE, &f->err), &f->err,
                 "cannot replace 'file': Not a directory");
    assert_str(names_in(f, "."), "file new target ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_kill_leaves_the_old_tree_or_the_new_one, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(builds_at_once_do_not_mix, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(folders_change_places_by_renames_too, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_failed_swap_puts_the_old_tree_back, setup,
                                        fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
