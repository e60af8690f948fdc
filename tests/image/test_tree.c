#include "image/fixture.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

static struct fixture *f;

static int setup(void **state)
{
    int result = fixture_setup(state);
    f = *state;
    return result;
}

static int add_tree(const char *path, const char *source)
{
    return image_add_tree(&f->image, str_of(path), source, IMAGE_MODES_PLAIN, &f->err);
}

static const struct image_entry *get(const char *path)
{
    const struct image_entry *entry = image_get(&f->image, str_of(path));
    if (!entry)
        fail_msg("no entry '%s'", path);
    return entry;
}

static void a_tree_is_taken_whole(void **state)
{
    (void)state;
    make_file(f, "src/ebin/a.beam", STR("a"), 0600);
    make_file(f, "src/priv/bin/run", STR("#!"), 0744);
    make_file(f, "src/.hidden", STR("h"), 0644);
    assert_ok(fs_mkdirs("src/empty", &f->err), &f->err);
    assert_ok(add_tree("lib/app-1", "src"), &f->err);
    assert_int_equal(get("lib/app-1/ebin/a.beam")->mode, 0644);
    assert_str(get("lib/app-1/ebin/a.beam")->source, "src/ebin/a.beam");
    assert_int_equal(get("lib/app-1/priv/bin/run")->mode, 0755);
    assert_int_equal(get("lib/app-1/empty")->kind, IMAGE_DIR);
    assert_int_equal(get("lib/app-1/.hidden")->kind, IMAGE_FILE);
    assert_int_equal(f->image.count, 9);
    assert_int_equal(f->image.newest, 1500000000);
}

static void modes_are_kept_when_asked_for(void **state)
{
    (void)state;
    make_file(f, "src/secret", STR("s"), 0640);
    make_file(f, "src/setuid", STR("s"), 04755);
    assert_ok(image_add_tree(&f->image, STR("x"), "src", IMAGE_MODES_KEEP, &f->err),
              &f->err);
    assert_int_equal(get("x/secret")->mode, 0640);
    assert_int_equal(get("x/setuid")->mode, 0755);
}

static void a_tree_may_be_the_root_and_meet_others(void **state)
{
    (void)state;
    make_file(f, "one/etc/a", STR("a"), 0644);
    make_file(f, "two/etc/b", STR("b"), 0644);
    make_file(f, "three/etc/b", STR("b"), 0644);
    assert_ok(add_tree("", "one"), &f->err);
    assert_ok(add_tree("", "two"), &f->err);
    assert_int_equal(get("etc/a")->kind, IMAGE_FILE);
    assert_fails(add_tree("", "three"), &f->err,
                 "'etc/b' is in the release twice: as file 'two/etc/b' and as file "
                 "'three/etc/b'");
}

static void links_downwards_are_kept(void **state)
{
    (void)state;
    make_file(f, "src/priv/lib.so.1", STR("elf"), 0755);
    assert_int_equal(symlink("lib.so.1", "src/priv/lib.so"), 0);
    assert_int_equal(symlink("./priv/lib.so", "src/dotted"), 0);
    assert_int_equal(symlink("priv", "src/folder"), 0);
    assert_ok(add_tree("a", "src"), &f->err);
    assert_int_equal(get("a/priv/lib.so")->kind, IMAGE_LINK);
    assert_str(get("a/priv/lib.so")->content, "lib.so.1");
    assert_str(get("a/dotted")->content, "priv/lib.so");
    assert_str(get("a/folder")->content, "priv");
    assert_null(image_get(&f->image, STR("a/folder/lib.so")));
}

static void other_links_are_followed(void **state)
{
    (void)state;
    make_file(f, "project/priv/static/x.css", STR("css"), 0644);
    make_file(f, "project/shared", STR("s"), 0755);
    make_file(f, "build/app/ebin/a", STR("a"), 0644);
    assert_int_equal(symlink("../../project/priv", "build/app/priv"), 0);
    assert_int_equal(symlink("../shared", "project/priv/up"), 0);
    assert_int_equal(symlink("../ebin/a", "build/app/ebin/sideways"), 0);
    str absolute = arena_printf(&f->arena, "%s/project/shared", f->folder);
    assert_int_equal(symlink(absolute.ptr, "build/app/absolute"), 0);
    assert_ok(add_tree("lib/a", "build/app"), &f->err);
    assert_int_equal(get("lib/a/priv")->kind, IMAGE_DIR);
    assert_int_equal(get("lib/a/priv/static/x.css")->kind, IMAGE_FILE);
    assert_int_equal(get("lib/a/priv/up")->kind, IMAGE_FILE);
    assert_int_equal(get("lib/a/priv/up")->mode, 0755);
    assert_int_equal(get("lib/a/ebin/sideways")->kind, IMAGE_FILE);
    assert_int_equal(get("lib/a/absolute")->kind, IMAGE_FILE);
}

static void the_folder_itself_may_be_a_link(void **state)
{
    (void)state;
    make_file(f, "real/a", STR("a"), 0644);
    assert_int_equal(symlink("real", "link"), 0);
    assert_ok(add_tree("x", "link"), &f->err);
    assert_int_equal(get("x/a")->kind, IMAGE_FILE);
}

static void rings_and_dangling_links_are_errors(void **state)
{
    (void)state;
    make_file(f, "up/a/b/c", STR("c"), 0644);
    assert_int_equal(symlink("../..", "up/a/b/ring"), 0);
    assert_fails(add_tree("x", "up"), &f->err,
                 "'up/a/b/ring' is a link to a folder that it is itself in");
    fixture_clear(f);
    make_file(f, "two/a/x", STR("x"), 0644);
    make_file(f, "two/b/x", STR("x"), 0644);
    assert_int_equal(symlink("../b", "two/a/b"), 0);
    assert_int_equal(symlink("../a", "two/b/a"), 0);
    assert_fails(add_tree("x", "two"), &f->err,
                 "is a link to a folder that it is itself in");
    fixture_clear(f);
    assert_ok(fs_mkdirs("three", &f->err), &f->err);
    assert_int_equal(symlink("q", "three/p"), 0);
    assert_int_equal(symlink("p", "three/q"), 0);
    assert_fails(add_tree("x", "three"), &f->err,
                 "'three/p' is a link in a ring of links");
    fixture_clear(f);
    assert_ok(fs_mkdirs("four", &f->err), &f->err);
    assert_int_equal(symlink("gone/away", "four/d"), 0);
    assert_fails(add_tree("x", "four"), &f->err,
                 "'four/d' is a dangling link: there is no 'gone/away'");
}

static void what_is_no_file_is_an_error(void **state)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "s/socket"};
    (void)state;
    assert_ok(fs_mkdirs("p", &f->err), &f->err);
    assert_int_equal(mkfifo("p/pipe", 0600), 0);
    assert_fails(add_tree("x", "p"), &f->err, "'p/pipe' into the release: it is neither");
    fixture_clear(f);
    assert_ok(fs_mkdirs("s", &f->err), &f->err);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    close(fd);
    assert_fails(add_tree("x", "s"), &f->err, "'s/socket' into the release");
    fixture_clear(f);
    assert_ok(fs_mkdirs("d", &f->err), &f->err);
    assert_int_equal(symlink("/dev/null", "d/null"), 0);
    assert_fails(add_tree("x", "d"), &f->err, "'d/null' into the release");
    assert_fails(add_tree("x", "none"), &f->err, "cannot read 'none'");
    make_file(f, "file", STR("x"), 0644);
    assert_fails(add_tree("x", "file"), &f->err, "'file' is not a folder");
}

/* In a process of its own, as root may read everything and must become somebody else. */
static void what_cannot_be_read_is_an_error(void **state)
{
    int status = -1;
    (void)state;
    make_file(f, "src/file", STR("x"), 0000);
    assert_int_equal(chmod(f->folder, 0755), 0);
    pid_t child = fork();
    if (child == 0) {
        bool expected =
            (geteuid() != 0 || setuid(65534) == 0) && add_tree("x", "src") != 0 &&
            str_eqz(str_of(f->err.message), "cannot read 'src/file': Permission denied");
        _exit(expected ? 0 : 1);
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void nesting_has_a_limit(void **state)
{
    (void)state;
    str path = STR("deep");
    for (int i = 0; i < 140; i++)
        path = arena_printf(&f->arena, "%s/d", path.ptr);
    assert_ok(fs_mkdirs(path.ptr, &f->err), &f->err);
    assert_fails(add_tree("x", "deep"), &f->err, "nested more than 128 folders deep");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_tree_is_taken_whole, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(modes_are_kept_when_asked_for, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_tree_may_be_the_root_and_meet_others, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(links_downwards_are_kept, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(other_links_are_followed, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(the_folder_itself_may_be_a_link, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(rings_and_dangling_links_are_errors, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(what_is_no_file_is_an_error, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_is_an_error, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(nesting_has_a_limit, setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
