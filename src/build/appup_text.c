/*
 * `relc appup`: the appup that a build would make, as a text to edit.
 */
#include "build/builder.h"

#include "relc/base/buf.h"
#include "relc/term/print.h"

static const struct rel_app *find_app(struct builder *builder, const char *name)
{
    const struct release *release = &builder->plan.release;
    const char **names = arena_array(builder->arena, release->app_count, sizeof *names);
    const struct rel_app *app = release_app(release, str_of(name));
    if (app && app != builder->plan.protocols)
        return app;
    for (size_t i = 0; i < release->app_count; i++)
        names[i] = arena_strz(builder->arena, release->apps[i].app->name);
    const char *nearest = str_nearest(str_of(name), names, release->app_count);
    err_set(builder->err, ERR_INPUT, "release '%.*s' has no application '%s'",
            STR_ARG(release->name), name);
    if (nearest)
        err_hint(builder->err, "did you mean '%s'?", nearest);
    return NULL;
}

/* The application in the base, in another version. */
static const struct rel_app *find_old(struct builder *builder,
                                      const struct release_view *base,
                                      const struct rel_app *app)
{
    const struct rel_app *old = release_app(&base->release, app->app->name);
    if (!old) {
        err_set(builder->err, ERR_INPUT,
                "version %.*s of the release has no application '%.*s': there is nothing "
                "to upgrade",
                STR_ARG(base->release.vsn), STR_ARG(app->app->name));
        return NULL;
    }
    if (!str_eq(old->app->vsn, app->app->vsn))
        return old;
    err_set(builder->err, ERR_INPUT,
            "application '%.*s' has version %.*s in %.*s of the release, too",
            STR_ARG(app->app->name), STR_ARG(app->app->vsn), STR_ARG(base->release.vsn));
    err_hint(builder->err, "raise its version: a changed application needs a new one");
    return NULL;
}

/* As systools reads appups: the first term counts, comments may be anywhere. */
static str text_of(struct builder *builder, const struct rel_app *old,
                   const struct rel_app *app, const struct term *appup)
{
    struct buf out;
    buf_init(&out);
    buf_printf(
        &out,
        "%%%% coding: utf-8\n"
        "%%%% Upgrades %.*s from %.*s to %.*s, and takes it back. Kept in\n"
        "%%%% rel/appups/%.*s/, relc build --upgrade takes it in place of its own.\n"
        "%%%% Instructions: https://www.erlang.org/doc/man/appup.html\n",
        STR_ARG(app->app->name), STR_ARG(old->app->vsn), STR_ARG(app->app->vsn),
        STR_ARG(app->app->name));
    term_print(&out, appup, builder->plan.target.release);
    buf_str(&out, STR(".\n"));
    str text = arena_str(builder->arena, buf_view(&out));
    buf_release(&out);
    return text;
}

static int make(struct builder *builder, const char *name, struct build_appup *result)
{
    const struct build_upgrade *wanted = &builder->options->upgrade;
    struct upgrade_bases *bases = &builder->upgrade.bases;
    struct term appup;
    if (builder_plan(builder) != 0)
        return -1;
    const struct rel_app *app = find_app(builder, name);
    const struct upgrade_search search = {
        .from = wanted->from,
        .from_count = wanted->from_count,
        .next = {&builder->plan.release, NULL, NULL},
    };
    if (!app || upgrade_bases_open(builder->arena, &builder->plan, &search, bases,
                                   builder->err) != 0)
        return -1;
    const struct rel_app *old = find_old(builder, &bases->views[0], app);
    if (!old || upgrade_appup_make(builder->arena, &builder->plan, &bases->views[0], old,
                                   app, &appup, builder->err) != 0)
        return -1;
    *result = (struct build_appup){old->app->vsn, app->app->vsn,
                                   text_of(builder, old, app, &appup)};
    return 0;
}

int build_appup(struct arena *arena, const struct build_options *options, const char *app,
                const struct report *report, struct build_appup *result, struct err *err)
{
    struct builder builder;
    builder_init(&builder, arena, options, report, err);
    int status = make(&builder, app, result);
    upgrade_close(&builder.upgrade);
    return status;
}
