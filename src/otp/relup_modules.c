/*
 * Modules in the order of their dependencies (otp.md 5.3, steps 5 and 6). Those that
 * depend on each other, however indirectly, are replaced together: their processes are
 * suspended first and resumed last.
 */
#include "graph.h"
#include "instruction.h"
#include "steps.h"

/* A {update, ...}, {load_module, ...} or {delete_module, ...}. */
struct change {
    const struct step *step;
    const struct term *items; /* of the instruction */
    const struct term *deps;
};

/* The changes of one component, users before what they use. */
struct group {
    struct change **changes;
    size_t count;
};

struct changes {
    struct arena *arena;
    struct change *items; /* in the order of the scripts */
    size_t count;
    struct map by_module; /* module -> struct change * */
    struct group *groups; /* of each component, at its lowest number */
    size_t *components;
};

static bool is_update(const struct change *change)
{
    return term_is_atom(&change->items[0], "update");
}

static str module_of(const struct change *change)
{
    return change->items[1].as.atom;
}

static int defined_twice(const struct change *change, const struct change *other,
                         struct err *err)
{
    err_set(err, ERR_INPUT, "there are two instructions for module '%.*s'",
            STR_ARG(module_of(change)));
    if (other->step->file)
        err_hint(err, "the other one is in '%s'", other->step->file);
    return err_at(err, change->step->file, 0, 0);
}

static int collect_changes(struct way *way, struct changes *changes)
{
    changes->items = arena_array(way->arena, way->after.count, sizeof *changes->items);
    map_init(&changes->by_module, way->arena);
    for (size_t i = 0; i < way->after.count; i++) {
        const struct step *step = &way->after.items[i];
        struct change *change = &changes->items[changes->count];
        if (!instruction_depends(&step->term, &change->deps))
            continue;
        change->step = step;
        change->items = step->term.as.list.items;
        changes->count++;
        struct change *other = map_put(&changes->by_module, module_of(change), change);
        if (other)
            return defined_twice(change, other, way->err);
    }
    return 0;
}

static int add_dependencies(const struct changes *changes, size_t index,
                            struct graph *graph, struct err *err)
{
    const struct change *change = &changes->items[index];
    for (size_t i = 0; i < change->deps->as.list.count; i++) {
        str used = change->deps->as.list.items[i].as.atom;
        const struct change *target = map_get(&changes->by_module, used);
        if (target) {
            graph_add(graph, index, (size_t)(target - changes->items));
            continue;
        }
        err_set(err, ERR_INPUT,
                "module '%.*s' depends on '%.*s', for which there is no instruction",
                STR_ARG(module_of(change)), STR_ARG(used));
        err_hint(err, "only modules that are updated, loaded, added or deleted in the "
                      "same upgrade may be dependencies");
        return err_at(err, change->step->file, 0, 0);
    }
    return 0;
}

static void make_groups(struct changes *changes, const struct graph *graph)
{
    const size_t *order = graph_order(graph);
    size_t *sizes = arena_array(changes->arena, changes->count, sizeof *sizes);
    changes->components = graph_components(graph);
    changes->groups =
        arena_array(changes->arena, changes->count, sizeof *changes->groups);
    for (size_t i = 0; i < changes->count; i++)
        sizes[changes->components[i]]++;
    for (size_t i = 0; i < changes->count; i++) {
        size_t component = changes->components[order[i]];
        struct group *group = &changes->groups[component];
        if (!group->changes)
            group->changes =
                arena_array(changes->arena, sizes[component], sizeof(struct change *));
        group->changes[group->count++] = &changes->items[order[i]];
    }
}

/* A list of what `make` has to say of the members; those that it passes over are not in.
 */
typedef bool make_item(struct arena *, const struct change *, struct term *);

static void add_list(struct steps *out, const struct group *group, bool reversed,
                     const char *tag, const char *direction, make_item *make)
{
    struct term_builder list = {.arena = out->arena};
    struct term item;
    for (size_t i = 0; i < group->count; i++) {
        size_t at = reversed ? group->count - 1 - i : i;
        if (make(out->arena, group->changes[at], &item))
            term_add(&list, item);
    }
    struct term items = term_built_list(&list);
    if (list.count == 0)
        return;
    if (direction)
        items = term_triple(out->arena, term_atom(str_of(tag)),
                            term_atom(str_of(direction)), items);
    else
        items = step_of(out->arena, tag, items);
    steps_add(out, items, group->changes[0]->step->file);
}

static bool suspended(struct arena *arena, const struct change *change, struct term *item)
{
    if (!is_update(change))
        return false;
    const struct term *timeout = &change->items[3];
    *item = term_is_atom(timeout, "default")
                ? change->items[1]
                : term_pair(arena, change->items[1], *timeout);
    return true;
}

static bool resumed(struct arena *arena, const struct change *change, struct term *item)
{
    (void)arena;
    *item = change->items[1];
    return is_update(change);
}

static bool code_changed(struct arena *arena, const struct change *change,
                         struct term *item)
{
    if (!is_update(change) || !term_is_tuple(&change->items[4], "advanced", 2))
        return false;
    *item = term_pair(arena, change->items[1], change->items[4].as.list.items[1]);
    return true;
}

static bool code_changed_dynamic(struct arena *arena, const struct change *change,
                                 struct term *item)
{
    return code_changed(arena, change, item) &&
           term_is_atom(&change->items[2], "dynamic");
}

static bool code_changed_static(struct arena *arena, const struct change *change,
                                struct term *item)
{
    return code_changed(arena, change, item) && term_is_atom(&change->items[2], "static");
}

static void replace(struct steps *out, const struct change *change)
{
    const struct term *items = change->items, purge = term_atom(STR("brutal_purge"));
    const char *file = change->step->file;
    if (term_is_atom(&items[0], "delete_module")) {
        steps_add(out, step_of_module(out->arena, "remove", items[1], purge, purge),
                  file);
        steps_add(out, step_of(out->arena, "purge", term_list(out->arena, &items[1], 1)),
                  file);
        return;
    }
    size_t pre = is_update(change) ? 5 : 2;
    steps_add(out,
              step_of_module(out->arena, "load", items[1], items[pre], items[pre + 1]),
              file);
}

/* {load_object_code, {Application, Vsn, [Module]}} for each module that is loaded. */
static int read_objects(struct way *way, const struct group *group)
{
    for (size_t i = 0; i < group->count; i++) {
        const struct change *change = group->changes[i];
        const struct rel_app *owner = map_get(way->owners, module_of(change));
        if (term_is_atom(&change->items[0], "delete_module"))
            continue;
        if (!owner) {
            err_set(way->err, ERR_INPUT,
                    "module '%.*s' is in no application of release %.*s",
                    STR_ARG(module_of(change)), STR_ARG(way->target->vsn));
            err_hint(way->err, "the key modules of its .app file must name it");
            return err_at(way->err, change->step->file, 0, 0);
        }
        steps_add(&way->before,
                  step_of(way->arena, "load_object_code",
                          term_triple(way->arena, term_atom(owner->app->name),
                                      term_string(way->arena, owner->app->vsn),
                                      term_list(way->arena, &change->items[1], 1))),
                  change->step->file);
    }
    return 0;
}

/*
 * On the way up new code is in place before code_change runs in it. On the way down the
 * new code's code_change runs before the old code comes; only that of supervisors
 * (static) must run in the old code, whose init tells the specification of children.
 */
static int emit_group(struct way *way, const struct group *group, struct steps *out)
{
    if (read_objects(way, group) != 0)
        return -1;
    add_list(out, group, false, "suspend", NULL, suspended);
    if (!way->up)
        add_list(out, group, false, "code_change", "down", code_changed_dynamic);
    for (size_t i = 0; i < group->count; i++)
        replace(out, group->changes[way->up ? group->count - 1 - i : i]);
    if (way->up)
        add_list(out, group, false, "code_change", "up", code_changed);
    else
        add_list(out, group, false, "code_change", "down", code_changed_static);
    add_list(out, group, true, "resume", NULL, resumed);
    return 0;
}

static int emit_all(struct way *way, const struct changes *changes)
{
    struct steps out = {.arena = way->arena};
    const struct term *deps;
    size_t next = 0;
    for (size_t i = 0; i < way->after.count; i++) {
        const struct step *step = &way->after.items[i];
        if (!instruction_depends(&step->term, &deps)) {
            steps_add(&out, step->term, step->file);
            continue;
        }
        size_t number = next++;
        /* A component stands where its first member does. */
        if (changes->components[number] == number &&
            emit_group(way, &changes->groups[number], &out) != 0)
            return -1;
    }
    way->after = out;
    return 0;
}

int way_translate_modules(struct way *way)
{
    struct changes changes = {.arena = way->arena};
    struct graph graph;
    if (collect_changes(way, &changes) != 0)
        return -1;
    graph_init(&graph, way->arena, changes.count);
    for (size_t i = 0; i < changes.count; i++)
        if (add_dependencies(&changes, i, &graph, way->err) != 0)
            return -1;
    make_groups(&changes, &graph);
    return emit_all(way, &changes);
}
