#include "image/fixture.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

static const int64_t build_time = 1400000000;

static struct fixture *f;
static struct dir_options options;

static int setup(void **state)
{
    int result = fixture_setup(state);
    f = *state;
    options = (struct dir_options){.seconds = build_time};
    return result;
}

static struct dir_sink *begin(const char *target)
{
    struct dir_sink *sink = dir_sink_begin(&f->image, target, &options, &f->err);
    if (!sink)
        fail_msg("dir_sink_begin: %s", f->err.message);
    return sink;
}

static int build(const char *target)
{
    struct dir_sink *sink = dir_sink_begin(&f->image, target, &options, &f->err);
    return sink ? dir_sink_commit(sink, &f->err) : -1;
}

static void add(const char *path, const char *text)
{
    assert_ok(image_add_memory(&f->image, str_of(path), str_of(text), 0644, &f->err),
              &f->err);
}

static void assert_time(const char *path)
{
    struct stat st;
    assert_int_equal(lstat(path, &st), 0);
    assert_int_equal(st.st_mtim.tv_sec, build_time);
    assert_int_equal(st.st_mtim.tv_nsec, 0);
}

static void check_new_release(void)
{
    char target[100] = {0};
    assert_int_equal(mode_of("out"), 0755);
    assert_int_equal(mode_of("out/bin"), 0755);
    assert_int_equal(mode_of("out/bin/run"), 0755);
    assert_int_equal(mode_of("out/secret"), 0400);
    assert_int_equal(mode_of("out/closed"), 0500);
    assert_int_equal(mode_of("out/closed/x"), 0644);
    assert_content(f, "out/bin/run", "#!/bin/sh");
    assert_content(f, "out/secret", "cookie");
    assert_true(readlink("out/bin/link", target, sizeof target - 1) > 0);
    assert_string_equal(target, "run");
    const char *const paths[] = {"out/bin", "out/bin/run", "out/bin/link", "out/secret",
                                 "out/closed"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        assert_time(paths[i]);
}

static void a_release_appears_with_its_modes_and_times(void **state)
{
    const mode_t masks[] = {022, 0, 077, 0777};
    (void)state;
    make_file(f, "run", STR("#!/bin/sh"), 0755);
    assert_ok(image_add_file(&f->image, STR("bin/run"), "run", 0, &f->err), &f->err);
    assert_ok(image_add_link(&f->image, STR("bin/link"), STR("run"), &f->err), &f->err);
    assert_ok(image_add_memory(&f->image, STR("secret"), STR("cookie"), 0400, &f->err),
              &f->err);
    assert_ok(image_add_dir(&f->image, STR("closed"), 0500, &f->err), &f->err);
    add("closed/x", "x");
    for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
        umask(masks[i]);
        assert_ok(build("out"), &f->err);
        umask(022);
        check_new_release();
        assert_str(names_in(f, "."), "out run ");
        assert_int_equal(chmod("out/closed", 0755), 0);
        assert_ok(fs_remove_tree("out", &f->err), &f->err);
    }
}

/* rsync and the like go by size and time. */
static void what_is_made_shows_when(void **state)
{
    const struct timespec times[2] = {{.tv_sec = build_time}, {.tv_sec = build_time}};
    struct stat st;
    (void)state;
    make_file(f, "run", STR("#!/bin/sh"), 0755);
    assert_int_equal(utimensat(AT_FDCWD, "run", times, 0), 0);
    assert_ok(image_add_file(&f->image, STR("bin/run"), "run", 0, &f->err), &f->err);
    add("made", "x");
    options.seconds = IMAGE_OWN_TIMES;
    const time_t begun = time(NULL);
    assert_ok(build("out"), &f->err);
    assert_time("out/bin/run");
    assert_time("out/bin");
    assert_int_equal(lstat("out/made", &st), 0);
    assert_in_range(st.st_mtim.tv_sec, begun - 1, time(NULL));
}

/* Also of a folder that was there before, owned or not. */
static void the_modes_of_folders_change(void **state)
{
    const str owned[] = {{"owned", 5}};
    const mode_t modes[] = {0500, 0750, 0700, 0500, 0755};
    struct dir_options own = {.owned = owned, .owned_count = 1, .seconds = build_time};
    (void)state;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        fixture_clear(f);
        assert_ok(image_add_dir(&f->image, STR("owned"), modes[i], &f->err), &f->err);
        assert_ok(image_add_dir(&f->image, STR("other"), modes[i], &f->err), &f->err);
        add("owned/x", i % 2 ? "odd" : "even");
        add("other/x", i % 2 ? "odd" : "even");
        struct dir_sink *sink = dir_sink_begin(&f->image, "out", &own, &f->err);
        assert_non_null(sink);
        assert_ok(dir_sink_commit(sink, &f->err), &f->err);
        assert_int_equal(mode_of("out/owned"), modes[i]);
        assert_int_equal(mode_of("out/other"), modes[i]);
        assert_content(f, "out/owned/x", i % 2 ? "odd" : "even");
    }
    assert_int_equal(chmod("out/owned", 0755), 0);
    assert_int_equal(chmod("out/other", 0755), 0);
}

static void large_files_are_copied_whole(void **state)
{
    (void)state;
    str bytes = noise(f, 3000001, 4);
    make_file(f, "big", bytes, 0644);
    assert_ok(image_add_file(&f->image, STR("big"), "big", 0, &f->err), &f->err);
    assert_ok(build("a/b/out"), &f->err); /* parents are made */
    str copy = read_whole(f, "a/b/out/big");
    assert_int_equal(copy.len, bytes.len);
    assert_memory_equal(copy.ptr, bytes.ptr, bytes.len);
}

static void old_content_is_carried_over(void **state)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "out/var/socket"};
    char target[100] = {0};
    (void)state;
    make_file(f, "out/lib/app-1/ebin/a.beam", STR("1"), 0644);
    make_file(f, "out/log/erlang.log.1", STR("log"), 0600);
    make_file(f, "out/both", STR("old"), 0644);
    assert_ok(fs_mkdirs("out/var/empty", &f->err), &f->err);
    assert_int_equal(chmod("out/var", 0700), 0);
    assert_int_equal(chmod("out", 0750), 0);
    assert_int_equal(mkfifo("out/var/pipe", 0600), 0);
    assert_int_equal(symlink("/nowhere/at all", "out/var/link"), 0);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    close(fd);
    ino_t log = inode_of("out/log/erlang.log.1"), pipe = inode_of("out/var/pipe"),
          bound = inode_of("out/var/socket");
    add("lib/app-2/ebin/a.beam", "2");
    add("both", "new");
    assert_ok(build("out"), &f->err);
    assert_content(f, "out/lib/app-1/ebin/a.beam", "1");
    assert_content(f, "out/lib/app-2/ebin/a.beam", "2");
    assert_content(f, "out/both", "new");
    assert_int_equal(inode_of("out/log/erlang.log.1"), log);
    assert_int_equal(inode_of("out/var/pipe"), pipe);
    assert_int_equal(inode_of("out/var/socket"), bound);
    assert_int_equal(mode_of("out/log/erlang.log.1"), 0600);
    assert_int_equal(mode_of("out/var"), 0700);
    assert_int_equal(mode_of("out"), 0750);
    assert_true(fs_is_dir("out/var/empty"));
    assert_true(readlink("out/var/link", target, sizeof target - 1) > 0);
    assert_string_equal(target, "/nowhere/at all");
    assert_str(names_in(f, "."), "out ");
}

/* A node that has its log open goes on writing to what is the log of the new tree. */
static void an_open_log_stays_the_log(void **state)
{
    (void)state;
    make_file(f, "out/log/x", STR("one "), 0644);
    int fd = open("out/log/x", O_WRONLY | O_APPEND);
    add("a", "a");
    struct dir_sink *sink = begin("out");
    assert_int_equal(write(fd, "two ", 4), 4);
    assert_ok(dir_sink_commit(sink, &f->err), &f->err);
    assert_int_equal(write(fd, "three", 5), 5);
    close(fd);
    assert_content(f, "out/log/x", "one two three");
}

static void owned_paths_are_the_images_alone(void **state)
{
    const str owned[] = {STR("lib/app-1"), STR("releases/1"), STR("erts/gone")};
    (void)state;
    make_file(f, "out/lib/app-1/ebin/removed.beam", STR("x"), 0644);
    make_file(f, "out/lib/app-10/ebin/kept.beam", STR("x"), 0644);
    make_file(f, "out/releases/1/x", STR("x"), 0644);
    make_file(f, "out/releases/0/x", STR("x"), 0644);
    make_file(f, "out/erts/gone", STR("x"), 0644);
    add("lib/app-1/ebin/a.beam", "a");
    options.owned = owned;
    options.owned_count = 3;
    assert_ok(build("out"), &f->err);
    assert_str(names_in(f, "out/lib/app-1/ebin"), "a.beam ");
    assert_str(names_in(f, "out/lib"), "app-1 app-10 ");
    assert_str(names_in(f, "out/releases"), "0 ");
    assert_str(names_in(f, "out/erts"), "");
}

static void the_new_one_wins_whatever_its_kind(void **state)
{
    (void)state;
    make_file(f, "out/file-folder", STR("x"), 0644);
    make_file(f, "out/folder-file/inside", STR("x"), 0644);
    make_file(f, "out/folder-link/inside", STR("x"), 0644);
    make_file(f, "elsewhere/x", STR("safe"), 0644);
    assert_int_equal(symlink("../elsewhere", "out/link-folder"), 0);
    add("file-folder/x", "new");
    add("folder-file", "new");
    add("link-folder/x", "new");
    assert_ok(image_add_link(&f->image, STR("folder-link"), STR("folder-file"), &f->err),
              &f->err);
    assert_ok(build("out"), &f->err);
    assert_content(f, "out/file-folder/x", "new");
    assert_content(f, "out/folder-file", "new");
    assert_content(f, "out/folder-link", "new");
    assert_content(f, "out/link-folder/x", "new");
    assert_content(f, "elsewhere/x", "safe");
}

static void what_is_added_before_commit_belongs_to_it(void **state)
{
    (void)state;
    make_file(f, "out/x.tar.gz", STR("old"), 0644);
    add("a", "a");
    struct dir_sink *sink = begin("out");
    str added = arena_printf(&f->arena, "%s/x.tar.gz", dir_sink_path(sink));
    assert_int_equal(dir_sink_path(sink)[0], '/');
    make_file(f, added.ptr, STR("new"), 0644);
    assert_content(f, "out/x.tar.gz", "old");
    assert_ok(dir_sink_commit(sink, &f->err), &f->err);
    assert_content(f, "out/x.tar.gz", "new");
}

/* A process that works in the output, such as a node, goes on working there. */
static void the_folder_stays_the_same_one(void **state)
{
    (void)state;
    make_file(f, "out/old", STR("old"), 0644);
    make_file(f, "out/log", STR("log"), 0644);
    make_file(f, "out/own/gone", STR("gone"), 0644);
    ino_t inode = inode_of("out"), log = inode_of("out/log");
    const str owned[] = {STR("own")};
    add("old", "new");
    add("own/file", "file");
    struct dir_options own_options = {.owned = owned, .owned_count = 1, .seconds = 5};
    struct dir_sink *sink = dir_sink_begin(&f->image, "out", &own_options, &f->err);
    assert_non_null(sink);
    assert_ok(dir_sink_commit(sink, &f->err), &f->err);
    assert_int_equal(inode_of("out"), inode);
    assert_int_equal(inode_of("out/log"), log);
    assert_content(f, "out/old", "new");
    assert_str(names_in(f, "out/own"), "file ");
    assert_str(names_in(f, "."), "out ");
}

static void abort_leaves_the_target_as_it_was(void **state)
{
    (void)state;
    make_file(f, "out/a", STR("old"), 0644);
    ino_t inode = inode_of("out");
    add("a", "new");
    struct dir_sink *sink = begin("out");
    assert_str(names_in(f, "."), ".out.relc-new out ");
    dir_sink_abort(sink);
    assert_str(names_in(f, "."), "out ");
    assert_content(f, "out/a", "old");
    assert_int_equal(inode_of("out"), inode);
    dir_sink_abort(NULL);
    dir_sink_abort(begin("fresh"));
    assert_str(names_in(f, "."), "out ");
}

static void a_second_build_is_refused(void **state)
{
    (void)state;
    make_file(f, "out/a", STR("old"), 0644);
    add("a", "new");
    struct dir_sink *first = begin("out");
    assert_null(dir_sink_begin(&f->image, "out", &options, &f->err));
    assert_non_null(strstr(f->err.message, "another build is writing"));
    err_release(&f->err);
    assert_ok(dir_sink_commit(first, &f->err), &f->err);
    assert_ok(build("out"), &f->err);
    assert_content(f, "out/a", "new");
}

static void what_a_killed_build_left_goes(void **state)
{
    (void)state;
    make_file(f, ".out.relc-new/half", STR("x"), 0644);
    assert_ok(fs_mkdirs(".out.relc-new.top/6b075ca92cdd808b", &f->err), &f->err);
    make_file(f, ".out.relc-old/old", STR("x"), 0644);
    add("a", "new");
    assert_ok(build("out"), &f->err); /* without a target the one aside was the release */
    assert_str(names_in(f, "."), "out ");
    assert_str(names_in(f, "out"), "a old ");
    make_file(f, ".out.relc-old/older", STR("x"), 0644);
    assert_ok(build("out"), &f->err); /* with one it is waste */
    assert_str(names_in(f, "."), "out ");
    assert_str(names_in(f, "out"), "a old ");
}

static void a_link_to_a_folder_is_followed(void **state)
{
    (void)state;
    make_file(f, "real/folder/kept", STR("x"), 0644);
    assert_int_equal(symlink("real/folder", "out"), 0);
    add("a", "a");
    assert_ok(build("out"), &f->err);
    struct stat st;
    assert_int_equal(lstat("out", &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_str(names_in(f, "real/folder"), "a kept ");
    assert_str(names_in(f, "real"), "folder ");
}

static void targets_that_cannot_be(void **state)
{
    static const struct {
        const char *target, *message;
    } cases[] = {
        {"file", "cannot build into 'file': it is not a folder"},
        {"file/below", "cannot build into 'file/below': cannot make folder 'file'"},
        {"dangling", "cannot build into 'dangling': it is a link to nothing"},
        {".", "cannot build into '.': the working folder is in it"},
        {"..", "the working folder is in it"},
        {"/", "the working folder is in it"},
        {"", "the output folder has no name"},
#ifdef __linux__
        {"/proc", "cannot build into '/proc': it is a mounted file system"},
#endif
    };
    (void)state;
    make_file(f, "file", STR("x"), 0644);
    assert_int_equal(symlink("none", "dangling"), 0);
    add("a", "a");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_fails(build(cases[i].target), &f->err, cases[i].message);
    assert_str(names_in(f, "."), "dangling file ");
}

static void a_folder_that_cannot_be_written_is_an_error(void **state)
{
    int status = -1;
    (void)state;
    make_file(f, "closed/out/a", STR("old"), 0644);
    assert_int_equal(chmod("closed", 0555), 0);
    assert_int_equal(chmod(f->folder, 0755), 0);
    add("a", "new");
    pid_t child = fork();
    if (child == 0) {
        bool expected = (geteuid() != 0 || setuid(65534) == 0) &&
                        build("closed/out") != 0 &&
                        strstr(f->err.message, "closed/out'") &&
                        strstr(f->err.message, ": Permission denied");
        _exit(expected ? 0 : 1);
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(chmod("closed", 0755), 0);
    assert_content(f, "closed/out/a", "old");
    assert_str(names_in(f, "closed"), "out ");
}

static void a_failed_build_leaves_the_target_as_it_was(void **state)
{
    struct rlimit before, small;
    (void)state;
    make_file(f, "out/a", STR("old"), 0644);
    make_file(f, "source", noise(f, 2000000, 2), 0644);
    add("a", "new");
    assert_ok(image_add_file(&f->image, STR("b"), "source", 0, &f->err), &f->err);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 1000000;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int result = build("out");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_DFL);
    assert_fails(result, &f->err, "cannot copy 'source' to 'b': File too large");
    make_file(f, "source", STR("shorter"), 0644);
    assert_fails(build("out"), &f->err, "'source' was changed while");
    assert_int_equal(unlink("source"), 0);
    assert_fails(build("out"), &f->err, "'source' vanished while");
    assert_str(names_in(f, "."), "out ");
    assert_content(f, "out/a", "old");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_release_appears_with_its_modes_and_times, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(what_is_made_shows_when, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(the_modes_of_folders_change, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(large_files_are_copied_whole, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(old_content_is_carried_over, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(an_open_log_stays_the_log, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(owned_paths_are_the_images_alone, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(the_new_one_wins_whatever_its_kind, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(what_is_added_before_commit_belongs_to_it, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(the_folder_stays_the_same_one, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(abort_leaves_the_target_as_it_was, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_second_build_is_refused, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(what_a_killed_build_left_goes, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_link_to_a_folder_is_followed, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(targets_that_cannot_be, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_folder_that_cannot_be_written_is_an_error,
                                        setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_failed_build_leaves_the_target_as_it_was, setup,
                                        fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
