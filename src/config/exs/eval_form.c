#include "config/exs/eval.h"

/* if condition, do: a, else: b */
static int branch(struct evaluator *evaluator, const struct exs_node *node, bool wanted,
                  struct term *value)
{
    const struct exs_node *sections = node->items[1];
    struct term condition;
    const struct binding *before = evaluator->bindings;
    if (!exs_node_get(sections, "do"))
        return eval_beyond(evaluator, node, "this condition");
    if (evaluate(evaluator, node->items[0], &condition) != 0)
        return -1;
    const char *section = term_is_true(&condition) == wanted ? "do" : "else";
    int result = evaluate_scope(evaluator, exs_node_get(sections, section), value);
    evaluator->bindings = before;
    return result;
}

static int form_if(struct evaluator *evaluator, const struct exs_node *node,
                   struct term *value)
{
    return branch(evaluator, node, true, value);
}

static int form_unless(struct evaluator *evaluator, const struct exs_node *node,
                       struct term *value)
{
    return branch(evaluator, node, false, value);
}

/* The clauses of case and cond: one pattern each, without guards. */
static const struct exs_node *clauses_of(const struct exs_node *sections)
{
    const struct exs_node *clauses = exs_node_get(sections, "do");
    if (!clauses || clauses->kind != EXS_CLAUSES || sections->count != 1)
        return NULL;
    for (size_t i = 0; i < clauses->count; i++)
        if (clauses->items[i]->count != 2)
            return NULL;
    return clauses;
}

static int form_case(struct evaluator *evaluator, const struct exs_node *node,
                     struct term *value)
{
    const struct exs_node *clauses = clauses_of(node->items[1]);
    const struct binding *before = evaluator->bindings;
    struct term subject;
    if (!clauses)
        return eval_beyond(evaluator, node, "this case");
    if (evaluate(evaluator, node->items[0], &subject) != 0)
        return -1;
    const struct binding *inside = evaluator->bindings;
    for (size_t i = 0; i < clauses->count; i++) {
        bool matches;
        const struct exs_node *clause = clauses->items[i];
        evaluator->bindings = inside;
        if (eval_match(evaluator, clause->items[0], &subject, &matches) != 0)
            return -1;
        if (!matches)
            continue;
        int result = evaluate_scope(evaluator, clause->items[1], value);
        evaluator->bindings = before;
        return result;
    }
    return eval_fail(evaluator, node, "no clause of the case matches the value");
}

static int form_cond(struct evaluator *evaluator, const struct exs_node *node,
                     struct term *value)
{
    const struct exs_node *clauses = clauses_of(node->items[0]);
    const struct binding *before = evaluator->bindings;
    struct term condition;
    if (!clauses)
        return eval_beyond(evaluator, node, "this cond");
    for (size_t i = 0; i < clauses->count; i++) {
        const struct exs_node *clause = clauses->items[i];
        if (evaluate(evaluator, clause->items[0], &condition) != 0)
            return -1;
        if (!term_is_true(&condition))
            continue;
        int result = evaluate_scope(evaluator, clause->items[1], value);
        evaluator->bindings = before;
        return result;
    }
    return eval_fail(evaluator, node, "no condition of the cond holds");
}

const struct form kernel_forms[] = {
    {"", "if", 2, form_if},     {"", "unless", 2, form_unless},
    {"", "case", 2, form_case}, {"", "cond", 1, form_cond},
    {NULL, NULL, 0, NULL},
};
