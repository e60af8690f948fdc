#include "image/fixture.h"

static struct fixture *f;

static int setup(void **state)
{
    int result = fixture_setup(state);
    f = *state;
    return result;
}

static int add(const char *path)
{
    return image_add_memory(&f->image, str_of(path), STR("x"), 0644, &f->err);
}

static int link_to(const char *path, const char *target)
{
    return image_add_link(&f->image, str_of(path), str_of(target), &f->err);
}

static void entries_come_sorted_with_their_folders(void **state)
{
    const char *const expected[] = {"b", "lib", "lib-x", "lib/a", "lib/a/1", "lib/b"};
    (void)state;
    assert_ok(add("lib/b"), &f->err);
    assert_ok(add("lib-x"), &f->err);
    assert_ok(add("lib/a/1"), &f->err);
    assert_ok(add("b"), &f->err);
    image_sort(&f->image);
    assert_int_equal(f->image.count, 6);
    for (size_t i = 0; i < 6; i++)
        assert_str(f->image.entries[i]->path, expected[i]);
    const struct image_entry *folder = image_get(&f->image, STR("lib/a"));
    assert_int_equal(folder->kind, IMAGE_DIR);
    assert_int_equal(folder->mode, 0755);
    assert_true(folder->implied);
    assert_null(image_get(&f->image, STR("lib/c")));
}

static void entries_keep_what_they_were_given(void **state)
{
    char path[] = "bin/x";
    (void)state;
    make_file(f, "source", STR("12345"), 0751);
    assert_ok(image_add_memory(&f->image, str_of(path), STR("a\0b"), 0755, &f->err),
              &f->err);
    path[0] = 'X';
    assert_ok(image_add_file(&f->image, STR("kept"), "source", 0, &f->err), &f->err);
    assert_ok(image_add_file(&f->image, STR("set"), "source", 0600, &f->err), &f->err);
    assert_ok(link_to("l", "bin/x"), &f->err);
    const struct image_entry *memory = image_get(&f->image, STR("bin/x"));
    assert_int_equal(memory->size, 3);
    assert_memory_equal(memory->content.ptr, "a\0b", 3);
    const struct image_entry *file = image_get(&f->image, STR("kept"));
    assert_int_equal(file->mode, 0751);
    assert_int_equal(file->size, 5);
    assert_str(file->source, "source");
    assert_int_equal(image_get(&f->image, STR("set"))->mode, 0600);
    assert_str(image_get(&f->image, STR("l"))->content, "bin/x");
    assert_int_equal(f->image.newest, 1500000000);
}

static void paths_that_leave_the_release_are_refused(void **state)
{
    const str bad[] = {
        STR(""),     STR("/etc/passwd"), STR("../x"), STR("a/../../x"), STR("a/.."),
        STR("a//b"), STR("a/"),          STR("./a"),  STR("a\0b"),      STR(".")};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_fails(image_add_memory(&f->image, bad[i], STR("x"), 0644, &f->err),
                     &f->err, "is not a path inside the release");
    assert_int_equal(f->image.count, 0);
}

static void names_must_be_utf8(void **state)
{
    const char *const good[] = {"sch\xc3\xb6n", "\xe6\x97\xa5\xe6\x9c\xac",
                                "\xf0\x9f\x98\x80", "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"};
    const char *const bad[] = {"\xff",         "a\xc3",
                               "\xc0\xaf",     "\xed\xa0\x80",
                               "\xe0\x80\xaf", "\xf0\x80\x80\x80",
                               "\x80",         "\xf4\x90\x80\x80",
                               "\xc3(x"};
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_ok(add(good[i]), &f->err);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_fails(add(bad[i]), &f->err, "it is not UTF-8");
}

static void one_path_has_one_claim(void **state)
{
    (void)state;
    make_file(f, "source", STR("x"), 0644);
    assert_ok(add("bin/x"), &f->err);
    assert_fails(image_add_file(&f->image, STR("bin/x"), "source", 0, &f->err), &f->err,
                 "'bin/x' is in the release twice: as a file that relc makes and as file "
                 "'source'");
    assert_fails(image_add_dir(&f->image, STR("bin/x"), 0755, &f->err), &f->err,
                 "as a folder with mode 0755");
    assert_fails(link_to("bin/x", "y"), &f->err, "a link to 'y'");
    assert_fails(add("bin"), &f->err, "as a folder that holds other entries and as");
}

static void a_folder_may_be_claimed_by_several(void **state)
{
    (void)state;
    assert_ok(add("lib/x"), &f->err);
    assert_ok(image_add_dir(&f->image, STR("lib"), 0750, &f->err), &f->err);
    assert_ok(image_add_dir(&f->image, STR("lib"), 0750, &f->err), &f->err);
    assert_int_equal(image_get(&f->image, STR("lib"))->mode, 0750);
    assert_fails(image_add_dir(&f->image, STR("lib"), 0755, &f->err), &f->err,
                 "as a folder with mode 0750 and as a folder with mode 0755");
    assert_int_equal(f->image.count, 2);
}

static void nothing_is_below_a_file_or_link(void **state)
{
    (void)state;
    assert_ok(add("lib/x"), &f->err);
    assert_ok(link_to("lib/l", "x"), &f->err);
    assert_fails(add("lib/x/y/z"), &f->err,
                 "'lib/x' is a file that relc makes, not a folder");
    assert_fails(add("lib/l/y"), &f->err, "'lib/l' is a link to 'x', not a folder");
}

static void links_go_downwards(void **state)
{
    const char *const bad[] = {"/etc/passwd", "..", "../x", "a/../b",
                               ".",           "",   "a/",   "./a"};
    (void)state;
    assert_ok(link_to("a/b", "c/d"), &f->err);
    assert_fails(link_to("x", bad[0]), &f->err, "cannot be a link to '/etc/passwd'");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_fails(link_to("x", bad[i]), &f->err, "only go downwards");
    assert_ok(image_add_outside_link(&f->image, STR("o"), STR("/etc"), &f->err), &f->err);
    assert_fails(image_add_outside_link(&f->image, STR("p"), STR("a\0b"), &f->err),
                 &f->err, "'p' cannot be a link");
}

static void only_regular_files_are_files(void **state)
{
    (void)state;
    assert_int_equal(mkfifo("pipe", 0600), 0);
    assert_fails(image_add_file(&f->image, STR("x"), "pipe", 0, &f->err), &f->err,
                 "'pipe' into the release: it is not a regular file");
    assert_fails(image_add_file(&f->image, STR("x"), ".", 0, &f->err), &f->err,
                 "not a regular file");
    assert_fails(image_add_file(&f->image, STR("x"), "none", 0, &f->err), &f->err,
                 "cannot read 'none': No such file");
    make_file(f, "source", STR("x"), 0640);
    assert_int_equal(symlink("source", "link"), 0);
    assert_ok(image_add_file(&f->image, STR("x"), "link", 0, &f->err), &f->err);
    assert_int_equal(image_get(&f->image, STR("x"))->kind, IMAGE_FILE);
    assert_int_equal(image_get(&f->image, STR("x"))->mode, 0640);
}

static void a_thousand_entries_sort(void **state)
{
    (void)state;
    for (int i = 999; i >= 0; i--)
        assert_ok(add(arena_printf(&f->arena, "d%d/f%03d", i % 7, i).ptr), &f->err);
    image_sort(&f->image);
    assert_int_equal(f->image.count, 1007);
    for (size_t i = 1; i < f->image.count; i++)
        assert_true(str_cmp(f->image.entries[i - 1]->path, f->image.entries[i]->path) <
                    0);
}

static int64_t own_time(const char *path)
{
    image_sort(&f->image);
    return image_entry_seconds(image_get(&f->image, str_of(path)), IMAGE_OWN_TIMES);
}

static void each_entry_has_its_time(void **state)
{
    const struct timespec times[2] = {{.tv_sec = 1600000000}, {.tv_sec = 1600000000}};
    const struct timespec early[2] = {{.tv_sec = -5}, {.tv_sec = -5}};
    int64_t seconds = 0;
    (void)state;
    unsetenv("SOURCE_DATE_EPOCH");
    assert_ok(image_time(&seconds, &f->err), &f->err);
    assert_int_equal(seconds, IMAGE_OWN_TIMES);
    make_file(f, "old", STR("x"), 0644);
    make_file(f, "new", STR("x"), 0644);
    make_file(f, "early", STR("x"), 0644);
    assert_int_equal(utimensat(AT_FDCWD, "new", times, 0), 0);
    assert_int_equal(utimensat(AT_FDCWD, "early", early, 0), 0);
    assert_ok(image_add_file(&f->image, STR("e"), "early", 0, &f->err), &f->err);
    assert_int_equal(f->image.newest, 0);
    assert_ok(image_add_file(&f->image, STR("lib/a/deep/a"), "new", 0, &f->err), &f->err);
    assert_ok(image_add_file(&f->image, STR("lib/b/b"), "old", 0, &f->err), &f->err);
    assert_ok(image_add_link(&f->image, STR("lib/b/link"), STR("b"), &f->err), &f->err);
    assert_ok(image_add_memory(&f->image, STR("lib/b/made"), STR("x"), 0644, &f->err),
              &f->err);
    assert_ok(image_add_memory(&f->image, STR("made/x"), STR("x"), 0644, &f->err),
              &f->err);
    assert_int_equal(own_time("e"), 0);
    assert_int_equal(own_time("lib/a/deep/a"), 1600000000);
    assert_int_equal(own_time("lib/b/b"), 1500000000);
    static const char *const made[] = {"lib",        "lib/a", "lib/b",
                                       "lib/b/link", "made",  "lib/b/made"};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        assert_int_equal(own_time(made[i]), 1600000000);
    f->image.made = 1400000000;
    f->image.known = false;
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        assert_int_equal(own_time(made[i]), 1400000000);
    assert_int_equal(own_time("lib/a/deep/a"), 1600000000);
    assert_int_equal(image_entry_seconds(image_get(&f->image, STR("lib/b")), 7), 7);
}

static void no_time_is_later_than_the_latest(void **state)
{
    const struct timespec times[2] = {{.tv_sec = 1600000000}, {.tv_sec = 1600000000}};
    (void)state;
    make_file(f, "old", STR("x"), 0644);
    make_file(f, "new", STR("x"), 0644);
    assert_int_equal(utimensat(AT_FDCWD, "new", times, 0), 0);
    f->image.latest = 1550000000;
    assert_ok(image_add_file(&f->image, STR("a/new"), "new", 0, &f->err), &f->err);
    assert_ok(image_add_file(&f->image, STR("b/old"), "old", 0, &f->err), &f->err);
    assert_ok(image_add_memory(&f->image, STR("made/x"), STR("x"), 0644, &f->err),
              &f->err);
    assert_int_equal(own_time("a"), 1550000000);
    assert_int_equal(own_time("a/new"), 1550000000);
    assert_int_equal(own_time("b/old"), 1500000000);
    assert_int_equal(own_time("made"), 1550000000);
    assert_int_equal(own_time("made/x"), 1550000000);
}

static void source_date_epoch_wins_and_must_be_a_number(void **state)
{
    const char *const bad[] = {"",
                               " 1",
                               "1 ",
                               "-1",
                               "1.5",
                               "abc",
                               "8589934592",
                               "0x10",
                               "+1",
                               "1e3",
                               "99999999999999999999999"};
    int64_t seconds = -1;
    (void)state;
    setenv("SOURCE_DATE_EPOCH", "1234567890", 1);
    assert_ok(image_time(&seconds, &f->err), &f->err);
    assert_int_equal(seconds, 1234567890);
    setenv("SOURCE_DATE_EPOCH", "8589934591", 1);
    assert_ok(image_time(&seconds, &f->err), &f->err);
    assert_int_equal(seconds, 8589934591);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        setenv("SOURCE_DATE_EPOCH", bad[i], 1);
        assert_fails(image_time(&seconds, &f->err), &f->err, "SOURCE_DATE_EPOCH");
    }
    unsetenv("SOURCE_DATE_EPOCH");
}

static void what_replaces_takes_the_place_of_files_and_links(void **state)
{
    (void)state;
    make_file(f, "source", STR("source"), 0600);
    assert_ok(image_add_memory(&f->image, STR("a"), STR("old"), 0644, &f->err), &f->err);
    assert_ok(image_add_link(&f->image, STR("b"), STR("a"), &f->err), &f->err);
    assert_ok(image_add_dir(&f->image, STR("d"), 0755, &f->err), &f->err);
    f->image.replacing = true;
    size_t count = f->image.count;
    assert_ok(image_add_file(&f->image, STR("a"), "source", 0, &f->err), &f->err);
    assert_ok(image_add_memory(&f->image, STR("b"), STR("new"), 0755, &f->err), &f->err);
    assert_int_equal(f->image.count, count);
    assert_int_equal(image_get(&f->image, STR("a"))->kind, IMAGE_FILE);
    assert_int_equal(image_get(&f->image, STR("a"))->mode, 0600);
    assert_str(image_get(&f->image, STR("b"))->content, "new");
    assert_fails(image_add_file(&f->image, STR("d"), "source", 0, &f->err), &f->err,
                 "'d' is in the release twice");
    assert_fails(image_add_dir(&f->image, STR("a"), 0755, &f->err), &f->err,
                 "'a' is in the release twice");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(entries_come_sorted_with_their_folders, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(entries_keep_what_they_were_given, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(paths_that_leave_the_release_are_refused, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(names_must_be_utf8, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(one_path_has_one_claim, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(what_replaces_takes_the_place_of_files_and_links,
                                        setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_folder_may_be_claimed_by_several, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(nothing_is_below_a_file_or_link, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(links_go_downwards, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(only_regular_files_are_files, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_thousand_entries_sort, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(no_time_is_later_than_the_latest, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(each_entry_has_its_time, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(source_date_epoch_wins_and_must_be_a_number,
                                        setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
