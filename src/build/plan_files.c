/* The applications' files, by all threads at once. */
#include "build/app_files.h"
#include "build/planner.h"

#include "relc/base/mem.h"
#include "relc/base/path.h"

#include <stdlib.h>

/* What is read of every application. */
enum { APP_PARTS = 3 };
static const char *const app_parts[APP_PARTS] = {"ebin", "priv", "include"};

static void read_ahead(const struct planner *planner)
{
    const struct plan *plan = planner->plan;
    const struct release *release = &plan->release;
    struct arena *arena = planner->arena;
    str *paths = arena_array(arena, release->app_count * APP_PARTS, sizeof *paths);
    size_t count = 0;
    for (size_t i = 0; i < release->app_count; i++) {
        const struct rel_app *app = &release->apps[i];
        const char *dir = app->app->dir;
        bool whole = !plan->dev_mode && !plan_leaves_out(plan, app);
        for (size_t part = 0; dir && part < (whole ? APP_PARTS : 1); part++)
            paths[count++] = path_join(arena, str_of(dir), str_of(app_parts[part]));
    }
    listings_read(plan->ahead, paths, count);
}

struct told {
    struct told *next;
    enum report_level level;
    str text;
};

/* The check of one application; what it has to say is said when all are done. */
struct app_check {
    const struct rel_app *app;
    struct arena *arena; /* of the thread */
    struct told *first, **last;
    struct err err;
    int result;
};

struct files_check {
    const struct planner *planner;
    struct app_check *apps;
    struct arena *arenas; /* one for each thread */
};

static void keep_told(void *context, enum report_level level, str text)
{
    struct app_check *check = context;
    struct told *told = arena_alloc(check->arena, sizeof *told);
    *told = (struct told){NULL, level, arena_str(check->arena, text)};
    *check->last = told;
    check->last = &told->next;
}

static void check_app(void *context, size_t hand, size_t i)
{
    const struct files_check *files = context;
    const struct planner *planner = files->planner;
    struct app_check *check = &files->apps[i];
    const struct app_files_means means = {planner->cache, planner->plan->ahead};
    const struct report report = {keep_told, check};
    check->arena = &files->arenas[hand];
    if (check->app == planner->plan->protocols)
        return;
    /* OTP has such files on purpose (the compiler of asn1): nothing to warn of. */
    bool warns = check->app->origin != ORIGIN_ERLANG;
    check->result = app_files_check(check->arena, check->app->app, warns ? &report : NULL,
                                    &means, &check->err);
}

static int tell(const struct planner *planner, const struct app_check *check)
{
    for (const struct told *told = check->first; told; told = told->next)
        report_say(planner->report, told->level, "%.*s", STR_ARG(told->text));
    if (check->result != 0)
        *planner->err = check->err;
    return check->result;
}

/* As if one application had been checked after the other, up to the first failure. */
static int tell_all(const struct planner *planner, const struct files_check *files,
                    size_t count)
{
    int result = 0;
    for (size_t i = 0; i < count; i++) {
        if (result == 0)
            result = tell(planner, &files->apps[i]);
        else
            err_release(&files->apps[i].err);
    }
    return result;
}

int planner_check_files(struct planner *planner)
{
    const struct release *release = &planner->plan->release;
    size_t arena_count = pool_threads(planner->pool) + 1;
    struct files_check files = {
        .planner = planner,
        .apps = arena_array(planner->arena, release->app_count, sizeof *files.apps),
        .arenas = mem_alloc(mem_mul(arena_count, sizeof *files.arenas)),
    };
    if (planner->plan->ahead)
        read_ahead(planner);
    for (size_t i = 0; i < arena_count; i++)
        arena_init(&files.arenas[i]);
    for (size_t i = 0; i < release->app_count; i++) {
        struct app_check *check = &files.apps[i];
        check->app = &release->apps[i];
        check->last = &check->first;
    }
    pool_each(planner->pool, release->app_count, check_app, &files);
    int result = tell_all(planner, &files, release->app_count);
    for (size_t i = 0; i < arena_count; i++)
        arena_release(&files.arenas[i]);
    free(files.arenas);
    return result;
}
