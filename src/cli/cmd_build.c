#include "cli/command.h"

#include "relc/base/fs.h"
#include "relc/base/json.h"
#include "relc/base/path.h"
#include "relc/base/pool.h"
#include "relc/build/build.h"
#include "relc/config/check.h"
#include "relc/image/cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
    {"env", "ENV", "environment to build for (default: default_environment)"},
    {"name", "NAME", "release to build (default: default_release)"},
    {"profile", "NAME:ENV", "both at once"},
    {"upgrade", NULL, "also make a hot upgrade from the version before"},
    {"upfrom", "VSN|TARBALL...",
     "make it from this version or package (may be repeated)"},
    {"delta", NULL, "also make a package of what those versions lack"},
    {"no-check", NULL, "build it even if `relc check` says that it will fail"},
    {"restart-emulator", NULL, "restart the emulator at the end of the upgrade"},
    {"dev", NULL, "link to the project's applications instead of copying them"},
    {"no-tar", NULL, "make the folder alone, no tarball"},
    {"tar-only", NULL, "make the tarball alone, no folder"},
    {"executable", NULL, "also make one file that unpacks itself and runs the release"},
    {"transient", NULL, "the executable removes what it unpacked when it is done"},
    {"vsn", "VSN", "the release's version"},
    {"erl", "FLAGS", "arguments of the virtual machine, as erl_opts"},
    {"run-erl-env", "ENV", "environment of run_erl, as run_erl_env"},
    {"output", "DIR", "the release's root folder"},
    {"no-cache", NULL, "neither use nor fill the cache of earlier builds"},
    {"json", NULL, "write what was built as one JSON document"},
    {"warnings-as-errors", NULL, "fail when there are warnings; nothing is written"},
    {"verbose", NULL, "say more"},
    {"quiet", NULL, "say only warnings and errors"},
    {"silent", NULL, "say only errors"},
    {NULL, NULL, NULL},
};

/* --upfrom, --delta and --restart-emulator are about an upgrade, and so ask for one. */
static int read_upgrade(struct arena *arena, const struct arguments *arguments,
                        struct build_upgrade *upgrade, struct err *err)
{
    upgrade->from = argument_all(arena, arguments, "upfrom", &upgrade->from_count);
    upgrade->delta = argument(arguments, "delta") != NULL;
    upgrade->unchecked = argument(arguments, "no-check") != NULL;
    upgrade->restart_emulator = argument(arguments, "restart-emulator") != NULL;
    upgrade->wanted = argument(arguments, "upgrade") || upgrade->from_count ||
                      upgrade->delta || upgrade->restart_emulator;
    if (upgrade->wanted && argument(arguments, "executable")) {
        err_set(err, ERR_USAGE, "'--executable' excludes '--upgrade' and its options");
        return err_hint(err, "an executable is a whole release; upgrades are for "
                             "releases that were unpacked for good");
    }
    if (upgrade->delta && argument(arguments, "no-tar"))
        return err_set(err, ERR_USAGE, "'--delta' and '--no-tar' exclude each other");
    return 0;
}

/* RELC_THREADS, else one for each processor; the bytes never depend on it. */
static int read_threads(size_t *threads, struct err *err)
{
    enum { THREADS_MAX = 256 };
    const char *text = getenv("RELC_THREADS");
    char *end;
    unsigned long count = text ? strtoul(text, &end, 10) : pool_processors();
    if (text && (*text < '0' || *text > '9' || *end || !count || count > THREADS_MAX)) {
        err_set(
            err, ERR_USAGE,
            "the environment variable RELC_THREADS is '%s', not a number from 1 to %d",
            text, THREADS_MAX);
        return -1;
    }
    *threads = count > 1 ? count : 0;
    return 0;
}

static int read_options(struct arena *arena, const struct arguments *arguments,
                        struct build_options *build, struct err *err)
{
    str folder;
    const char *output = argument(arguments, "output");
    if (arguments_profile(arena, arguments, &build->choice, err) != 0 ||
        read_upgrade(arena, arguments, &build->upgrade, err) != 0 ||
        fs_current_dir(arena, &folder, err) != 0)
        return -1;
    if (argument(arguments, "no-tar") && argument(arguments, "tar-only"))
        return err_set(err, ERR_USAGE, "'--no-tar' and '--tar-only' exclude each other");
    build->folder = folder.ptr;
    build->output = argument(arguments, "no-tar")     ? BUILD_NO_TAR
                    : argument(arguments, "tar-only") ? BUILD_TAR_ONLY
                                                      : BUILD_BOTH;
    if (read_threads(&build->threads, err) != 0)
        return -1;
    if (!argument(arguments, "no-cache"))
        build->cache_folder = cache_default_folder(arena);
    build->warnings_are_errors = argument(arguments, "warnings-as-errors") != NULL;
    if (argument(arguments, "dev"))
        build->choice.dev_mode = (struct setting_flag){.set = true, .value = true};
    build->choice.executable = argument(arguments, "executable") != NULL;
    build->choice.transient = argument(arguments, "transient") != NULL;
    if (output)
        build->choice.output_dir.value = path_join(arena, folder, str_of(output));
    build->choice.erl_opts.value = str_of(argument(arguments, "erl"));
    build->choice.run_erl_env.value = str_of(argument(arguments, "run-erl-env"));
    build->choice.version = str_of(argument(arguments, "vsn"));
    if (build->choice.version.ptr && check_version(build->choice.version, err) != 0) {
        err->kind = ERR_USAGE;
        return err_wrap(err, "option '--vsn'");
    }
    return 0;
}

static void print_package(struct arena *arena, str folder, const char *what, str path)
{
    if (path.ptr)
        printf("%s: %.*s\n", what, STR_ARG(path_relative_to(arena, path, folder)));
}

/* What to do with the release: the words that Distillery's users know. */
static void print_how_to_start(struct arena *arena, str folder,
                               const struct build_result *result)
{
    static const struct {
        const char *command;
        const char *what;
    } ways[] = {
        {"console", "start a shell, like 'iex -S mix'"},
        {"foreground", "start in the foreground, like 'mix run --no-halt'"},
        {"start", "start in the background, must be stopped with the 'stop' command"},
        {"remote_console", "connects a local shell to the running node"},
        {"attach", "connects directly to the running node's console"},
        {"help", "a complete listing of commands and their use"},
    };
    str root = path_relative_to(arena, result->output_dir, folder);
    printf("To start the release you have built, use one of the following commands:\n");
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        printf("    # %s\n    > %.*s/bin/%.*s %s\n", ways[i].what, STR_ARG(root),
               STR_ARG(result->name), ways[i].command);
}

static void print_result(struct arena *arena, str folder,
                         const struct build_result *result)
{
    printf("Release successfully built!\n");
    print_package(arena, folder, "Tarball", result->tarball);
    print_package(arena, folder, "Delta package", result->delta);
    print_package(arena, folder, "Executable", result->executable);
    if (result->output_dir.ptr)
        print_how_to_start(arena, folder, result);
}

/* Paths are absolute; what was not made is null. */
static void print_json(const struct build_result *result)
{
    const struct {
        const char *key;
        str value;
    } members[] = {
        {"release", result->name},      {"version", result->vsn},
        {"folder", result->output_dir}, {"tarball", result->tarball},
        {"delta", result->delta},       {"executable", result->executable},
    };
    json_t *document = json_object();
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        json_object_set_new(document, members[i].key, json_text(members[i].value));
    console_json(document);
}

static int build_run(struct arena *arena, const struct arguments *arguments,
                     struct console *console, struct err *err)
{
    struct build_options build = {0};
    struct build_result result;
    if (arguments_verbosity(arguments, console, err) != 0 ||
        read_options(arena, arguments, &build, err) != 0 ||
        build_release(arena, &build, &console->report, &result, err) != 0)
        return -1;
    if (argument(arguments, "json"))
        print_json(&result);
    else if (console->verbosity >= SAY_STEPS)
        print_result(arena, str_of(build.folder), &result);
    return 0;
}

const struct command command_build = {
    .name = "build",
    .summary = "Build a release: its folder and a tarball to deploy.",
    .usage = "",
    .options = options,
    .run = build_run,
};
