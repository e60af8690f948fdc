/* The settings one by one: what each accepts, and what is said about the rest. */
#include "fixture.h"

#include "relc/config/check.h"
#include "relc/base/buf.h"
#include "relc/config/settings.h"
#include "relc/term/print.h"

static int load(struct fixture *f, const char *text, struct profile *profile)
{
    const char *file = work_write(f, "rel/config.yaml", str_of(text));
    struct profile_choice choice = {0};
    *profile = (struct profile){0};
    return profile_load(&f->arena, file, &choice, profile, &f->err);
}

/* The profile of a release with one setting. */
static struct profile with(struct fixture *f, const char *setting)
{
    struct profile profile;
    str text = arena_printf(&f->arena, "releases:\n  a:\n    %s\n", setting);
    expect_success(f, load(f, text.ptr, &profile));
    return profile;
}

/* The setting stands in line 3 from column 5 on. */
static void refuse(struct fixture *f, const char *setting, const char *place,
                   const char *message, const char *hint)
{
    struct profile profile;
    str text = arena_printf(&f->arena, "releases:\n  a:\n    %s\n", setting);
    expect_failure(f, load(f, text.ptr, &profile), place, message, hint);
}

static void test_unknown_settings_come_with_the_nearest(void **state)
{
    struct fixture *f = *state;
    struct profile profile;
    refuse(f, "includ_erts: true", "3:5", "unknown setting 'includ_erts'",
           "did you mean 'include_erts'?");
    refuse(f, "something_else: true", "3:5", "unknown setting 'something_else'",
           "(no hint)");
    expect_failure(f, load(f, "relases: {a: {}}\n", &profile), "1:1",
                   "unknown setting 'relases'", "did you mean 'releases'?");
}

static void test_settings_stand_where_they_belong(void **state)
{
    struct fixture *f = *state;
    struct profile profile;
    const char *text = "environments:\n  dev: {version: \"1\"}\nreleases: {a: {}}\n";
    expect_failure(f, load(f, text, &profile), "2:9",
                   "setting 'version' stands in a release only, not in an environment",
                   NULL);
    text = "include_erts: true\nreleases: {a: {}}\n";
    expect_failure(f, load(f, text, &profile), "1:1",
                   "setting 'include_erts' stands in a release or an environment", NULL);
    refuse(f, "default_release: a", "3:5",
           "setting 'default_release' stands at the top level of the file", NULL);
}

static void test_flags(void **state)
{
    struct fixture *f = *state;
    assert_true(with(f, "dev_mode: yes").dev_mode.value);
    struct profile profile = with(f, "dev_mode: Off");
    assert_true(profile.dev_mode.set);
    assert_false(profile.dev_mode.value);
    assert_int_equal(profile.dev_mode.place.line, 3);
    assert_int_equal(profile.dev_mode.place.column, 15);
    refuse(f, "dev_mode: maybe", "3:15",
           "setting 'dev_mode' must be true or false, not 'maybe'", NULL);
    refuse(f, "dev_mode: 'true'", "3:15",
           "setting 'dev_mode' must be true or false, not 'true'", NULL);
    refuse(f, "dev_mode: [true]", "3:15",
           "setting 'dev_mode' must be true or false, not a list", NULL);
    refuse(f, "dev_mode:", "3:14",
           "setting 'dev_mode' must be true or false, not nothing",
           "leave the line out to have the default");
}

static void test_paths(void **state)
{
    struct fixture *f = *state;
    expect_text(with(f, "vm_args: rel/vm.args").vm_args.value, "rel/vm.args");
    expect_text(with(f, "output_dir: '/a b/c'").output_dir.value, "/a b/c");
    expect_text(with(f, "build_dir: 2024").build_dir.value, "2024");
    expect_text(with(f, "sys_config: \"true\"").sys_config.value, "true");
    refuse(f, "vm_args: true", "3:14", "setting 'vm_args' must be a path, not true",
           "put quotes around it if it is meant as text");
    refuse(f, "vm_args: {a: b}", "3:14",
           "setting 'vm_args' must be a path, not a mapping", NULL);
    refuse(f, "vm_args: ''", "3:14", "setting 'vm_args': the path is empty", NULL);
    refuse(f, "vm_args: ~", "3:14", "setting 'vm_args' must be a path, not nothing",
           NULL);
    refuse(f, "vm_args: \"a\\nb\"", "3:14",
           "setting 'vm_args': the path has a line end or another control character",
           NULL);
}

static void test_lists_of_paths(void **state)
{
    struct fixture *f = *state;
    struct profile profile = with(f, "lib_dirs: [a, /b]");
    assert_int_equal(profile.lib_dirs.count, 2);
    expect_text(profile.lib_dirs.items[1].value, "/b");
    assert_int_equal(profile.lib_dirs.items[1].place.column, 19);
    refuse(f, "lib_dirs: a", "3:15",
           "setting 'lib_dirs' must be a list of paths, not 'a'", NULL);
    refuse(f, "lib_dirs: [a, [b]]", "3:19",
           "setting 'lib_dirs' must be a list of paths, not a list", NULL);
    refuse(f, "lib_dirs: [a, '']", "3:19", "setting 'lib_dirs': the path is empty", NULL);
}

static void test_include_erts(void **state)
{
    struct fixture *f = *state;
    struct profile profile = with(f, "include_erts: true");
    assert_true(profile.include_erts.set && profile.include_erts.on);
    expect_text(profile.include_erts.path, NULL);
    profile = with(f, "include_erts: no");
    assert_true(profile.include_erts.set && !profile.include_erts.on);
    profile = with(f, "include_erts: /opt/otp 27");
    assert_true(profile.include_erts.on);
    expect_text(profile.include_erts.path, "/opt/otp 27");
    refuse(f, "include_erts: [a]", "3:19",
           "setting 'include_erts' must be true, false or a path, not a list", NULL);
    refuse(f, "include_erts:", "3:18",
           "setting 'include_erts' must be true, false or a path, not nothing", NULL);
}

static void test_versions_stay_as_they_are_written(void **state)
{
    struct fixture *f = *state;
    static const char *const versions[] = {"1.10", "0x10",       "1e3",    "1_000",
                                           "010",  "2024-01-01", "1.0+ab", "1.0~rc1"};
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        str plain = arena_printf(&f->arena, "version: %s", versions[i]);
        str quoted = arena_printf(&f->arena, "version: \"%s\"", versions[i]);
        expect_text(with(f, plain.ptr).version.literal, versions[i]);
        expect_text(with(f, quoted.ptr).version.literal, versions[i]);
    }
}

static void test_versions_of_applications(void **state)
{
    struct fixture *f = *state;
    struct profile profile = with(f, "version: current");
    assert_true(profile.version.set);
    expect_text(profile.version.literal, NULL);
    expect_text(profile.version.app, NULL);
    profile = with(f, "version: {current: book_app}");
    expect_text(profile.version.literal, NULL);
    expect_text(profile.version.app, "book_app");
    assert_false(with(f, "dev_mode: true").version.set);
}

static void test_bad_versions(void **state)
{
    struct fixture *f = *state;
    refuse(f, "version: 1/2", "3:14", "setting 'version': '1/2' cannot be a version",
           "allowed are letters, digits and . _ - + @ ~, at most 200 and not beginning "
           "with a dot or a hyphen");
    refuse(f, "version: \"1 0\"", "3:14", "setting 'version': '1 0' cannot be a version",
           NULL);
    refuse(f, "version: \"$(id)\"", "3:14",
           "setting 'version': '$(id)' cannot be a version", NULL);
    refuse(f, "version: ..", "3:14", "setting 'version': '..' cannot be a version", NULL);
    refuse(f, "version: ''", "3:14", "setting 'version': '' cannot be a version", NULL);
    refuse(f, "version: [1]", "3:14",
           "setting 'version' must be text, current or {current: APP}, not a list", NULL);
    refuse(f, "version: {curent: a}", "3:14",
           "setting 'version' must be text, current or {current: APP}, not a mapping",
           NULL);
    refuse(f, "version: {current: A/b}", "3:24",
           "setting 'version': 'A/b' cannot be the name of an application", NULL);
}

static void test_applications(void **state)
{
    struct fixture *f = *state;
    struct profile profile =
        with(f, "applications: [a, {b: load}, c: {type: none, version: 1.10},\n"
                "      d: {version: '2'}, e: {}]");
    const struct setting_app *apps = profile.applications.items;
    assert_int_equal(profile.applications.count, 5);
    assert_true(profile.applications.set);
    expect_text(apps[0].name, "a");
    assert_int_equal(apps[0].type, START_DEFAULT);
    expect_text(apps[0].version, NULL);
    assert_int_equal(apps[1].type, START_LOAD);
    assert_int_equal(apps[1].place.column, 24);
    expect_text(apps[2].name, "c");
    assert_int_equal(apps[2].type, START_NONE);
    expect_text(apps[2].version, "1.10");
    assert_int_equal(apps[3].type, START_DEFAULT);
    expect_text(apps[3].version, "2");
    expect_text(apps[4].name, "e");
}

static void test_bad_applications(void **state)
{
    struct fixture *f = *state;
    refuse(f, "applications: a", "3:19",
           "setting 'applications' must be a list of applications, not 'a'", NULL);
    refuse(f, "applications: [a, {b: perm}]", "3:27",
           "setting 'applications': unknown start type 'perm' of application 'b'", NULL);
    refuse(f, "applications: [{b: transiemt}]", "3:24",
           "setting 'applications': unknown start type 'transiemt' of application 'b'",
           "did you mean 'transient'?");
    refuse(f, "applications: [{b: \"1.2\"}]", "3:24",
           "setting 'applications': unknown start type '1.2' of application 'b'",
           "the start types are permanent, transient, temporary, load and none; a "
           "version is written {b: {version: VSN}}");
    refuse(f, "applications: [{b: load, c: load}]", "3:20",
           "setting 'applications': an application must be APP, {APP: TYPE} or {APP: "
           "{type: TYPE, version: VSN}}, not a mapping of several names",
           NULL);
    refuse(f, "applications: [[b]]", "3:20",
           "setting 'applications': an application must be APP, {APP: TYPE} or {APP: "
           "{type: TYPE, version: VSN}}, not a list",
           NULL);
    refuse(f, "applications: [{b: {typ: load}}]", "3:25",
           "setting 'applications': unknown option 'typ' of application 'b'",
           "the options are type, version and cascade");
    refuse(f, "applications: [{b: {version: a/b}}]", "3:34",
           "setting 'applications': 'a/b' cannot be a version", NULL);
    refuse(f, "applications: [a, {b: load}, a]", "3:34",
           "setting 'applications': application 'a' is listed twice, first in line 3",
           NULL);
    refuse(f, "applications: [../x]", "3:20",
           "setting 'applications': '../x' cannot be the name of an application", NULL);
    refuse(f, "applications: [on]", "3:20",
           "setting 'applications' must be a list of applications, not on",
           "put quotes around it if it is meant as text");
}

/* All that the VM and erl_call take from a cookie file as it stands. */
static void test_cookies(void **state)
{
    struct fixture *f = *state;
    expect_text(with(f, "cookie: abc-DEF_123").cookie.value, "abc-DEF_123");
    expect_text(with(f, "cookie: 0123").cookie.value, "0123");
    expect_text(with(f, "cookie: 'a\"b''c\\d$e`f'").cookie.value, "a\"b'c\\d$e`f");
    refuse(f, "cookie: 'a b'", "3:13",
           "setting 'cookie': the cookie's character 2 (0x20) is not allowed",
           "a cookie is printable ASCII characters without blanks");
    refuse(f, "cookie: \"a\\nb\"", "3:13",
           "setting 'cookie': the cookie's character 2 (0x0a) is not allowed", NULL);
    refuse(f, "cookie: \xc3\xa9", "3:13",
           "setting 'cookie': the cookie's character 1 (0xc3) is not allowed", NULL);
    refuse(f, "cookie: ''", "3:13", "setting 'cookie': the cookie is empty", NULL);
    refuse(f, "cookie: yes", "3:13", "setting 'cookie' must be text, not yes", NULL);
}

static void test_cookies_are_as_long_as_atoms(void **state)
{
    struct fixture *f = *state;
    char cookie[256];
    memset(cookie, 'x', sizeof cookie);
    assert_int_equal(check_cookie((str){cookie, 255}, &f->err), 0);
    expect_failure(f, check_cookie((str){cookie, 256}, &f->err), NULL,
                   "the cookie has 256 characters, at most 255", NULL);
}

static void test_names_of_applications(void **state)
{
    struct fixture *f = *state;
    static const char *const good[] = {"a", "book_app", "mod_esi2", "myApp", "a@b"};
    static const char *const bad[] = {"", "A", "1a", "_a", "a-b", "a.b", "a b", "a/b"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_int_equal(check_app_name(str_of(good[i]), &f->err), 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(check_app_name(str_of(bad[i]), &f->err), -1);
        err_release(&f->err);
    }
}

static void test_arguments_of_providers_are_terms(void **state)
{
    struct fixture *f = *state;
    struct profile profile = with(f, "config_providers:\n"
                                     "      - A.B: [1, x, \"2\", true, {k: ~}]\n"
                                     "      - C: !term \"[{a, <<1>>}]\"\n"
                                     "      - D");
    static const char *const expected[] = {
        "[1,<<\"x\">>,<<\"2\">>,true,#{<<\"k\">> => nil}]", "[{a,<<1>>}]", "[]"};
    assert_int_equal(profile.config_providers.count, 3);
    for (size_t i = 0; i < 3; i++) {
        struct buf text;
        buf_init(&text);
        term_print_line(&text, &profile.config_providers.items[i].argument, 25);
        assert_string_equal(text.ptr, expected[i]);
        buf_release(&text);
    }
    refuse(f, "config_providers: X", "3:23",
           "setting 'config_providers': a provider is "
           "MODULE or {MODULE: ARGUMENT}, not 'X'",
           NULL);
    refuse(f, "config_providers: [a b]", "3:24",
           "setting 'config_providers': a provider is "
           "MODULE or {MODULE: ARGUMENT}, not 'a b'",
           NULL);
    refuse(f, "vm_args: !term x", "3:14",
           "'!term' can stand only in an argument of a provider", NULL);
}

static void test_transforms_are_purges_or_programs(void **state)
{
    struct fixture *f = *state;
    struct profile profile =
        with(f, "appup_transforms:\n"
                "      - {purge: soft, applications: [a, b], modules: [M.N]}\n"
                "      - {pre_purge: brutal, post_purge: soft}\n"
                "      - {program: rel/x.sh}");
    const struct setting_transform *items = profile.appup_transforms.items;
    assert_int_equal(profile.appup_transforms.count, 3);
    assert_int_equal(items[0].pre_purge, PURGE_SOFT);
    assert_int_equal(items[0].post_purge, PURGE_SOFT);
    assert_int_equal(items[0].applications.count, 2);
    assert_string_equal(items[0].modules.items[0].ptr, "M.N");
    assert_int_equal(items[1].pre_purge, PURGE_BRUTAL);
    assert_int_equal(items[1].post_purge, PURGE_SOFT);
    assert_string_equal(items[2].program.value.ptr, "rel/x.sh");
    refuse(f, "appup_transforms: [x]", "3:24",
           "setting 'appup_transforms': an entry is a mapping with purge, pre_purge, "
           "post_purge or program, and with applications and modules, not 'x'",
           NULL);
    refuse(f, "appup_transforms: [{purges: soft}]", "3:25",
           "setting 'appup_transforms': an entry has no key 'purges'",
           "did you mean 'purge'?");
    refuse(f, "appup_transforms: [{purge: hard}]", "3:32",
           "setting 'appup_transforms': a purge mode is soft or brutal, not 'hard'",
           NULL);
    refuse(
        f, "appup_transforms: [{applications: [a]}]", "3:24",
        "setting 'appup_transforms': an entry has purge modes or a program, one of the "
        "two",
        NULL);
    refuse(
        f, "appup_transforms: [{program: x, modules: [m]}]", "3:24",
        "setting 'appup_transforms': a program gets all instructions of an application",
        "leave modules out");
}

static void test_commands_have_safe_names(void **state)
{
    struct fixture *f = *state;
    struct profile profile = with(f, "commands: {seed: a.sh, up-2: b}");
    assert_int_equal(profile.commands.count, 2);
    assert_string_equal(profile.commands.items[1].name.ptr, "up-2");
    refuse(f, "commands: {A/B: x}", "3:16",
           "setting 'commands': 'A/B' cannot be the name of a command",
           "a command's name is lower-case letters, digits, underscores and hyphens, "
           "beginning with a letter");
    refuse(f, "commands: [x]", "3:15",
           "setting 'commands' must be names, each with a path, not a list", NULL);
}

static void test_strip_beams(void **state)
{
    struct fixture *f = *state;
    struct profile profile = with(f, "strip_beams: false");
    assert_true(profile.strip_beams.set);
    assert_false(profile.strip_beams.on);
    profile = with(f, "strip_beams: {keep: [Docs, 'Dbgi'], compress: yes}");
    assert_true(profile.strip_beams.on && profile.strip_beams.compress);
    assert_int_equal(profile.strip_beams.keep_count, 2);
    expect_text(profile.strip_beams.keep[1], "Dbgi");
    assert_false(with(f, "strip_beams: {}").strip_beams.compress);
    refuse(
        f, "strip_beams: {keep: [docs, Documentation]}", "3:32",
        "setting 'strip_beams': 'Documentation' cannot be the name of a chunk of a BEAM "
        "file",
        "a chunk's name has four characters: Dbgi, Docs");
    refuse(f, "strip_beams: {kep: [Docs]}", "3:19",
           "setting 'strip_beams': unknown option 'kep'",
           "the options are keep and compress");
    refuse(f, "strip_beams: some", "3:18",
           "setting 'strip_beams' must be true, false or options, not 'some'", NULL);
}

static void test_settings_that_name_applications(void **state)
{
    struct fixture *f = *state;
    struct profile profile = with(f, "overrides: {cowboy: ../cowboy}");
    expect_text(profile.overrides.items[0].name, "cowboy");
    expect_text(profile.overrides.items[0].path, "../cowboy");
    refuse(f, "overrides: {A: x}", "3:17",
           "setting 'overrides': 'A' cannot be the name of an application", NULL);
    refuse(f, "overrides: [x]", "3:16",
           "setting 'overrides' must be applications, each with a path, not a list",
           NULL);
    profile = with(f, "exclude_applications: [a, b]");
    assert_int_equal(profile.exclude_applications.count, 2);
    refuse(f, "exclude_applications: [a, B]", "3:31",
           "setting 'exclude_applications': 'B' cannot be the name of an application",
           NULL);
    profile = with(f, "exclude_modules: {a: [m, My.Mod], b: []}");
    assert_int_equal(profile.exclude_modules.count, 2);
    expect_text(profile.exclude_modules.items[0].modules.items[1].value, "My.Mod");
    refuse(f, "exclude_modules: {a: m}", "3:26",
           "setting 'exclude_modules' must be applications, each with a list of modules, "
           "not 'm'",
           NULL);
}

static void test_overlays(void **state)
{
    struct fixture *f = *state;
    struct profile profile =
        with(f, "overlays: [{copy: [a, b]}, {mkdir: c}, rel/files, {link: [d, e]}, "
                "{template: [f, g]}]");
    static const enum overlay_kind kinds[] = {OVERLAY_COPY, OVERLAY_MKDIR, OVERLAY_FOLDER,
                                              OVERLAY_LINK, OVERLAY_TEMPLATE};
    assert_int_equal(profile.overlays.count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(profile.overlays.items[i].kind, kinds[i]);
    expect_text(profile.overlays.items[0].from, "a");
    expect_text(profile.overlays.items[0].to, "b");
    expect_text(profile.overlays.items[1].from, NULL);
    expect_text(profile.overlays.items[1].to, "c");
    expect_text(profile.overlays.items[2].from, "rel/files");
    refuse(f, "overlays: [{copi: [a, b]}]", "3:17",
           "setting 'overlays': unknown overlay 'copi'", "did you mean 'copy'?");
    refuse(f, "overlays: [{copy: a}]", "3:23",
           "setting 'overlays': an overlay 'copy' wants two paths, [FROM, TO]", NULL);
    refuse(f, "overlays: [{mkdir: ''}]", "3:24", "setting 'overlays': the path is empty",
           NULL);
    refuse(f, "overlays: {copy: [a, b]}", "3:15",
           "setting 'overlays' must be a list of overlays, not a mapping", NULL);
    refuse(f, "overlays: [[a, b]]", "3:16",
           "setting 'overlays': an overlay is {copy: [FROM, TO]}, {link: [FROM, TO]}, "
           "{template: [FROM, TO]}, {mkdir: PATH} or the path of a folder, not a list",
           NULL);
}

static void test_overlay_vars(void **state)
{
    struct fixture *f = *state;
    struct profile profile = with(f, "overlay_vars: {port: 80, tls: yes, n: \"x y\"}");
    static const char *const values[] = {"80", "yes", "x y"};
    assert_int_equal(profile.overlay_vars.count, 3);
    for (size_t i = 0; i < 3; i++)
        expect_text(profile.overlay_vars.items[i].value, values[i]);
    refuse(f, "overlay_vars: {a-b: 1}", "3:20",
           "setting 'overlay_vars': 'a-b' cannot be the name of a variable", NULL);
    refuse(f, "overlay_vars: {a: [1]}", "3:23",
           "setting 'overlay_vars' must be names, each with text, not a list", NULL);
}

static void test_plugins(void **state)
{
    struct fixture *f = *state;
    struct profile profile = with(f, "plugins: [rel/a, {rel/b: [x, '1 2', 3]}]");
    assert_int_equal(profile.plugins.count, 2);
    expect_text(profile.plugins.items[0].path, "rel/a");
    expect_text(profile.plugins.items[1].path, "rel/b");
    assert_int_equal(profile.plugins.items[1].argument_count, 3);
    expect_text(profile.plugins.items[1].arguments[1], "1 2");
    assert_int_equal(profile.plugins.items[1].place.column, 23);
    refuse(f, "plugins: a", "3:14",
           "setting 'plugins' must be a list of programs, not 'a'", NULL);
    refuse(f, "plugins: [{a: b}]", "3:19",
           "setting 'plugins' must be a list of programs, not 'b'", NULL);
    refuse(f, "plugins: [[a]]", "3:15",
           "setting 'plugins': a plugin is PATH or {PATH: [ARGUMENT...]}, not a list",
           NULL);
    assert_int_equal(with(f, "plugin_timeout: 5").plugin_timeout.value, 5);
    refuse(f, "plugin_timeout: 0", "3:21",
           "setting 'plugin_timeout': 0 is not a number from 1 to 604800", NULL);
    refuse(f, "plugin_timeout: 99999999999999999999", "3:21",
           "setting 'plugin_timeout': 99999999999999999999 is not a number from 1 to "
           "604800",
           NULL);
    refuse(f, "plugin_timeout: soon", "3:21",
           "setting 'plugin_timeout' must be a number of seconds, not 'soon'", NULL);
}

static void test_plugins_of_an_environment_come_after(void **state)
{
    struct fixture *f = *state;
    struct profile profile;
    const char *text = "environments: {e: {plugins: [c]}}\n"
                       "releases: {a: {plugins: [a, b]}}\n";
    expect_success(f, load(f, text, &profile));
    assert_int_equal(profile.plugins.count, 3);
    expect_text(profile.plugins.items[0].path, "a");
    expect_text(profile.plugins.items[2].path, "c");
}

/* One line for each setting of a release. */
static const char *const one_of_each[] = {
    "version: \"1\"",
    "applications: [x]",
    "dev_mode: true",
    "include_erts: true",
    "include_system_libs: true",
    "include_src: true",
    "full_erts: true",
    "strip_debug_info: true",
    "strip_beams: {keep: [Docs]}",
    "compression: best",
    "no_dot_erlang: true",
    "vm_args: x",
    "remote_vm_args: x",
    "env_sh: x",
    "config: x",
    "config_at_boot: true",
    "sys_config: x",
    "cookie: x",
    "output_dir: x",
    "build_dir: x",
    "lib_dirs: [x]",
    "code_paths: [x]",
    "overrides: {x: x}",
    "exclude_applications: [x]",
    "exclude_modules: {x: [x]}",
    "erlang_root: x",
    "elixir_root: x",
    "included_configs: [x]",
    "runtime_config_path: x",
    "config_providers: [X]",
    "reboot_system_after_config: true",
    "validate_compile_env: false",
    "erl_opts: x",
    "run_erl_env: x",
    "pre_configure_hooks: x",
    "post_configure_hooks: x",
    "pre_start_hooks: x",
    "post_start_hooks: x",
    "pre_stop_hooks: x",
    "post_stop_hooks: x",
    "pre_upgrade_hooks: x",
    "post_upgrade_hooks: x",
    "status_hooks: x",
    "appup_transforms: [{purge: soft}]",
    "commands: {x: x}",
    "overlays: [x]",
    "overlay_vars: {x: x}",
    "plugins: [x]",
    "plugin_timeout: 1",
    "executable: true",
    "include_executables_for: [unix]",
};

static void test_executables_have_options(void **state)
{
    struct fixture *f = *state;
    struct profile profile = with(f, "executable: true");
    assert_true(profile.executable.set && profile.executable.enabled);
    assert_false(profile.executable.transient);
    profile = with(f, "executable: {transient: true}");
    assert_true(profile.executable.enabled && profile.executable.transient);
    profile = with(f, "executable: {enabled: false}");
    assert_true(profile.executable.set && !profile.executable.enabled);
    refuse(f, "executable: {transiet: true}", "3:18",
           "setting 'executable': unknown option 'transiet'",
           "the options are enabled and transient");
    refuse(f, "executable: sometimes", "3:17",
           "setting 'executable' must be true, false or options, not 'sometimes'", NULL);
}

static void test_systems_are_named(void **state)
{
    struct fixture *f = *state;
    struct profile profile = with(f, "include_executables_for: [windows]");
    assert_true(profile.include_executables_for.windows_scripts);
    assert_false(profile.include_executables_for.unix_scripts);
    refuse(f, "include_executables_for: [beos]", "3:31",
           "setting 'include_executables_for': unknown system 'beos'",
           "the systems are unix and windows");
}

/* Every setting can be set, is told from an unset one, and survives a merge. */
static void test_merge_covers_every_setting(void **state)
{
    struct fixture *f = *state;
    size_t count = sizeof one_of_each / sizeof *one_of_each;
    struct profile all, merged, nothing = {0};
    str text = STR("releases:\n  a:\n");
    for (size_t i = 0; i < count; i++)
        text = arena_printf(&f->arena, "%s    %s\n", text.ptr, one_of_each[i]);
    expect_success(f, load(f, text.ptr, &all));
    memset(&merged, 0, sizeof merged);
    merged.release = all.release;
    merged.environment = all.environment;
    merged.release_place = all.release_place;
    settings_merge(&f->arena, &merged, &all);
    assert_memory_equal(&merged, &all, sizeof all);
    settings_merge(&f->arena, &merged, &nothing);
    assert_memory_equal(&merged, &all, sizeof all);
    assert_int_equal(setting_count, 4 + count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_unknown_settings_come_with_the_nearest),
        TEST(test_settings_stand_where_they_belong),
        TEST(test_flags),
        TEST(test_paths),
        TEST(test_lists_of_paths),
        TEST(test_include_erts),
        TEST(test_versions_stay_as_they_are_written),
        TEST(test_versions_of_applications),
        TEST(test_bad_versions),
        TEST(test_applications),
        TEST(test_bad_applications),
        TEST(test_cookies),
        TEST(test_cookies_are_as_long_as_atoms),
        TEST(test_names_of_applications),
        TEST(test_arguments_of_providers_are_terms),
        TEST(test_transforms_are_purges_or_programs),
        TEST(test_commands_have_safe_names),
        TEST(test_executables_have_options),
        TEST(test_systems_are_named),
        TEST(test_strip_beams),
        TEST(test_settings_that_name_applications),
        TEST(test_overlays),
        TEST(test_overlay_vars),
        TEST(test_plugins),
        TEST(test_plugins_of_an_environment_come_after),
        TEST(test_merge_covers_every_setting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
