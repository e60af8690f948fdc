/* Reading packages back: whole ones, damaged ones, hostile ones. */
#include "image/fixture.h"

#include "relc/base/path.h"
#include "relc/image/unpack.h"

static struct fixture *f;

static int setup(void **state)
{
    int result = fixture_setup(state);
    f = *state;
    return result == 0 ? mkdir("to", 0755) : result;
}

static str package(void)
{
    const struct tar_options options = {.seconds = 1400000000};
    make_file(f, "src/run", noise(f, 300000, 7), 0755);
    assert_ok(image_add_file(&f->image, STR("bin/run"), "src/run", 0, &f->err), &f->err);
    assert_ok(image_add_link(&f->image, STR("bin/link"), STR("run"), &f->err), &f->err);
    assert_ok(image_add_memory(&f->image, STR("lib/a-1/ebin/a.app"), STR("{}.\n"), 0644,
                               &f->err),
              &f->err);
    assert_ok(
        image_add_memory(&f->image, STR("erts-1/bin/beam"), STR("x"), 0755, &f->err),
        &f->err);
    assert_ok(image_add_dir(&f->image, STR("log"), 0755, &f->err), &f->err);
    assert_ok(tar_sink_write(&f->image, "x.tar.gz", &options, &f->err), &f->err);
    return read_whole(f, "x.tar.gz");
}

static void everything_comes_back(void **state)
{
    (void)state;
    package();
    assert_ok(unpack_tar("x.tar.gz", "to", NULL, &f->err), &f->err);
    assert_str(names_in(f, "to"), "bin erts-1 lib log ");
    assert_content(f, "to/lib/a-1/ebin/a.app", "{}.\n");
    assert_true(str_eq(read_whole(f, "to/bin/link"), read_whole(f, "src/run")));
    assert_int_equal(mode_of("to/bin/run"), 0755);
    assert_int_equal(mode_of("to/lib/a-1/ebin/a.app"), 0644);
}

static enum unpack_take not_erts(void *context, str path, enum unpack_kind kind,
                                 const char **other)
{
    (void)other;
    *(size_t *)context += kind != UNPACK_A_DIR;
    return str_starts(path, STR("erts-")) ? UNPACK_FOLDER : UNPACK_WRITE;
}

static void what_is_not_wanted_leaves_its_folder(void **state)
{
    size_t asked = 0;
    (void)state;
    package();
    const struct unpack_rules rules = {.context = &asked, .take = not_erts};
    assert_ok(unpack_tar("x.tar.gz", "to", &rules, &f->err), &f->err);
    assert_int_equal(asked, 4);
    assert_str(names_in(f, "to/erts-1/bin"), "");
    assert_true(is_there("to/bin/run"));
}

/* What is in "next" is compared; differing[] names what was not the same. */
static str differing;

static enum unpack_take compare_all(void *context, str path, enum unpack_kind kind,
                                    const char **other)
{
    (void)context;
    *other = path_join(&f->arena, STR("next"), path).ptr;
    return kind == UNPACK_A_FILE  ? UNPACK_COMPARE
           : kind == UNPACK_A_DIR ? UNPACK_NOTHING
                                  : UNPACK_WRITE;
}

static void note_differing(void *context, str path, bool same)
{
    ++*(size_t *)context;
    if (!same)
        differing =
            arena_printf(&f->arena, "%.*s%.*s ", STR_ARG(differing), STR_ARG(path));
}

/* Unpacks x.tar.gz afresh. */
static const char *compared_with_next(void)
{
    size_t asked = 0;
    const struct unpack_rules rules = {
        .context = &asked, .take = compare_all, .compared = note_differing};
    differing = STR("");
    assert_ok(fs_remove_tree("to", &f->err), &f->err);
    assert_int_equal(mkdir("to", 0755), 0);
    assert_ok(unpack_tar("x.tar.gz", "to", &rules, &f->err), &f->err);
    assert_int_equal(asked, 4);
    return differing.ptr;
}

static void only_what_differs_is_unpacked(void **state)
{
    const struct tar_options options = {.seconds = 1400000000};
    (void)state;
    /* One that is too large to be in memory while it is compared. */
    str large = noise(f, 3 * 1024 * 1024, 9), small = STR("{}.\n");
    make_file(f, "src/large", large, 0644);
    assert_ok(image_add_file(&f->image, STR("priv/large"), "src/large", 0, &f->err),
              &f->err);
    package();
    assert_ok(tar_sink_write(&f->image, "x.tar.gz", &options, &f->err), &f->err);
    str run = read_whole(f, "src/run");
    assert_string_equal(compared_with_next(),
                        "bin/run erts-1/bin/beam lib/a-1/ebin/a.app priv/large ");
    make_file(f, "next/bin/run", run, 0755);
    make_file(f, "next/erts-1/bin/beam", STR("x"), 0755);
    make_file(f, "next/lib/a-1/ebin/a.app", small, 0644);
    make_file(f, "next/priv/large", large, 0644);
    assert_string_equal(compared_with_next(), "");
    assert_str(names_in(f, "to"), "bin priv ");
    assert_str(names_in(f, "to/priv"), "");
    assert_str(names_in(f, "to/bin"), "link ");
    /* The last byte, one byte more, one less, no file at all. */
    make_file(f, "next/bin/run",
              arena_printf(&f->arena, "%.*s%c", (int)run.len - 1, run.ptr,
                           run.ptr[run.len - 1] ^ 1),
              0755);
    make_file(f, "next/erts-1/bin/beam", STR("xx"), 0755);
    make_file(f, "next/priv/large", str_slice(large, 0, large.len - 1), 0644);
    assert_ok(fs_remove_tree("next/lib/a-1/ebin/a.app", &f->err), &f->err);
    assert_int_equal(mkdir("next/lib/a-1/ebin/a.app", 0755), 0);
    assert_string_equal(compared_with_next(),
                        "bin/run erts-1/bin/beam lib/a-1/ebin/a.app priv/large ");
    assert_true(str_eq(read_whole(f, "to/bin/run"), run));
    assert_int_equal(mode_of("to/bin/run"), 0755);
    assert_true(str_eq(read_whole(f, "to/priv/large"), large));
    assert_content(f, "to/lib/a-1/ebin/a.app", "{}.\n");
}

static void assert_damaged(str bytes)
{
    assert_ok(fs_write_file("y.tar.gz", bytes, 0644, &f->err), &f->err);
    assert_ok(fs_remove_tree("to", &f->err), &f->err);
    assert_int_equal(mkdir("to", 0755), 0);
    assert_fails(unpack_tar("y.tar.gz", "to", NULL, &f->err), &f->err,
                 "the package is damaged");
}

static void a_package_that_ends_early_is_damaged(void **state)
{
    (void)state;
    str whole = package();
    const size_t cuts[] = {
        0, 1, 9, 20, whole.len / 2, whole.len - 9, whole.len - 8, whole.len - 1};
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++)
        assert_damaged(str_slice(whole, 0, cuts[i]));
}

static void a_wrong_byte_is_noticed_wherever_it_is(void **state)
{
    (void)state;
    str whole = package();
    for (size_t at = 12; at < whole.len - 4; at += whole.len / 23) {
        char *bytes = arena_strz(&f->arena, whole);
        bytes[at] ^= 0x10;
        assert_damaged((str){bytes, whole.len});
    }
}

/* One ustar header with its checksum, and the two blocks of the end. */
static str one_entry(const char *name, char type, const char *target)
{
    char *bytes = arena_alloc(&f->arena, 1536);
    unsigned sum = 0;
    snprintf(bytes, 100, "%s", name);
    memcpy(bytes + 100,
           "0000644\0"
           "0000000\0"
           "0000000\0"
           "00000000000\0"
           "00000000000\0",
           48);
    memset(bytes + 148, ' ', 8);
    bytes[156] = type;
    snprintf(bytes + 157, 100, "%s", target);
    memcpy(bytes + 257,
           "ustar\0"
           "00",
           8);
    for (int i = 0; i < 512; i++)
        sum += (unsigned char)bytes[i];
    snprintf(bytes + 148, 8, "%06o", sum);
    return (str){bytes, 1536};
}

static int unpack_one(const char *name, char type, const char *target)
{
    assert_ok(fs_write_file("z.tar", one_entry(name, type, target), 0644, &f->err),
              &f->err);
    return unpack_tar("z.tar", "to", NULL, &f->err);
}

static void nothing_leaves_the_folder(void **state)
{
    (void)state;
    assert_fails(unpack_one("../x", '0', ""), &f->err, "would leave its folder");
    assert_fails(unpack_one("/tmp/x", '0', ""), &f->err, "would leave its folder");
    assert_fails(unpack_one("a/../../x", '0', ""), &f->err, "would leave its folder");
    assert_fails(unpack_one("hard", '1', "other"), &f->err, "is a hard link");
    assert_fails(unpack_one("pipe", '6', ""), &f->err, "is neither a file nor a folder");
    assert_ok(unpack_one("up", '2', "../x"), &f->err);
    assert_ok(unpack_one("away", '2', "/etc"), &f->err);
    assert_str(names_in(f, "to"), "");
    assert_ok(unpack_one("./dot/file", '0', ""), &f->err);
    assert_true(is_there("to/dot/file"));
    /* The last one of a name counts. */
    assert_ok(unpack_one("dot/file", '2', "other"), &f->err);
    assert_ok(unpack_one("dot/file", '0', ""), &f->err);
    assert_int_equal(mode_of("to/dot/file"), 0644);
}

static void other_files_are_no_packages(void **state)
{
    (void)state;
    assert_fails(unpack_tar("nowhere", "to", NULL, &f->err), &f->err,
                 "cannot open 'nowhere'");
    assert_damaged(STR("no tar at all, but long enough to look at: "
                       "................................................"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(everything_comes_back, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(what_is_not_wanted_leaves_its_folder, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(only_what_differs_is_unpacked, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_package_that_ends_early_is_damaged, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_wrong_byte_is_noticed_wherever_it_is, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(nothing_leaves_the_folder, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(other_files_are_no_packages, setup,
                                        fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
