/*
 * Lists of instructions; splitting and checking them, and the place of restarts.
 */
#include "steps.h"

#include "instruction.h"

void steps_add(struct steps *steps, struct term term, const char *file)
{
    steps->items = arena_grow(steps->arena, steps->items, steps->count, &steps->capacity,
                              sizeof *steps->items);
    steps->items[steps->count++] = (struct step){term, file};
}

void steps_append(struct steps *steps, const struct steps *more)
{
    for (size_t i = 0; i < more->count; i++)
        steps_add(steps, more->items[i].term, more->items[i].file);
}

struct term step_of(struct arena *arena, const char *tag, struct term argument)
{
    return term_pair(arena, term_atom(str_of(tag)), argument);
}

struct term step_of_module(struct arena *arena, const char *tag, struct term module,
                           struct term pre, struct term post)
{
    return step_of(arena, tag, term_triple(arena, module, pre, post));
}

bool step_has(const struct step *step, const char *tag, const struct term **argument)
{
    if (!term_is_tuple(&step->term, tag, 2))
        return false;
    *argument = &step->term.as.list.items[1];
    return true;
}

static bool is_read_or_apply(const struct step *step)
{
    const struct term *argument;
    return step_has(step, "load_object_code", &argument) ||
           step_has(step, "apply", &argument);
}

/* The index of the point of no return; the count when there is none. */
static int find_point(const struct steps *script, size_t *point, struct err *err)
{
    *point = script->count;
    for (size_t i = 0; i < script->count; i++) {
        if (!term_is_atom(&script->items[i].term, "point_of_no_return"))
            continue;
        if (*point < script->count) {
            err_set(err, ERR_INPUT, "there is more than one point_of_no_return");
            return err_at(err, script->items[i].file, 0, 0);
        }
        *point = i;
    }
    return 0;
}

int way_add_script(struct way *way, const struct steps *script)
{
    const struct term *argument;
    size_t point, start = 0;
    if (find_point(script, &point, way->err) != 0)
        return -1;
    for (; point < script->count && start < point; start++) {
        const struct step *step = &script->items[start];
        if (!is_read_or_apply(step))
            return instruction_error(way->err, step->file, &step->term,
                                     "only load_object_code and apply may stand before "
                                     "point_of_no_return:");
        steps_add(&way->before, step->term, step->file);
    }
    for (size_t i = start; i < script->count; i++) {
        const struct step *step = &script->items[i];
        if (i == point)
            continue;
        bool is_read = step_has(step, "load_object_code", &argument);
        steps_add(is_read ? &way->before : &way->after, step->term, step->file);
    }
    return 0;
}

/* Enters the modules of all {tag, Modules}, or of {M, Timeout} in them, into a map. */
static void collect(const struct way *way, const char *tag, struct map *modules)
{
    const struct term *list;
    map_init(modules, way->arena);
    for (size_t i = 0; i < way->after.count; i++) {
        if (!step_has(&way->after.items[i], tag, &list))
            continue;
        for (size_t j = 0; j < list->as.list.count; j++) {
            const struct term *item = &list->as.list.items[j];
            if (item->kind == TERM_TUPLE)
                item = &item->as.list.items[0];
            map_put(modules, item->as.atom, &way->after.items[i]);
        }
    }
}

static int check_pair(const struct way *way, const char *tag, const char *other,
                      const char *done, const char *not_done)
{
    struct map first, second;
    collect(way, tag, &first);
    collect(way, other, &second);
    for (size_t i = 0; i < first.count; i++) {
        const struct step *step = first.entries[i].value;
        if (map_has(&second, first.entries[i].key))
            continue;
        err_set(way->err, ERR_INPUT, "module '%.*s' is %s and not %s",
                STR_ARG(first.entries[i].key), done, not_done);
        err_hint(way->err, "add {%s,[...]} to the instructions", other);
        return err_at(way->err, step->file, 0, 0);
    }
    return 0;
}

static int check_loads(const struct way *way)
{
    const struct term *argument;
    struct map read;
    map_init(&read, way->arena);
    for (size_t i = 0; i < way->before.count; i++) {
        if (!step_has(&way->before.items[i], "load_object_code", &argument))
            continue;
        const struct term *modules = &argument->as.list.items[2];
        for (size_t j = 0; j < modules->as.list.count; j++)
            map_put(&read, modules->as.list.items[j].as.atom, &way->before.items[i]);
    }
    for (size_t i = 0; i < way->after.count; i++) {
        const struct step *step = &way->after.items[i];
        if (!step_has(step, "load", &argument))
            continue;
        str module = argument->as.list.items[0].as.atom;
        if (map_has(&read, module))
            continue;
        err_set(way->err, ERR_INPUT, "module '%.*s' is loaded by {load,...} and not read",
                STR_ARG(module));
        err_hint(way->err, "name it in a {load_object_code,{Application,Vsn,Modules}}, "
                           "or use {load_module,...}");
        return err_at(way->err, step->file, 0, 0);
    }
    return 0;
}

int way_check(const struct way *way)
{
    if (check_loads(way) != 0 ||
        check_pair(way, "suspend", "resume", "suspended", "resumed") != 0 ||
        check_pair(way, "resume", "suspend", "resumed", "suspended") != 0 ||
        check_pair(way, "start", "stop", "started", "stopped") != 0)
        return -1;
    return check_pair(way, "stop", "start", "stopped", "started");
}

/* Takes every such atom out; true when there was one. */
static bool take_out(struct steps *steps, const char *atom)
{
    size_t kept = 0;
    for (size_t i = 0; i < steps->count; i++)
        if (!term_is_atom(&steps->items[i].term, atom))
            steps->items[kept++] = steps->items[i];
    bool found = kept < steps->count;
    steps->count = kept;
    return found;
}

/*
 * A new emulator comes first on the way up: what follows runs in it. On the way down the
 * old one can only come last.
 */
void way_place_restarts(struct way *way)
{
    bool starts_new = take_out(&way->after, "restart_new_emulator");
    bool restarts = take_out(&way->after, "restart_emulator");
    if (starts_new && way->up) {
        struct steps before = {.arena = way->arena};
        steps_add(&before, term_atom(STR("restart_new_emulator")), NULL);
        steps_append(&before, &way->before);
        way->before = before;
    }
    if (restarts || (starts_new && !way->up))
        steps_add(&way->after, term_atom(STR("restart_emulator")), NULL);
}
