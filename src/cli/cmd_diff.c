#include "cli/command.h"

#include "relc/base/json.h"
#include "relc/build/diff.h"

#include <stdio.h>

static const struct option options[] = {
    {"json", NULL, "write one JSON document"},
    {"env", "ENV", "environment of the versions named (default: default_environment)"},
    {"name", "NAME", "release that the versions are of (default: default_release)"},
    {"profile", "NAME:ENV", "both at once"},
    {NULL, NULL, NULL},
};

struct comparison {
    struct release_view views[2];
    struct inspection inspections[2];
    struct diff diff;
};

static const char *const marks[] = {
    [DIFF_ADDED] = "+", [DIFF_REMOVED] = "-", [DIFF_CHANGED] = "~"};

static void print_change(const struct diff_item *item)
{
    if (item->from.ptr)
        printf(" %.*s", STR_ARG(item->from));
    if (item->from.ptr && item->to.ptr)
        printf(" ->");
    if (item->to.ptr)
        printf(" %.*s", STR_ARG(item->to));
    putchar('\n');
}

/* An application has its line first, also when only something in it changed. */
static void print_item(const struct diff_item *item, const struct diff_item *before)
{
    static const char *const kinds[] = {[DIFF_ERTS] = "ERTS",
                                        [DIFF_APP] = "",
                                        [DIFF_MODULE] = "module ",
                                        [DIFF_CONFIG] = "setting ",
                                        [DIFF_FILE] = "file "};
    bool first = !before || !str_eq(before->app, item->app);
    if (item->app.ptr && first && item->what != DIFF_APP)
        printf("~ %.*s\n", STR_ARG(item->app));
    if (item->what == DIFF_APP || item->what == DIFF_ERTS)
        printf("%s %s%.*s", marks[item->change], kinds[item->what], STR_ARG(item->app));
    else
        printf("%s%s %s%.*s", item->app.ptr ? "    " : "", marks[item->change],
               kinds[item->what], STR_ARG(item->name));
    print_change(item);
}

static void print_text(const struct comparison *comparison)
{
    const struct release *from = &comparison->views[0].release,
                         *to = &comparison->views[1].release;
    const struct diff *diff = &comparison->diff;
    printf("%.*s %.*s -> %.*s %.*s\n", STR_ARG(from->name), STR_ARG(from->vsn),
           STR_ARG(to->name), STR_ARG(to->vsn));
    for (size_t i = 0; i < diff->count; i++)
        print_item(&diff->items[i], i ? &diff->items[i - 1] : NULL);
    if (!diff->count)
        printf("no difference\n");
}

static json_t *item_json(const struct diff_item *item)
{
    static const char *const whats[] = {[DIFF_ERTS] = "erts",
                                        [DIFF_APP] = "application",
                                        [DIFF_MODULE] = "module",
                                        [DIFF_CONFIG] = "setting",
                                        [DIFF_FILE] = "file"};
    static const char *const changes[] = {
        [DIFF_ADDED] = "added", [DIFF_REMOVED] = "removed", [DIFF_CHANGED] = "changed"};
    json_t *object = json_object();
    json_object_set_new(object, "what", json_text(str_of(whats[item->what])));
    json_object_set_new(object, "change", json_text(str_of(changes[item->change])));
    json_object_set_new(object, "application", json_text(item->app));
    json_object_set_new(object, "name", json_text(item->name));
    json_object_set_new(object, "from", json_text(item->from));
    json_object_set_new(object, "to", json_text(item->to));
    return object;
}

static json_t *release_json(const struct release *release)
{
    json_t *object = json_object();
    json_object_set_new(object, "name", json_text(release->name));
    json_object_set_new(object, "version", json_text(release->vsn));
    return object;
}

static json_t *document(const struct comparison *comparison)
{
    json_t *object = json_object(), *list = json_array();
    for (size_t i = 0; i < comparison->diff.count; i++)
        json_array_append_new(list, item_json(&comparison->diff.items[i]));
    json_object_set_new(object, "from", release_json(&comparison->views[0].release));
    json_object_set_new(object, "to", release_json(&comparison->views[1].release));
    json_object_set_new(object, "differences", list);
    return object;
}

static int compare(struct arena *arena, const struct arguments *arguments,
                   struct comparison *comparison, struct err *err)
{
    struct build_options build = {0};
    if (arguments_project(arena, arguments, &build, err) != 0)
        return -1;
    for (int i = 0; i < 2; i++)
        if (inspect_named(arena, &build, arguments->words[i], &comparison->views[i],
                          &comparison->inspections[i], err) != 0)
            return -1;
    return diff_releases(arena, &comparison->inspections[0], &comparison->inspections[1],
                         &comparison->diff, err);
}

static int diff_run(struct arena *arena, const struct arguments *arguments,
                    struct console *console, struct err *err)
{
    struct comparison comparison = {0};
    (void)console;
    if (arguments->word_count != 2) {
        err_set(err, ERR_USAGE, "two releases are needed, the old and the new one");
        return err_hint(err, "relc diff OLD NEW, each a folder, a tarball, FOLDER:VSN, "
                             "or a version that was built here");
    }
    int status = compare(arena, arguments, &comparison, err);
    if (status == 0 && argument(arguments, "json"))
        console_json(document(&comparison));
    else if (status == 0)
        print_text(&comparison);
    release_view_close(&comparison.views[0]);
    release_view_close(&comparison.views[1]);
    return status;
}

const struct command command_diff = {
    .name = "diff",
    .summary = "Tell what changed between two releases.",
    .usage = "OLD NEW",
    .max_words = 2,
    .options = options,
    .run = diff_run,
};
