#include "base/in_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void a_file_is_written_whole_and_read_back(void **state)
{
    struct stat st;
    str content;
    (void)state;
    mode_t old = umask(077);
    assert_ok(fs_write_file("x", STR("a\0b"), 0644, &err), &err);
    umask(old);
    assert_int_equal(stat("x", &st), 0);
    assert_int_equal(st.st_mode & 07777, 0644);
    assert_ok(fs_read(&arena, "x", 0, &content, &err), &err);
    assert_int_equal(content.len, 3);
    assert_memory_equal(content.ptr, "a\0b", 4);
    assert_ok(fs_map("x", &content, &err), &err);
    assert_memory_equal(content.ptr, "a\0b", 3);
    fs_unmap(content);
}

static void a_failed_write_leaves_nothing(void **state)
{
    struct fs_list list;
    (void)state;
    assert_ok(fs_mkdirs("taken", &err), &err);
    assert_fails(fs_write_file("taken", STR("x"), 0644, &err), &err, "'taken'");
    assert_fails(fs_write_file("no/x", STR("x"), 0644, &err), &err, "'no/x'");
    assert_ok(fs_list(&arena, ".", &list, &err), &err);
    assert_int_equal(list.count, 1);
}

static void files_are_compared_to_their_last_byte(void **state)
{
    char content[100000];
    bool same = true;
    (void)state;
    memset(content, 'x', sizeof content);
    assert_ok(fs_write_file("a", (str){content, sizeof content}, 0644, &err), &err);
    assert_ok(fs_write_file("b", (str){content, sizeof content}, 0644, &err), &err);
    assert_ok(fs_same_content("a", "b", &same, &err), &err);
    assert_true(same);
    content[sizeof content - 1] = 'y';
    assert_ok(fs_write_file("b", (str){content, sizeof content}, 0644, &err), &err);
    assert_ok(fs_same_content("a", "b", &same, &err), &err);
    assert_false(same);
    assert_ok(fs_write_file("b", (str){content, sizeof content - 1}, 0644, &err), &err);
    assert_ok(fs_same_content("a", "b", &same, &err), &err);
    assert_false(same);
    assert_fails(fs_same_content("a", "none", &same, &err), &err, "'none'");
    assert_fails(fs_same_content(".", "a", &same, &err), &err, "'.'");
}

static void reading_what_is_no_file_fails(void **state)
{
    str content;
    (void)state;
    assert_fails(fs_read(&arena, "none", 0, &content, &err), &err, "'none'");
    assert_fails(fs_read(&arena, ".", 0, &content, &err), &err, "'.'");
    assert_fails(fs_read(&arena, "/dev/zero", 0, &content, &err), &err, "regular");
    assert_ok(fs_write_file("x", STR("12345"), 0644, &err), &err);
    assert_fails(fs_read(&arena, "x", 4, &content, &err), &err, "too large");
}

static void folders_are_listed_sorted(void **state)
{
    struct fs_list list;
    (void)state;
    assert_ok(fs_write_file("b", STR(""), 0644, &err), &err);
    assert_ok(fs_mkdirs("c/d/e", &err), &err);
    assert_int_equal(symlink("b", "a"), 0);
    assert_ok(fs_list(&arena, ".", &list, &err), &err);
    assert_int_equal(list.count, 3);
    assert_str(list.entries[0].name, "a");
    assert_int_equal(list.entries[0].kind, FS_LINK);
    assert_int_equal(list.entries[1].kind, FS_FILE);
    assert_int_equal(list.entries[2].kind, FS_DIR);
    assert_fails(fs_list(&arena, "none", &list, &err), &err, "'none'");
}

static void removing_a_tree_never_follows_links(void **state)
{
    (void)state;
    assert_ok(fs_mkdirs("keep", &err), &err);
    assert_ok(fs_write_file("keep/file", STR(""), 0644, &err), &err);
    assert_ok(fs_mkdirs("tree/a/b", &err), &err);
    assert_int_equal(symlink("../../keep", "tree/a/link"), 0);
    assert_ok(fs_remove_tree("tree", &err), &err);
    assert_false(fs_is_dir("tree"));
    assert_true(fs_is_file("keep/file"));
    assert_ok(fs_remove_tree("tree", &err), &err);
}

static void folders_without_permissions_are_removed(void **state)
{
    (void)state;
    assert_ok(fs_mkdirs("tree/a/b", &err), &err);
    assert_int_equal(chmod("tree/a/b", 0), 0);
    assert_int_equal(chmod("tree/a", 0555), 0);
    assert_ok(fs_remove_tree("tree", &err), &err);
    assert_false(fs_is_dir("tree"));
}

static void making_folders_tells_what_is_in_the_way(void **state)
{
    (void)state;
    assert_ok(fs_write_file("x", STR(""), 0644, &err), &err);
    assert_fails(fs_mkdirs("x/y", &err), &err, "'x'");
    assert_ok(fs_mkdirs("p/q/", &err), &err);
    assert_true(fs_is_dir("p/q"));
}

static void programs_are_found_on_path(void **state)
{
    (void)state;
    assert_ok(fs_mkdirs("bin", &err), &err);
    assert_ok(fs_write_file("bin/tool", STR("#!/bin/sh\n"), 0755, &err), &err);
    assert_ok(fs_write_file("bin/data", STR(""), 0644, &err), &err);
    char *old = arena_strz(&arena, str_of(getenv("PATH")));
    assert_int_equal(setenv("PATH", "/nowhere:bin", 1), 0);
    assert_string_equal(fs_find_program(&arena, "tool"), "bin/tool");
    assert_null(fs_find_program(&arena, "none"));
    assert_int_equal(setenv("PATH", old, 1), 0);
}

static void errors_carry_place_and_context(void **state)
{
    (void)state;
    assert_int_equal(err_errno(&err, ENOENT, "cannot open '%s'", "x"), -1);
    assert_string_equal(err.message, "cannot open 'x': No such file or directory");
    err_wrap(&err, "reading %s", "y");
    err_at(&err, "f.app", 3, 5);
    err_hint(&err, "try %d", 1);
    assert_string_equal(err.message,
                        "reading y: cannot open 'x': No such file or directory");
    assert_string_equal(err.file, "f.app");
    assert_string_equal(err.hint, "try 1");
    assert_int_equal(err.line, 3);
}

/* A pipe takes what it has room for: a step writes less than all. */
static void gathered_parts_are_written_in_their_order(void **state)
{
    enum { PARTS = 40, LEN = 5000 };
    str parts[PARTS];
    int ends[2], status;
    (void)state;
    for (size_t i = 0; i < PARTS; i++) {
        char *bytes = arena_alloc(&arena, LEN);
        memset(bytes, 'a' + (int)(i % 26), LEN);
        parts[i] = (str){bytes, i % 7 ? LEN - i : 0};
    }
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        _exit(fs_write_gathered(ends[1], parts, PARTS, "pipe", &err) == 0 ? 0 : 1);
    }
    close(ends[1]);
    FILE *in = fdopen(ends[0], "r");
    for (size_t i = 0; i < PARTS; i++)
        for (size_t k = 0; k < parts[i].len; k++)
            assert_int_equal(getc(in), parts[i].ptr[k]);
    assert_int_equal(getc(in), EOF);
    fclose(in);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    int full = open("/dev/full", O_WRONLY);
    if (full >= 0)
        assert_fails(fs_write_gathered(full, parts, PARTS, "full", &err), &err,
                     "cannot write 'full'");
    close(full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_is_written_whole_and_read_back, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(gathered_parts_are_written_in_their_order, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(files_are_compared_to_their_last_byte, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_failed_write_leaves_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(reading_what_is_no_file_fails, setup, teardown),
        cmocka_unit_test_setup_teardown(folders_are_listed_sorted, setup, teardown),
        cmocka_unit_test_setup_teardown(removing_a_tree_never_follows_links, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(folders_without_permissions_are_removed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(making_folders_tells_what_is_in_the_way, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(programs_are_found_on_path, setup, teardown),
        cmocka_unit_test_setup_teardown(errors_carry_place_and_context, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
