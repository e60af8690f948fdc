#include "relc/otp/release.h"

struct rel_app *release_app(const struct release *release, str name)
{
    for (size_t i = 0; i < release->app_count; i++)
        if (str_eq(release->apps[i].app->name, name))
            return &release->apps[i];
    return NULL;
}

str release_app_dir(struct arena *arena, const struct app *app)
{
    return arena_printf(arena, "lib/%.*s-%.*s", STR_ARG(app->name), STR_ARG(app->vsn));
}

str release_vsn_dir(struct arena *arena, const struct release *release)
{
    return arena_printf(arena, "releases/%.*s", STR_ARG(release->vsn));
}

/* {Name, Vsn [, Type] [, Included]}. */
static struct term app_term(struct arena *arena, const struct rel_app *app)
{
    struct term_builder tuple = {.arena = arena};
    term_add(&tuple, term_atom(app->app->name));
    term_add(&tuple, term_string(arena, app->app->vsn));
    if (app->type != START_DEFAULT)
        term_add(&tuple, term_atom(str_of(start_type_name(app->type))));
    if (app->overrides_included)
        term_add(&tuple, names_term(arena, &app->included));
    return term_built_tuple(&tuple);
}

struct term release_term(struct arena *arena, const struct release *release)
{
    struct term_builder apps = {.arena = arena};
    for (size_t i = 0; i < release->app_count; i++)
        term_add(&apps, app_term(arena, &release->apps[i]));
    const struct term items[] = {
        term_atom(STR("release")),
        term_pair(arena, term_string(arena, release->name),
                  term_string(arena, release->vsn)),
        term_pair(arena, term_atom(STR("erts")), term_string(arena, release->erts_vsn)),
        term_built_list(&apps),
    };
    return term_tuple(arena, items, 4);
}

static int bad_rel(struct err *err, const char *file, const char *what)
{
    err_set(err, ERR_FORMAT, "this is no release: %s", what);
    return err_at(err, file, 0, 0);
}

/* The included applications that a .rel entry names: a part of those of the .app. */
static int read_included(struct arena *arena, const struct term *list, const char *file,
                         struct rel_app *app, struct err *err)
{
    if (!term_is_proper_list(list))
        return bad_rel(err, file, "included applications must be a list of atoms");
    app->overrides_included = true;
    app->included.items = arena_array(arena, list->as.list.count, sizeof(str));
    app->included.count = 0;
    for (size_t i = 0; i < list->as.list.count; i++) {
        const struct term *item = &list->as.list.items[i];
        if (item->kind != TERM_ATOM)
            return bad_rel(err, file, "included applications must be a list of atoms");
        if (!names_have(&app->app->included, item->as.atom)) {
            err_set(err, ERR_INPUT, "application '%.*s' does not include '%.*s'",
                    STR_ARG(app->app->name), STR_ARG(item->as.atom));
            return err_at(err, file, 0, 0);
        }
        app->included.items[app->included.count++] = item->as.atom;
    }
    return 0;
}

static int read_app(struct arena *arena, const struct term *entry, const char *file,
                    struct catalogue *catalogue, struct rel_app *app, struct err *err)
{
    const struct term *items = entry->as.list.items;
    size_t count = entry->kind == TERM_TUPLE ? entry->as.list.count : 0, next = 2;
    const struct found *found;
    str vsn;
    if (count < 2 || count > 4 || items[0].kind != TERM_ATOM ||
        !term_to_text(arena, &items[1], &vsn))
        return bad_rel(err, file,
                       "an entry must be {Name, Vsn}, {Name, Vsn, Type}, "
                       "{Name, Vsn, Included} or {Name, Vsn, Type, Included}");
    if (catalogue_get(catalogue, items[0].as.atom, vsn, &found, err) != 0)
        return -1;
    *app = (struct rel_app){.app = &found->app,
                            .origin = found->origin,
                            .included = found->app.included,
                            .lib = STR("$ROOT/lib")};
    if (next < count && items[next].kind == TERM_ATOM) {
        app->type = start_type_of(items[next++].as.atom);
        if (app->type == START_DEFAULT)
            return bad_rel(err, file,
                           "a start type must be permanent, transient, "
                           "temporary, load or none");
    }
    return next < count ? read_included(arena, &items[next], file, app, err) : 0;
}

int release_of_term(struct arena *arena, const struct term *term, const char *file,
                    struct catalogue *catalogue, struct release *release, struct err *err)
{
    *release = (struct release){0};
    if (!term_is_tuple(term, "release", 4) ||
        !term_is_tuple(&term->as.list.items[1], NULL, 2) ||
        !term_is_tuple(&term->as.list.items[2], "erts", 2) ||
        !term_is_proper_list(&term->as.list.items[3]))
        return bad_rel(err, file,
                       "{release, {Name, Vsn}, {erts, Vsn}, Applications} is "
                       "expected");
    const struct term *id = term->as.list.items[1].as.list.items;
    const struct term *erts = term->as.list.items[2].as.list.items;
    const struct term *apps = &term->as.list.items[3];
    if (!term_to_text(arena, &id[0], &release->name) ||
        !term_to_text(arena, &id[1], &release->vsn) ||
        !term_to_text(arena, &erts[1], &release->erts_vsn))
        return bad_rel(err, file, "name and versions must be strings");
    release->apps = arena_array(arena, apps->as.list.count, sizeof *release->apps);
    for (size_t i = 0; i < apps->as.list.count; i++, release->app_count++)
        if (read_app(arena, &apps->as.list.items[i], file, catalogue, &release->apps[i],
                     err) != 0)
            return -1;
    return 0;
}

struct term release_releases_term(struct arena *arena, const struct release *release)
{
    struct term_builder libs = {.arena = arena};
    for (size_t i = 0; i < release->app_count; i++) {
        const struct app *app = release->apps[i].app;
        str dir = release_app_dir(arena, app);
        term_add(&libs,
                 term_triple(arena, term_atom(app->name), term_string(arena, app->vsn),
                             term_string(arena, dir)));
    }
    const struct term items[] = {
        term_atom(STR("release")),        term_string(arena, release->name),
        term_string(arena, release->vsn), term_string(arena, release->erts_vsn),
        term_built_list(&libs),           term_atom(STR("permanent")),
    };
    struct term entry = term_tuple(arena, items, 6);
    return term_list(arena, &entry, 1);
}

str release_start_erl_data(struct arena *arena, const struct release *release)
{
    return arena_printf(arena, "%.*s %.*s", STR_ARG(release->erts_vsn),
                        STR_ARG(release->vsn));
}
