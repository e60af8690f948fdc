#include "relc/build/assemble.h"

#include "build/app_add.h"
#include "build/config_files.h"
#include "build/erts.h"
#include "build/executable.h"
#include "build/hook_files.h"
#include "build/overlays.h"
#include "build/rel_files.h"
#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/beam/strip.h"
#include "relc/term/print.h"

struct assembler {
    struct arena *arena;
    const struct plan *plan;
    struct assembly *assembly;
    struct err *err;
};

static void own(struct assembler *assembler, str path)
{
    struct assembly *assembly = assembler->assembly;
    assembly->owned = arena_grow(assembler->arena, assembly->owned, assembly->owned_count,
                                 &assembly->owned_capacity, sizeof *assembly->owned);
    assembly->owned[assembly->owned_count++] = path;
}

/* Dev mode: the release sees what the compiler writes, without a new build. */
static int link_app(struct assembler *assembler, const struct app *app)
{
    const char *real = fs_real_path(assembler->arena, app->dir);
    return image_add_outside_link(&assembler->assembly->image,
                                  release_app_dir(assembler->arena, app),
                                  str_of(real ? real : app->dir), assembler->err);
}

/* Each file is a link: the folder holds the .app as well, which the compiler makes not.
 */
static int link_consolidated(struct assembler *assembler, str ebin)
{
    struct arena *arena = assembler->arena;
    const char *folder = assembler->plan->consolidated_dir;
    const char *real = fs_real_path(arena, folder);
    struct fs_list list;
    if (fs_list(arena, folder, &list, assembler->err) != 0)
        return -1;
    for (size_t i = 0; i < list.count; i++) {
        str name = list.entries[i].name;
        if (image_add_outside_link(&assembler->assembly->image,
                                   path_join(arena, ebin, name),
                                   path_join(arena, str_of(real ? real : folder), name),
                                   assembler->err) != 0)
            return -1;
    }
    return 0;
}

static int add_consolidated(struct assembler *assembler, str ebin)
{
    return assembler->plan->dev_mode ? link_consolidated(assembler, ebin)
                                     : image_add_tree(&assembler->assembly->image, ebin,
                                                      assembler->plan->consolidated_dir,
                                                      IMAGE_MODES_PLAIN, assembler->err);
}

static int add_protocols(struct assembler *assembler)
{
    struct arena *arena = assembler->arena;
    struct image *image = &assembler->assembly->image;
    const struct app *app = assembler->plan->protocols->app;
    const struct term keys[] = {
        term_pair(arena, term_atom(STR("description")), app->description),
        term_pair(arena, term_atom(STR("vsn")), term_string(arena, app->vsn)),
        term_pair(arena, term_atom(STR("modules")), term_nil()),
        term_pair(arena, term_atom(STR("registered")), term_nil()),
        term_pair(arena, term_atom(STR("applications")),
                  names_term(arena, &app->applications)),
    };
    struct term resource =
        term_triple(arena, term_atom(STR("application")), term_atom(app->name),
                    term_list(arena, keys, sizeof keys / sizeof *keys));
    str content = term_file(arena, &resource, assembler->plan->target.release);
    str ebin = path_join(arena, release_app_dir(assembler->arena, app), STR("ebin"));
    str file = arena_printf(arena, "%.*s/%.*s.app", STR_ARG(ebin), STR_ARG(app->name));
    if (add_consolidated(assembler, ebin) != 0)
        return -1;
    return image_add_memory(image, file, content, 0644, assembler->err);
}

static int add_apps(struct assembler *assembler)
{
    const struct plan *plan = assembler->plan;
    for (size_t i = 0; i < plan->release.app_count; i++) {
        const struct rel_app *app = &plan->release.apps[i];
        int result = 0;
        if (plan_leaves_out(plan, app))
            continue;
        own(assembler, release_app_dir(assembler->arena, app->app));
        if (app == plan->protocols)
            result = add_protocols(assembler);
        else if (plan->dev_mode)
            result = link_app(assembler, app->app);
        else
            result = app_add(assembler->arena, &assembler->assembly->image, plan, app,
                             assembler->err);
        if (result != 0)
            return -1;
    }
    return 0;
}

static bool is_module(str path)
{
    return str_starts(path, STR("lib/")) && str_ends(path, STR(".beam")) &&
           str_ends(str_slice(path, 0, str_rfind(path, '/')), STR("/ebin"));
}

static int strip_module(const void *context, struct arena *arena, str bytes,
                        const char *source, str *content, struct err *err)
{
    if (beam_strip(arena, bytes, source, context, content, err) != 0)
        return err->hint ? -1 : err_hint(err, "compile the application again");
    return 0;
}

static const char *strip_name(struct arena *arena, const struct setting_strip *setting)
{
    str name = setting->compress ? STR("strip, gzip") : STR("strip");
    for (size_t i = 0; i < setting->keep_count; i++)
        name =
            arena_printf(arena, "%.*s, %.*s", STR_ARG(name), STR_ARG(setting->keep[i]));
    return arena_strz(arena, name);
}

/* In dev_mode modules are links: they stay what the compiler wrote. */
static void strip_modules(struct assembler *assembler)
{
    const struct profile *profile = assembler->plan->profile;
    const struct setting_strip *setting = &profile->strip_beams;
    struct arena *arena = assembler->arena;
    if (!(setting->set ? setting->on : profile->strip_debug_info.value))
        return;
    struct beam_strip *options = arena_alloc(arena, sizeof *options);
    struct image_filter *filter = arena_alloc(arena, sizeof *filter);
    *options = (struct beam_strip){setting->keep, setting->keep_count, setting->compress};
    *filter = (struct image_filter){strip_name(arena, setting), strip_module, options};
    image_filter_files(&assembler->assembly->image, is_module, filter);
}

static int add_erts(struct assembler *assembler)
{
    const struct plan *plan = assembler->plan;
    if (!plan->include_erts)
        return 0;
    own(assembler,
        arena_printf(assembler->arena, "erts-%.*s", STR_ARG(plan->target.erts_vsn)));
    return erts_add(assembler->arena, &assembler->assembly->image, &plan->target,
                    plan->profile->full_erts.value, assembler->err);
}

int assemble_apps(struct arena *arena, const struct plan *plan, struct pool *pool,
                  struct assembly *assembly, struct err *err)
{
    struct assembler assembler = {
        .arena = arena, .plan = plan, .assembly = assembly, .err = err};
    *assembly = (struct assembly){.boots = boot_files_begin(plan, pool)};
    image_init(&assembly->image, arena);
    assembly->image.ahead = plan->ahead;
    own(&assembler, release_vsn_dir(arena, &plan->release));
    own(&assembler, executable_path(arena, &plan->release));
    if (add_apps(&assembler) != 0)
        return -1;
    strip_modules(&assembler);
    return 0;
}

/*
 * What relc makes follows from the .app files, which a compiler leaves alone as long as
 * modules change and do not come or go. So that is its time: with the newest of all, one
 * changed module would change the headers of everything that is made.
 */
static int64_t newest_app_file(const struct image *image)
{
    int64_t newest = 0;
    for (size_t i = 0; i < image->count; i++) {
        const struct image_entry *entry = image->entries[i];
        if (entry->kind == IMAGE_FILE && entry->changed.tv_sec > newest &&
            str_ends(entry->path, STR(".app")))
            newest = (int64_t)entry->changed.tv_sec;
    }
    return newest < IMAGE_TIME_MAX ? newest : IMAGE_TIME_MAX;
}

int assemble_rest(struct arena *arena, const struct plan *plan,
                  const struct report *report, struct assembly *assembly, struct err *err)
{
    struct assembler assembler = {
        .arena = arena, .plan = plan, .assembly = assembly, .err = err};
    struct image *image = &assembly->image;
    if (plan->include_erts)
        report_say(
            report, REPORT_STEP, "Including ERTS %.*s from %.*s",
            STR_ARG(plan->target.erts_vsn),
            STR_ARG(path_relative_to(arena, plan->target.erts_dir, plan->project->root)));
    if (add_erts(&assembler) != 0 ||
        rel_files_add(arena, image, plan, assembly->boots, err) != 0 ||
        config_files_add(arena, image, plan, report, err) != 0 ||
        script_files_add(arena, image, plan, err) != 0 ||
        hook_files_add(arena, image, plan, err) != 0)
        return -1;
    image->made = newest_app_file(image);
    return overlays_add(arena, image, plan, err);
}

void assembly_free(struct assembly *assembly)
{
    if (assembly->boots)
        boot_files_free(assembly->boots);
    assembly->boots = NULL;
}
