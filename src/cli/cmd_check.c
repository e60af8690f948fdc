#include "cli/command.h"

#include "relc/base/fs.h"
#include "relc/base/json.h"
#include "relc/base/path.h"
#include "relc/build/upgrade_check.h"

#include <stdio.h>

static const struct option options[] = {
    {"json", NULL, "write one JSON document"},
    {"warnings-as-errors", NULL, "fail when there are warnings"},
    {"env", "ENV", "environment of the versions named (default: default_environment)"},
    {"name", "NAME", "release that the versions are of (default: default_release)"},
    {"profile", "NAME:ENV", "both at once"},
    {NULL, NULL, NULL},
};

static const char *const severity_names[] = {
    [UPGRADE_ERROR] = "error", [UPGRADE_WARNING] = "warning", [UPGRADE_NOTE] = "note"};

enum { SEVERITIES = sizeof severity_names / sizeof *severity_names };

struct judgement {
    struct release_view old_view, new_view;
    struct upgrade_findings findings;
};

/* Names and code come from files: control characters must not reach the terminal. */
static void put(str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        putchar(c < ' ' || c == 0x7f ? '?' : c);
    }
}

/* Of an unpacked tarball the path in it, else as seen from the working folder. */
static str shown_file(struct arena *arena, const struct judgement *judgement,
                      const char *file)
{
    const struct release_view *views[] = {&judgement->old_view, &judgement->new_view};
    str folder, path = str_of(file);
    struct err ignored;
    for (size_t i = 0; i < sizeof views / sizeof *views; i++)
        if (views[i]->unpacked && str_starts(path, views[i]->root))
            return str_slice(path, views[i]->root.len + 1, path.len);
    err_init(&ignored);
    int status = fs_current_dir(arena, &folder, &ignored);
    err_release(&ignored);
    return status == 0 && str_starts(path, STR("/"))
               ? path_relative_to(arena, path, folder)
               : path;
}

/* "error: lib/a/server.ex:12: A.Server: MESSAGE [state_changed]" */
static void print_finding(struct arena *arena, const struct judgement *judgement,
                          const struct upgrade_finding *finding)
{
    printf("%s: ", severity_names[finding->kind->severity]);
    if (finding->file) {
        put(shown_file(arena, judgement, finding->file));
        if (finding->line)
            printf(":%u", finding->line);
        printf(": ");
    }
    if (finding->module.ptr) {
        put(finding->module);
        printf(": ");
    }
    put(finding->message);
    printf(" [%s]\n", finding->kind->name);
    if (finding->hint.ptr) {
        printf("  ");
        put(finding->hint);
        putchar('\n');
    }
}

static void print_count(size_t count, const char *what)
{
    printf("%zu %s%s", count, what, count == 1 ? "" : "s");
}

static void print_text(struct arena *arena, const struct judgement *judgement)
{
    const struct upgrade_findings *findings = &judgement->findings;
    const struct release *old_release = &judgement->old_view.release,
                         *new_release = &judgement->new_view.release;
    for (int severity = 0; severity < SEVERITIES; severity++)
        for (size_t i = 0; i < findings->count; i++)
            if ((int)findings->items[i].kind->severity == severity)
                print_finding(arena, judgement, &findings->items[i]);
    printf("%.*s %.*s -> %.*s: ", STR_ARG(new_release->name), STR_ARG(old_release->vsn),
           STR_ARG(new_release->vsn));
    for (int severity = 0; severity < SEVERITIES; severity++) {
        print_count(upgrade_findings_of(findings, (enum upgrade_severity)severity),
                    severity_names[severity]);
        printf(severity + 1 < SEVERITIES ? ", " : "\n");
    }
}

static json_t *finding_json(struct arena *arena, const struct judgement *judgement,
                            const struct upgrade_finding *finding)
{
    str file = {NULL, 0};
    if (finding->file)
        file = shown_file(arena, judgement, finding->file);
    json_t *object = json_object();
    json_object_set_new(object, "severity",
                        json_text(str_of(severity_names[finding->kind->severity])));
    json_object_set_new(object, "code", json_text(str_of(finding->kind->name)));
    json_object_set_new(object, "application", json_text(finding->app));
    json_object_set_new(object, "module", json_text(finding->module));
    json_object_set_new(object, "file", json_text(file));
    json_object_set_new(object, "line",
                        finding->line ? json_integer(finding->line) : json_null());
    json_object_set_new(object, "message", json_text(finding->message));
    json_object_set_new(object, "hint", json_text(finding->hint));
    return object;
}

static json_t *counted(const struct upgrade_findings *findings,
                       enum upgrade_severity severity)
{
    return json_integer((json_int_t)upgrade_findings_of(findings, severity));
}

static void print_json(struct arena *arena, const struct judgement *judgement)
{
    const struct upgrade_findings *findings = &judgement->findings;
    json_t *document = json_object(), *list = json_array();
    for (size_t i = 0; i < findings->count; i++)
        json_array_append_new(list, finding_json(arena, judgement, &findings->items[i]));
    json_object_set_new(document, "release", json_text(judgement->new_view.release.name));
    json_object_set_new(document, "from", json_text(judgement->old_view.release.vsn));
    json_object_set_new(document, "to", json_text(judgement->new_view.release.vsn));
    json_object_set_new(document, "errors", counted(findings, UPGRADE_ERROR));
    json_object_set_new(document, "warnings", counted(findings, UPGRADE_WARNING));
    json_object_set_new(document, "notes", counted(findings, UPGRADE_NOTE));
    json_object_set_new(document, "findings", list);
    console_json(document);
}

static int open_and_judge(struct arena *arena, const struct arguments *arguments,
                          struct judgement *judgement, struct err *err)
{
    struct build_options build = {0};
    if (arguments_project(arena, arguments, &build, err) != 0)
        return -1;
    if (upgrade_release_open(arena, &build, arguments->words[0], &judgement->old_view,
                             err) != 0 ||
        upgrade_release_open(arena, &build, arguments->words[1], &judgement->new_view,
                             err) != 0)
        return -1;
    return upgrade_check_views(arena, &judgement->old_view, &judgement->new_view,
                               &judgement->findings, err);
}

static int give_verdict(const struct arguments *arguments,
                        const struct judgement *judgement, struct err *err)
{
    size_t errors = upgrade_findings_of(&judgement->findings, UPGRADE_ERROR);
    size_t warnings = upgrade_findings_of(&judgement->findings, UPGRADE_WARNING);
    if (errors)
        return err_set(err, ERR_INPUT, "the upgrade will go wrong: %zu error%s", errors,
                       errors == 1 ? "" : "s");
    if (warnings && argument(arguments, "warnings-as-errors"))
        return err_set(err, ERR_INPUT,
                       "%zu warning%s, which --warnings-as-errors makes an error",
                       warnings, warnings == 1 ? "" : "s");
    return 0;
}

static int check_run(struct arena *arena, const struct arguments *arguments,
                     struct console *console, struct err *err)
{
    struct judgement judgement = {0};
    (void)console;
    if (arguments->word_count != 2) {
        err_set(err, ERR_USAGE, "two releases are needed, the old and the new one");
        return err_hint(err, "relc check OLD NEW, each a folder, a tarball, FOLDER:VSN, "
                             "or a version that was built here");
    }
    int status = open_and_judge(arena, arguments, &judgement, err);
    if (status == 0 && argument(arguments, "json"))
        print_json(arena, &judgement);
    else if (status == 0)
        print_text(arena, &judgement);
    release_view_close(&judgement.old_view);
    release_view_close(&judgement.new_view);
    return status == 0 ? give_verdict(arguments, &judgement, err) : -1;
}

const struct command command_check = {
    .name = "check",
    .summary = "Judge a hot upgrade from one release to another, without running it.",
    .usage = "OLD NEW",
    .max_words = 2,
    .options = options,
    .run = check_run,
};
