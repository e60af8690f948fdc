#include "build/appup_transforms.h"

#include "relc/base/path.h"
#include "relc/base/process.h"
#include "relc/otp/appup.h"
#include "relc/otp/appup_purge.h"
#include "relc/term/print.h"
#include "relc/term/read.h"

enum { PROGRAM_SECONDS = 60 };

struct transformer {
    struct arena *arena;
    const struct plan *plan;
    str app;
    str from;
    str to;
    struct err *err;
};

static bool is_for(const struct setting_names *names, str name)
{
    for (size_t i = 0; i < names->count; i++)
        if (str_eq(names->items[i], name))
            return true;
    return names->count == 0;
}

static const char *purge_atom(enum purge_mode mode)
{
    return mode == PURGE_SOFT     ? "soft_purge"
           : mode == PURGE_BRUTAL ? "brutal_purge"
                                  : NULL;
}

static int purge(struct transformer *transformer,
                 const struct setting_transform *transform, struct term *appup)
{
    struct arena *arena = transformer->arena;
    struct names modules = {arena_array(arena, transform->modules.count, sizeof(str)),
                            transform->modules.count};
    for (size_t i = 0; i < modules.count; i++)
        modules.items[i] = module_name(arena, transform->modules.items[i]);
    const struct appup_purge modes = {purge_atom(transform->pre_purge),
                                      purge_atom(transform->post_purge), &modules};
    return appup_set_purge(arena, &modes, appup, transformer->err);
}

/* The answer must be an appup for the same two versions. */
static int read_answer(struct transformer *transformer, const char *program, str answer,
                       struct term *appup)
{
    struct arena *arena = transformer->arena;
    const char *file = arena_printf(arena, "output of %s", program).ptr;
    const struct term_source source = {file, answer, transformer->plan->target.release};
    const struct term *script;
    struct appup parsed;
    bool covers;
    struct term *term = arena_alloc(arena, sizeof *term);
    if (term_read_first(arena, &source, term, transformer->err) != 0 ||
        appup_parse(arena, term, file, &parsed, transformer->err) != 0 ||
        appup_covers(arena, &parsed, transformer->from, transformer->to, &covers,
                     transformer->err) != 0)
        return -1;
    if (!covers)
        return err_set(transformer->err, ERR_INPUT,
                       "the appup that '%s' gave is not for %.*s -> %.*s", program,
                       STR_ARG(transformer->from), STR_ARG(transformer->to));
    if (appup_script(arena, &parsed, true, transformer->from, &script,
                     transformer->err) != 0 ||
        appup_script(arena, &parsed, false, transformer->from, &script,
                     transformer->err) != 0)
        return -1;
    *appup = *term;
    return 0;
}

static int run_program(struct transformer *transformer, const char *program,
                       struct term *appup)
{
    struct arena *arena = transformer->arena;
    const char *const arguments[] = {program, NULL};
    const char *const environment[] = {
        arena_printf(arena, "RELC_APP=%.*s", STR_ARG(transformer->app)).ptr,
        arena_printf(arena, "RELC_FROM=%.*s", STR_ARG(transformer->from)).ptr,
        arena_printf(arena, "RELC_TO=%.*s", STR_ARG(transformer->to)).ptr,
        NULL,
    };
    const struct process process = {
        .arguments = arguments,
        .folder = transformer->plan->project->root.ptr,
        .environment = environment,
        .input = term_file(arena, appup, transformer->plan->target.release),
        .seconds = PROGRAM_SECONDS,
    };
    struct process_result result;
    if (process_run(arena, &process, &result, transformer->err) != 0 ||
        process_check(&process, &result, "appup_transforms", transformer->err) != 0)
        return -1;
    return read_answer(transformer, program, result.out, appup);
}

int appup_transforms_apply(struct arena *arena, const struct plan *plan, str app,
                           str from, struct term *appup, struct err *err)
{
    const struct setting_transforms *transforms = &plan->profile->appup_transforms;
    struct transformer transformer = {
        arena, plan, app, from, release_app(&plan->release, app)->app->vsn, err};
    for (size_t i = 0; i < transforms->count; i++) {
        const struct setting_transform *transform = &transforms->items[i];
        str program = transform->program.value;
        if (!is_for(&transform->applications, app))
            continue;
        int result =
            program.ptr
                ? run_program(&transformer,
                              path_join(arena, plan->project->root, program).ptr, appup)
                : purge(&transformer, transform, appup);
        /* What a program gave has a place of its own. */
        if (result != 0)
            return err->file ? -1 : place_error(err, &transform->place);
    }
    return 0;
}
