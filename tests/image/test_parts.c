/* What the cache knows of the parts of earlier outputs. */
#include "image/fixture.h"

#include "relc/base/path.h"
#include "relc/image/parts.h"

#include <stdlib.h>
#include <time.h>

static struct fixture *f;
static struct cache *cache;
static struct map same;

static const char *const files[] = {"bin/run",        "erts-1/bin/beam", "lib/a-1.2/y",
                                    "lib/a-1/ebin/x", "lib/b-1/ebin/z",  "lib/b-1/priv/p",
                                    "lib/c-1/ebin/c", "lib/c-1/large",   "releases/1/r"};

/* Those that are in one place of the archive: lib/a-1.2 stands within lib/a-1. */
static const char *const parts[] = {"erts-1/bin", "lib/a-1.2", "lib/b-1", "lib/c-1",
                                    "releases/1"};
enum { PARTS = sizeof parts / sizeof *parts };

static void wait_for_clock(void)
{
    const struct timespec pause = {.tv_nsec = 30 * 1000 * 1000};
    nanosleep(&pause, NULL);
}

static void source(const char *path, str content)
{
    make_file(f, arena_printf(&f->arena, "source/%s", path).ptr, content, 0644);
}

/* The cache of one build, and the image that it makes. */
static void begin_build(void)
{
    const struct cache_options options = {.folder = "cache", .target = STR("x")};
    cache_close(cache);
    cache = cache_open(&options);
    fixture_clear(f);
    assert_ok(image_add_tree(&f->image, STR(""), "source", IMAGE_MODES_PLAIN, &f->err),
              &f->err);
}

static int setup(void **state)
{
    int result = fixture_setup(state);
    f = *state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        source(files[i], noise(f, 100 + i * i * i * 997, (uint32_t)i));
    source("lib/b-1/ebin/empty", STR(""));
    wait_for_clock();
    begin_build();
    return result;
}

static int teardown(void **state)
{
    cache_close(cache);
    cache = NULL;
    return fixture_teardown(state);
}

static void build_tarball(void)
{
    const struct tar_options options = {.seconds = 1400000000, .cache = cache};
    assert_ok(tar_sink_write(&f->image, "x.tar.gz", &options, &f->err), &f->err);
    tar_sink_remember(&f->image, "x.tar.gz", &options);
    begin_build();
}

/* Whether the part of the tarball is known to be what the image has. */
static bool is_same(const char *part)
{
    struct tarball_parts tarball;
    struct image_parts image;
    struct unpack_gap gap;
    image_parts_find(&f->arena, &f->image, cache, &image);
    assert_true(tarball_parts_open(cache, "x.tar.gz", &tarball));
    return tarball_parts_get(&tarball, str_of(part), &image, &gap);
}

static int by_begin(const void *a, const void *b)
{
    const struct unpack_gap *x = a, *y = b;
    return (x->begin > y->begin) - (x->begin < y->begin);
}

static enum unpack_take take_all(void *context, str path, enum unpack_kind kind,
                                 const char **other)
{
    (void)context, (void)path, (void)kind, (void)other;
    return UNPACK_WRITE;
}

/* Unpacks a tarball without the parts of a set (bits). */
static int unpack_without(const char *path, unsigned set)
{
    struct tarball_parts tarball;
    struct unpack_gap gaps[PARTS];
    struct unpack_rules rules = {.take = take_all, .gaps = gaps};
    assert_true(tarball_parts_open(cache, "x.tar.gz", &tarball));
    for (size_t i = 0; i < PARTS; i++)
        if (set >> i & 1)
            assert_true(tarball_parts_get(&tarball, str_of(parts[i]), NULL,
                                          &gaps[rules.gap_count++]));
    qsort(gaps, rules.gap_count, sizeof *gaps, by_begin);
    assert_ok(fs_remove_tree("to", &f->err), &f->err);
    assert_int_equal(mkdir("to", 0755), 0);
    return unpack_tar(path, "to", &rules, &f->err);
}

static bool is_in(const char *path, unsigned set)
{
    for (size_t i = 0; i < PARTS; i++)
        if (set >> i & 1 &&
            str_starts(str_of(path), arena_printf(&f->arena, "%s/", parts[i])))
            return true;
    return false;
}

static void all_but_the_gaps_is_unpacked(void **state)
{
    (void)state;
    build_tarball();
    for (unsigned set = 0; set < 1u << PARTS; set++) {
        assert_ok(unpack_without("x.tar.gz", set), &f->err);
        for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
            str to = arena_printf(&f->arena, "to/%s", files[i]),
                from = arena_printf(&f->arena, "source/%s", files[i]);
            assert_int_equal(is_there(to.ptr), !is_in(files[i], set));
            if (is_there(to.ptr))
                assert_true(str_eq(read_whole(f, to.ptr), read_whole(f, from.ptr)));
        }
    }
}

static void parts_made_of_the_same_are_known(void **state)
{
    (void)state;
    build_tarball();
    for (size_t i = 0; i < PARTS; i++)
        assert_true(is_same(parts[i]));
    assert_false(is_same("lib/a-1"));
    assert_false(is_same("lib/none"));
    assert_false(is_same("bin/run"));
    source("lib/b-1/ebin/z", STR("changed"));
    source("lib/c-1/ebin/more", STR(""));
    assert_int_equal(unlink("source/releases/1/r"), 0);
    assert_int_equal(chmod("source/lib/a-1.2/y", 0755), 0);
    begin_build();
    assert_true(is_same("erts-1/bin"));
    for (size_t i = 1; i < PARTS; i++)
        assert_false(is_same(parts[i]));
}

static void a_tarball_that_was_touched_is_not_known(void **state)
{
    struct tarball_parts tarball;
    (void)state;
    assert_false(tarball_parts_open(cache, "x.tar.gz", &tarball));
    build_tarball();
    assert_true(tarball_parts_open(cache, "x.tar.gz", &tarball));
    assert_false(tarball_parts_open(NULL, "x.tar.gz", &tarball));
    assert_int_equal(chmod("x.tar.gz", 0600), 0);
    assert_int_equal(chmod("x.tar.gz", 0644), 0);
    assert_false(tarball_parts_open(cache, "x.tar.gz", &tarball));
}

/* It cannot come to this, since such files are not known; still nothing may go wrong. */
static void what_is_no_longer_there_is_damage(void **state)
{
    (void)state;
    build_tarball();
    str whole = read_whole(f, "x.tar.gz");
    for (size_t i = 0; i < 20; i++) {
        str cut = str_slice(whole, 0, whole.len * i / 20);
        assert_ok(fs_write_file("y.tar.gz", cut, 0644, &f->err), &f->err);
        assert_fails(unpack_without("y.tar.gz", 1u << 3), &f->err,
                     "the package is damaged");
    }
    char *wrong = arena_strz(&f->arena, whole);
    for (size_t at = 12; at < whole.len / 2; at++)
        wrong[at] ^= 0x55;
    assert_ok(fs_write_file("y.tar.gz", (str){wrong, whole.len}, 0644, &f->err), &f->err);
    assert_fails(unpack_without("y.tar.gz", 1u << 3), &f->err, "the package is damaged");
}

static void build_folder(void)
{
    static const str owned[] = {{"lib/a-1", 7}, {"lib/a-1.2", 9}, {"lib/b-1", 7},
                                {"lib/c-1", 7}, {"erts-1", 6},    {"releases/1", 10}};
    const struct dir_options options = {
        .owned = owned, .owned_count = 6, .seconds = IMAGE_OWN_TIMES, .cache = cache};
    struct dir_sink *sink = dir_sink_begin(&f->image, "out", &options, &f->err);
    assert_non_null(sink);
    assert_ok(dir_sink_commit(sink, &f->err), &f->err);
    begin_build();
}

static size_t find_same(void)
{
    const char *out = fs_real_path(&f->arena, "out");
    folder_parts_same(&f->arena, &f->image, out, cache, &same);
    return same.count;
}

static void parts_of_a_folder_are_known(void **state)
{
    (void)state;
    build_folder();
    assert_int_equal(find_same(), PARTS + 1);
    assert_true(map_has(&same, STR("lib/a-1")));
    /* In the output a change, a file more, and one gone. */
    make_file(f, "out/lib/b-1/ebin/z", STR("changed"), 0644);
    make_file(f, "out/lib/c-1/priv/more", STR("more"), 0644);
    assert_int_equal(unlink("out/releases/1/r"), 0);
    assert_int_equal(find_same(), PARTS + 1 - 3);
    assert_false(map_has(&same, STR("lib/b-1")));
    assert_false(map_has(&same, STR("lib/c-1")));
    assert_false(map_has(&same, STR("releases/1")));
    /* In the sources a change, and a folder more. */
    source("lib/a-1.2/y", STR("changed"));
    assert_int_equal(mkdir("source/lib/a-1/priv", 0755), 0);
    begin_build();
    assert_int_equal(find_same(), 1);
    assert_true(map_has(&same, STR("erts-1/bin")));
    folder_parts_same(&f->arena, &f->image, "nowhere", cache, &same);
    assert_int_equal(same.count, 0);
    folder_parts_same(&f->arena, &f->image, fs_real_path(&f->arena, "out"), NULL, &same);
    assert_int_equal(same.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_but_the_gaps_is_unpacked, setup, teardown),
        cmocka_unit_test_setup_teardown(parts_made_of_the_same_are_known, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_tarball_that_was_touched_is_not_known, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_is_no_longer_there_is_damage, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(parts_of_a_folder_are_known, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
