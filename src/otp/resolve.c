#include "relc/otp/resolve.h"

#include "relc/base/path.h"

#include <string.h>

/* As deep as chains of dependencies may go. */
enum { MAX_DEPTH = 2000 };

struct resolver {
    struct arena *arena;
    struct catalogue *catalogue;
    struct map wishes;   /* name -> const struct wanted * */
    struct map visited;  /* name -> this resolver, as a mark */
    struct map included; /* name -> this resolver: some application includes it */
    struct rel_app *apps;
    size_t count;
    size_t capacity;
    struct err *err;
};

/* Why an application is looked for: asked for, or needed by another one. */
struct need {
    const struct app *by; /* NULL when it is asked for */
    const char *verb;
    unsigned depth;
};

static int conflicting(struct resolver *resolver, const struct wanted *wish,
                       const char *what, const char *a, const char *b)
{
    err_set(resolver->err, ERR_INPUT, "application '%.*s' is asked for with %s %s and %s",
            STR_ARG(wish->name), what, a, b);
    return err_at(resolver->err, wish->file, wish->line, wish->column);
}

/* Joins two wishes for one application into earlier. */
static int merge_wishes(struct resolver *resolver, struct wanted *earlier,
                        const struct wanted *wish)
{
    if (wish->type != START_DEFAULT) {
        if (earlier->type != START_DEFAULT && earlier->type != wish->type)
            return conflicting(resolver, wish, "start type",
                               start_type_name(earlier->type),
                               start_type_name(wish->type));
        earlier->type = wish->type;
    }
    if (wish->version.ptr) {
        if (earlier->version.ptr && !str_eq(earlier->version, wish->version))
            return conflicting(resolver, wish, "version",
                               arena_strz(resolver->arena, earlier->version),
                               arena_strz(resolver->arena, wish->version));
        earlier->version = wish->version;
    }
    earlier->cascade = earlier->cascade || wish->cascade;
    if (!earlier->file) {
        earlier->file = wish->file;
        earlier->line = wish->line;
        earlier->column = wish->column;
    }
    return 0;
}

static int note_wishes(struct resolver *resolver, const struct wanted *wanted,
                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct wanted *wish = map_get(&resolver->wishes, wanted[i].name);
        if (wish) {
            if (merge_wishes(resolver, wish, &wanted[i]) != 0)
                return -1;
            continue;
        }
        wish = arena_alloc(resolver->arena, sizeof *wish);
        *wish = wanted[i];
        map_put(&resolver->wishes, wish->name, wish);
    }
    return 0;
}

/* Where the wish stands; else who needs it. */
static void explain_need(struct resolver *resolver, str name, const struct need *need,
                         const struct wanted *wish)
{
    if (wish && wish->file && (!need->by || wish->version.ptr)) {
        if (!resolver->err->file)
            err_at(resolver->err, wish->file, wish->line, wish->column);
    } else if (need->by) {
        err_wrap(resolver->err, "application '%.*s' %s '%.*s'", STR_ARG(need->by->name),
                 need->verb, STR_ARG(name));
        if (!resolver->err->file)
            err_at(resolver->err, need->by->file, 0, 0);
    }
}

static int visit(struct resolver *resolver, str name, const struct need *need);

static int visit_names(struct resolver *resolver, const struct app *app,
                       const struct names *names, const char *verb, unsigned depth)
{
    for (size_t i = 0; i < names->count; i++) {
        const struct found *found;
        str name = names->items[i];
        struct need need = {.by = app, .verb = verb, .depth = depth + 1};
        if (names_have(&app->optional, name)) {
            const struct wanted *wish = map_get(&resolver->wishes, name);
            str version = wish ? wish->version : (str){NULL, 0};
            if (catalogue_find(resolver->catalogue, name, version, &found,
                               resolver->err) != 0)
                return -1;
            if (!found)
                continue;
        }
        if (visit(resolver, name, &need) != 0)
            return -1;
    }
    return 0;
}

static void add_app(struct resolver *resolver, const struct found *found,
                    const struct wanted *wish)
{
    resolver->apps = arena_grow(resolver->arena, resolver->apps, resolver->count,
                                &resolver->capacity, sizeof *resolver->apps);
    resolver->apps[resolver->count++] = (struct rel_app){
        .app = &found->app,
        .origin = found->origin,
        .type = wish ? wish->type : START_DEFAULT,
        .included = found->app.included,
        .lib = STR("$ROOT/lib"),
    };
}

/*
 * Depth first, an application after all that it needs. A circle is left as it is:
 * which ones are wrong is release_start_order's knowledge.
 */
static int visit(struct resolver *resolver, str name, const struct need *need)
{
    const struct wanted *wish = map_get(&resolver->wishes, name);
    const struct found *found;
    if (map_put(&resolver->visited, name, resolver))
        return 0;
    if (need->depth > MAX_DEPTH)
        return err_set(resolver->err, ERR_INPUT,
                       "dependencies are nested deeper than %d at application '%.*s'",
                       MAX_DEPTH, STR_ARG(name));
    if (catalogue_get(resolver->catalogue, name, wish ? wish->version : (str){NULL, 0},
                      &found, resolver->err) != 0) {
        explain_need(resolver, name, need, wish);
        return -1;
    }
    const struct app *app = &found->app;
    if (visit_names(resolver, app, &app->applications, "needs", need->depth) != 0 ||
        visit_names(resolver, app, &app->included, "includes", need->depth) != 0)
        return -1;
    for (size_t i = 0; i < app->included.count; i++)
        map_put(&resolver->included, app->included.items[i], resolver);
    add_app(resolver, found, wish);
    return 0;
}

/* How far a start type goes: permanent ends the node, none does not even load. */
static int strength(enum start_type type)
{
    static const int strengths[] = {
        [START_DEFAULT] = 5,   [START_PERMANENT] = 5, [START_TRANSIENT] = 4,
        [START_TEMPORARY] = 3, [START_LOAD] = 2,      [START_NONE] = 1,
    };
    return strengths[type];
}

/* What the start types of an application's dependants make of its own. */
struct inherited {
    bool cascades; /* all of them do */
    bool needed;
    enum start_type type;
};

static void inherit(struct map *places, const struct rel_app *app, bool cascades)
{
    const struct names *needs = &app->app->applications;
    for (size_t i = 0; i < needs->count; i++) {
        struct inherited *one = map_get(places, needs->items[i]);
        if (!one)
            continue;
        if (!one->needed || strength(app->type) > strength(one->type))
            one->type = app->type;
        one->cascades = cascades && (one->cascades || !one->needed);
        one->needed = true;
    }
}

/*
 * An application stands after those that it needs, so that from the last to the first all
 * that need one are known before it.
 */
static void cascade_types(struct resolver *resolver)
{
    struct map places;
    struct inherited *all = arena_array(resolver->arena, resolver->count, sizeof *all);
    map_init(&places, resolver->arena);
    for (size_t i = 0; i < resolver->count; i++)
        map_put(&places, resolver->apps[i].app->name, &all[i]);
    for (size_t i = resolver->count; i-- > 0;) {
        struct rel_app *app = &resolver->apps[i];
        const struct wanted *wish = map_get(&resolver->wishes, app->app->name);
        bool inherits = !wish && all[i].cascades && app->type == START_DEFAULT;
        if (inherits)
            app->type = all[i].type;
        inherit(&places, app, inherits || (wish && wish->cascade));
    }
}

int resolve_apps(struct arena *arena, struct catalogue *catalogue,
                 const struct wanted *wanted, size_t count, struct release *release,
                 struct err *err)
{
    static const char *const first[] = {"kernel", "stdlib"};
    struct resolver resolver = {.arena = arena, .catalogue = catalogue, .err = err};
    struct need asked = {0};
    map_init(&resolver.wishes, arena);
    map_init(&resolver.visited, arena);
    map_init(&resolver.included, arena);
    if (note_wishes(&resolver, wanted, count) != 0)
        return -1;
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        if (visit(&resolver, str_of(first[i]), &asked) != 0)
            return -1;
    for (size_t i = 0; i < count; i++)
        if (visit(&resolver, wanted[i].name, &asked) != 0)
            return -1;
    for (size_t i = 0; i < resolver.count; i++)
        if (resolver.apps[i].type == START_DEFAULT &&
            map_has(&resolver.included, resolver.apps[i].app->name))
            resolver.apps[i].type = START_LOAD;
    cascade_types(&resolver);
    release->apps = resolver.apps;
    release->app_count = resolver.count;
    return 0;
}
