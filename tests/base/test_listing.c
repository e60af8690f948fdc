#include "base/in_folder.h"

#include "relc/base/listing.h"

static void make_file(const char *path, str content)
{
    assert_ok(fs_write_file(path, content, 0640, &err), &err);
}

static void a_folder_is_listed_with_states(void **state)
{
    struct listing listing;
    struct stat st;
    (void)state;
    assert_ok(fs_mkdirs("f/sub", &err), &err);
    make_file("f/b", STR("12345"));
    make_file("f/.hidden", STR(""));
    assert_int_equal(symlink("b", "f/link"), 0);
    assert_int_equal(symlink("nothing", "f/a"), 0);
    assert_ok(listing_read(&arena, "f", &listing, &err), &err);
    static const char *const names[] = {".hidden", "a", "b", "link", "sub"};
    assert_int_equal(listing.count, sizeof names / sizeof *names);
    for (size_t i = 0; i < listing.count; i++)
        assert_string_equal(listing.entries[i].name.ptr, names[i]);
    assert_int_equal(stat("f", &st), 0);
    assert_int_equal(listing.st.st_ino, st.st_ino);
    assert_int_equal(stat("f/b", &st), 0);
    const struct listing_entry *b = listing_find(&listing, STR("b"));
    assert_non_null(b);
    assert_int_equal(b->st.st_ino, st.st_ino);
    assert_int_equal(b->st.st_size, 5);
    assert_int_equal(b->st.st_mode, st.st_mode);
    assert_true(S_ISLNK(listing_find(&listing, STR("link"))->st.st_mode));
    assert_true(S_ISDIR(listing_find(&listing, STR("sub"))->st.st_mode));
    assert_null(listing_find(&listing, STR("bb")));
    assert_null(listing_find(&listing, STR("")));
}

static void what_is_no_folder_is_an_error(void **state)
{
    struct listing listing;
    (void)state;
    make_file("file", STR(""));
    assert_fails(listing_read(&arena, "file", &listing, &err), &err,
                 "cannot list folder 'file'");
    assert_fails(listing_read(&arena, "none", &listing, &err), &err,
                 "cannot list folder 'none'");
    assert_ok(fs_mkdirs("empty", &err), &err);
    assert_ok(listing_read(&arena, "empty", &listing, &err), &err);
    assert_int_equal(listing.count, 0);
    assert_null(listing_find(&listing, STR("x")));
}

enum { FOLDERS = 100 };

static void many_folders_are_read_ahead(void **state)
{
    const size_t threads[] = {0, 1, 2, 8};
    str paths[FOLDERS + 2];
    (void)state;
    for (int i = 0; i < FOLDERS; i++) {
        paths[i] = arena_printf(&arena, "f%d", i);
        str deep = arena_printf(&arena, "f%d/sub/deep", i);
        assert_ok(fs_mkdirs(deep.ptr, &err), &err);
        make_file(arena_printf(&arena, "f%d/sub/deep/%d", i, i).ptr, STR("x"));
    }
    assert_ok(fs_mkdirs("elsewhere/below", &err), &err);
    assert_int_equal(symlink("../elsewhere", "f0/link"), 0);
    assert_int_equal(symlink("elsewhere", "linked"), 0);
    paths[FOLDERS] = STR("missing");
    paths[FOLDERS + 1] = STR("linked");
    for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
        struct pool *pool = pool_new(threads[t]);
        struct listings *ahead = listings_new(pool);
        listings_read(ahead, paths, 1); /* once more below */
        listings_read(ahead, paths, FOLDERS + 2);
        for (int i = 0; i < FOLDERS; i++) {
            const struct listing *deep =
                listings_get(ahead, arena_printf(&arena, "f%d/sub/deep", i));
            assert_non_null(deep);
            assert_int_equal(deep->count, 1);
            assert_str(deep->entries->name, arena_printf(&arena, "%d", i).ptr);
        }
        assert_null(listings_get(ahead, STR("missing")));
        assert_null(listings_get(ahead, STR("f0/link")));
        assert_non_null(listings_get(ahead, STR("linked/below")));
        pool_free(pool);
        listings_free(ahead);
    }
}

static void what_was_not_read_ahead_is_read_when_needed(void **state)
{
    const str path = STR("ahead");
    struct listings *ahead = listings_new(NULL);
    struct listing listing;
    (void)state;
    assert_ok(fs_mkdirs("ahead", &err), &err);
    assert_ok(fs_mkdirs("later", &err), &err);
    listings_read(ahead, &path, 1);
    make_file("ahead/x", STR(""));
    make_file("later/x", STR(""));
    assert_ok(listings_need(ahead, &arena, "ahead", &listing, &err), &err);
    assert_int_equal(listing.count, 0); /* as it was then */
    assert_ok(listings_need(ahead, &arena, "later", &listing, &err), &err);
    assert_int_equal(listing.count, 1);
    assert_ok(listings_need(NULL, &arena, "ahead", &listing, &err), &err);
    assert_int_equal(listing.count, 1);
    assert_null(listings_get(NULL, path));
    listings_free(ahead);
    listings_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_folder_is_listed_with_states, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_folder_is_an_error, setup, teardown),
        cmocka_unit_test_setup_teardown(many_folders_are_read_ahead, setup, teardown),
        cmocka_unit_test_setup_teardown(what_was_not_read_ahead_is_read_when_needed,
                                        setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
