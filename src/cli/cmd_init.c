#include "cli/command.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/config/init.h"
#include "relc/template/builtin.h"

#include <stdio.h>

static const struct option options[] = {
    {"name", "NAME", "the release's name (default: that of the application)"},
    {"force", NULL, "overwrite files that are there"},
    {"verbose", NULL, "say more"},
    {"quiet", NULL, "say only warnings and errors"},
    {"silent", NULL, "say only errors"},
    {NULL, NULL, NULL},
};

/* A file to be written. */
struct output {
    const char *path; /* below the project's folder */
    str content;
};

static int refuse_to_overwrite(const struct output *outputs, size_t count,
                               struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        if (!fs_is_file(outputs[i].path))
            continue;
        err_set(err, ERR_INPUT, "'%s' is there already, nothing was written",
                outputs[i].path);
        return err_hint(err, "edit it, or use --force to write it anew");
    }
    return 0;
}

static int write_outputs(const struct output *outputs, size_t count,
                         const struct console *console, struct err *err)
{
    if (fs_mkdirs("rel", err) != 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (fs_write_file(outputs[i].path, outputs[i].content, 0644, err) != 0)
            return -1;
        report_say(&console->report, REPORT_STEP, "Wrote %s", outputs[i].path);
    }
    return 0;
}

static int init_run(struct arena *arena, const struct arguments *arguments,
                    struct console *console, struct err *err)
{
    struct project project;
    struct buf text;
    str folder, name = str_of(argument(arguments, "name"));
    if (arguments_verbosity(arguments, console, err) != 0 ||
        fs_current_dir(arena, &folder, err) != 0 ||
        project_detect(arena, folder.ptr, &project, err) != 0)
        return -1;
    report_say(&console->report, REPORT_STEP, "Found %s in %.*s",
               project_kind_name(project.kind), STR_ARG(folder));
    buf_init(&text);
    int result = init_config_text(arena, &project, name, &text, err);
    str config = arena_str(arena, buf_view(&text));
    buf_release(&text);
    const struct output outputs[] = {
        {"rel/config.yaml", config},
        {"rel/vm.args", builtin_get("release/vm.args")},
    };
    size_t count = sizeof outputs / sizeof *outputs;
    if (result != 0 ||
        (!argument(arguments, "force") &&
         refuse_to_overwrite(outputs, count, err) != 0) ||
        write_outputs(outputs, count, console, err) != 0)
        return -1;
    if (console->verbosity >= SAY_STEPS)
        printf("Review rel/config.yaml, then run `relc build` to build the release\n");
    return 0;
}

const struct command command_init = {
    .name = "init",
    .summary = "Write rel/config.yaml and rel/vm.args for the project in this folder.",
    .usage = "",
    .options = options,
    .run = init_run,
};
