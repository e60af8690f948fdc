#include "build/builder.h"

#include "build/delta.h"
#include "build/executable.h"
#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/image/sink.h"

#include <unistd.h>

static const char delta_suffix[] = "-delta";

static bool wants_tarball(const struct builder *builder)
{
    return builder->options->output != BUILD_NO_TAR && !builder->plan.dev_mode;
}

static bool wants_executable(const struct builder *builder)
{
    return builder->profile.executable.enabled && !builder->plan.dev_mode;
}

static bool wants_package(const struct builder *builder)
{
    return wants_tarball(builder) || wants_executable(builder);
}

/* What plugins make of the release's folder is the release from here on. */
static int let_plugins_change(struct builder *builder, str folder)
{
    const str none = {NULL, 0};
    struct image *image = &builder->assembly.image;
    if (!builder->profile.plugins.count)
        return 0;
    if (builder_call_plugins(builder, PLUGIN_AFTER_ASSEMBLY, folder, none) != 0)
        return -1;
    if (!wants_package(builder))
        return 0;
    if (builder_call_plugins(builder, PLUGIN_BEFORE_PACKAGE, folder, none) != 0)
        return -1;
    /* What they write has the time of this build, which is nobody's input. */
    const int64_t latest = image->newest, made = image->made;
    image_init(image, builder->arena);
    image->latest = latest;
    image->made = made;
    return image_add_tree(image, STR(""), folder.ptr, IMAGE_MODES_KEEP, builder->err);
}

static str tarball_path(const struct builder *builder, str root, const char *suffix)
{
    const struct release *release = &builder->plan.release;
    str name = arena_printf(builder->arena, "releases/%.*s/%.*s%s.tar.gz",
                            STR_ARG(release->vsn), STR_ARG(release->name), suffix);
    return root.len ? path_join(builder->arena, root, name) : name;
}

static str executable_file(const struct builder *builder, str root)
{
    return path_join(builder->arena, root,
                     executable_path(builder->arena, &builder->plan.release));
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

static struct tar_options tar_options(const struct builder *builder)
{
    static const enum compression compressions[] = {
        [SETTING_COMPRESSION_DEFAULT] = COMPRESSION_DEFAULT,
        [SETTING_COMPRESSION_FAST] = COMPRESSION_FAST,
        [SETTING_COMPRESSION_BEST] = COMPRESSION_BEST,
    };
    return (struct tar_options){
        .compression = compressions[builder->profile.compression.value],
        .pool = builder->pool,
        .seconds = builder->seconds,
        .cache = builder->cache,
    };
}

void builder_prepare_job(void *argument)
{
    const struct tar_options options = tar_options(argument);
    tar_sink_prepare(&options);
}

/* Of what the output has under the tarball's name: this one will be much the same. */
static uint64_t old_length(const struct builder *builder, str path)
{
    struct stat st;
    str folder = path_join(builder->arena, builder->plan.output_dir,
                           release_vsn_dir(builder->arena, &builder->plan.release));
    str old = path_join(builder->arena, folder, path_basename(path));
    return lstat(old.ptr, &st) == 0 && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
}

static int write_tarball(struct builder *builder, struct image *image, str path)
{
    struct tar_options options = tar_options(builder);
    str folder = path_dirname(builder->arena, path);
    str missing = first_missing(builder->arena, folder);
    options.expected = old_length(builder, path);
    if (fs_mkdirs(folder.ptr, builder->err) == 0 &&
        tar_sink_write(image, path.ptr, &options, builder->err) == 0)
        return 0;
    remove_folders(builder->arena, folder, missing);
    return -1;
}

/* A tarball that would be written as it is stays; an executable is made of a new one. */
static bool keep_tarball(struct builder *builder, struct image *image, const char *suffix)
{
    const struct tar_options options = tar_options(builder);
    str path = tarball_path(builder, builder->plan.output_dir, suffix);
    if (wants_executable(builder) || !tar_sink_is_current(image, path.ptr, &options))
        return false;
    if (builder->sink)
        dir_sink_keep(builder->sink, tarball_path(builder, STR(""), suffix));
    return true;
}

static int make_tarball(struct builder *builder, struct image *image, str root,
                        const char *suffix)
{
    return keep_tarball(builder, image, suffix)
               ? 0
               : write_tarball(builder, image, tarball_path(builder, root, suffix));
}

static int write_delta(struct builder *builder, str root)
{
    struct image *delta = &builder->delta;
    struct names needs;
    image_init(delta, builder->arena);
    delta_select(builder->arena, &builder->plan, &builder->upgrade.bases,
                 &builder->assembly.image, delta, &needs);
    if (builder_add_package_info(builder, delta, &needs) != 0)
        return -1;
    return make_tarball(builder, delta, root, delta_suffix);
}

/* The executable's tarball is that of the release or, if there is to be none, its own. */
static int write_executable(struct builder *builder, str root)
{
    struct image *image = &builder->assembly.image;
    str path = executable_file(builder, root), tarball = path;
    str folder = path_dirname(builder->arena, path);
    str missing = first_missing(builder->arena, folder);
    report_say(builder->report, REPORT_STEP, "Generating executable..");
    if (wants_tarball(builder))
        tarball = tarball_path(builder, root, "");
    else if (write_tarball(builder, image, path) != 0)
        return -1;
    if (fs_mkdirs(folder.ptr, builder->err) == 0 &&
        executable_write(builder->arena, &builder->plan, image, tarball.ptr, path.ptr,
                         builder->err) == 0)
        return 0;
    remove_folders(builder->arena, folder, missing);
    return -1;
}

static int write_tarballs(struct builder *builder, str root)
{
    report_say(builder->report, REPORT_STEP, "Packaging release..");
    if (make_tarball(builder, &builder->assembly.image, root, "") != 0)
        return -1;
    return builder->options->upgrade.delta ? write_delta(builder, root) : 0;
}

static int write_packages(struct builder *builder, str root)
{
    if (wants_tarball(builder) && write_tarballs(builder, root) != 0)
        return -1;
    return wants_executable(builder) ? write_executable(builder, root) : 0;
}

static struct dir_sink *begin_folder(struct builder *builder)
{
    struct dir_options options = {
        .owned = builder->assembly.owned,
        .owned_count = builder->assembly.owned_count,
        .seconds = builder->seconds,
        .exact_times = builder->seconds != IMAGE_OWN_TIMES,
        .whole = builder->profile.plugins.count > 0,
        .cache = builder->cache,
        .pool = builder->pool,
    };
    return dir_sink_begin(&builder->assembly.image, builder->plan.output_dir.ptr,
                          &options, builder->err);
}

static int write_folder(struct builder *builder)
{
    struct dir_sink *sink = builder->sink = begin_folder(builder);
    if (!sink)
        return -1;
    str folder = str_of(dir_sink_path(sink));
    if (let_plugins_change(builder, folder) == 0 && write_packages(builder, folder) == 0)
        return dir_sink_commit(sink, builder->err);
    dir_sink_abort(sink);
    return -1;
}

/* Plugins need a folder: it is made, and thrown away once the packages are made of it. */
static int write_packages_alone(struct builder *builder)
{
    str output = builder->plan.output_dir;
    if (!builder->profile.plugins.count)
        return write_packages(builder, output);
    str parent = path_dirname(builder->arena, output);
    str missing = first_missing(builder->arena, parent);
    struct dir_sink *sink = begin_folder(builder);
    int result = sink ? let_plugins_change(builder, str_of(dir_sink_path(sink))) : -1;
    if (result == 0)
        result = write_packages(builder, output);
    dir_sink_abort(sink);
    if (result != 0)
        remove_folders(builder->arena, parent, missing);
    return result;
}

/* So that the next build may find that nothing changed. */
static void remember_tarballs(struct builder *builder, const struct build_result *result)
{
    struct tar_options options = tar_options(builder);
    if (result->tarball.ptr)
        tar_sink_remember(&builder->assembly.image, result->tarball.ptr, &options);
    if (result->delta.ptr)
        tar_sink_remember(&builder->delta, result->delta.ptr, &options);
}

int builder_write(struct builder *builder, struct build_result *result)
{
    const struct plan *plan = &builder->plan;
    pool_wait(builder->pool);
    if (plan->dev_mode && builder->options->output != BUILD_NO_TAR)
        report_say(builder->report, REPORT_STEP,
                   "You have set dev_mode to true, skipping archival phase");
    if (builder->options->output == BUILD_TAR_ONLY) {
        if (write_packages_alone(builder) != 0)
            return -1;
    } else {
        if (write_folder(builder) != 0)
            return -1;
        result->output_dir = plan->output_dir;
    }
    if (!wants_package(builder))
        return 0;
    if (wants_executable(builder))
        result->executable = executable_file(builder, plan->output_dir);
    if (wants_tarball(builder))
        result->tarball = tarball_path(builder, plan->output_dir, "");
    if (builder->options->upgrade.delta)
        result->delta = tarball_path(builder, plan->output_dir, delta_suffix);
    remember_tarballs(builder, result);
    return builder_call_plugins(builder, PLUGIN_AFTER_PACKAGE, result->output_dir,
                                result->tarball);
}
