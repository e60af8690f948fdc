#include "cli/command.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/build/clean.h"
#include "relc/image/cache.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct option options[] = {
    {"env", "ENV", "environment that was built for (default: default_environment)"},
    {"name", "NAME", "release to clean (default: all of the file)"},
    {"profile", "NAME:ENV", "both at once"},
    {"old", NULL, "remove all versions but the last one instead"},
    {"implode", NULL, "remove the output folder with all that is in it"},
    {"cache", NULL, "empty the cache of all builds instead, without asking"},
    {"yes", NULL, "do not ask"},
    {"output", "DIR", "the release's root folder"},
    {"verbose", NULL, "say more"},
    {"quiet", NULL, "say only warnings and errors"},
    {"silent", NULL, "say only errors"},
    {NULL, NULL, NULL},
};

static int read_options(struct arena *arena, const struct arguments *arguments,
                        struct clean_options *clean, struct err *err)
{
    str folder;
    const char *output = argument(arguments, "output");
    if (arguments_profile(arena, arguments, &clean->choice, err) != 0 ||
        fs_current_dir(arena, &folder, err) != 0)
        return -1;
    if (argument(arguments, "old") && argument(arguments, "implode"))
        return err_set(err, ERR_USAGE, "'--old' and '--implode' exclude each other");
    clean->folder = folder.ptr;
    clean->extent = argument(arguments, "implode") ? CLEAN_ALL
                    : argument(arguments, "old")   ? CLEAN_OLD
                                                   : CLEAN_LAST;
    if (output)
        clean->choice.output_dir.value = path_join(arena, folder, str_of(output));
    return 0;
}

/* Everything is decided before anything goes. */
static int decide(struct arena *arena, struct clean_options *clean,
                  struct cleaning **cleanings, size_t *count, struct err *err)
{
    struct names names = {&clean->choice.release, 1};
    if (!clean->choice.release.ptr && clean_releases(arena, clean, &names, err) != 0)
        return -1;
    *cleanings = arena_array(arena, names.count, sizeof **cleanings);
    for (*count = 0; *count < names.count; ++*count) {
        clean->choice.release = names.items[*count];
        if (clean_decide(arena, clean, &(*cleanings)[*count], err) != 0)
            return -1;
    }
    return 0;
}

/* The paths that go, one a line; how many they are. */
static size_t print_paths(struct arena *arena, str folder,
                          const struct cleaning *cleaning, const struct console *console)
{
    const struct report *report = &console->report;
    str root = cleaning->root;
    for (size_t i = 0; i < cleaning->versions.count; i++)
        report_say(report, REPORT_STEP, "Removing release %.*s:%.*s",
                   STR_ARG(cleaning->profile.release),
                   STR_ARG(cleaning->versions.items[i]));
    if (root.ptr && cleaning->extent == CLEAN_ALL) {
        report_say(report, REPORT_STEP, "Removing all of release %.*s",
                   STR_ARG(cleaning->profile.release));
        report_say(report, REPORT_NOTE, "%.*s",
                   STR_ARG(path_relative_to(arena, root, folder)));
        return 1;
    }
    for (size_t i = 0; i < cleaning->paths.count; i++)
        report_say(report, REPORT_NOTE, "%.*s",
                   STR_ARG(path_relative_to(
                       arena, path_join(arena, root, cleaning->paths.items[i]), folder)));
    if (cleaning->next.ptr)
        report_say(report, REPORT_STEP, "%.*s:%.*s is the last one then",
                   STR_ARG(cleaning->profile.release), STR_ARG(cleaning->next));
    return cleaning->paths.count;
}

/* Only "y" and "yes" are a yes. */
static bool ask(void)
{
    char answer[16];
    fputs("Remove this? [y/N] ", stderr);
    fflush(stderr);
    if (!fgets(answer, sizeof answer, stdin))
        return false;
    str word = str_trim(str_of(answer));
    return str_eqz(word, "y") || str_eqz(word, "Y") || str_eqz(word, "yes");
}

/* Nobody has to be asked: what is gone is made again. */
static int empty_cache(struct arena *arena, const struct arguments *arguments,
                       const struct console *console, struct err *err)
{
    static const char *const others[] = {"env", "name",    "profile",
                                         "old", "implode", "output"};
    uint64_t freed = 0;
    const char *folder = cache_default_folder(arena);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (argument(arguments, others[i]))
            return err_set(err, ERR_USAGE, "'--cache' and '--%s' exclude each other",
                           others[i]);
    if (folder && cache_clear(folder, &freed, err) != 0)
        return -1;
    if (freed)
        report_say(&console->report, REPORT_STEP,
                   "Removed %" PRIu64 " KiB of cache in %s", (freed + 1023) / 1024,
                   folder);
    else
        report_say(&console->report, REPORT_STEP, "There is nothing to remove");
    return 0;
}

static int clean_command(struct arena *arena, const struct arguments *arguments,
                         struct console *console, struct err *err)
{
    struct clean_options clean = {0};
    struct cleaning *cleanings;
    size_t count, paths = 0;
    if (arguments_verbosity(arguments, console, err) != 0)
        return -1;
    if (argument(arguments, "cache"))
        return empty_cache(arena, arguments, console, err);
    if (read_options(arena, arguments, &clean, err) != 0 ||
        decide(arena, &clean, &cleanings, &count, err) != 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        paths += print_paths(arena, str_of(clean.folder), &cleanings[i], console);
    if (!paths) {
        report_say(&console->report, REPORT_STEP, "There is nothing to remove");
        return 0;
    }
    if (!argument(arguments, "yes") && !isatty(STDIN_FILENO)) {
        err_set(err, ERR_USAGE, "nothing was removed: there is no terminal to ask on");
        return err_hint(err, "add --yes if all of this may go");
    }
    if (!argument(arguments, "yes") && !ask()) {
        report_say(&console->report, REPORT_STEP, "Nothing was removed");
        return 0;
    }
    for (size_t i = 0; i < count; i++)
        if (cleanings[i].root.ptr &&
            clean_run(arena, &cleanings[i], &console->report, err) != 0)
            return -1;
    return 0;
}

const struct command command_clean = {
    .name = "clean",
    .summary = "Remove releases that were built: the last version, old ones, or all.",
    .usage = "",
    .options = options,
    .run = clean_command,
};
