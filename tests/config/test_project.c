/* Kinds of projects, their applications, and where their compilers leave them. */
#include "fixture.h"

#include "relc/config/project.h"

#define APP_FILE(name, vsn)                                                              \
    "{application,'" name "',[{description,\"x\"},{vsn,\"" vsn "\"},{modules,[]}]}.\n"

static const char umbrella_files[] =
    "==> mix.exs\n"
    "defmodule Shop.MixProject do\n"
    "  def project, do: [apps_path: \"apps\", version: \"0.1.0\"]\n"
    "end\n"
    "==> apps/web/mix.exs\n"
    "defmodule Web do def project, do: [app: :web, version: \"1.0.0\"] end\n"
    "==> apps/shop-core/mix.exs\n"
    "defmodule Core do def project, do: [app: :shop, version: \"2.0.0\"] end\n"
    "==> apps/dynamic/mix.exs\n"
    "defmodule Dynamic do def project, do: [app: name(), version: v()] end\n"
    "==> apps/README.md\n"
    "no application\n"
    "==> apps/notes/todo.txt\n"
    "no application\n";

static const char mix_file[] = "==> mix.exs\n"
                               "defmodule A do\n"
                               "  def project, do: [app: :a, version: \"1.0.0\"]\n"
                               "end\n";

static struct project detect(struct fixture *f, const char *files)
{
    struct project project;
    assert_int_equal(fs_mkdirs(work_folder, &f->err), 0);
    work_write_files(f, files);
    expect_success(f, project_detect(&f->arena, work_folder, &project, &f->err));
    assert_string_equal(project.root.ptr, fs_real_path(&f->arena, work_folder));
    return project;
}

static void expect_app(const struct project *project, size_t i, const char *name,
                       const char *version)
{
    assert_true(i < project->app_count);
    expect_text(project->apps[i].name, name);
    expect_text(project->apps[i].version, version);
}

/* Paths below the project's folder, separated by blanks. */
static void expect_dirs(struct fixture *f, const struct project *project,
                        const char *environment, const char *expected)
{
    str *dirs, all = STR("");
    size_t count;
    expect_success(f, project_build_dirs(&f->arena, project, str_of(environment), &dirs,
                                         &count, &f->err));
    for (size_t i = 0; i < count; i++) {
        assert_true(fs_is_dir(dirs[i].ptr));
        str relative = path_relative_to(&f->arena, dirs[i], project->root);
        all =
            arena_printf(&f->arena, "%s%s%.*s", all.ptr, i ? " " : "", STR_ARG(relative));
    }
    assert_string_equal(all.ptr, expected);
}

static void expect_not_compiled(struct fixture *f, const struct project *project,
                                const char *environment, const char *folder,
                                const char *hint)
{
    str *dirs;
    size_t count;
    int result = project_build_dirs(&f->arena, project, str_of(environment), &dirs,
                                    &count, &f->err);
    str message =
        arena_printf(&f->arena, "the project is not compiled: no application in '%s/%s'",
                     project->root.ptr, folder);
    expect_failure(f, result, NULL, message.ptr, hint);
}

static void expect_output(struct fixture *f, const struct project *project,
                          const char *environment, const char *expected)
{
    str dir = project_output_dir(&f->arena, project, str_of(environment), STR("r"));
    assert_string_equal(path_relative_to(&f->arena, dir, project->root).ptr, expected);
}

static void test_folders_that_are_no_project(void **state)
{
    struct fixture *f = *state;
    struct project project = detect(f, "==> README\nhello\n==> src/x.erl\n-module(x).\n");
    assert_int_equal(project.kind, PROJECT_NONE);
    assert_int_equal(project.app_count, 0);
    expect_dirs(f, &project, "prod", "");
    expect_output(f, &project, "prod", "build/rel/r");
    expect_text(project_folder_name(&f->arena, STR("/x/my-app")), "my_app");
    expect_failure(f, project_detect(&f->arena, "work/none", &project, &f->err), NULL,
                   "'work/none' is not a folder", NULL);
    expect_failure(f, project_detect(&f->arena, "work/README", &project, &f->err), NULL,
                   "'work/README' is not a folder", NULL);
}

static void test_mix(void **state)
{
    struct fixture *f = *state;
    struct project project = detect(f, mix_file);
    assert_int_equal(project.kind, PROJECT_MIX);
    assert_string_equal(project_kind_name(project.kind), "Mix");
    assert_int_equal(project.app_count, 1);
    expect_app(&project, 0, "a", "1.0.0");
}

static void test_mix_that_is_not_compiled(void **state)
{
    struct fixture *f = *state;
    struct project project = detect(f, mix_file);
    expect_not_compiled(f, &project, "prod", "_build/prod/lib",
                        "run: MIX_ENV=prod mix compile");
    expect_not_compiled(f, &project, "default", "_build/prod/lib",
                        "run: MIX_ENV=prod mix compile");
    expect_output(f, &project, "prod", "_build/prod/rel/r");
    work_write(f, "_build/dev/lib/a/ebin/a.app", STR(APP_FILE("a", "1")));
    work_write(f, "_build/prod/lib/dep/ebin/dep.app", STR(APP_FILE("dep", "1")));
    expect_not_compiled(f, &project, "prod", "_build/prod/lib",
                        "run: MIX_ENV=prod mix compile (compiled is MIX_ENV=dev)");
}

static void test_mix_environments(void **state)
{
    struct fixture *f = *state;
    struct project project = detect(f, mix_file);
    work_write(f, "_build/dev/lib/a/ebin/a.app", STR(APP_FILE("a", "1")));
    expect_dirs(f, &project, "dev", "_build/dev/lib");
    expect_dirs(f, &project, "default", "_build/dev/lib");
    expect_output(f, &project, "default", "_build/dev/rel/r");
    work_write(f, "_build/prod/lib/a/ebin/a.app", STR(APP_FILE("a", "1")));
    expect_dirs(f, &project, "prod", "_build/prod/lib");
    expect_dirs(f, &project, "default", "_build/prod/lib");
    setenv("MIX_ENV", "dev", 1);
    expect_dirs(f, &project, "prod", "_build/dev/lib");
    expect_output(f, &project, "prod", "_build/dev/rel/r");
    setenv("MIX_ENV", "staging", 1);
    expect_not_compiled(
        f, &project, "prod", "_build/staging/lib",
        "run: MIX_ENV=staging mix compile (compiled is MIX_ENV=prod, dev)");
}

static void test_mix_build_variables(void **state)
{
    struct fixture *f = *state;
    struct project project = detect(f, mix_file);
    work_write(f, "out/prod/lib/a/ebin/a.app", STR(APP_FILE("a", "1")));
    work_write(f, "out/rpi_prod/lib/a/ebin/a.app", STR(APP_FILE("a", "1")));
    work_write(f, "one/lib/a/ebin/a.app", STR(APP_FILE("a", "1")));
    setenv("MIX_BUILD_ROOT", "out", 1);
    expect_dirs(f, &project, "prod", "out/prod/lib");
    setenv("MIX_TARGET", "host", 1);
    expect_dirs(f, &project, "prod", "out/prod/lib");
    setenv("MIX_TARGET", "rpi", 1);
    expect_dirs(f, &project, "prod", "out/rpi_prod/lib");
    setenv("MIX_BUILD_PATH", "one", 1);
    expect_dirs(f, &project, "prod", "one/lib");
    expect_output(f, &project, "prod", "one/rel/r");
}

static void test_mix_build_path_in_the_project_file(void **state)
{
    struct fixture *f = *state;
    struct project project =
        detect(f, "==> mix.exs\n"
                  "def project, do: [app: :a, build_path: \"../work/b\",\n"
                  "  build_per_environment: false]\n"
                  "==> b/shared/lib/a/ebin/a.app\n" APP_FILE("a", "7.0"));
    expect_app(&project, 0, "a", "7.0");
    expect_dirs(f, &project, "prod", "b/shared/lib");
}

static void test_version_from_the_compiled_application(void **state)
{
    struct fixture *f = *state;
    struct project project =
        detect(f, "==> mix.exs\ndef project, do: [app: :a, version: v()]\n"
                  "==> _build/dev/lib/a/ebin/a.app\n" APP_FILE("a", "3.1.4"));
    expect_app(&project, 0, "a", "3.1.4");
    work_write(f, "_build/prod/lib/a/ebin/a.app", STR(APP_FILE("a", "3.2.0")));
    expect_success(f, project_detect(&f->arena, work_folder, &project, &f->err));
    expect_app(&project, 0, "a", "3.2.0");
    work_write(f, "_build/prod/lib/a/ebin/a.app", STR("{application, broken"));
    expect_success(f, project_detect(&f->arena, work_folder, &project, &f->err));
    expect_app(&project, 0, "a", "3.1.4");
}

static void test_umbrella(void **state)
{
    struct fixture *f = *state;
    struct project project = detect(f, umbrella_files);
    assert_int_equal(project.kind, PROJECT_UMBRELLA);
    assert_int_equal(project.app_count, 3);
    expect_app(&project, 0, "dynamic", NULL);
    expect_app(&project, 1, "shop", "2.0.0");
    expect_app(&project, 2, "web", "1.0.0");
    expect_not_compiled(f, &project, "prod", "_build/prod/lib",
                        "run: MIX_ENV=prod mix compile");
    work_write(f, "_build/prod/lib/web/ebin/web.app", STR(APP_FILE("web", "1")));
    expect_dirs(f, &project, "prod", "_build/prod/lib");
}

static void test_umbrella_main_application_first(void **state)
{
    struct fixture *f = *state;
    struct project project;
    work_write(f, "my-web/mix.exs", STR("def project, do: [apps_path: \"apps\"]"));
    work_write(f, "my-web/apps/core/mix.exs", STR("def project, do: [app: :core]"));
    work_write(f, "my-web/apps/data/mix.exs", STR("def project, do: [app: :data]"));
    work_write(f, "my-web/apps/web/mix.exs", STR("def project, do: [app: :my_web]"));
    expect_success(f, project_detect(&f->arena, "work/my-web", &project, &f->err));
    expect_app(&project, 0, "my_web", NULL);
    expect_app(&project, 1, "core", NULL);
    expect_app(&project, 2, "data", NULL);
}

static void test_umbrella_without_a_literal_path(void **state)
{
    struct fixture *f = *state;
    struct project project = detect(f, "==> mix.exs\n"
                                       "def project, do: common()\n"
                                       "==> apps/a/mix.exs\n"
                                       "def project, do: [app: :a]\n");
    assert_int_equal(project.kind, PROJECT_UMBRELLA);
    expect_app(&project, 0, "a", NULL);
    work_write(f, "mix.exs", STR("def project, do: [app: :main]"));
    expect_success(f, project_detect(&f->arena, work_folder, &project, &f->err));
    assert_int_equal(project.kind, PROJECT_MIX);
    expect_app(&project, 0, "main", NULL);
}

static void test_rebar3_application(void **state)
{
    struct fixture *f = *state;
    struct project project =
        detect(f, "==> rebar.config\n{erl_opts, []}.\n"
                  "==> src/a.app.src\n{application, a, [{vsn, \"1.2\"}]}.\n");
    assert_int_equal(project.kind, PROJECT_REBAR3);
    assert_int_equal(project.app_count, 1);
    expect_app(&project, 0, "a", "1.2");
    expect_not_compiled(f, &project, "prod", "_build/prod/lib",
                        "run: rebar3 as prod compile");
    expect_not_compiled(f, &project, "default", "_build/default/lib",
                        "run: rebar3 compile");
    expect_output(f, &project, "prod", "_build/prod/rel/r");
}

static void test_rebar3_profiles(void **state)
{
    struct fixture *f = *state;
    struct project project = detect(
        f,
        "==> rebar.config\n{erl_opts, []}.\n"
        "==> src/a.app.src\n{application, a, [{vsn, git}]}.\n"
        "==> _build/default/lib/a/ebin/a.app\n" APP_FILE(
            "a", "1.0") "==> _build/prod/lib/dep/ebin/dep.app\n" APP_FILE("dep", "1.0"));
    expect_app(&project, 0, "a", "1.0");
    expect_dirs(f, &project, "prod", "_build/default/lib");
    expect_output(f, &project, "prod", "_build/default/rel/r");
    work_write(f, "_build/prod/lib/a/ebin/a.app", STR(APP_FILE("a", "1")));
    work_write(f, "_build/prod/checkouts/c/ebin/c.app", STR(APP_FILE("c", "1")));
    expect_dirs(f, &project, "prod", "_build/prod/checkouts _build/prod/lib");
    expect_output(f, &project, "prod", "_build/prod/rel/r");
    expect_dirs(f, &project, "dev", "_build/default/lib");
    work_write(f, "out/x+y/lib/a/ebin/a.app", STR(APP_FILE("a", "1")));
    setenv("REBAR_BASE_DIR", "out", 1);
    setenv("REBAR_PROFILE", "x,y", 1);
    expect_dirs(f, &project, "prod", "out/x+y/lib");
}

static void test_rebar3_versions_that_are_rules(void **state)
{
    struct fixture *f = *state;
    struct project project =
        detect(f, "==> rebar.lock\n[].\n"
                  "==> apps/a/src/a.app.src\n{application, a, [{vsn, {cmd, \"x\"}}]}.\n"
                  "==> apps/b/src/b.app.src\n{application, b, [{vsn, \"semver\"}]}.\n"
                  "==> apps/c/src/c.app.src\n{application, c, [{vsn, \"%VSN%\"}]}.\n"
                  "==> apps/d/src/d.app.src\n{application, d, [broken\n"
                  "==> apps/e/src/e.app.src.script\nCONFIG.\n"
                  "==> lib/f/ebin/f.app\n" APP_FILE(
                      "f", "6.0") "==> lib/g/src/g.erl\n-module(g).\n");
    assert_int_equal(project.kind, PROJECT_REBAR3);
    assert_int_equal(project.app_count, 6);
    expect_app(&project, 0, "a", NULL);
    expect_app(&project, 1, "b", NULL);
    expect_app(&project, 2, "c", NULL);
    expect_app(&project, 3, "d", NULL);
    expect_app(&project, 4, "e", NULL);
    expect_app(&project, 5, "f", "6.0");
}

static void test_rebar3_project_app_dirs(void **state)
{
    struct fixture *f = *state;
    struct project project =
        detect(f, "==> rebar.config\n{project_app_dirs, [\"services/*\", \"one\"]}.\n"
                  "==> services/a/src/a.app.src\n{application, a, [{vsn, \"1\"}]}.\n"
                  "==> one/src/b.app.src\n{application, b, [{vsn, \"2\"}]}.\n"
                  "==> apps/c/src/c.app.src\n{application, c, [{vsn, \"3\"}]}.\n");
    assert_int_equal(project.app_count, 2);
    expect_app(&project, 0, "a", "1");
    expect_app(&project, 1, "b", "2");
}

static void test_erlang_mk(void **state)
{
    struct fixture *f = *state;
    struct project project = detect(f, "==> Makefile\n"
                                       "# PROJECT = wrong\n"
                                       "PROJECT := web # the name\n"
                                       "PROJECT_DESCRIPTION = x = y\n"
                                       "PROJECT_VERSION ?= 0.3.0\n"
                                       "DEPS = cowboy\n"
                                       "include $(if x,./)erlang.mk\n"
                                       "==> src/web.erl\n-module(web).\n");
    assert_int_equal(project.kind, PROJECT_ERLANG_MK);
    expect_app(&project, 0, "web", "0.3.0");
    expect_not_compiled(f, &project, "prod", "ebin", "run: make");
    expect_output(f, &project, "prod", "_rel/r");
    work_write(f, "ebin/web.app", STR(APP_FILE("web", "0.3.0")));
    expect_dirs(f, &project, "prod", ".");
    work_write(f, "deps/cowboy/ebin/cowboy.app", STR(APP_FILE("cowboy", "2")));
    expect_dirs(f, &project, "prod", ". deps");
    setenv("DEPS_DIR", "other", 1);
    expect_dirs(f, &project, "prod", ".");
}

static void test_erlang_mk_of_several_applications(void **state)
{
    struct fixture *f = *state;
    struct project project =
        detect(f, "==> Makefile\nPROJECT = all\n-include erlang.mk\n"
                  "==> apps/a/Makefile\nPROJECT = a\nPROJECT_VERSION = $(shell x)\n"
                  "include ../../erlang.mk\n"
                  "==> apps/a/src/a.app.src\n{application, a, [{vsn, \"5\"}]}.\n"
                  "==> apps/b/Makefile\nall:\n\tPROJECT = x\ninclude ../../erlang.mk\n"
                  "==> apps/b/src/b.erl\n-module(b).\n"
                  "==> apps/c/Makefile\nall:\n\ttrue\n");
    assert_int_equal(project.app_count, 2);
    expect_app(&project, 0, "a", "5");
    expect_app(&project, 1, "b", NULL);
    expect_not_compiled(f, &project, "prod", "ebin", "run: make");
    work_write(f, "apps/a/ebin/a.app", STR(APP_FILE("a", "5")));
    expect_dirs(f, &project, "prod", "apps");
}

static void test_erlang_mk_beside_rebar_config(void **state)
{
    struct fixture *f = *state;
    struct project project = detect(f, "==> Makefile\nPROJECT = a\ninclude erlang.mk\n"
                                       "==> rebar.config\n{deps, []}.\n"
                                       "==> src/a.app.src\n{application,a,[]}.\n");
    assert_int_equal(project.kind, PROJECT_ERLANG_MK);
    project = detect(f, "==> _build/default/lib/a/ebin/a.app\n" APP_FILE("a", "1"));
    assert_int_equal(project.kind, PROJECT_REBAR3);
}

static void test_gleam(void **state)
{
    struct fixture *f = *state;
    struct project project = detect(f, "==> gleam.toml\n"
                                       "# name = \"wrong\"\n"
                                       "name = \"wisp_app\"\n"
                                       "version = '1.4.0' # current\n\n"
                                       "[dependencies]\n"
                                       "name = \"other\"\n");
    assert_int_equal(project.kind, PROJECT_GLEAM);
    expect_app(&project, 0, "wisp_app", "1.4.0");
    expect_not_compiled(f, &project, "prod", "build/prod/erlang", "run: gleam build");
    expect_output(f, &project, "prod", "build/rel/r");
    work_write(f, "build/dev/erlang/wisp_app/ebin/wisp_app.app",
               STR(APP_FILE("wisp_app", "1.4.0")));
    expect_dirs(f, &project, "prod", "build/dev/erlang");
    work_write(f, "build/prod/erlang/wisp_app/ebin/wisp_app.app",
               STR(APP_FILE("wisp_app", "1.4.0")));
    expect_dirs(f, &project, "prod", "build/prod/erlang");
    expect_dirs(f, &project, "dev", "build/dev/erlang");
}

static void test_names_that_cannot_be_applications(void **state)
{
    struct fixture *f = *state;
    struct project project =
        detect(f, "==> gleam.toml\nname = \"../evil\"\nversion = \"1/2\"\n");
    assert_int_equal(project.kind, PROJECT_GLEAM);
    assert_int_equal(project.app_count, 0);
    project = detect(f, "==> gleam.toml\nname = \"good\"\nversion = \"1/2\"\n");
    expect_app(&project, 0, "good", NULL);
}

static void test_unreadable_project_file(void **state)
{
    struct fixture *f = *state;
    struct project project;
    char *large = calloc(1, (1 << 20) + 1);
    const char *path = work_write(f, "mix.exs", (str){large, (1 << 20) + 1});
    free(large);
    int result = project_detect(&f->arena, work_folder, &project, &f->err);
    str message =
        arena_printf(&f->arena, "'%s' is too large: 1048577 bytes, at most 1048576",
                     fs_real_path(&f->arena, path));
    expect_failure(f, result, NULL, message.ptr, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_folders_that_are_no_project),
        TEST(test_mix),
        TEST(test_mix_that_is_not_compiled),
        TEST(test_mix_environments),
        TEST(test_mix_build_variables),
        TEST(test_mix_build_path_in_the_project_file),
        TEST(test_version_from_the_compiled_application),
        TEST(test_umbrella),
        TEST(test_umbrella_main_application_first),
        TEST(test_umbrella_without_a_literal_path),
        TEST(test_rebar3_application),
        TEST(test_rebar3_profiles),
        TEST(test_rebar3_versions_that_are_rules),
        TEST(test_rebar3_project_app_dirs),
        TEST(test_erlang_mk),
        TEST(test_erlang_mk_of_several_applications),
        TEST(test_erlang_mk_beside_rebar_config),
        TEST(test_gleam),
        TEST(test_names_that_cannot_be_applications),
        TEST(test_unreadable_project_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
