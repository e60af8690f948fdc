/* rel/config.yaml as relc init writes it: for each kind of project it must load. */
#include "fixture.h"

#include "relc/config/init.h"
#include "relc/config/profile.h"

/* Writes the configuration for the project in the test's folder and loads it. */
static struct profile init_and_load(struct fixture *f, const char *files, str name,
                                    const char *environment)
{
    struct project project;
    struct profile profile = {0};
    struct profile_choice choice = {.environment = str_of(environment)};
    struct buf text;
    buf_init(&text);
    assert_int_equal(fs_mkdirs(work_folder, &f->err), 0);
    work_write_files(f, files);
    expect_success(f, project_detect(&f->arena, work_folder, &project, &f->err));
    const struct init_options options = {.name = name};
    expect_success(f, init_config_text(&f->arena, &project, &options, &text, &f->err));
    assert_null(strstr(text.ptr, "<%"));
    assert_null(strstr(text.ptr, "\n\n\n"));
    assert_int_equal(text.ptr[text.len - 1], '\n');
    assert_int_not_equal(text.ptr[text.len - 2], '\n');
    const char *file = work_write(f, "rel/config.yaml", buf_view(&text));
    buf_release(&text);
    expect_success(f, profile_load(&f->arena, file, &choice, &profile, &f->err));
    return profile;
}

/* Names of the release's applications, separated by blanks. */
static void expect_apps(struct fixture *f, const struct profile *profile,
                        const char *expected)
{
    str all = STR("");
    for (size_t i = 0; i < profile->applications.count; i++)
        all = arena_printf(&f->arena, "%s%s%s", all.ptr, i ? " " : "",
                           profile->applications.items[i].name.ptr);
    assert_string_equal(all.ptr, expected);
}

static const char mix_files[] = "==> mix.exs\n"
                                "def project, do: [app: :book_app, version: \"1.0.0\"]\n";

static void test_mix(void **state)
{
    struct fixture *f = *state;
    struct profile profile = init_and_load(f, mix_files, (str){0}, "prod");
    expect_text(profile.release, "book_app");
    assert_true(profile.version.set);
    expect_text(profile.version.literal, NULL);
    expect_text(profile.version.app, NULL);
    expect_apps(f, &profile, "book_app");
    assert_true(profile.include_erts.on);
    assert_false(profile.dev_mode.value);
    expect_text(profile.vm_args.value, "rel/vm.args");
}

static void test_development_comes_first(void **state)
{
    struct fixture *f = *state;
    struct profile profile = init_and_load(f, mix_files, (str){0}, NULL);
    expect_text(profile.environment, "dev");
    assert_true(profile.dev_mode.value);
    assert_true(profile.include_erts.set && !profile.include_erts.on);
    expect_text(profile.vm_args.value, NULL);
}

static void test_release_with_a_name_of_its_own(void **state)
{
    struct fixture *f = *state;
    struct profile profile = init_and_load(f, mix_files, STR("server"), "prod");
    expect_text(profile.release, "server");
    expect_text(profile.version.app, "book_app");
    expect_apps(f, &profile, "book_app");
}

static void test_umbrella(void **state)
{
    struct fixture *f = *state;
    struct profile profile =
        init_and_load(f,
                      "==> mix.exs\ndef project, do: [apps_path: \"apps\"]\n"
                      "==> apps/b/mix.exs\ndef project, do: [app: :b]\n"
                      "==> apps/a/mix.exs\ndef project, do: [app: :a]\n",
                      (str){0}, "prod");
    expect_text(profile.release, "work");
    expect_text(profile.version.literal, "0.1.0");
    expect_apps(f, &profile, "a b");
}

static void test_rebar3(void **state)
{
    struct fixture *f = *state;
    struct profile profile =
        init_and_load(f,
                      "==> rebar.config\n{deps, []}.\n"
                      "==> apps/a/src/a.app.src\n{application,a,[{vsn,git}]}.\n"
                      "==> config/sys.config\n[].\n"
                      "==> config/vm.args\n-name a\n",
                      (str){0}, "prod");
    expect_text(profile.release, "a");
    assert_true(profile.version.set);
    expect_text(profile.version.literal, NULL);
    expect_apps(f, &profile, "a");
    expect_text(profile.sys_config.value, "config/sys.config");
    expect_text(profile.vm_args.value, "config/vm.args");
}

static void test_erlang_mk(void **state)
{
    struct fixture *f = *state;
    struct profile profile = init_and_load(f,
                                           "==> Makefile\nPROJECT = web\n"
                                           "include erlang.mk\n"
                                           "==> src/web.erl\n-module(web).\n",
                                           (str){0}, "prod");
    expect_text(profile.release, "web");
    expect_apps(f, &profile, "web");
    expect_text(profile.sys_config.value, NULL);
}

static void test_gleam(void **state)
{
    struct fixture *f = *state;
    struct profile profile = init_and_load(
        f, "==> gleam.toml\nname = \"g\"\nversion = \"1.0.0\"\n", (str){0}, "prod");
    expect_text(profile.release, "g");
    expect_apps(f, &profile, "g");
}

static void test_no_project(void **state)
{
    struct fixture *f = *state;
    struct profile profile = init_and_load(f, "==> README\nx\n", (str){0}, "prod");
    expect_text(profile.release, "work");
    expect_text(profile.version.literal, "0.1.0");
    expect_apps(f, &profile, "");
    assert_true(profile.lib_dirs.set);
    assert_int_equal(profile.lib_dirs.count, 0);
}

static void test_application_name_unknown(void **state)
{
    struct fixture *f = *state;
    struct profile profile = init_and_load(
        f, "==> mix.exs\ndef project, do: settings()\n", STR("shop"), "prod");
    expect_text(profile.release, "shop");
    expect_text(profile.version.literal, "0.1.0");
    expect_apps(f, &profile, "shop");
}

/* "on" is a boolean in YAML. */
static void test_names_that_yaml_reads_as_something_else(void **state)
{
    struct fixture *f = *state;
    struct profile profile =
        init_and_load(f, "==> mix.exs\ndef project, do: [app: :on, version: \"1\"]\n",
                      (str){0}, "prod");
    expect_text(profile.release, "on");
    expect_apps(f, &profile, "on");
}

static int init_text(struct fixture *f, const struct project *project, str name,
                     struct buf *text)
{
    const struct init_options options = {.name = name};
    return init_config_text(&f->arena, project, &options, text, &f->err);
}

static void test_a_template_and_no_comments(void **state)
{
    struct fixture *f = *state;
    struct project project;
    struct buf text;
    const struct init_options plain = {.name = STR("shop"), .without_comments = true};
    struct init_options own = {.name = STR("shop"), .template_file = "work/own.yaml"};
    buf_init(&text);
    assert_int_equal(fs_mkdirs("work/empty", &f->err), 0);
    expect_success(f, project_detect(&f->arena, "work/empty", &project, &f->err));
    expect_success(f, init_config_text(&f->arena, &project, &plain, &text, &f->err));
    assert_non_null(strstr(text.ptr, "\n  prod:\n    dev_mode: false\n"));
    assert_null(strstr(text.ptr, "\n    #"));
    assert_null(strstr(text.ptr, "\n\n\n"));
    buf_clear(&text);
    expect_success(f, fs_write_file("work/own.yaml",
                                    STR("releases: {<%= release %>: {lib_dirs: [x]}}\n"),
                                    0644, &f->err));
    expect_success(f, init_config_text(&f->arena, &project, &own, &text, &f->err));
    assert_string_equal(text.ptr, "releases: {shop: {lib_dirs: [x]}}\n");
    expect_success(f,
                   fs_write_file("work/own.yaml", STR("<%= relase %>"), 0644, &f->err));
    assert_int_equal(init_config_text(&f->arena, &project, &own, &text, &f->err), -1);
    assert_string_equal(f->err.file, "work/own.yaml");
    err_release(&f->err);
    own.template_file = "work/nowhere.yaml";
    assert_int_equal(init_config_text(&f->arena, &project, &own, &text, &f->err), -1);
    err_release(&f->err);
    buf_release(&text);
}

static void test_bad_names(void **state)
{
    struct fixture *f = *state;
    struct project project;
    struct buf text;
    buf_init(&text);
    assert_int_equal(fs_mkdirs("work/My.Folder", &f->err), 0);
    expect_success(f, project_detect(&f->arena, "work/My.Folder", &project, &f->err));
    expect_failure(f, init_text(f, &project, (str){0}, &text), NULL,
                   "'My.Folder' cannot be the name of a release",
                   "give the release a name of lower-case letters, digits and "
                   "underscores: relc init --name NAME");
    expect_failure(f, init_text(f, &project, STR("a/b"), &text), NULL,
                   "'a/b' cannot be the name of a release", NULL);
    expect_failure(f, init_text(f, &project, STR(""), &text), NULL,
                   "'' cannot be the name of a release", NULL);
    assert_int_equal(text.len, 0);
    buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_template_and_no_comments),
        TEST(test_mix),
        TEST(test_development_comes_first),
        TEST(test_release_with_a_name_of_its_own),
        TEST(test_umbrella),
        TEST(test_rebar3),
        TEST(test_erlang_mk),
        TEST(test_gleam),
        TEST(test_no_project),
        TEST(test_application_name_unknown),
        TEST(test_names_that_yaml_reads_as_something_else),
        TEST(test_bad_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
