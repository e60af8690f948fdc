#include "cli/command.h"

#include "relc/base/json.h"
#include "relc/build/inspect.h"

#include <stdio.h>

static const struct option options[] = {
    {"json", NULL, "write one JSON document"},
    {"env", "ENV", "environment of a version named (default: default_environment)"},
    {"name", "NAME", "release that the version is of (default: default_release)"},
    {"profile", "NAME:ENV", "both at once"},
    {NULL, NULL, NULL},
};

static double megabytes(uint64_t size)
{
    return (double)size / (1024 * 1024);
}

static void print_names(const char *what, const struct names *names)
{
    if (names->count)
        printf("%s", what);
    for (size_t i = 0; i < names->count; i++)
        printf("%s%.*s", i ? ", " : "", STR_ARG(names->items[i]));
    if (names->count)
        putchar('\n');
}

static void print_text(const struct inspection *inspection)
{
    const struct release_view *view = inspection->view;
    const struct release *release = &view->release;
    printf("Release:      %.*s %.*s\n", STR_ARG(release->name), STR_ARG(release->vsn));
    printf("ERTS:         %.*s, ", STR_ARG(release->erts_vsn));
    if (view->has_erts)
        printf("%.1f MB\n", megabytes(inspection->erts_size));
    else
        printf("not included\n");
    if (inspection->otp.ptr)
        printf("OTP:          %.*s\n", STR_ARG(inspection->otp));
    if (view->elixir_vsn.len)
        printf("Elixir:       %.*s\n", STR_ARG(view->elixir_vsn));
    printf("Size:         %.1f MB, %zu files\n", megabytes(inspection->size),
           inspection->files);
    if (inspection->kind.ptr)
        printf("Package:      %.*s\n", STR_ARG(inspection->kind));
    print_names("Upgrades:     from ", &inspection->up);
    print_names("Downgrades:   to ", &inspection->down);
    printf("Applications:\n");
    for (size_t i = 0; i < inspection->app_count; i++) {
        const struct inspected_app *app = &inspection->apps[i];
        printf("  %-24.*s %-12.*s %-10s %6.1f MB\n", STR_ARG(app->name),
               STR_ARG(app->vsn), start_type_name(app->type), megabytes(app->size));
    }
}

static json_t *number(uint64_t value)
{
    return json_integer((json_int_t)value);
}

static json_t *names_json(const struct names *names)
{
    json_t *list = json_array();
    for (size_t i = 0; i < names->count; i++)
        json_array_append_new(list, json_text(names->items[i]));
    return list;
}

static json_t *apps_json(const struct inspection *inspection)
{
    json_t *list = json_array();
    for (size_t i = 0; i < inspection->app_count; i++) {
        const struct inspected_app *app = &inspection->apps[i];
        json_t *object = json_object();
        json_object_set_new(object, "name", json_text(app->name));
        json_object_set_new(object, "version", json_text(app->vsn));
        json_object_set_new(object, "type",
                            json_text(str_of(start_type_name(app->type))));
        json_object_set_new(object, "size", number(app->size));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *document(const struct inspection *inspection)
{
    const struct release_view *view = inspection->view;
    const str none = {NULL, 0};
    json_t *object = json_object(), *erts = json_object(), *relup = json_null();
    json_object_set_new(erts, "version", json_text(view->release.erts_vsn));
    json_object_set_new(erts, "included", json_boolean(view->has_erts));
    json_object_set_new(erts, "size", number(inspection->erts_size));
    if (inspection->has_relup) {
        relup = json_object();
        json_object_set_new(relup, "up_from", names_json(&inspection->up));
        json_object_set_new(relup, "down_to", names_json(&inspection->down));
    }
    json_object_set_new(object, "name", json_text(view->release.name));
    json_object_set_new(object, "version", json_text(view->release.vsn));
    json_object_set_new(object, "erts", erts);
    json_object_set_new(object, "otp", json_text(inspection->otp));
    json_object_set_new(object, "elixir",
                        json_text(view->elixir_vsn.len ? view->elixir_vsn : none));
    json_object_set_new(object, "size", number(inspection->size));
    json_object_set_new(object, "files", number(inspection->files));
    json_object_set_new(object, "package", json_text(inspection->kind));
    json_object_set_new(object, "relup", relup);
    json_object_set_new(object, "applications", apps_json(inspection));
    return object;
}

static int inspect_run(struct arena *arena, const struct arguments *arguments,
                       struct console *console, struct err *err)
{
    struct build_options build = {0};
    struct release_view view = {0};
    struct inspection inspection;
    (void)console;
    if (!arguments->word_count) {
        err_set(err, ERR_USAGE, "no release is given");
        return err_hint(err, "relc inspect RELEASE: a folder, a tarball, FOLDER:VSN, or "
                             "a version that was built here");
    }
    if (arguments_project(arena, arguments, &build, err) != 0)
        return -1;
    int status =
        inspect_named(arena, &build, arguments->words[0], &view, &inspection, err);
    if (status == 0 && argument(arguments, "json"))
        console_json(document(&inspection));
    else if (status == 0)
        print_text(&inspection);
    release_view_close(&view);
    return status;
}

const struct command command_inspect = {
    .name = "inspect",
    .summary = "Tell what is in a release: a folder or a tarball.",
    .usage = "RELEASE",
    .max_words = 1,
    .options = options,
    .run = inspect_run,
};
