/*
 * Instructions about whole applications: added, removed and restarted ones (otp.md 5.3,
 * step 4), and the modules that they have.
 */
#include "steps.h"

static struct term brutal(void)
{
    return term_atom(STR("brutal_purge"));
}

/* {apply, {application, Function, [Name]}}, with one more argument unless it is NULL. */
static struct term apply_application(struct arena *arena, const char *function, str name,
                                     const struct term *argument)
{
    struct term arguments[2] = {term_atom(name)};
    if (argument)
        arguments[1] = *argument;
    return step_of(arena, "apply",
                   term_triple(arena, term_atom(STR("application")),
                               term_atom(str_of(function)),
                               term_list(arena, arguments, argument ? 2 : 1)));
}

/* What systools says of an application: one of this name is in the release, or not. */
static int no_such(const struct way *way, const struct step *step,
                   const struct release *release)
{
    str name = step->term.as.list.items[1].as.atom;
    err_set(way->err, ERR_INPUT, "%.*s: application '%.*s' is not in release %.*s",
            STR_ARG(step->term.as.list.items[0].as.atom), STR_ARG(name),
            STR_ARG(release->vsn));
    return err_at(way->err, step->file, 0, 0);
}

static void load_all(struct steps *out, const struct app *app, const char *file)
{
    for (size_t i = 0; i < app->modules.count; i++) {
        const struct term full[] = {term_atom(STR("load_module")),
                                    term_atom(app->modules.items[i]), brutal(), brutal(),
                                    term_nil()};
        steps_add(out, term_tuple(out->arena, full, 5), file);
    }
}

static void remove_all(struct steps *out, const struct app *app, const char *file)
{
    for (size_t i = 0; i < app->modules.count; i++)
        steps_add(out,
                  step_of_module(out->arena, "remove", term_atom(app->modules.items[i]),
                                 brutal(), brutal()),
                  file);
    steps_add(out, step_of(out->arena, "purge", names_term(out->arena, &app->modules)),
              file);
}

static void start(struct steps *out, str name, str type, const char *file)
{
    struct term argument = term_atom(type);
    if (str_eqz(type, "load"))
        steps_add(out, apply_application(out->arena, "load", name, NULL), file);
    else if (!str_eqz(type, "none"))
        steps_add(out, apply_application(out->arena, "start", name, &argument), file);
}

static int add_app(struct way *way, const struct step *step, struct steps *out)
{
    const struct term *items = step->term.as.list.items;
    const struct rel_app *app = release_app(way->target, items[1].as.atom);
    if (!app)
        return no_such(way, step, way->target);
    load_all(out, app->app, step->file);
    start(out, app->app->name, items[2].as.atom, step->file);
    return 0;
}

static int remove_app(struct way *way, const struct step *step, struct steps *out)
{
    str name = step->term.as.list.items[1].as.atom;
    const struct rel_app *app = release_app(way->source, name);
    if (release_app(way->target, name)) {
        err_set(way->err, ERR_INPUT,
                "remove_application: application '%.*s' is still in release %.*s",
                STR_ARG(name), STR_ARG(way->target->vsn));
        return err_at(way->err, step->file, 0, 0);
    }
    if (!app)
        return no_such(way, step, way->source);
    steps_add(out, apply_application(out->arena, "stop", name, NULL), step->file);
    remove_all(out, app->app, step->file);
    steps_add(out, apply_application(out->arena, "unload", name, NULL), step->file);
    return 0;
}

static int restart_app(struct way *way, const struct step *step, struct steps *out)
{
    str name = step->term.as.list.items[1].as.atom;
    const struct rel_app *old_app = release_app(way->source, name);
    const struct rel_app *new_app = release_app(way->target, name);
    if (!old_app || !new_app)
        return no_such(way, step, old_app ? way->target : way->source);
    const char *type = start_type_name(new_app->type);
    steps_add(out, apply_application(out->arena, "stop", name, NULL), step->file);
    remove_all(out, old_app->app, step->file);
    load_all(out, new_app->app, step->file);
    start(out, name, str_of(type ? type : "permanent"), step->file);
    return 0;
}

/* {add_module, M, Deps} loads, too; how old code is purged does not matter for it. */
static void add_module(const struct step *step, struct steps *out)
{
    const struct term *items = step->term.as.list.items;
    const struct term full[] = {term_atom(STR("load_module")), items[1], brutal(),
                                brutal(), items[2]};
    steps_add(out, term_tuple(out->arena, full, 5), step->file);
}

static int translate(struct way *way, const struct step *step, struct steps *out)
{
    const struct term *term = &step->term;
    if (term_is_tuple(term, "add_application", 3))
        return add_app(way, step, out);
    if (term_is_tuple(term, "remove_application", 2))
        return remove_app(way, step, out);
    if (term_is_tuple(term, "restart_application", 2))
        return restart_app(way, step, out);
    if (term_is_tuple(term, "add_module", 3))
        add_module(step, out);
    else
        steps_add(out, *term, step->file);
    return 0;
}

int way_translate_apps(struct way *way)
{
    struct steps out = {.arena = way->arena};
    for (size_t i = 0; i < way->after.count; i++)
        if (translate(way, &way->after.items[i], &out) != 0)
            return -1;
    way->after = out;
    return 0;
}
