#include "build/builder.h"

#include "build/package_info.h"
#include "relc/base/fs.h"
#include "relc/base/path.h"

static const char config_name[] = "rel/config.yaml";

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

int builder_settings(struct builder *builder)
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
    builder->config_file = path_relative_to(arena, file, here);
    return profile_load(arena, builder->config_file.ptr, &builder->options->choice,
                        &builder->profile, builder->err);
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

void builder_init(struct builder *builder, struct arena *arena,
                  const struct build_options *options, const struct report *report,
                  struct err *err)
{
    *builder = (struct builder){
        .arena = arena, .options = options, .report = report, .err = err};
    builder->counting = (struct report){count_warnings, builder};
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
    const struct build_options *options = builder->options;
    const struct setting_executable *executable = &builder->profile.executable;
    if (executable->transient && !executable->enabled && options->choice.transient) {
        err_set(builder->err, ERR_USAGE,
                "--transient is for executables, and none is made");
        return err_hint(builder->err, "add --executable");
    }
    bool packages_alone = options->output == BUILD_TAR_ONLY;
    if (!builder->plan.dev_mode || (!packages_alone && !options->choice.executable))
        return 0;
    err_set(builder->err, ERR_USAGE,
            "%s makes no sense in dev_mode, which links to the project instead of "
            "copying",
            packages_alone ? "--tar-only" : "--executable");
    return err_hint(builder->err, "choose another environment with --env");
}

int builder_call_plugins(struct builder *builder, enum plugin_event event, str folder,
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

int builder_add_package_info(struct builder *builder, struct image *image,
                             const struct names *needs)
{
    const struct package_info info = {
        .from = &builder->upgrade.from,
        .needs = needs,
        .restarts_emulator = builder->upgrade.restarts_emulator,
    };
    return image_add_memory(image, package_info_path(builder->arena, &builder->plan),
                            package_info_text(builder->arena, &builder->plan, &info),
                            0644, builder->err);
}

static int make_upgrade(struct builder *builder)
{
    const struct build_upgrade *wanted = &builder->options->upgrade;
    const struct upgrade_options options = {
        .from = wanted->from,
        .from_count = wanted->from_count,
        .restart_emulator = wanted->restart_emulator,
        .apps = &builder->assembly.image,
        .cache = builder->cache,
    };
    if (!wanted->wanted)
        return 0;
    if (upgrade_make(builder->arena, &builder->plan, &options, &builder->counting,
                     &builder->upgrade, builder->err) != 0)
        return -1;
    if (builder->upgrade.from.count)
        builder->plan.upgrade_from = builder->upgrade.from.items[0];
    return 0;
}

static int make_image(struct builder *builder)
{
    struct assembly *assembly = &builder->assembly;
    if (assemble_rest(builder->arena, &builder->plan, &builder->counting, assembly,
                      builder->err) != 0)
        return -1;
    if (builder->options->upgrade.wanted &&
        upgrade_add(builder->arena, &builder->plan, &builder->upgrade, &assembly->image,
                    builder->err) != 0)
        return -1;
    if (builder->options->upgrade.wanted && !builder->options->upgrade.unchecked &&
        upgrade_judge(builder->arena, &builder->plan, &builder->upgrade, &assembly->image,
                      &builder->counting, builder->err) != 0)
        return -1;
    upgrade_forget_terms(&builder->upgrade);
    return builder_add_package_info(builder, &assembly->image, NULL);
}

static int make_plan(struct builder *builder)
{
    const struct plan_means means = {&builder->counting, builder->cache, builder->pool,
                                     builder->ahead};
    return plan_make(builder->arena, &builder->project, &builder->profile, &means,
                     &builder->plan, builder->err);
}

int builder_plan(struct builder *builder)
{
    return builder_settings(builder) == 0 ? make_plan(builder) : -1;
}

/* A warning about the cache is none about the release: it does not count. */
static void open_cache(struct builder *builder)
{
    const struct profile *profile = &builder->profile;
    const struct cache_options options = {
        .folder = builder->options->cache_folder,
        .target = arena_printf(builder->arena, "%.*s:%.*s:%.*s:%.*s",
                               STR_ARG(builder->project.root), STR_ARG(profile->release),
                               STR_ARG(profile->environment),
                               STR_ARG(profile->output_dir.value)),
        .report = builder->report,
    };
    builder->cache = cache_open(&options);
}

static int build(struct builder *builder, struct build_result *result)
{
    const struct report *report = builder->report;
    const struct plan *plan = &builder->plan;
    const str none = {NULL, 0};
    if (builder_settings(builder) != 0)
        return -1;
    open_cache(builder);
    pool_add(builder->pool, builder_prepare_job, builder);
    report_say(report, REPORT_STEP, "Assembling release..");
    if (builder_call_plugins(builder, PLUGIN_BEFORE_ASSEMBLY, none, none) != 0 ||
        make_plan(builder) != 0)
        return -1;
    result->name = plan->release.name;
    result->vsn = plan->release.vsn;
    report_say(report, REPORT_STEP, "Building release %.*s:%.*s using environment %.*s",
               STR_ARG(result->name), STR_ARG(result->vsn),
               STR_ARG(builder->profile.environment));
    report_plan(builder);
    if (check_output(builder) != 0 ||
        assemble_apps(builder->arena, plan, builder->pool, &builder->assembly,
                      builder->err) != 0 ||
        make_upgrade(builder) != 0 || make_image(builder) != 0 ||
        check_warnings(builder) != 0 || image_time(&builder->seconds, builder->err) != 0)
        return -1;
    return builder_write(builder, result);
}

int build_release(struct arena *arena, const struct build_options *options,
                  const struct report *report, struct build_result *result,
                  struct err *err)
{
    struct builder builder;
    builder_init(&builder, arena, options, report, err);
    *result = (struct build_result){0};
    builder.pool = pool_new(options->threads);
    builder.ahead = listings_new(builder.pool);
    int status = build(&builder, result);
    assembly_free(&builder.assembly);
    pool_free(builder.pool);
    listings_free(builder.ahead);
    cache_close(builder.cache);
    upgrade_close(&builder.upgrade);
    return status;
}

int build_place(struct arena *arena, const struct build_options *options,
                struct build_result *result, struct err *err)
{
    struct builder builder;
    builder_init(&builder, arena, options, NULL, err);
    *result = (struct build_result){0};
    if (builder_settings(&builder) != 0)
        return -1;
    result->name = builder.profile.release;
    result->output_dir = plan_output_dir(arena, &builder.project, &builder.profile);
    return 0;
}
