#include "config/exs/eval.h"

static const struct form *find_form(const struct form *forms, str module,
                                    const struct exs_node *node)
{
    for (; forms && forms->name; forms++)
        if (str_eqz(module, forms->module) && str_eqz(node->name, forms->name) &&
            node->count == forms->arity)
            return forms;
    return NULL;
}

/* "System" for an alias, ":timer" for an atom, "" for Kernel and no target. */
static str module_of(struct arena *arena, const struct exs_node *target)
{
    if (!target || (target->kind == EXS_ALIAS && str_eqz(target->name, "Kernel")))
        return STR("");
    if (target->kind == EXS_ALIAS)
        return target->name;
    if (target->kind == EXS_LITERAL && target->value.kind == TERM_ATOM)
        return arena_printf(arena, ":%.*s", STR_ARG(target->value.as.atom));
    return STR("?");
}

static const struct function *find_function(str module, const struct exs_node *node)
{
    static const struct function *const tables[] = {text_functions, system_functions};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (const struct function *at = tables[i]; at->name; at++)
            if (str_eqz(module, at->module) && str_eqz(node->name, at->name) &&
                node->count == at->arity)
                return at;
    return NULL;
}

static int unknown(struct evaluator *evaluator, const struct exs_node *node, str module)
{
    struct arena *arena = evaluator->arena;
    str what = arena_printf(arena, "'%.*s%s%.*s/%zu'", STR_ARG(module),
                            module.len ? "." : "", STR_ARG(node->name), node->count);
    if (node->kind == EXS_VARIABLE)
        what = arena_printf(arena, "'%.*s'", STR_ARG(node->name));
    return eval_beyond(evaluator, node, node->name.ptr ? what.ptr : "this call");
}

int eval_call(struct evaluator *evaluator, const struct exs_node *node,
              struct term *value)
{
    str module = module_of(evaluator->arena, node->target);
    const struct form *form = find_form(evaluator->forms, module, node);
    if (!form)
        form = find_form(kernel_forms, module, node);
    if (form)
        return form->evaluate(evaluator, node, value);
    const struct function *function = node->name.ptr ? find_function(module, node) : NULL;
    if (!function)
        return unknown(evaluator, node, module);
    struct term *args;
    if (evaluate_items(evaluator, node, &args) != 0)
        return -1;
    struct function_call call = {evaluator, node, args, node->count};
    return function->call(&call, value);
}

int call_beyond(const struct function_call *call)
{
    return eval_beyond(call->evaluator, call->node,
                       arena_printf(call->evaluator->arena, "'%.*s' of this value",
                                    STR_ARG(call->node->name))
                           .ptr);
}

int text_argument(const struct function_call *call, size_t index, str *text)
{
    return term_text(&call->args[index], text) ? 0 : call_beyond(call);
}
