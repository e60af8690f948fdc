#include "build/judge_values.h"

static enum shape_kind kind_of_term(const struct term *term)
{
    switch (term->kind) {
    case TERM_INTEGER:
    case TERM_BIG:
    case TERM_FLOAT:
        return SHAPE_NUMBER;
    case TERM_ATOM:
        return SHAPE_ATOM;
    case TERM_BINARY:
        return SHAPE_BINARY;
    case TERM_LIST:
        return SHAPE_LIST;
    default:
        return SHAPE_UNKNOWN;
    }
}

/* Calls whose result is plain. */
static const struct {
    const char *module;
    const char *name;
    size_t arity;
    enum shape_kind kind;
} results[] = {
    {"erlang", "+", 2, SHAPE_NUMBER},           {"erlang", "-", 2, SHAPE_NUMBER},
    {"erlang", "*", 2, SHAPE_NUMBER},           {"erlang", "div", 2, SHAPE_NUMBER},
    {"erlang", "rem", 2, SHAPE_NUMBER},         {"erlang", "length", 1, SHAPE_NUMBER},
    {"erlang", "system_time", 1, SHAPE_NUMBER}, {"erlang", "++", 2, SHAPE_LIST},
    {"lists", "reverse", 1, SHAPE_LIST},        {"maps", "new", 0, SHAPE_MAP},
    {"Elixir.Map", "new", 0, SHAPE_MAP},        {"maps", "put", 3, SHAPE_MAP},
    {"Elixir.Map", "put", 3, SHAPE_UNKNOWN},
};

static struct shape shape_of_call(const struct code *code)
{
    for (size_t i = 0; i < sizeof results / sizeof *results; i++)
        if (code_is_call(code, results[i].module, results[i].name, results[i].arity))
            return (struct shape){.kind = results[i].kind, .line = code->line};
    return (struct shape){.kind = SHAPE_UNKNOWN};
}

/* The fields of the record or struct, from its definition. */
static void define(const struct scope *scope, struct shape *shape)
{
    struct side_module *module = scope->module;
    const struct debug_record *record;
    if (shape->kind == SHAPE_STRUCT && !str_eq(shape->name, module->facts.name)) {
        module = index_side(scope->checker, shape->name, scope->new_side);
    }
    record =
        module ? debug_record(side_debug(scope->checker, module), shape->name) : NULL;
    if (!record)
        return;
    shape->fields = record->fields;
    shape->count = record->count;
    shape->complete = true;
}

static struct shape shape_of_map(const struct scope *scope, const struct code *code)
{
    struct shape shape = {.kind = SHAPE_MAP, .line = code->line, .complete = true};
    const struct code *name = code_field(code, "__struct__");
    if (name && code_is_atom(name, NULL)) {
        shape.kind = SHAPE_STRUCT;
        shape.name = name->term.as.atom;
        shape.complete = false;
        define(scope, &shape);
        return shape;
    }
    shape.fields =
        arena_array(&scope->checker->scratch, code->count, sizeof *shape.fields);
    for (size_t i = 0; i + 1 < code->count; i += 2) {
        if (code_is_atom(&code->items[i], NULL))
            shape.fields[shape.count++] = code->items[i].term.as.atom;
        else
            shape.complete = false;
    }
    return shape;
}

static struct shape shape_of_known(const struct scope *scope, const struct code *code)
{
    struct shape shape = {.kind = SHAPE_UNKNOWN, .line = code->line};
    switch (code->kind) {
    case CODE_TERM:
        shape.kind = kind_of_term(&code->term);
        break;
    case CODE_TUPLE:
        shape.kind = SHAPE_TUPLE;
        shape.count = code->count;
        break;
    case CODE_LIST:
        shape.kind = SHAPE_LIST;
        break;
    case CODE_RECORD:
        shape.kind = SHAPE_RECORD;
        shape.name = code->name;
        define(scope, &shape);
        break;
    case CODE_MAP:
        return shape_of_map(scope, code);
    case CODE_FUN:
    case CODE_CAPTURE:
        shape.kind = SHAPE_FUN;
        break;
    case CODE_CALL:
        return shape_of_call(code);
    default:
        break;
    }
    return shape;
}

static void add_shape(struct shapes *shapes, struct shape shape)
{
    shapes->items = arena_grow(shapes->arena, shapes->items, shapes->count,
                               &shapes->capacity, sizeof *shapes->items);
    shapes->items[shapes->count++] = shape;
}

/* An updated map or record has the shape of what is updated. */
static void shape_sink(void *context, const struct scope *scope, const struct code *code,
                       bool known)
{
    struct shapes *shapes = context;
    if (!known) {
        shapes->others = shapes->others || code->kind != CODE_VAR;
        return;
    }
    if (code->kind == CODE_MAP && code->base) {
        shapes_of(scope, code->base, shapes);
        return;
    }
    struct shape shape = shape_of_known(scope, code);
    if (shape.kind == SHAPE_UNKNOWN)
        shapes->others = true;
    else
        add_shape(shapes, shape);
}

void shapes_of(const struct scope *scope, const struct code *code, struct shapes *shapes)
{
    values_of(scope, code, shape_sink, shapes);
}

str shape_text(struct arena *arena, const struct shape *shape)
{
    static const char *const texts[] = {
        [SHAPE_NUMBER] = "a number", [SHAPE_ATOM] = "an atom",
        [SHAPE_BINARY] = "a binary", [SHAPE_LIST] = "a list",
        [SHAPE_MAP] = "a map",       [SHAPE_FUN] = "a function",
    };
    switch (shape->kind) {
    case SHAPE_TUPLE:
        return arena_printf(arena, "a tuple of %zu", shape->count);
    case SHAPE_RECORD:
        return arena_printf(arena, "a record '%.*s'", STR_ARG(shape->name));
    case SHAPE_STRUCT:
        return arena_printf(arena, "a struct %.*s", STR_ARG(module_shown(shape->name)));
    default:
        return str_of(texts[shape->kind]);
    }
}

bool shape_same_kind(const struct shape *a, const struct shape *b)
{
    bool tuple_a = a->kind == SHAPE_TUPLE, tuple_b = b->kind == SHAPE_TUPLE;
    if ((tuple_a && b->kind == SHAPE_RECORD) || (tuple_b && a->kind == SHAPE_RECORD))
        return true;
    if (a->kind != b->kind)
        return false;
    if (a->kind == SHAPE_TUPLE)
        return a->count == b->count;
    return a->kind == SHAPE_MAP || str_eq(a->name, b->name);
}

bool shape_has_field(const struct shape *shape, str field)
{
    for (size_t i = 0; i < shape->count; i++)
        if (str_eq(shape->fields[i], field))
            return true;
    return false;
}

bool shape_same_fields(const struct shape *a, const struct shape *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (a->kind == SHAPE_RECORD ? !str_eq(a->fields[i], b->fields[i])
                                    : !shape_has_field(b, a->fields[i]))
            return false;
    return true;
}

str shape_field_changes(struct arena *arena, const struct shape *old_shape,
                        const struct shape *new_shape)
{
    str text = STR("");
    const struct shape *shapes[2] = {new_shape, old_shape};
    static const char *const words[2] = {"new ", "gone "};
    for (int side = 0; side < 2; side++) {
        bool first = true;
        for (size_t i = 0; i < shapes[side]->count; i++) {
            str field = shapes[side]->fields[i];
            if (shape_has_field(shapes[1 - side], field))
                continue;
            text = arena_printf(arena, "%.*s%s%s%.*s", STR_ARG(text),
                                !text.len ? ""
                                : first   ? "; "
                                          : ", ",
                                first ? words[side] : "", STR_ARG(field));
            first = false;
        }
    }
    return text.len ? text : STR("in another order");
}
