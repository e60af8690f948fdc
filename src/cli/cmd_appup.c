#include "cli/command.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/build/build.h"

#include <stdio.h>
#include <string.h>

static const struct option options[] = {
    {"upfrom", "VSN|TARBALL", "the version to upgrade from (default: the one before)"},
    {"output", "FILE", "where to write it; - is standard output"},
    {"force", NULL, "overwrite the file"},
    {"env", "ENV", "environment to build for (default: default_environment)"},
    {"name", "NAME", "release that has the application (default: default_release)"},
    {"profile", "NAME:ENV", "both at once"},
    {"verbose", NULL, "say more"},
    {"quiet", NULL, "say only warnings and errors"},
    {"silent", NULL, "say only errors"},
    {NULL, NULL, NULL},
};

/* Where relc build looks for it. */
static str default_file(struct arena *arena, const char *app,
                        const struct build_appup *appup)
{
    return arena_printf(arena, "rel/appups/%s/%.*s_to_%.*s.appup", app,
                        STR_ARG(appup->from), STR_ARG(appup->to));
}

static int write_appup(struct arena *arena, const struct arguments *arguments,
                       const struct build_appup *appup, struct console *console,
                       struct err *err)
{
    const char *output = argument(arguments, "output");
    if (output && strcmp(output, "-") == 0) {
        fwrite(appup->text.ptr, 1, appup->text.len, stdout);
        return 0;
    }
    str file = output ? str_of(output) : default_file(arena, arguments->words[0], appup);
    if (fs_is_file(file.ptr) && !argument(arguments, "force")) {
        err_set(err, ERR_INPUT, "'%s' is there already, nothing was written", file.ptr);
        return err_hint(err, "edit it, or use --force to write it anew");
    }
    if (fs_mkdirs(path_dirname(arena, file).ptr, err) != 0 ||
        fs_write_file(file.ptr, appup->text, 0644, err) != 0)
        return -1;
    report_say(&console->report, REPORT_STEP, "Wrote %s", file.ptr);
    return 0;
}

static int appup_run(struct arena *arena, const struct arguments *arguments,
                     struct console *console, struct err *err)
{
    struct build_options build = {0};
    struct build_appup appup;
    const char *from = argument(arguments, "upfrom");
    str folder;
    if (!arguments->word_count) {
        err_set(err, ERR_USAGE, "no application is given");
        return err_hint(err, "name the application to upgrade: relc appup APP");
    }
    if (arguments_verbosity(arguments, console, err) != 0 ||
        arguments_profile(arena, arguments, &build.choice, err) != 0 ||
        fs_current_dir(arena, &folder, err) != 0)
        return -1;
    build.folder = folder.ptr;
    build.upgrade =
        (struct build_upgrade){.wanted = true, .from = &from, .from_count = from != NULL};
    if (build_appup(arena, &build, arguments->words[0], &console->report, &appup, err) !=
        0)
        return -1;
    return write_appup(arena, arguments, &appup, console, err);
}

const struct command command_appup = {
    .name = "appup",
    .summary = "Write the appup of an application, to edit and keep in rel/appups/.",
    .usage = "APP",
    .max_words = 1,
    .options = options,
    .run = appup_run,
};
