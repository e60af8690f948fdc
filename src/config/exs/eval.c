#include "config/exs/eval.h"

#include <string.h>

int eval_fail(struct evaluator *evaluator, const struct exs_node *node,
              const char *format, ...)
{
    va_list args;
    va_start(args, format);
    str message = arena_vprintf(evaluator->arena, format, args);
    va_end(args);
    err_set(evaluator->err, ERR_INPUT, "%s", message.ptr);
    return err_at(evaluator->err, evaluator->file, node->line, node->column);
}

int eval_beyond(struct evaluator *evaluator, const struct exs_node *node,
                const char *what)
{
    evaluator->beyond = true;
    return eval_fail(evaluator, node, "only Elixir can evaluate %s", what);
}

int eval_work(struct evaluator *evaluator, const struct exs_node *node, size_t amount)
{
    if (amount > EXS_WORK_LIMIT || evaluator->work > EXS_WORK_LIMIT - amount)
        return eval_beyond(evaluator, node, "a configuration of this size");
    evaluator->work += amount;
    return 0;
}

static int weigh(struct evaluator *evaluator, const struct exs_node *node,
                 const struct term *term, unsigned depth)
{
    const struct term *items = term->as.list.items;
    size_t count = 0;
    if (term->kind == TERM_TUPLE || term->kind == TERM_LIST)
        count = term->as.list.count;
    if (term->kind == TERM_MAP) {
        items = term->as.map.pairs;
        count = term->as.map.count * 2;
    }
    if (depth > EXS_MAX_HEIGHT * 2)
        return eval_beyond(evaluator, node, "a value that is nested so deeply");
    if (eval_work(evaluator, node, 1 + count) != 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (weigh(evaluator, node, &items[i], depth + 1) != 0)
            return -1;
    if (term->kind == TERM_LIST && term->as.list.tail)
        return weigh(evaluator, node, term->as.list.tail, depth + 1);
    return 0;
}

int eval_weigh(struct evaluator *evaluator, const struct exs_node *node,
               const struct term *term)
{
    return weigh(evaluator, node, term, 0);
}

bool term_is_true(const struct term *term)
{
    return !term_is_atom(term, "nil") && !term_is_atom(term, "false");
}

bool term_text(const struct term *term, str *text)
{
    if (term->kind != TERM_BINARY || term->as.binary.bits % 8)
        return false;
    *text = (str){(const char *)term->as.binary.bytes, term->as.binary.bits / 8};
    return true;
}

struct term bool_term(bool value)
{
    return term_atom(value ? STR("true") : STR("false"));
}

bool term_is_keyword(const struct term *term)
{
    if (!term_is_proper_list(term))
        return false;
    for (size_t i = 0; i < term->as.list.count; i++) {
        const struct term *pair = &term->as.list.items[i];
        if (!term_is_tuple(pair, NULL, 2) || pair->as.list.items[0].kind != TERM_ATOM)
            return false;
    }
    return true;
}

int evaluate_items(struct evaluator *evaluator, const struct exs_node *node,
                   struct term **values)
{
    *values = arena_array(evaluator->arena, node->count, sizeof **values);
    for (size_t i = 0; i < node->count; i++)
        if (evaluate(evaluator, node->items[i], &(*values)[i]) != 0)
            return -1;
    return 0;
}

/* [a, b | tail]: the last item is an operator then. */
static int evaluate_cons(struct evaluator *evaluator, const struct exs_node *node,
                         struct term *value)
{
    const struct exs_node *last = node->items[node->count - 1];
    struct term_builder items = {.arena = evaluator->arena};
    struct term item, tail;
    for (size_t i = 0; i < node->count; i++) {
        const struct exs_node *one =
            i + 1 < node->count ? node->items[i] : last->items[0];
        if (evaluate(evaluator, one, &item) != 0)
            return -1;
        term_add(&items, item);
    }
    if (evaluate(evaluator, last->items[1], &tail) != 0)
        return -1;
    if (!term_is_proper_list(&tail))
        return eval_beyond(evaluator, last, "an improper list");
    if (eval_work(evaluator, node, tail.as.list.count) != 0)
        return -1;
    for (size_t i = 0; i < tail.as.list.count; i++)
        term_add(&items, tail.as.list.items[i]);
    *value = term_built_list(&items);
    return 0;
}

static int evaluate_list(struct evaluator *evaluator, const struct exs_node *node,
                         struct term *value)
{
    const struct exs_node *last = node->count ? node->items[node->count - 1] : NULL;
    struct term *items;
    if (last && last->kind == EXS_OPERATOR && str_eqz(last->name, "|"))
        return evaluate_cons(evaluator, node, value);
    if (evaluate_items(evaluator, node, &items) != 0)
        return -1;
    *value = term_list(evaluator->arena, items, node->count);
    return 0;
}

static int evaluate_tuple(struct evaluator *evaluator, const struct exs_node *node,
                          struct term *value)
{
    struct term *items;
    if (evaluate_items(evaluator, node, &items) != 0)
        return -1;
    *value = term_tuple(evaluator->arena, items, node->count);
    return 0;
}

static int evaluate_map(struct evaluator *evaluator, const struct exs_node *node,
                        struct term *value)
{
    struct term *pairs = arena_array(evaluator->arena, node->count * 2, sizeof *pairs);
    if (node->target)
        return eval_beyond(evaluator, node, "the update of a map");
    for (size_t i = 0; i < node->count * 2; i++) {
        if (evaluate(evaluator, node->items[i / 2]->items[i % 2], &pairs[i]) != 0 ||
            (i % 2 == 0 && eval_weigh(evaluator, node, &pairs[i]) != 0))
            return -1;
    }
    *value = term_map(evaluator->arena, pairs, node->count);
    return 0;
}

static int evaluate_alias(struct evaluator *evaluator, const struct exs_node *node,
                          struct term *value)
{
    bool whole = str_eqz(node->name, "Elixir") || str_starts(node->name, STR("Elixir."));
    *value = term_atom(
        whole ? node->name
              : arena_printf(evaluator->arena, "Elixir.%.*s", STR_ARG(node->name)));
    return 0;
}

static const struct term *lookup_variable(const struct evaluator *evaluator, str name)
{
    for (const struct binding *at = evaluator->bindings; at; at = at->before)
        if (str_eq(at->name, name))
            return &at->value;
    return NULL;
}

static int evaluate_variable(struct evaluator *evaluator, const struct exs_node *node,
                             struct term *value)
{
    const struct term *bound = lookup_variable(evaluator, node->name);
    if (bound) {
        *value = *bound;
        return 0;
    }
    if (str_eqz(node->name, "__DIR__")) {
        *value = term_binary(evaluator->arena, evaluator->folder);
        return 0;
    }
    return eval_call(evaluator, node, value);
}

/* list[:key], map[key], nil[key] */
static int evaluate_access(struct evaluator *evaluator, const struct exs_node *node,
                           struct term *value)
{
    struct term *parts;
    if (evaluate_items(evaluator, node, &parts) != 0)
        return -1;
    const struct term *what = &parts[0], *key = &parts[1];
    *value = term_atom(STR("nil"));
    if (term_is_atom(what, "nil"))
        return 0;
    if (eval_weigh(evaluator, node, what) != 0 || eval_weigh(evaluator, node, key) != 0)
        return -1;
    if (what->kind == TERM_LIST && key->kind == TERM_ATOM && term_is_keyword(what)) {
        const struct term *found =
            term_lookup(what, arena_strz(evaluator->arena, key->as.atom));
        *value = found ? *found : *value;
        return 0;
    }
    for (size_t i = 0; what->kind == TERM_MAP && i < what->as.map.count; i++)
        if (term_equal(&what->as.map.pairs[i * 2], key))
            *value = what->as.map.pairs[i * 2 + 1];
    return what->kind == TERM_MAP ? 0 : eval_beyond(evaluator, node, "this access");
}

static int evaluate_block(struct evaluator *evaluator, const struct exs_node *node,
                          struct term *value)
{
    *value = term_atom(STR("nil"));
    for (size_t i = 0; i < node->count; i++)
        if (evaluate(evaluator, node->items[i], value) != 0)
            return -1;
    return 0;
}

int evaluate_scope(struct evaluator *evaluator, const struct exs_node *node,
                   struct term *value)
{
    const struct binding *before = evaluator->bindings;
    *value = term_atom(STR("nil"));
    int result = node ? evaluate(evaluator, node, value) : 0;
    evaluator->bindings = before;
    return result;
}

int evaluate(struct evaluator *evaluator, const struct exs_node *node, struct term *value)
{
    switch (node->kind) {
    case EXS_LITERAL:
        *value = node->value;
        return 0;
    case EXS_TEXT:
        return eval_text(evaluator, node, value);
    case EXS_VARIABLE:
        return evaluate_variable(evaluator, node, value);
    case EXS_ALIAS:
        return evaluate_alias(evaluator, node, value);
    case EXS_LIST:
        return evaluate_list(evaluator, node, value);
    case EXS_TUPLE:
        return evaluate_tuple(evaluator, node, value);
    case EXS_MAP:
        return evaluate_map(evaluator, node, value);
    case EXS_CALL:
        return eval_call(evaluator, node, value);
    case EXS_OPERATOR:
        return eval_operator(evaluator, node, value);
    case EXS_ACCESS:
        return evaluate_access(evaluator, node, value);
    case EXS_BLOCK:
        return evaluate_block(evaluator, node, value);
    case EXS_STRUCT:
        return eval_beyond(evaluator, node, "a struct");
    case EXS_FN:
        return eval_beyond(evaluator, node, "a function");
    default:
        return eval_beyond(evaluator, node, "this expression");
    }
}

static int match_items(struct evaluator *evaluator, const struct exs_node *pattern,
                       const struct term *value, bool *matches)
{
    enum term_kind kind = pattern->kind == EXS_TUPLE ? TERM_TUPLE : TERM_LIST;
    *matches = value->kind == kind && value->as.list.count == pattern->count &&
               !(kind == TERM_LIST && value->as.list.tail);
    for (size_t i = 0; *matches && i < pattern->count; i++)
        if (eval_match(evaluator, pattern->items[i], &value->as.list.items[i], matches) !=
            0)
            return -1;
    return 0;
}

int eval_match(struct evaluator *evaluator, const struct exs_node *pattern,
               const struct term *value, bool *matches)
{
    struct term wanted;
    *matches = true;
    switch (pattern->kind) {
    case EXS_VARIABLE:
        if (eval_weigh(evaluator, pattern, value) != 0)
            return -1;
        struct binding *binding = arena_alloc(evaluator->arena, sizeof *binding);
        *binding = (struct binding){pattern->name, *value, evaluator->bindings};
        evaluator->bindings = binding;
        return 0;
    case EXS_LITERAL:
    case EXS_ALIAS:
        if (evaluate(evaluator, pattern, &wanted) != 0 ||
            eval_weigh(evaluator, pattern, value) != 0)
            return -1;
        *matches = term_equal(&wanted, value);
        return 0;
    case EXS_TUPLE:
    case EXS_LIST:
        return match_items(evaluator, pattern, value, matches);
    default:
        return eval_beyond(evaluator, pattern, "this pattern");
    }
}
