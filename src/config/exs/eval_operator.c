#include "config/exs/eval.h"

#include <math.h>
#include <string.h>

/* Operators that evaluate their right side only when it counts. */
static int eval_logic(struct evaluator *evaluator, const struct exs_node *node,
                      struct term *value)
{
    bool strict = str_eqz(node->name, "and") || str_eqz(node->name, "or");
    bool is_and = str_eqz(node->name, "and") || str_eqz(node->name, "&&");
    if (evaluate(evaluator, node->items[0], value) != 0)
        return -1;
    bool left = term_is_true(value);
    if (strict && !term_is_atom(value, "true") && !term_is_atom(value, "false"))
        return eval_fail(evaluator, node->items[0],
                         "left of '%.*s' stands neither true nor false",
                         STR_ARG(node->name));
    return left == is_and ? evaluate(evaluator, node->items[1], value) : 0;
}

static int eval_assignment(struct evaluator *evaluator, const struct exs_node *node,
                           struct term *value)
{
    bool matches;
    if (evaluate(evaluator, node->items[1], value) != 0 ||
        eval_match(evaluator, node->items[0], value, &matches) != 0)
        return -1;
    return matches ? 0
                   : eval_fail(evaluator, node,
                               "the value does not match what stands left of '='");
}

/* value |> f(a): f(value, a) */
static int eval_pipe(struct evaluator *evaluator, const struct exs_node *node,
                     struct term *value)
{
    struct exs_node call = *node->items[1];
    if (call.kind == EXS_VARIABLE)
        call.kind = EXS_CALL;
    if (call.kind != EXS_CALL)
        return eval_beyond(evaluator, node, "what stands right of '|>'");
    struct exs_node **items =
        arena_array(evaluator->arena, call.count + 1, sizeof *items);
    items[0] = node->items[0];
    if (call.count)
        memcpy(items + 1, call.items, call.count * sizeof *items);
    call.items = items;
    call.count++;
    return evaluate(evaluator, &call, value);
}

/* &Module.function/1 */
static int eval_capture(struct evaluator *evaluator, const struct exs_node *node,
                        struct term *value)
{
    const struct exs_node *what = node->items[0];
    const struct exs_node *call =
        what->kind == EXS_OPERATOR && what->count == 2 && str_eqz(what->name, "/")
            ? what->items[0]
            : NULL;
    if (!call || call->kind != EXS_CALL || !call->target || call->count ||
        what->items[1]->kind != EXS_LITERAL ||
        what->items[1]->value.kind != TERM_INTEGER ||
        (call->target->kind != EXS_ALIAS && call->target->kind != EXS_LITERAL))
        return eval_beyond(evaluator, node, "a function");
    struct term *fun = arena_array(evaluator->arena, 3, sizeof *fun);
    if (evaluate(evaluator, call->target, &fun[0]) != 0)
        return -1;
    fun[1] = term_atom(call->name);
    fun[2] = what->items[1]->value;
    if (fun[0].kind != TERM_ATOM || fun[2].as.integer > 255)
        return eval_beyond(evaluator, node, "a function");
    *value = (struct term){.kind = TERM_FUN, .as.fun = fun};
    return 0;
}

static int no_number(struct evaluator *evaluator, const struct exs_node *node)
{
    return eval_beyond(evaluator, node, "arithmetic of these values");
}

static int eval_sign(struct evaluator *evaluator, const struct exs_node *node,
                     struct term *value)
{
    bool minus = str_eqz(node->name, "-");
    if (evaluate(evaluator, node->items[0], value) != 0)
        return -1;
    if (value->kind == TERM_BIG)
        value->as.big.negative ^= minus;
    else if (value->kind == TERM_FLOAT)
        value->as.real = minus ? -value->as.real : value->as.real;
    else if (value->kind != TERM_INTEGER || value->as.integer == INT64_MIN)
        return no_number(evaluator, node);
    else if (minus)
        value->as.integer = -value->as.integer;
    /* -2^63 is small, though 2^63 is not. */
    if (value->kind == TERM_BIG)
        *value = term_from_magnitude(NULL, value->as.big.magnitude, value->as.big.size,
                                     value->as.big.negative);
    return 0;
}

static int eval_not(struct evaluator *evaluator, const struct exs_node *node,
                    struct term *value)
{
    if (evaluate(evaluator, node->items[0], value) != 0)
        return -1;
    bool flag = term_is_atom(value, "true");
    if (str_eqz(node->name, "not") && !flag && !term_is_atom(value, "false"))
        return eval_fail(evaluator, node->items[0],
                         "right of 'not' stands neither true nor false");
    *value = bool_term(!term_is_true(value));
    return 0;
}

/* True for an integer that a float represents exactly, or a float. */
static bool as_real(const struct term *term, double *real)
{
    const int64_t exact = INT64_C(1) << 53;
    if (term->kind == TERM_FLOAT)
        *real = term->as.real;
    else if (term->kind == TERM_INTEGER && term->as.integer <= exact &&
             term->as.integer >= -exact)
        *real = (double)term->as.integer;
    else
        return false;
    return true;
}

static bool integer_arithmetic(char op, const struct term *sides, int64_t *result)
{
    int64_t a = sides[0].as.integer, b = sides[1].as.integer;
    if (op == '+')
        return !__builtin_add_overflow(a, b, result);
    if (op == '-')
        return !__builtin_sub_overflow(a, b, result);
    return op == '*' && !__builtin_mul_overflow(a, b, result);
}

static int eval_arithmetic(struct evaluator *evaluator, const struct exs_node *node,
                           const struct term *sides, struct term *value)
{
    double a, b;
    int64_t integer;
    char op = node->name.ptr[0];
    bool integers = sides[0].kind == TERM_INTEGER && sides[1].kind == TERM_INTEGER;
    if (integers && op != '/') {
        if (!integer_arithmetic(op, sides, &integer))
            return no_number(evaluator, node);
        *value = term_integer(integer);
        return 0;
    }
    if (!as_real(&sides[0], &a) || !as_real(&sides[1], &b))
        return no_number(evaluator, node);
    double real = op == '+' ? a + b : op == '-' ? a - b : op == '*' ? a * b : a / b;
    if (!isfinite(real))
        return no_number(evaluator, node);
    *value = term_float(real);
    return 0;
}

static int eval_concat(struct evaluator *evaluator, const struct exs_node *node,
                       const struct term *sides, struct term *value)
{
    str left, right;
    if (!term_text(&sides[0], &left) || !term_text(&sides[1], &right))
        return eval_fail(evaluator, node, "'<>' wants a string on both sides");
    if (eval_work(evaluator, node, left.len + right.len) != 0)
        return -1;
    char *bytes = arena_alloc(evaluator->arena, left.len + right.len);
    memcpy(bytes, left.ptr, left.len);
    memcpy(bytes + left.len, right.ptr, right.len);
    *value = term_binary(evaluator->arena, (str){bytes, left.len + right.len});
    return 0;
}

static int eval_append(struct evaluator *evaluator, const struct exs_node *node,
                       const struct term *sides, struct term *value)
{
    struct term_builder list = {.arena = evaluator->arena};
    for (size_t i = 0; i < 2; i++) {
        if (!term_is_proper_list(&sides[i]))
            return eval_beyond(evaluator, node, "'++' of what is no list");
        if (eval_work(evaluator, node, sides[i].as.list.count) != 0)
            return -1;
        for (size_t j = 0; j < sides[i].as.list.count; j++)
            term_add(&list, sides[i].as.list.items[j]);
    }
    *value = term_built_list(&list);
    return 0;
}

static int eval_member(struct evaluator *evaluator, const struct exs_node *node,
                       const struct term *sides, struct term *value)
{
    bool found = false;
    if (!term_is_proper_list(&sides[1]))
        return eval_beyond(evaluator, node, "'in' what is no list");
    if (eval_weigh(evaluator, node, &sides[0]) != 0 ||
        eval_weigh(evaluator, node, &sides[1]) != 0)
        return -1;
    for (size_t i = 0; !found && i < sides[1].as.list.count; i++)
        found = term_equal(&sides[0], &sides[1].as.list.items[i]);
    *value = bool_term(found == str_eqz(node->name, "in"));
    return 0;
}

static int eval_compare(struct evaluator *evaluator, const struct exs_node *node,
                        const struct term *sides, struct term *value)
{
    bool exact = node->name.len == 3;
    char op = node->name.ptr[0];
    if (eval_weigh(evaluator, node, &sides[0]) != 0 ||
        eval_weigh(evaluator, node, &sides[1]) != 0)
        return -1;
    int order = term_compare(&sides[0], &sides[1], exact);
    bool or_equal = node->name.len == 2;
    if (op == '=' || op == '!')
        *value = bool_term((order == 0) == (op == '='));
    else
        *value =
            bool_term((op == '<' ? order < 0 : order > 0) || (or_equal && order == 0));
    return 0;
}

/* Operators whose sides are both evaluated. */
static const struct {
    const char *names;
    int (*apply)(struct evaluator *evaluator, const struct exs_node *node,
                 const struct term *sides, struct term *value);
} strict_operators[] = {
    {" + - * / ", eval_arithmetic},
    {" <> ", eval_concat},
    {" ++ ", eval_append},
    {" in not in ", eval_member},
    {" == != === !== < > <= >= ", eval_compare},
};

/* Operators that look at their sides themselves. */
static const struct {
    const char *name;
    size_t sides;
    form_function *evaluate;
} lazy_operators[] = {
    {"and", 2, eval_logic}, {"or", 2, eval_logic},     {"&&", 2, eval_logic},
    {"||", 2, eval_logic},  {"=", 2, eval_assignment}, {"|>", 2, eval_pipe},
    {"&", 1, eval_capture}, {"-", 1, eval_sign},       {"+", 1, eval_sign},
    {"not", 1, eval_not},   {"!", 1, eval_not},
};

int eval_operator(struct evaluator *evaluator, const struct exs_node *node,
                  struct term *value)
{
    struct term *sides;
    for (size_t i = 0; i < sizeof lazy_operators / sizeof *lazy_operators; i++)
        if (str_eqz(node->name, lazy_operators[i].name) &&
            node->count == lazy_operators[i].sides)
            return lazy_operators[i].evaluate(evaluator, node, value);
    str padded = arena_printf(evaluator->arena, " %.*s ", STR_ARG(node->name));
    for (size_t i = 0; i < sizeof strict_operators / sizeof *strict_operators; i++) {
        if (node->count != 2 || !strstr(strict_operators[i].names, padded.ptr))
            continue;
        if (evaluate_items(evaluator, node, &sides) != 0)
            return -1;
        return strict_operators[i].apply(evaluator, node, sides, value);
    }
    return eval_beyond(
        evaluator, node,
        arena_printf(evaluator->arena, "the operator '%.*s'", STR_ARG(node->name)).ptr);
}
