/*
 * The checks over a whole release, and the rewriting of dependencies for included
 * applications (otp.md 3.2).
 */
#include "relc/otp/release.h"

#include <stdlib.h>
#include <string.h>

/* What the checks share. */
struct checker {
    struct arena *arena;
    struct release *release;
    struct map by_name;     /* name -> struct rel_app * */
    struct map included_in; /* name -> the rel_app that includes it */
    struct err *err;
};

static int check_mandatory(struct checker *checker, const char *name)
{
    const struct rel_app *app = map_get(&checker->by_name, str_of(name));
    if (!app)
        return err_set(checker->err, ERR_INPUT, "a release needs the application '%s'",
                       name);
    if (app->type == START_DEFAULT || app->type == START_PERMANENT)
        return 0;
    return err_set(checker->err, ERR_INPUT,
                   "application '%s' must have start type permanent, not %s", name,
                   start_type_name(app->type));
}

static int index_apps(struct checker *checker)
{
    for (size_t i = 0; i < checker->release->app_count; i++) {
        struct rel_app *app = &checker->release->apps[i];
        if (map_put(&checker->by_name, app->app->name, app))
            return err_set(checker->err, ERR_INPUT,
                           "application '%.*s' is twice in the release",
                           STR_ARG(app->app->name));
    }
    return 0;
}

static int undefined(struct checker *checker, const struct rel_app *app, str name,
                     const char *verb)
{
    err_set(checker->err, ERR_INPUT,
            "application '%.*s' %s '%.*s', which is not in the release",
            STR_ARG(app->app->name), verb, STR_ARG(name));
    return err_at(checker->err, app->app->file, 0, 0);
}

/*
 * As for systools, what is named twice in applications must be twice in
 * optional_applications as well. OTP allows such lists up to 25.
 */
static int check_defined(struct checker *checker, const struct rel_app *app)
{
    const struct names *uses = &app->app->applications;
    for (size_t i = 0; i < uses->count; i++)
        if (!map_has(&checker->by_name, uses->items[i]) &&
            names_count(uses, SIZE_MAX, uses->items[i]) >
                names_count(&app->app->optional, SIZE_MAX, uses->items[i]))
            return undefined(checker, app, uses->items[i], "needs");
    for (size_t i = 0; i < app->included.count; i++)
        if (!map_has(&checker->by_name, app->included.items[i]))
            return undefined(checker, app, app->included.items[i], "includes");
    return 0;
}

/* Enters names of an application into seen; a name that is there already is an error. */
static int check_unique(struct checker *checker, struct map *seen,
                        const struct rel_app *app, const struct names *names,
                        const char *what)
{
    for (size_t i = 0; i < names->count; i++) {
        const struct rel_app *other = map_put(seen, names->items[i], (void *)app);
        if (!other)
            continue;
        err_set(checker->err, ERR_INPUT,
                "%s '%.*s' is in two applications: '%.*s' and "
                "'%.*s'",
                what, STR_ARG(names->items[i]), STR_ARG(other->app->name),
                STR_ARG(app->app->name));
        return err_at(checker->err, app->app->file, 0, 0);
    }
    return 0;
}

static int check_included(struct checker *checker, const struct rel_app *app)
{
    for (size_t i = 0; i < app->included.count; i++) {
        str name = app->included.items[i];
        const struct rel_app *other = map_put(&checker->included_in, name, (void *)app);
        if (!other)
            continue;
        err_set(checker->err, ERR_INPUT,
                "application '%.*s' is included twice: by '%.*s' and by '%.*s'",
                STR_ARG(name), STR_ARG(other->app->name), STR_ARG(app->app->name));
        return err_at(checker->err, app->app->file, 0, 0);
    }
    return 0;
}

/* A follows B in "is included in" for ever: systools hangs on this (otp.md 3.4). */
static int check_no_ring(struct checker *checker, const struct rel_app *start)
{
    const struct rel_app *app = start;
    str chain = start->app->name;
    for (size_t steps = 0; steps <= checker->release->app_count; steps++) {
        app = map_get(&checker->included_in, app->app->name);
        if (!app)
            return 0;
        chain = arena_printf(checker->arena, "%.*s -> %.*s", STR_ARG(app->app->name),
                             STR_ARG(chain));
        if (app == start)
            return err_set(checker->err, ERR_INPUT,
                           "applications include each other in a ring: %.*s",
                           STR_ARG(chain));
    }
    return 0; /* app leads into a ring that it is not part of: found from there */
}

/* The application that a name is included in at last; itself when it is in none. */
static str top_app(const struct checker *checker, str name)
{
    const struct rel_app *parent;
    while ((parent = map_get(&checker->included_in, name)))
        name = parent->app->name;
    return name;
}

/* Takes the first occurrence out, keeping the order. */
static void names_remove(struct names *names, str name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (!str_eq(names->items[i], name))
            continue;
        memmove(&names->items[i], &names->items[i + 1],
                (names->count - i - 1) * sizeof *names->items);
        names->count--;
        return;
    }
}

/*
 * What is included starts with its top application, so who needs the one must wait for
 * the other. An application inside the same top needs nothing more.
 */
static void rewrite_uses(struct checker *checker, struct rel_app *app)
{
    const struct names *uses = &app->app->applications;
    str own_top = top_app(checker, app->app->name);
    struct names result = {
        .items = arena_array(checker->arena, uses->count + 1, sizeof(str)),
        .count = uses->count,
    };
    if (uses->count)
        memcpy(result.items, uses->items, uses->count * sizeof(str));
    for (size_t i = 0; i < uses->count; i++) {
        str used = uses->items[i];
        if (str_eq(used, own_top)) {
            names_remove(&result, own_top);
            continue;
        }
        if (!map_has(&checker->included_in, used))
            continue;
        str top = top_app(checker, used);
        if (names_have(&result, top)) {
            names_remove(&result, used);
        } else if (!str_eq(top, own_top)) {
            names_remove(&result, used);
            result.items[result.count++] = top;
        }
    }
    app->applications = result;
}

/* Stable insertion by the position in the .rel; what is not in the release goes last. */
static void sort_by_position(const struct checker *checker, struct names *names)
{
    str *sorted = arena_array(checker->arena, names->count, sizeof *sorted);
    size_t *positions = arena_array(checker->arena, names->count, sizeof *positions);
    for (size_t i = 0; i < names->count; i++) {
        const struct rel_app *app = map_get(&checker->by_name, names->items[i]);
        size_t position = app ? (size_t)(app - checker->release->apps) : SIZE_MAX;
        size_t at = i;
        for (; at > 0 && positions[at - 1] > position; at--) {
            positions[at] = positions[at - 1];
            sorted[at] = sorted[at - 1];
        }
        positions[at] = position;
        sorted[at] = names->items[i];
    }
    names->items = sorted;
}

static int check_names(struct checker *checker)
{
    struct release *release = checker->release;
    struct map registered, modules;
    map_init(&registered, checker->arena);
    map_init(&modules, checker->arena);
    for (size_t i = 0; i < release->app_count; i++)
        if (check_defined(checker, &release->apps[i]) != 0)
            return -1;
    for (size_t i = 0; i < release->app_count; i++)
        if (check_unique(checker, &registered, &release->apps[i],
                         &release->apps[i].app->registered, "registered name") != 0 ||
            check_included(checker, &release->apps[i]) != 0)
            return -1;
    for (size_t i = 0; i < release->app_count; i++)
        if (check_no_ring(checker, &release->apps[i]) != 0 ||
            check_unique(checker, &modules, &release->apps[i],
                         &release->apps[i].app->modules, "module") != 0)
            return -1;
    return 0;
}

int release_check(struct arena *arena, struct release *release,
                  const struct report *report, struct err *err)
{
    struct checker checker = {.arena = arena, .release = release, .err = err};
    map_init(&checker.by_name, arena);
    map_init(&checker.included_in, arena);
    if (index_apps(&checker) != 0 || check_mandatory(&checker, "kernel") != 0 ||
        check_mandatory(&checker, "stdlib") != 0 || check_names(&checker) != 0)
        return -1;
    if (!map_has(&checker.by_name, STR("sasl")))
        report_say(report, REPORT_WARNING,
                   "the release has no application sasl: it cannot be upgraded hot");
    for (size_t i = 0; i < release->app_count; i++) {
        rewrite_uses(&checker, &release->apps[i]);
        sort_by_position(&checker, &release->apps[i].included);
        sort_by_position(&checker, &release->apps[i].applications);
    }
    return 0;
}
