#include "cli/command.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/config/init.h"
#include "relc/config/migrate.h"
#include "relc/template/builtin.h"

#include <stdio.h>

static const struct option options[] = {
    {"name", "NAME", "the release's name (default: that of the application)"},
    {"from", "FILE",
     "what to move over (default: rel/config.exs, mix.exs, rebar.config)"},
    {"template", "FILE", "template for rel/config.yaml, in place of relc's own"},
    {"no-doc", NULL, "leave out the comments"},
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

static int write_checked(const struct arguments *arguments, const struct output *outputs,
                         size_t count, const struct console *console, struct err *err)
{
    if (!argument(arguments, "force") && refuse_to_overwrite(outputs, count, err) != 0)
        return -1;
    return write_outputs(outputs, count, console, err);
}

/* The configuration of another release builder as relc's. */
static int write_migration(struct arena *arena, const struct arguments *arguments,
                           const struct migration *migration,
                           const struct console *console, struct err *err)
{
    size_t count = migration->file_count + 1;
    struct output *outputs = arena_array(arena, count, sizeof *outputs);
    outputs[0] = (struct output){"rel/config.yaml", migration->config};
    for (size_t i = 1; i < count; i++)
        outputs[i] = (struct output){migration->files[i - 1].path.ptr,
                                     migration->files[i - 1].content};
    report_say(&console->report, REPORT_STEP, "Moving over what %.*s says of %s",
               STR_ARG(migration->source), migrate_kind_name(migration->kind));
    if (write_checked(arguments, outputs, count, console, err) != 0)
        return -1;
    if (migration->notes)
        report_say(&console->report, REPORT_WARNING,
                   "%zu thing%s could not be carried over: look for '%.*s:' in "
                   "rel/config.yaml",
                   migration->notes, migration->notes == 1 ? "" : "s",
                   STR_ARG(migration->source));
    return 0;
}

/* A configuration that fits the project. */
static int write_new(struct arena *arena, const struct arguments *arguments,
                     const struct project *project, const struct console *console,
                     struct err *err)
{
    const struct init_options wanted = {
        .name = str_of(argument(arguments, "name")),
        .template_file = argument(arguments, "template"),
        .without_comments = argument(arguments, "no-doc") != NULL,
    };
    struct buf text;
    buf_init(&text);
    int result = init_config_text(arena, project, &wanted, &text, err);
    str config = arena_str(arena, buf_view(&text));
    buf_release(&text);
    const struct output outputs[] = {
        {"rel/config.yaml", config},
        {"rel/vm.args", builtin_get("release/vm.args")},
    };
    size_t count = sizeof outputs / sizeof *outputs;
    return result != 0 ? -1 : write_checked(arguments, outputs, count, console, err);
}

static int init_run(struct arena *arena, const struct arguments *arguments,
                    struct console *console, struct err *err)
{
    struct project project;
    struct migration migration = {0};
    str folder;
    const char *from = argument(arguments, "from"), *name = argument(arguments, "name");
    /* These are about a new configuration, not about one that is moved over. */
    bool fresh = name || argument(arguments, "template") || argument(arguments, "no-doc");
    if (from && fresh)
        return err_set(err, ERR_USAGE,
                       "'--from' excludes '--name', '--template' and '--no-doc'");
    if (arguments_verbosity(arguments, console, err) != 0 ||
        fs_current_dir(arena, &folder, err) != 0 ||
        project_detect(arena, folder.ptr, &project, err) != 0)
        return -1;
    report_say(&console->report, REPORT_STEP, "Found %s in %.*s",
               project_kind_name(project.kind), STR_ARG(folder));
    if (!fresh && migrate_project(arena, &project, from, &migration, err) != 0)
        return -1;
    int result = migration.kind != MIGRATE_NONE
                     ? write_migration(arena, arguments, &migration, console, err)
                     : write_new(arena, arguments, &project, console, err);
    if (result == 0 && console->verbosity >= SAY_STEPS)
        printf("Review rel/config.yaml, then run `relc build` to build the release\n");
    return result;
}

const struct command command_init = {
    .name = "init",
    .summary = "Write rel/config.yaml for the project in this folder, or move it over.",
    .usage = "",
    .options = options,
    .run = init_run,
};
