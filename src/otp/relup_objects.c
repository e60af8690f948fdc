/*
 * One load_object_code an application (otp.md 5.3, step 7).
 */
#include "steps.h"

#include "relc/term/print.h"

/* All that is read of one application. */
struct object {
    const struct term *app;
    const struct term *vsn;
    const struct term **lists; /* of modules */
    size_t count;
    size_t capacity;
    const char *file;
};

struct objects {
    struct arena *arena;
    struct object **items; /* in the order of their first mention */
    size_t count;
    size_t capacity;
    struct map by_app;
    struct err *err;
};

static struct object *add_object(struct objects *objects, const struct term *parts,
                                 const char *file)
{
    struct object *object = arena_alloc(objects->arena, sizeof *object);
    *object = (struct object){.app = &parts[0], .vsn = &parts[1], .file = file};
    objects->items = arena_grow(objects->arena, objects->items, objects->count,
                                &objects->capacity, sizeof(struct object *));
    objects->items[objects->count++] = object;
    map_put(&objects->by_app, parts[0].as.atom, object);
    return object;
}

static int conflict(const struct objects *objects, const struct object *object,
                    const struct term *vsn, const char *file)
{
    struct buf text;
    buf_init(&text);
    term_print_line(&text, object->vsn, 0);
    buf_str(&text, STR(" and "));
    term_print_line(&text, vsn, 0);
    err_set(objects->err, ERR_INPUT,
            "modules of two versions of application '%.*s' are to be loaded: %s",
            STR_ARG(object->app->as.atom), text.ptr);
    buf_release(&text);
    return err_at(objects->err, file ? file : object->file, 0, 0);
}

static int add(struct objects *objects, const struct term *parts, const char *file)
{
    struct object *object = map_get(&objects->by_app, parts[0].as.atom);
    if (!object)
        object = add_object(objects, parts, file);
    else if (!term_equal(object->vsn, &parts[1]))
        return conflict(objects, object, &parts[1], file);
    object->lists = arena_grow(objects->arena, object->lists, object->count,
                               &object->capacity, sizeof *object->lists);
    object->lists[object->count++] = &parts[2];
    return 0;
}

static void prepend(struct term_builder *backwards, const struct term *list,
                    struct map *seen)
{
    size_t count = list->as.list.count, start = backwards->count;
    for (size_t i = count; i-- > 0;)
        if (!map_has(seen, list->as.list.items[i].as.atom))
            term_add(backwards, list->as.list.items[i]);
    for (size_t i = start; i < backwards->count; i++)
        map_put(seen, backwards->items[i].as.atom, backwards);
}

/* A module in several lists keeps its last place; within one list it may be twice. */
static struct term merged_modules(struct arena *arena, const struct object *object)
{
    struct term_builder backwards = {.arena = arena};
    struct map seen;
    map_init(&seen, arena);
    for (size_t i = object->count; i-- > 0;)
        prepend(&backwards, object->lists[i], &seen);
    struct term *items = arena_array(arena, backwards.count, sizeof *items);
    for (size_t i = 0; i < backwards.count; i++)
        items[i] = backwards.items[backwards.count - 1 - i];
    return term_list(arena, items, backwards.count);
}

int way_merge_objects(struct way *way)
{
    struct objects objects = {.arena = way->arena, .err = way->err};
    struct steps others = {.arena = way->arena}, merged = {.arena = way->arena};
    const struct term *argument;
    map_init(&objects.by_app, way->arena);
    for (size_t i = 0; i < way->before.count; i++) {
        const struct step *step = &way->before.items[i];
        if (!step_has(step, "load_object_code", &argument))
            steps_add(&others, step->term, step->file);
        else if (add(&objects, argument->as.list.items, step->file) != 0)
            return -1;
    }
    for (size_t i = 0; i < objects.count; i++) {
        const struct object *object = objects.items[i];
        steps_add(&merged,
                  step_of(way->arena, "load_object_code",
                          term_triple(way->arena, *object->app, *object->vsn,
                                      merged_modules(way->arena, object))),
                  object->file);
    }
    steps_append(&merged, &others);
    way->before = merged;
    return 0;
}
