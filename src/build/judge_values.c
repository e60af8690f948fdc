#include "build/judge_values.h"

enum {
    MAX_CALLS = 6,    /* deep */
    MAX_STEPS = 4000, /* of one evaluation, so that branches cannot multiply */
};

struct scope values_scope(struct checker *checker, struct side_module *module,
                          bool new_side)
{
    size_t *steps = arena_alloc(&checker->scratch, sizeof *steps);
    *steps = MAX_STEPS;
    return (struct scope){
        .checker = checker, .new_side = new_side, .module = module, .steps = steps};
}

static const struct scope *keep(const struct scope *scope)
{
    struct scope *kept = arena_alloc(&scope->checker->scratch, sizeof *kept);
    *kept = *scope;
    return kept;
}

static void bind(struct scope *scope, const struct code *pattern,
                 const struct code *value, const struct scope *value_scope)
{
    if (pattern->kind != CODE_VAR)
        return;
    struct binding *binding = arena_alloc(&scope->checker->scratch, sizeof *binding);
    *binding = (struct binding){pattern->name, pattern->number, value, value_scope,
                                scope->bindings};
    scope->bindings = binding;
}

static void bind_match(struct scope *scope, const struct code *code)
{
    if (code->kind == CODE_MATCH)
        bind(scope, &code->items[0], &code->items[1], keep(scope));
}

/* Expressions one after the other: the last one is the value. */
static void values_of_all(const struct scope *outer, const struct code *items,
                          size_t count, value_sink *sink, void *context)
{
    struct scope scope = *outer;
    for (size_t i = 0; i + 1 < count; i++)
        bind_match(&scope, &items[i]);
    if (count)
        values_of(&scope, &items[count - 1], sink, context);
}

static void values_of_var(const struct scope *scope, const struct code *code,
                          value_sink *sink, void *context)
{
    for (const struct binding *at = scope->bindings; at; at = at->next) {
        if (!str_eq(at->name, code->name) || at->number != code->number)
            continue;
        if (at->value)
            values_of(at->scope, at->value, sink, context);
        else
            sink(context, scope, code, false);
        return;
    }
    sink(context, scope, code, false);
}

static void call_clauses(const struct scope *caller, struct side_module *module,
                         const struct code_function *function,
                         const struct code *arguments, value_sink *sink, void *context)
{
    struct scope callee = *caller;
    callee.module = module;
    callee.depth++;
    for (size_t i = 0; i < function->clause_count; i++) {
        const struct code_clause *clause = &function->clauses[i];
        struct scope scope = callee;
        scope.bindings = NULL;
        for (size_t j = 0; arguments && j < clause->pattern_count; j++)
            bind(&scope, &clause->patterns[j], &arguments[j], keep(caller));
        values_of_all(&scope, clause->body, clause->body_count, sink, context);
    }
}

void values_of_function(const struct scope *scope, const struct code_function *function,
                        value_sink *sink, void *context)
{
    call_clauses(scope, scope->module, function, NULL, sink, context);
}

static void values_of_call(const struct scope *scope, const struct code *code,
                           value_sink *sink, void *context)
{
    struct side_module *module = scope->module;
    const struct code_function *function = NULL;
    if (code->module.ptr && !str_eq(code->module, module->facts.name)) {
        module = index_side(scope->checker, code->module, scope->new_side);
    }
    if (module && scope->depth < MAX_CALLS)
        function = debug_function(side_debug(scope->checker, module), code->name,
                                  (uint32_t)code->count);
    if (function)
        call_clauses(scope, module, function, code->items, sink, context);
    else
        sink(context, scope, code, true);
}

void values_of(const struct scope *scope, const struct code *code, value_sink *sink,
               void *context)
{
    if (!*scope->steps) {
        sink(context, scope, code, false);
        return;
    }
    --*scope->steps;
    switch (code->kind) {
    case CODE_VAR:
        values_of_var(scope, code, sink, context);
        break;
    case CODE_BLOCK:
        values_of_all(scope, code->items, code->count, sink, context);
        break;
    case CODE_MATCH:
        values_of(scope, &code->items[1], sink, context);
        break;
    case CODE_BRANCH:
        for (size_t i = 0; i < code->clause_count; i++)
            values_of_all(scope, code->clauses[i].body, code->clauses[i].body_count, sink,
                          context);
        break;
    case CODE_CALL:
        values_of_call(scope, code, sink, context);
        break;
    case CODE_OTHER:
    case CODE_RECEIVE:
        sink(context, scope, code, false);
        break;
    default:
        sink(context, scope, code, true);
        break;
    }
}
