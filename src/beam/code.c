#include "relc/beam/code.h"

#include "relc/base/str.h"

static bool clauses_equal(const struct code_clause *a, const struct code_clause *b,
                          size_t count);

static bool all_equal(const struct code *a, const struct code *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!code_equal(&a[i], &b[i]))
            return false;
    return true;
}

static bool same_names(const struct code *a, const struct code *b)
{
    return str_eq(a->module, b->module) && str_eq(a->name, b->name) &&
           (a->kind == CODE_VAR || a->number == b->number);
}

bool code_equal(const struct code *a, const struct code *b)
{
    if (a->kind != b->kind || a->count != b->count ||
        a->clause_count != b->clause_count || !a->base != !b->base || !same_names(a, b))
        return false;
    if (a->kind == CODE_TERM)
        return term_equal(&a->term, &b->term);
    if (a->base && !code_equal(a->base, b->base))
        return false;
    return all_equal(a->items, b->items, a->count) &&
           clauses_equal(a->clauses, b->clauses, a->clause_count);
}

static bool clauses_equal(const struct code_clause *a, const struct code_clause *b,
                          size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (a[i].pattern_count != b[i].pattern_count ||
            a[i].body_count != b[i].body_count || a[i].guarded != b[i].guarded ||
            !all_equal(a[i].patterns, b[i].patterns, a[i].pattern_count) ||
            !all_equal(a[i].body, b[i].body, a[i].body_count))
            return false;
    return true;
}

static bool walk_all(const struct code *items, size_t first, size_t count,
                     code_visit *visit, void *context)
{
    for (size_t i = first; i < count; i++)
        if (!code_walk(&items[i], visit, context))
            return false;
    return true;
}

bool code_walk_clause(const struct code_clause *clause, code_visit *visit, void *context)
{
    return walk_all(clause->body, 0, clause->body_count, visit, context);
}

static bool walk_clauses(const struct code_clause *clauses, size_t count,
                         code_visit *visit, void *context)
{
    for (size_t i = 0; i < count; i++)
        if (!code_walk_clause(&clauses[i], visit, context))
            return false;
    return true;
}

bool code_walk(const struct code *code, code_visit *visit, void *context)
{
    size_t first = code->kind == CODE_MATCH ? 1 : 0;
    if (!visit(context, code) || (code->base && !code_walk(code->base, visit, context)))
        return false;
    return walk_all(code->items, first, code->count, visit, context) &&
           walk_clauses(code->clauses, code->clause_count, visit, context);
}

bool code_is_call(const struct code *code, const char *module, const char *name,
                  size_t count)
{
    return code->kind == CODE_CALL && str_eqz(code->module, module) &&
           str_eqz(code->name, name) && (count == SIZE_MAX || code->count == count);
}

bool code_is_atom(const struct code *code, const char *name)
{
    return code->kind == CODE_TERM && code->term.kind == TERM_ATOM &&
           (!name || str_eqz(code->term.as.atom, name));
}

const struct code *code_field(const struct code *code, const char *key)
{
    if (code->kind != CODE_MAP && code->kind != CODE_RECORD)
        return NULL;
    for (size_t i = 0; i + 1 < code->count; i += 2)
        if (code_is_atom(&code->items[i], key))
            return &code->items[i + 1];
    return NULL;
}
