#include "image/fixture.h"

#include "relc/base/far_dir.h"

#include <errno.h>

static struct fixture *f;

static int setup(void **state)
{
    int result = fixture_setup(state);
    f = *state;
    return result;
}

static void a_folder_is_made_and_nothing_else(void **state)
{
    struct stat st;
    (void)state;
    assert_int_equal(far_dir_make("new"), 0);
    assert_int_equal(stat("new", &st), 0);
    assert_int_equal(st.st_mode, S_IFDIR | 0700);
    assert_str(names_in(f, "new"), "");
    assert_str(names_in(f, "."), "new ");
}

static void what_is_there_stays(void **state)
{
    (void)state;
    assert_int_equal(mkdir("empty", 0755), 0);
    assert_int_equal(symlink("nowhere", "link"), 0);
    make_file(f, "full/x", STR("x"), 0644);
    make_file(f, "file", STR("x"), 0644);
    const char *const names[] = {"empty", "link", "full", "file"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(far_dir_make(names[i]), -1);
        assert_int_equal(errno, EEXIST);
    }
    assert_str(names_in(f, "."), "empty file full link ");
    assert_content(f, "full/x", "x");
}

static void what_a_killed_build_left_goes(void **state)
{
    (void)state;
    assert_ok(fs_mkdirs("new.top/6b075ca92cdd808b", &f->err), &f->err);
    assert_ok(fs_mkdirs("new.top/6b075ca92cdd808c", &f->err), &f->err);
    assert_int_equal(far_dir_make("new"), 0);
    assert_str(names_in(f, "."), "new ");
}

/* It is none of ours, or in use. */
static void what_is_not_empty_stays(void **state)
{
    (void)state;
    make_file(f, "new.top/6b075ca92cdd808b/x", STR("x"), 0644);
    assert_int_equal(far_dir_make("new"), 0);
    assert_content(f, "new.top/6b075ca92cdd808b/x", "x");
}

static void without_a_parent_there_is_none(void **state)
{
    (void)state;
    assert_int_equal(far_dir_make("no/such"), -1);
    assert_int_equal(errno, ENOENT);
    assert_str(names_in(f, "."), "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_folder_is_made_and_nothing_else), TEST(what_is_there_stays),
        TEST(what_a_killed_build_left_goes),     TEST(what_is_not_empty_stays),
        TEST(without_a_parent_there_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
