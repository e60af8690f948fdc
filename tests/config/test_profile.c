/* Profiles: which release and environment count, how they merge, and tagged values. */
#include "fixture.h"

#include "relc/config/profile.h"

static const char two_by_two[] = "default_release: b\n"
                                 "environments:\n"
                                 "  dev: {dev_mode: true}\n"
                                 "  prod: {include_erts: true}\n"
                                 "  empty:\n"
                                 "releases:\n"
                                 "  a: {version: \"1.0\"}\n"
                                 "  b: {version: \"2.0\", dev_mode: yes}\n";

static int load(struct fixture *f, const char *text, const struct profile_choice *choice,
                struct profile *profile)
{
    const char *file = work_write(f, "rel/config.yaml", str_of(text));
    return profile_load(&f->arena, file, choice, profile, &f->err);
}

static struct profile load_names(struct fixture *f, const char *text, const char *release,
                                 const char *environment)
{
    struct profile profile = {0};
    struct profile_choice choice = {.release = str_of(release),
                                    .environment = str_of(environment)};
    expect_success(f, load(f, text, &choice, &profile));
    return profile;
}

static struct profile load_ok(struct fixture *f, const char *text)
{
    return load_names(f, text, NULL, NULL);
}

static void expect_bad_choice(struct fixture *f, const char *text, const char *release,
                              const char *environment, const char *place,
                              const char *message, const char *hint)
{
    struct profile profile;
    struct profile_choice choice = {.release = str_of(release),
                                    .environment = str_of(environment)};
    expect_failure(f, load(f, text, &choice, &profile), place, message, hint);
}

static void expect_bad(struct fixture *f, const char *text, const char *place,
                       const char *message, const char *hint)
{
    expect_bad_choice(f, text, NULL, NULL, place, message, hint);
}

static void test_first_release_and_environment_by_default(void **state)
{
    struct fixture *f = *state;
    struct profile profile = load_ok(f, "environments: {z: {}, a: {}}\n"
                                        "releases: {y: {}, b: {}}\n");
    expect_text(profile.release, "y");
    expect_text(profile.environment, "z");
    assert_int_equal(profile.release_place.line, 2);
    assert_int_equal(profile.release_place.column, 12);
    assert_non_null(strstr(profile.release_place.file, "rel/config.yaml"));
}

static void test_defaults_of_the_file(void **state)
{
    struct fixture *f = *state;
    struct profile profile = load_ok(f, "default_release: b\n"
                                        "default_environment: prod\n"
                                        "environments: {dev: {}, prod: {}}\n"
                                        "releases: {a: {}, b: {}}\n");
    expect_text(profile.release, "b");
    expect_text(profile.environment, "prod");
}

static void test_choice_wins_over_defaults(void **state)
{
    struct fixture *f = *state;
    struct profile profile = load_names(f, two_by_two, "a", "prod");
    expect_text(profile.release, "a");
    expect_text(profile.environment, "prod");
    expect_text(profile.version.literal, "1.0");
}

static void test_mix_env_names_the_environment_if_it_is_one(void **state)
{
    struct fixture *f = *state;
    setenv("MIX_ENV", "prod", 1);
    expect_text(load_ok(f, two_by_two).environment, "prod");
    expect_text(load_names(f, two_by_two, NULL, "empty").environment, "empty");
    setenv("MIX_ENV", "test", 1);
    expect_text(load_ok(f, two_by_two).environment, "dev");
    setenv("MIX_ENV", "prod", 1);
    expect_text(load_ok(f, "default_environment: dev\n"
                           "environments: {dev: {}, prod: {}}\nreleases: {a: {}}\n")
                    .environment,
                "dev");
}

static void test_no_environments_make_one_named_default(void **state)
{
    struct fixture *f = *state;
    expect_text(load_ok(f, "releases: {a: }\n").environment, "default");
    expect_text(load_ok(f, "environments:\nreleases: {a: }\n").environment, "default");
    expect_text(load_names(f, "releases: {a: }\n", NULL, "default").environment,
                "default");
    expect_bad_choice(f, "releases: {a: }\n", NULL, "prod", "0:0",
                      "unknown environment 'prod': the file has none",
                      "add it under 'environments:'");
    expect_bad(f, "default_environment: prod\nreleases: {a: }\n", "1:22",
               "unknown environment 'prod': the file has none", NULL);
}

static void test_unknown_names_come_with_the_nearest(void **state)
{
    struct fixture *f = *state;
    expect_bad_choice(f, two_by_two, NULL, "prd", "0:0", "unknown environment 'prd'",
                      "did you mean 'prod'?");
    expect_bad_choice(f, two_by_two, "sequence", NULL, "0:0",
                      "unknown release 'sequence'", "the releases are: a, b");
    expect_bad(f, "default_release: bookap\nreleases: {x: {}, bookapp: {}}\n", "1:18",
               "setting 'default_release': unknown release 'bookap'",
               "did you mean 'bookapp'?");
}

static void test_environment_overrides_release(void **state)
{
    struct fixture *f = *state;
    struct profile profile = load_ok(f, "environments:\n"
                                        "  dev:\n"
                                        "    dev_mode: false\n"
                                        "    include_erts: no\n"
                                        "    lib_dirs: []\n"
                                        "    cookie: env\n"
                                        "releases:\n"
                                        "  a:\n"
                                        "    dev_mode: true\n"
                                        "    include_erts: /opt/otp\n"
                                        "    lib_dirs: [x, y]\n"
                                        "    cookie: rel\n"
                                        "    vm_args: rel/vm.args\n"
                                        "    full_erts: on\n");
    assert_true(profile.dev_mode.set);
    assert_false(profile.dev_mode.value);
    assert_int_equal(profile.dev_mode.place.line, 3);
    assert_true(profile.include_erts.set);
    assert_false(profile.include_erts.on);
    assert_null(profile.include_erts.path.ptr);
    assert_true(profile.lib_dirs.set);
    assert_int_equal(profile.lib_dirs.count, 0);
    expect_text(profile.cookie.value, "env");
    expect_text(profile.vm_args.value, "rel/vm.args");
    assert_int_equal(profile.vm_args.place.line, 13);
    assert_true(profile.full_erts.value);
    assert_false(profile.no_dot_erlang.set);
    assert_null(profile.output_dir.value.ptr);
}

static void test_command_line_overrides_environment(void **state)
{
    struct fixture *f = *state;
    struct profile profile;
    struct profile_choice choice = {
        .dev_mode = {.set = true, .value = false},
        .output_dir = {.value = STR("/tmp/out")},
    };
    const char *text = "environments: {dev: {dev_mode: true, output_dir: x}}\n"
                       "releases: {a: {}}\n";
    expect_success(f, load(f, text, &choice, &profile));
    assert_false(profile.dev_mode.value);
    assert_null(profile.dev_mode.place.file);
    expect_text(profile.output_dir.value, "/tmp/out");
}

static void test_tags_take_values_from_the_environment(void **state)
{
    struct fixture *f = *state;
    setenv("RELC_TEST_A", "secret", 1);
    setenv("RELC_TEST_B", "", 1);
    struct profile profile = load_ok(f, "releases:\n"
                                        "  a:\n"
                                        "    cookie: !env RELC_TEST_A\n"
                                        "    vm_args: !env RELC_TEST_NO:-rel/vm.args\n"
                                        "    sys_config: !env RELC_TEST_B:-sys:-x\n"
                                        "    dev_mode: !env RELC_TEST_NO:-yes\n"
                                        "    include_erts: !env RELC_TEST_NO:-/otp\n"
                                        "    version: !env RELC_TEST_NO:-1.10\n");
    expect_text(profile.cookie.value, "secret");
    expect_text(profile.vm_args.value, "rel/vm.args");
    expect_text(profile.sys_config.value, "sys:-x");
    assert_true(profile.dev_mode.value);
    expect_text(profile.include_erts.path, "/otp");
    expect_text(profile.version.literal, "1.10");
}

static void test_env_without_value_names_the_variable(void **state)
{
    struct fixture *f = *state;
    setenv("RELC_TEST_B", "", 1);
    expect_bad(f, "releases:\n  a:\n    cookie: !env RELC_TEST_NO\n", "3:13",
               "environment variable 'RELC_TEST_NO' is not set",
               "set it, or give a default: !env RELC_TEST_NO:-DEFAULT");
    expect_bad(f, "releases: {a: {cookie: !env RELC_TEST_B}}\n", "1:24",
               "setting 'cookie': the cookie is empty", NULL);
    expect_bad(f, "releases: {a: {cookie: !env 9X}}\n", "1:24",
               "'!env 9X' is not '!env NAME' or '!env NAME:-DEFAULT'", NULL);
    expect_bad(f, "releases: {a: {cookie: !env 'X:y'}}\n", "1:24",
               "'!env X:y' is not '!env NAME' or '!env NAME:-DEFAULT'", NULL);
    expect_bad(f, "releases: {a: {cookie: !env }}\n", "1:24",
               "'!env ' is not '!env NAME' or '!env NAME:-DEFAULT'", NULL);
}

/* A server's secrets need not be there when the release for development is built. */
static void test_tags_of_what_is_not_built_are_left_alone(void **state)
{
    struct fixture *f = *state;
    const char *text = "environments:\n"
                       "  dev: {}\n"
                       "  prod: {cookie: !env RELC_TEST_NO, dev_mode: !file nope}\n"
                       "releases: {a: {}, b: {lib_dirs: [!env RELC_TEST_NO],\n"
                       "  applications: [!env RELC_TEST_NO], version: !file v}}\n";
    expect_text(load_ok(f, text).environment, "dev");
    expect_bad_choice(f, text, NULL, "prod", "3:18",
                      "environment variable 'RELC_TEST_NO' is not set", NULL);
}

static void test_tags_take_values_from_files(void **state)
{
    struct fixture *f = *state;
    work_write(f, "secret/cookie", STR("abc\n"));
    work_write(f, "VERSION", STR("1.2.3\r\n"));
    work_write(f, "flag", STR("true"));
    struct profile profile = load_ok(f, "releases:\n"
                                        "  a: {cookie: !file secret/cookie,\n"
                                        "      version: !file VERSION,\n"
                                        "      dev_mode: !file flag}\n");
    expect_text(profile.cookie.value, "abc");
    expect_text(profile.version.literal, "1.2.3");
    assert_true(profile.dev_mode.value);
}

static void test_bad_files_of_tags(void **state)
{
    struct fixture *f = *state;
    work_write(f, "two", STR("a\nb\n"));
    work_write(f, "nul", STR("a\0b\n"));
    expect_bad(f, "releases: {a: {cookie: !file nope}}\n", "1:24",
               "cannot open 'work/nope': No such file or directory", NULL);
    expect_bad(f, "releases: {a: {cookie: !file two}}\n", "1:24",
               "setting 'cookie': the cookie's character 2 (0x0a) is not allowed", NULL);
    expect_bad(f, "releases: {a: {cookie: !file nul}}\n", "1:24",
               "file 'work/nul' is not text: it holds a NUL byte", NULL);
    expect_bad(f, "releases: {a: {cookie: !file ''}}\n", "1:24",
               "'!file' wants the path of a file", NULL);
    expect_bad(f, "releases: {a: {vm_args: !file two}}\n", "1:25",
               "setting 'vm_args': the path has a line end or another control character",
               NULL);
}

static void test_file_without_releases(void **state)
{
    struct fixture *f = *state;
    expect_bad(f, "environments: {dev: {}}\n", "0:0", "no release is configured",
               "name one under 'releases:'");
    expect_bad(f, "releases: {}\n", "0:0", "no release is configured", NULL);
    expect_bad(f, "releases: [a]\n", "1:11",
               "setting 'releases' must be names, each with settings, not a list", NULL);
    expect_bad(f, "- a\n", "1:1", "expected settings, found a list", NULL);
    expect_bad(f, "releases: {a: 5}\n", "1:15", "expected settings, found '5'", NULL);
    expect_bad(f, "", "1:1", "the file is empty", NULL);
}

static void test_missing_file(void **state)
{
    struct fixture *f = *state;
    struct profile profile;
    struct profile_choice choice = {0};
    int result = profile_load(&f->arena, "work/none.yaml", &choice, &profile, &f->err);
    expect_failure(f, result, NULL,
                   "cannot open 'work/none.yaml': No such file or directory", NULL);
}

/* What is wrong in a release that is not built is told all the same. */
static void test_everything_is_checked(void **state)
{
    struct fixture *f = *state;
    expect_bad(f, "environments: {a: {}, b: {dev_mode: 5}}\nreleases: {a: {}}\n", "1:37",
               "setting 'dev_mode' must be true or false, not '5'", NULL);
    expect_bad(f, "releases: {a: {}, b: {colour: red}}\n", "1:23",
               "unknown setting 'colour'", NULL);
}

static void test_names_of_releases_and_environments(void **state)
{
    struct fixture *f = *state;
    expect_bad(f, "releases: {a/b: {}}\n", "1:12",
               "'a/b' cannot be the name of a release",
               "a release's name is lower-case letters, digits and underscores, "
               "beginning with a letter");
    expect_bad(f, "releases: {Book: {}}\n", "1:12",
               "'Book' cannot be the name of a release", NULL);
    expect_bad(f, "releases: {my-app: {}}\n", "1:12",
               "'my-app' cannot be the name of a release", NULL);
    expect_bad(f, "releases: {1a: {}}\n", "1:12", "'1a' cannot be the name of a release",
               NULL);
    expect_bad(f, "releases: {\"a\\nb\": {}}\n", "1:12",
               "'a\nb' cannot be the name of a release", NULL);
    expect_bad(f, "environments: {../up: {}}\nreleases: {a: {}}\n", "1:16",
               "'../up' cannot be the name of an environment", NULL);
    expect_text(load_ok(f, "environments: {eu-west.1: {}}\nreleases: {on: {}}\n").release,
                "on");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_first_release_and_environment_by_default),
        TEST(test_defaults_of_the_file),
        TEST(test_choice_wins_over_defaults),
        TEST(test_mix_env_names_the_environment_if_it_is_one),
        TEST(test_no_environments_make_one_named_default),
        TEST(test_unknown_names_come_with_the_nearest),
        TEST(test_environment_overrides_release),
        TEST(test_command_line_overrides_environment),
        TEST(test_tags_take_values_from_the_environment),
        TEST(test_env_without_value_names_the_variable),
        TEST(test_tags_of_what_is_not_built_are_left_alone),
        TEST(test_tags_take_values_from_files),
        TEST(test_bad_files_of_tags),
        TEST(test_file_without_releases),
        TEST(test_missing_file),
        TEST(test_everything_is_checked),
        TEST(test_names_of_releases_and_environments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
