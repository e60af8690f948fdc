#include "relc/build/build.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/build/assemble.h"
#include "relc/build/plugins.h"
#include "relc/image/sink.h"

#include <unistd.h>

static const char config_name[] = "rel/config.yaml";

struct builder {
    struct arena *arena;
    const struct build_options *options;
    const struct report *report; /* the caller's */
    struct report counting;      /* passes on to it and counts warnings */
    size_t warnings;
    struct project project;
    struct profile profile;
    struct plan plan;
    struct assembly assembly;
    int64_t seconds; /* modification time of all that is written */
    struct err *err;
};

/* Whoever is in a folder of the project is told which one is meant. */
static int hint_at_project(struct builder *builder)
{
    struct arena *arena = builder->arena;
    for (str folder = path_dirname(arena, builder->project.root); folder.len > 1;
         folder = path_dirname(arena, folder))
        if (fs_is_file(path_join(arena, folder, str_of(config_name)).ptr))
            return err_hint(builder->err, "run relc in '%s', which has one", folder.ptr);
    return err_hint(builder->err, "run `relc init` in the project's folder first");
}

static int load_settings(struct builder *builder)
{
    struct arena *arena = builder->arena;
    if (project_detect(arena, builder->options->folder, &builder->project,
                       builder->err) != 0)
        return -1;
    str file = path_join(arena, str_of(builder->options->folder), str_of(config_name));
    if (!fs_is_file(file.ptr)) {
        err_set(builder->err, ERR_INPUT, "there is no '%s' in '%.*s'", config_name,
                STR_ARG(builder->project.root));
        return hint_at_project(builder);
    }
    /* Messages name it as its user does, from the folder that is worked in. */
    str here;
    if (fs_current_dir(arena, &here, builder->err) != 0)
        return -1;
    return profile_load(arena, path_relative_to(arena, file, here).ptr,
                        &builder->options->choice, &builder->profile, builder->err);
}

/* "lib/a-1/ebin/a.app" and the rest say nothing here: --verbose shows the decisions. */
static void report_plan(const struct builder *builder)
{
    const struct plan *plan = &builder->plan;
    for (size_t i = 0; i < plan->release.app_count; i++) {
        const struct rel_app *app = &plan->release.apps[i];
        const char *type = start_type_name(app->type);
        report_say(builder->report, REPORT_DETAIL, "application %.*s-%.*s%s%s from %s",
                   STR_ARG(app->app->name), STR_ARG(app->app->vsn), type ? " " : "",
                   type ? type : "",
                   app->app->dir ? app->app->dir : plan->consolidated_dir);
    }
    report_say(builder->report, REPORT_DETAIL, "output in %.*s",
               STR_ARG(plan->output_dir));
}

/* Counts what the caller may want to fail on. */
static void count_warnings(void *context, enum report_level level, str text)
{
    struct builder *builder = context;
    builder->warnings += level == REPORT_WARNING;
    if (builder->report)
        builder->report->emit(builder->report->context, level, text);
}

static int check_warnings(const struct builder *builder)
{
    if (!builder->options->warnings_are_errors || !builder->warnings)
        return 0;
    return err_set(builder->err, ERR_INPUT,
                   "%zu warning%s, which --warnings-as-errors makes an error",
                   builder->warnings, builder->warnings == 1 ? "" : "s");
}

static int check_output(struct builder *builder)
{
    if (!builder->plan.dev_mode || builder->options->output != BUILD_TAR_ONLY)
        return 0;
    err_set(builder->err, ERR_USAGE,
            "--tar-only makes no sense in dev_mode, which "
            "links to the project instead of copying");
    return err_hint(builder->err, "choose another environment with --env");
}

static int call_plugins(struct builder *builder, enum plugin_event event, str folder,
                        str tarball)
{
    const struct plugin_scene scene = {
        .project = &builder->project,
        .profile = &builder->profile,
        .plan = builder->plan.profile ? &builder->plan : NULL,
        .folder = folder,
        .tarball = tarball,
    };
    return plugins_run(builder->arena, event, &scene, builder->report, builder->err);
}

/* What plugins make of the release's folder is the release from here on. */
static int let_plugins_change(struct builder *builder, str folder, bool with_tarball)
{
    const str none = {NULL, 0};
    struct image *image = &builder->assembly.image;
    if (!builder->profile.plugins.count)
        return 0;
    if (call_plugins(builder, PLUGIN_AFTER_ASSEMBLY, folder, none) != 0)
        return -1;
    if (!with_tarball)
        return 0;
    if (call_plugins(builder, PLUGIN_BEFORE_PACKAGE, folder, none) != 0)
        return -1;
    image_init(image, builder->arena);
    return image_add_tree(image, STR(""), folder.ptr, IMAGE_MODES_KEEP, builder->err);
}

static str tarball_path(const struct builder *builder, str root)
{
    const struct release *release = &builder->plan.release;
    return arena_printf(builder->arena, "%.*s/releases/%.*s/%.*s.tar.gz", STR_ARG(root),
                        STR_ARG(release->vsn), STR_ARG(release->name));
}

/* The topmost folder of the path that is not there yet; ptr NULL when all are. */
static str first_missing(struct arena *arena, str folder)
{
    str missing = {NULL, 0};
    for (; folder.len > 1 && !fs_is_dir(folder.ptr); folder = path_dirname(arena, folder))
        missing = folder;
    return missing;
}

/* Takes the folders back that were made for nothing, from the lowest to the topmost. */
static void remove_folders(struct arena *arena, str folder, str topmost)
{
    for (; topmost.ptr && folder.len >= topmost.len; folder = path_dirname(arena, folder))
        rmdir(folder.ptr);
}

static int write_tarball(struct builder *builder, str root)
{
    struct arena *arena = builder->arena;
    struct tar_options options = {.threads = builder->options->threads,
                                  .seconds = builder->seconds};
    str path = tarball_path(builder, root);
    str folder = path_dirname(arena, path);
    str missing = first_missing(arena, folder);
    report_say(builder->report, REPORT_STEP, "Packaging release..");
    if (fs_mkdirs(folder.ptr, builder->err) == 0 &&
        tar_sink_write(&builder->assembly.image, path.ptr, &options, builder->err) == 0)
        return 0;
    remove_folders(arena, folder, missing);
    return -1;
}

static struct dir_sink *begin_folder(struct builder *builder)
{
    struct dir_options options = {
        .owned = builder->assembly.owned,
        .owned_count = builder->assembly.owned_count,
        .seconds = builder->seconds,
    };
    return dir_sink_begin(&builder->assembly.image, builder->plan.output_dir.ptr,
                          &options, builder->err);
}

static int write_folder(struct builder *builder, bool with_tarball)
{
    struct dir_sink *sink = begin_folder(builder);
    if (!sink)
        return -1;
    str folder = str_of(dir_sink_path(sink));
    if (let_plugins_change(builder, folder, with_tarball) == 0 &&
        (!with_tarball || write_tarball(builder, folder) == 0))
        return dir_sink_commit(sink, builder->err);
    dir_sink_abort(sink);
    return -1;
}

/* Plugins need a folder: it is made, and thrown away once the tarball is made of it. */
static int write_tarball_alone(struct builder *builder)
{
    str output = builder->plan.output_dir;
    if (!builder->profile.plugins.count)
        return write_tarball(builder, output);
    str parent = path_dirname(builder->arena, output);
    str missing = first_missing(builder->arena, parent);
    struct dir_sink *sink = begin_folder(builder);
    int result =
        sink ? let_plugins_change(builder, str_of(dir_sink_path(sink)), true) : -1;
    if (result == 0)
        result = write_tarball(builder, output);
    dir_sink_abort(sink);
    if (result != 0)
        remove_folders(builder->arena, parent, missing);
    return result;
}

static int write_output(struct builder *builder, struct build_result *result)
{
    const struct plan *plan = &builder->plan;
    bool with_tarball = builder->options->output != BUILD_NO_TAR && !plan->dev_mode;
    if (plan->dev_mode && builder->options->output != BUILD_NO_TAR)
        report_say(builder->report, REPORT_STEP,
                   "You have set dev_mode to true, skipping archival phase");
    if (builder->options->output == BUILD_TAR_ONLY) {
        if (write_tarball_alone(builder) != 0)
            return -1;
    } else {
        if (write_folder(builder, with_tarball) != 0)
            return -1;
        result->output_dir = plan->output_dir;
    }
    if (!with_tarball)
        return 0;
    result->tarball = tarball_path(builder, plan->output_dir);
    return call_plugins(builder, PLUGIN_AFTER_PACKAGE, result->output_dir,
                        result->tarball);
}

int build_release(struct arena *arena, const struct build_options *options,
                  const struct report *report, struct build_result *result,
                  struct err *err)
{
    struct builder builder = {
        .arena = arena, .options = options, .report = report, .err = err};
    builder.counting = (struct report){count_warnings, &builder};
    *result = (struct build_result){0};
    if (load_settings(&builder) != 0)
        return -1;
    report_say(report, REPORT_STEP, "Assembling release..");
    if (call_plugins(&builder, PLUGIN_BEFORE_ASSEMBLY, (str){NULL, 0}, (str){NULL, 0}) !=
        0)
        return -1;
    if (plan_make(arena, &builder.project, &builder.profile, &builder.counting,
                  &builder.plan, err) != 0)
        return -1;
    result->name = builder.plan.release.name;
    result->vsn = builder.plan.release.vsn;
    report_say(report, REPORT_STEP, "Building release %.*s:%.*s using environment %.*s",
               STR_ARG(result->name), STR_ARG(result->vsn),
               STR_ARG(builder.profile.environment));
    report_plan(&builder);
    if (check_output(&builder) != 0 ||
        assemble(arena, &builder.plan, &builder.counting, &builder.assembly, err) != 0 ||
        check_warnings(&builder) != 0 ||
        image_time(&builder.assembly.image, &builder.seconds, err) != 0)
        return -1;
    return write_output(&builder, result);
}
