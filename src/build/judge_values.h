#pragma once
/*
 * What an expression can give, as far as the code shows it: through variables, blocks,
 * branches, and functions of the module and of the applications that differ.
 */
#include "build/judge.h"

struct binding {
    str name;
    int64_t number;
    const struct code *value;
    const struct scope *scope; /* in which value stands */
    const struct binding *next;
};

struct scope {
    struct checker *checker;
    bool new_side;
    struct side_module *module;
    const struct binding *bindings;
    unsigned depth; /* of calls */
    size_t *steps;  /* left of the whole evaluation */
};

/* Called for every expression that can be the value; known false: it is not shown. */
typedef void value_sink(void *context, const struct scope *scope, const struct code *code,
                        bool known);

/* A scope for the module's code. */
struct scope values_scope(struct checker *checker, struct side_module *module,
                          bool new_side);

/* The values of an expression, and of a function called with unknown arguments. */
void values_of(const struct scope *scope, const struct code *code, value_sink *sink,
               void *context);
void values_of_function(const struct scope *scope, const struct code_function *function,
                        value_sink *sink, void *context);

/* What data looks like. */
enum shape_kind {
    SHAPE_UNKNOWN,
    SHAPE_NUMBER,
    SHAPE_ATOM,
    SHAPE_BINARY,
    SHAPE_LIST,
    SHAPE_TUPLE,
    SHAPE_RECORD,
    SHAPE_STRUCT,
    SHAPE_MAP,
    SHAPE_FUN,
};

struct shape {
    enum shape_kind kind;
    str name;    /* of a record or struct */
    str *fields; /* of a record or struct, where its definition is known; keys of a map */
    size_t count;  /* of fields; of a tuple the elements */
    bool complete; /* all fields or keys are known */
    unsigned line;
};

struct shapes {
    struct arena *arena;
    struct shape *items; /* the known ones */
    size_t count;
    size_t capacity;
    bool others; /* there are results whose shape is not shown */
};

/*
 * The shapes that an expression can have. A variable that the code does not bind is no
 * result of its own: callbacks give back the state that they got.
 */
void shapes_of(const struct scope *scope, const struct code *code, struct shapes *shapes);

/* For messages: "a number", "the struct Sequence.State". */
str shape_text(struct arena *arena, const struct shape *shape);

/* Of one kind, name and size. A record is a tuple: the code may treat it as both. */
bool shape_same_kind(const struct shape *a, const struct shape *b);

bool shape_has_field(const struct shape *shape, str field);

/* The same fields; their order counts in records alone. */
bool shape_same_fields(const struct shape *a, const struct shape *b);

/* For messages: "new x, y; gone z". */
str shape_field_changes(struct arena *arena, const struct shape *old_shape,
                        const struct shape *new_shape);
