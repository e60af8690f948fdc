/*
 * Configurations of Distillery, mix release and relx moved over: each result must load in
 * every environment and say the same.
 */
#include "fixture.h"

#include "relc/config/migrate.h"
#include "relc/config/profile.h"

/* Moves the project of these files over; *text is rel/config.yaml, which is written. */
static struct migration migrate(struct fixture *f, const char *files, const char *from)
{
    struct project project;
    struct migration migration;
    assert_int_equal(fs_mkdirs(work_folder, &f->err), 0);
    work_write_files(f, files);
    expect_success(f, project_detect(&f->arena, work_folder, &project, &f->err));
    expect_success(f, migrate_project(&f->arena, &project, from, &migration, &f->err));
    if (migration.kind != MIGRATE_NONE)
        work_write(f, "rel/config.yaml", migration.config);
    return migration;
}

static struct profile load(struct fixture *f, const char *release,
                           const char *environment)
{
    struct profile profile;
    struct profile_choice choice = {.release = str_of(release),
                                    .environment = str_of(environment)};
    expect_success(f, profile_load(&f->arena, work_path(f, "rel/config.yaml"), &choice,
                                   &profile, &f->err));
    return profile;
}

static void expect_line(struct fixture *f, const struct migration *migration,
                        const char *line)
{
    str wanted = arena_printf(&f->arena, "\n%s\n", line);
    if (!strstr(migration->config.ptr, wanted.ptr))
        fail_msg("no line '%s' in:\n%s", line, migration->config.ptr);
}

static void expect_no_notes(const struct migration *migration)
{
    if (migration->notes)
        fail_msg("notes in:\n%s", migration->config.ptr);
}

/* --- Distillery --------------------------------------------------------------------- */

#define MIX_EXS                                                                          \
    "==> mix.exs\ndefmodule B.MixProject do\n  use Mix.Project\n"                        \
    "  def project, do: [app: :book, version: \"1.0.0\"]\nend\n"

/* As distillery.init writes it. */
static const char generated[] =
    MIX_EXS "==> rel/config.exs\n"
            "~w(rel plugins *.exs)\n|> Path.join()\n|> Path.wildcard()\n"
            "|> Enum.map(&Code.eval_file(&1))\n\n"
            "use Distillery.Releases.Config,\n"
            "    # The default release\n"
            "    default_release: :default,\n"
            "    default_environment: Mix.env()\n\n"
            "environment :dev do\n"
            "  set dev_mode: true\n  set include_erts: false\n"
            "  set cookie: :\"a$b:c{d}'`;%<>!&\"\nend\n\n"
            "environment :prod do\n"
            "  set include_erts: true\n  set include_src: false\n"
            "  set cookie: :secret\n  set vm_args: \"rel/vm.args\"\nend\n\n"
            "release :book do\n"
            "  set version: current_version(:book)\n"
            "  set applications: [\n    :runtime_tools\n  ]\nend\n";

static void test_generated_by_distillery(void **state)
{
    struct fixture *f = *state;
    struct migration migration = migrate(f, generated, NULL);
    assert_int_equal(migration.kind, MIGRATE_DISTILLERY);
    expect_text(migration.source, "rel/config.exs");
    expect_no_notes(&migration);
    struct profile dev = load(f, NULL, "dev"), prod = load(f, NULL, "prod");
    assert_true(dev.dev_mode.value && dev.include_erts.set && !dev.include_erts.on);
    expect_text(dev.cookie.value, "a$b:c{d}'`;%<>!&");
    assert_true(prod.include_erts.on && prod.include_src.set && !prod.include_src.value);
    assert_true(prod.strip_debug_info.value);
    expect_text(prod.cookie.value, "secret");
    expect_text(prod.vm_args.value, "rel/vm.args");
    assert_true(prod.version.set && !prod.version.literal.ptr && !prod.version.app.ptr);
    assert_int_equal(prod.applications.count, 1);
    assert_int_equal(migration.file_count, 0);
}

static void test_every_setting_of_distillery(void **state)
{
    struct fixture *f = *state;
    struct migration migration = migrate(
        f,
        MIX_EXS
        "==> rel/config.exs\nuse Mix.Releases.Config, default_release: :two, "
        "default_environment: :prod\n"
        "environment :prod do\n"
        "  set output_dir: \"out\", config: \"config/rel.exs\", sys_config: "
        "\"s.config\"\n"
        "  set erl_opts: \"\", run_erl_env: \"A=1 B=2\", no_dot_erlang: true\n"
        "  set include_erts: \"/opt/erl\", include_system_libs: true\n"
        "  set included_configs: [\"/etc/a.config\"], code_paths: ['/opt/libs']\n"
        "  set strip_debug_info: false, executable: [enabled: true, transient: true]\n"
        "  set overlays: [{:mkdir, \"a b\"}, {:copy, \"f\", \"t\"}, {:link, \"f\", "
        "\"l\"},\n"
        "    {:template, \"f\", \"t-<%= release_version %>\"}]\n"
        "  set overlay_vars: [n: 1, s: \"x: y\", b: true, a: :atom]\n"
        "  set overrides: [one: \"../one\"], cookie: System.get_env(\"C\", \"d\")\n"
        "  set commands: [go: \"rel/go.sh\"], dev_mode: nil, vm_args: nil\n"
        "  set pre_configure_hooks: \"h1\", post_configure_hooks: \"h2\"\n"
        "  set pre_start_hooks: \"h3\", post_start_hooks: \"h4\", pre_stop_hooks: "
        "\"h5\"\n"
        "  set post_stop_hooks: \"h6\", pre_upgrade_hooks: \"h7\", "
        "post_upgrade_hooks: \"h8\"\n"
        "  set config_providers: [{Mix.Releases.Config.Providers.Elixir, [\"a.exs\"]}]\n"
        "end\n"
        "release :one do\nend\n"
        "release :two do\n  set version: \"1.2\", applications: [a: :load, b: "
        ":none]\nend\n"
        "release :two do\n  set version: current_version(:book)\nend\n",
        NULL);
    expect_no_notes(&migration);
    struct profile profile = load(f, NULL, NULL);
    expect_text(profile.release, "two");
    expect_text(profile.environment, "prod");
    expect_text(profile.version.app, "book");
    expect_text(profile.output_dir.value, "out");
    expect_text(profile.config.path, "config/rel.exs");
    expect_text(profile.sys_config.value, "s.config");
    expect_text(profile.run_erl_env.value, "A=1 B=2");
    expect_text(profile.include_erts.path, "/opt/erl");
    assert_true(profile.include_system_libs.on && profile.no_dot_erlang.value);
    expect_text(profile.included_configs.items[0].value, "/etc/a.config");
    expect_text(profile.code_paths.items[0].value, "/opt/libs");
    assert_true(profile.strip_debug_info.set && !profile.strip_debug_info.value);
    assert_int_equal(profile.overlays.count, 4);
    assert_int_equal(profile.overlay_vars.count, 4);
    expect_text(profile.overlay_vars.items[1].value, "x: y");
    expect_text(profile.overlay_vars.items[2].value, "true");
    expect_text(profile.overrides.items[0].path, "../one");
    expect_text(profile.commands.items[0].name, "go");
    expect_text(profile.cookie.value, "d");
    assert_int_equal(profile.config_providers.count, 1);
    assert_false(profile.dev_mode.set);
    expect_text(profile.vm_args.value, NULL);
    for (unsigned hook = 0; hook <= HOOK_POST_UPGRADE; hook++)
        expect_text(profile.hooks[hook].value,
                    arena_printf(&f->arena, "h%u", hook + 1).ptr);
    profile = load(f, "one", NULL);
    expect_text(profile.version.literal, "0.1.0");
    expect_text(profile.applications.items[0].name, "runtime_tools");
}

static void test_code_stays_as_comments(void **state)
{
    struct fixture *f = *state;
    struct migration migration = migrate(
        f,
        MIX_EXS "==> rel/config.exs\nuse Distillery.Releases.Config\n"
                "IO.puts(\"hello\")\n"
                "environment :prod do\n"
                "  set cookie: File.read!(\"/secret\") |> String.to_atom()\n"
                "  plugin My.Plugin, a: 1\n"
                "  if System.get_env(\"X\"), do: set(dev_mode: true)\n"
                "  set appup_transforms: [{My.Transform, []}], fancy: 1\n"
                "  set pre_start_hook: \"rel/x\", version: \"1\"\n"
                "  set config_providers: [{Toml.Provider, [path: \"x\"]}], vm_args: 5\n"
                "end\n"
                "release :book do\n  set version: \"1.0 beta\"\nend\n",
        NULL);
    assert_int_equal(migration.notes, 10);
    expect_line(f, &migration, "# rel/config.exs:2: IO.puts(\"hello\")");
    expect_line(f, &migration,
                "    #   write the plugin as a program and name it with 'plugins'");
    expect_line(f, &migration, "    #   relc has no such setting");
    expect_line(f, &migration, "    #   name the script with 'pre_start_hooks'");
    expect_line(f, &migration,
                "    # rel/config.exs:4: set cookie: File.read!(\"/secret\") |> "
                "String.to_atom()");
    load(f, NULL, "prod");
}

static void test_variables(void **state)
{
    struct fixture *f = *state;
    struct migration migration =
        migrate(f,
                MIX_EXS "==> rel/config.exs\nuse Distillery.Releases.Config\n"
                        "folder = \"rel/hooks\"\n"
                        "cookie = System.get_env(\"RELC_TEST_A\") |> String.to_atom()\n"
                        "secret = :crypto.strong_rand_bytes(8)\n"
                        "environment :prod do\n"
                        "  set cookie: cookie, pre_start_hooks: folder\n"
                        "  set post_start_hooks: \"#{folder}/after\"\nend\n"
                        "environment :dev do\n  set cookie: secret\nend\n"
                        "release :book do\nend\n",
                NULL);
    setenv("RELC_TEST_A", "from_env", 1);
    struct profile profile = load(f, NULL, "prod");
    expect_text(profile.cookie.value, "from_env");
    expect_text(profile.hooks[HOOK_PRE_START].value, "rel/hooks");
    expect_text(profile.hooks[HOOK_POST_START].value, "rel/hooks/after");
    assert_int_equal(migration.notes, 1);
    expect_line(f, &migration, "    #   set 'cookie' by hand: its value is computed");
}

static void test_vm_args_with_a_cookie_get_a_copy(void **state)
{
    struct fixture *f = *state;
    str files = arena_printf(&f->arena,
                             "%s\n==> rel/vm.args\n-name <%%= release_name %%>\n"
                             "-setcookie <%%= release.profile.cookie %%>\n+K\n",
                             generated);
    struct migration migration = migrate(f, files.ptr, NULL);
    assert_int_equal(migration.file_count, 1);
    expect_text(migration.files[0].path, "rel/relc.vm.args");
    expect_text(migration.files[0].content,
                "-name <%= release_name %>\n"
                "# The cookie is the setting cookie of rel/config.yaml.\n+K\n");
    expect_text(load(f, NULL, "prod").vm_args.value, "rel/relc.vm.args");
}

/* --- mix release -------------------------------------------------------------------- */

static const char mix_releases[] =
    "==> mix.exs\ndefmodule B.MixProject do\n  use Mix.Project\n  @version \"1.0.0\"\n"
    "  def project do\n    [app: :book, version: @version, deps: deps(),\n"
    "     default_release: :book, releases: releases()]\n  end\n"
    "  defp deps, do: [{:a, \"~> 1.0\"}, {:b, path: \"../b\", only: [:dev]}]\n"
    "  defp releases do\n    [\n      book: [\n        version: @version,\n"
    "        applications: [book: :permanent, wx: :load],\n"
    "        strip_beams: [keep: [\"Docs\"], compress: true], cookie: \"c\",\n"
    "        include_erts: \"/opt/otp/erts-13.1\", steps: [:assemble, :tar, &x/1],\n"
    "        include_executables_for: [:unix], overlays: \"rel/more\", quiet: true,\n"
    "        config_providers: [{Config.Reader, {:system, \"R\", \"/a.exs\"}}],\n"
    "        runtime_config_path: false, validate_compile_env: false\n      ],\n"
    "      tools: [version: {:from_app, :book}, path: \"out\", include_erts: false]\n"
    "    ]\n  end\n  defp x(release), do: %{release | name: :y}\nend\n";

static void test_mix_release(void **state)
{
    struct fixture *f = *state;
    struct migration migration = migrate(f, mix_releases, NULL);
    assert_int_equal(migration.kind, MIGRATE_MIX);
    assert_int_equal(migration.notes, 1);
    expect_line(f, &migration,
                "    #   write the step as a program and name it with 'plugins'");
    struct profile book = load(f, NULL, "prod"), tools = load(f, "tools", "dev");
    expect_text(book.release, "book");
    expect_text(book.version.literal, "1.0.0");
    assert_int_equal(book.applications.count, 2);
    assert_true(book.applications.items[1].cascade);
    assert_true(book.strip_beams.on && book.strip_beams.compress);
    expect_text(book.cookie.value, "c");
    expect_text(book.include_erts.path, "/opt/otp");
    assert_true(book.include_executables_for.unix_scripts);
    assert_int_equal(book.overlays.count, 1);
    assert_true(book.runtime_config_path.set && !book.runtime_config_path.on);
    assert_true(book.validate_compile_env.set && !book.validate_compile_env.value);
    expect_text(tools.version.app, "book");
    expect_text(tools.output_dir.value, "out");
    assert_true(tools.strip_beams.on);
    expect_text(tools.applications.items[0].name, "book");
}

static void test_nothing_to_move(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(migrate(f, MIX_EXS, NULL).kind, MIGRATE_NONE);
    assert_int_equal(migrate(f, "==> rebar.config\n{erl_opts, []}.\n", NULL).kind,
                     MIGRATE_NONE);
    assert_int_equal(migrate(f, "==> mix.exs\ndefmodule (\n", NULL).kind, MIGRATE_NONE);
}

static void test_distillery_goes_before_mix(void **state)
{
    struct fixture *f = *state;
    str files = arena_printf(&f->arena,
                             "%s\n==> rel/config.exs\nuse X\n"
                             "release :old do\nend\n",
                             mix_releases);
    expect_text(migrate(f, files.ptr, NULL).source, "rel/config.exs");
    expect_text(migrate(f, files.ptr, "mix.exs").source, "mix.exs");
}

/* --- relx --------------------------------------------------------------------------- */

static const char relx[] =
    "==> apps/one/src/one.app.src\n{application, one, [{vsn, \"1.0\"}]}.\n"
    "==> config/sys.config\n[].\n==> config/vm.args.src\n-sname x\n"
    "==> config/odd.config\n[{one, [{port, ${PORT}}]}].\n"
    "==> vars\n{color, \"red\"}. {size, 5}.\n"
    "==> rebar.config\n{erl_opts, [debug_info]}.\n"
    "{relx, [{release, {one, \"0.3.0\"}, [one, {tools, load}, {recon, \"2.5\", none}]},\n"
    "        {release, {two, \"1\"}, {erts, \"13\"}, [{one, \"1.0\"}],\n"
    "          [{mode, prod}, {sys_config_src, \"config/odd.config\"}]},\n"
    "        {default_release, two},\n"
    "        {lib_dirs, [\"deps\"]}, {output_dir, \"out\"}, {overlay_vars, \"vars\"},\n"
    "        {overlay, [{mkdir, \"d-{{ color }}\"}, {copy, \"a\", \"b\"},\n"
    "                   {chmod, 8#700, \"b\"}]},\n"
    "        {exclude_apps, [wx]}, {exclude_modules, [{one, [one_x]}]},\n"
    "        {overrides, [{one, \"../one\"}]}, {system_libs, false}, {odd, 1}]}.\n"
    "{profiles, [{prod, [{relx, [{debug_info, keep}]}]}, {stage, [{relx, [{mode, "
    "dev}]}]},\n"
    "            {test, []}]}.\n";

static void test_relx(void **state)
{
    struct fixture *f = *state;
    struct migration migration = migrate(f, relx, NULL);
    assert_int_equal(migration.kind, MIGRATE_RELX);
    struct profile two = load(f, NULL, NULL), one = load(f, "one", "prod");
    expect_text(two.release, "two");
    expect_text(two.environment, "default");
    expect_text(two.version.literal, "1");
    expect_text(two.applications.items[0].version, "1.0");
    assert_true(two.include_erts.on && two.strip_debug_info.value);
    expect_text(two.sys_config.value, "config/sys.config");
    expect_text(one.vm_args.value, "config/vm.args.src");
    assert_int_equal(one.applications.count, 3);
    assert_int_equal(one.applications.items[2].type, START_NONE);
    expect_text(one.output_dir.value, "out/one");
    assert_int_equal(one.overlay_vars.count, 2);
    assert_int_equal(one.overlays.count, 2);
    assert_true(one.include_erts.on && !one.include_src.value);
    assert_true(one.strip_debug_info.set && !one.strip_debug_info.value);
    expect_text(one.exclude_applications.items[0].value, "wx");
    assert_true(one.include_system_libs.set && !one.include_system_libs.on);
    assert_true(load(f, "one", "stage").dev_mode.value);
    expect_line(f, &migration, "      - mkdir: \"d-<%= color %>\"");
    assert_non_null(strstr(migration.config.ptr, "config/odd.config is no Erlang term"));
    assert_non_null(strstr(migration.config.ptr, "# rebar.config:10: "));
}

/* What `rebar3 new release` writes: the mode of a profile replaces that of the releases.
 */
static void test_relx_modes(void **state)
{
    struct fixture *f = *state;
    migrate(f,
            "==> rebar.config\n"
            "{relx, [{release, {one, \"1\"}, [sasl]}, {mode, dev}]}.\n"
            "{profiles, [{prod, [{relx, [{mode, prod}]}]},\n"
            "            {small, [{relx, [{mode, minimal}]}]}]}.\n",
            NULL);
    assert_true(load(f, "one", "default").dev_mode.value);
    struct profile prod = load(f, "one", "prod"), small = load(f, "one", "small");
    assert_true(!prod.dev_mode.value && prod.include_erts.on);
    assert_true(!small.dev_mode.value && !small.include_erts.on);
}

/* --- what is wrong ------------------------------------------------------------------ */

static void refuse(struct fixture *f, const char *files, const char *from,
                   const char *place, const char *message)
{
    struct project project;
    struct migration migration;
    assert_int_equal(fs_mkdirs(work_folder, &f->err), 0);
    work_write_files(f, files);
    expect_success(f, project_detect(&f->arena, work_folder, &project, &f->err));
    int result = migrate_project(&f->arena, &project, from, &migration, &f->err);
    expect_failure(f, result, place, message, NULL);
}

static void test_bad_sources(void **state)
{
    struct fixture *f = *state;
    refuse(f, "==> rel/config.exs\nuse X\nrelease :a do\n", NULL, "3:1",
           "syntax error: the file ends too early");
    refuse(f, "==> rel/config.exs\nuse X\n", NULL, "0:0", "the file defines no release");
    refuse(f, "==> rel/config.exs\nrelease :\"A b\" do\nend\n", NULL, "0:0",
           "'A b' cannot be the name of a release");
    refuse(f, MIX_EXS, "mix.exs", NULL, "'mix.exs' defines no release");
    refuse(f, "==> rebar.config\n{relx, [}.\n", "rebar.config", "1:9",
           "expected a term, found '}'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_generated_by_distillery),
        TEST(test_every_setting_of_distillery),
        TEST(test_code_stays_as_comments),
        TEST(test_variables),
        TEST(test_vm_args_with_a_cookie_get_a_copy),
        TEST(test_mix_release),
        TEST(test_nothing_to_move),
        TEST(test_distillery_goes_before_mix),
        TEST(test_relx),
        TEST(test_relx_modes),
        TEST(test_bad_sources),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
