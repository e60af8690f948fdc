/*
 * What the readers of rel/config.exs and mix.exs share: values of expressions that stay
 * what they are wherever they are evaluated.
 */
#include "config/migrate/moved.h"

/* What depends on where the file is evaluated is no value that can be moved over. */
static int form_unknown(struct evaluator *evaluator, const struct exs_node *node,
                        struct term *value)
{
    (void)value;
    return eval_beyond(evaluator, node, "this");
}

static const struct form source_forms[] = {
    {"System", "get_env", 1, form_unknown},
    {"System", "get_env", 2, form_unknown},
    {"System", "fetch_env!", 1, form_unknown},
    {"File", "cwd!", 0, form_unknown},
    {"File", "exists?", 1, form_unknown},
    {"Path", "expand", 1, form_unknown},
    {"Path", "expand", 2, form_unknown},
    {"", "raise", 1, form_unknown},
    {NULL, NULL, 0, NULL},
};

bool source_value(struct moved *moved, const struct exs_node *node, struct term *value)
{
    struct err ignored;
    struct evaluator evaluator = {
        .arena = moved->arena,
        .file = moved->source.ptr,
        .folder = STR("."),
        .root = moved->project->root,
        .forms = source_forms,
        .bindings = moved->bindings,
        .err = &ignored,
    };
    err_init(&ignored);
    bool known = evaluate(&evaluator, node, value) == 0 &&
                 eval_weigh(&evaluator, node, value) == 0;
    err_release(&ignored);
    return known;
}

bool source_assign(struct moved *moved, const struct exs_node *node)
{
    struct term value;
    if (node->kind != EXS_OPERATOR || node->count != 2 || !str_eqz(node->name, "=") ||
        node->items[0]->kind != EXS_VARIABLE)
        return false;
    str name = node->items[0]->name;
    map_put(&moved->variables, name, node->items[1]);
    if (source_value(moved, node->items[1], &value)) {
        struct binding *binding = arena_alloc(moved->arena, sizeof *binding);
        *binding = (struct binding){name, value, moved->bindings};
        moved->bindings = binding;
    }
    return true;
}

/* What a variable was assigned, else the node itself. */
static const struct exs_node *assigned(const struct moved *moved,
                                       const struct exs_node *node)
{
    const struct exs_node *found =
        node->kind == EXS_VARIABLE ? map_get(&moved->variables, node->name) : NULL;
    return found ? found : node;
}

static bool is_call(const struct exs_node *node, const char *module, const char *name)
{
    return node->kind == EXS_CALL && node->target && node->target->kind == EXS_ALIAS &&
           str_eqz(node->target->name, module) && str_eqz(node->name, name);
}

/* Without String.to_atom around it, before or after a pipe. */
static const struct exs_node *without_conversion(const struct exs_node *node)
{
    if (is_call(node, "String", "to_atom") && node->count == 1)
        return without_conversion(node->items[0]);
    if (node->kind == EXS_OPERATOR && node->count == 2 && str_eqz(node->name, "|>") &&
        is_call(node->items[1], "String", "to_atom") && !node->items[1]->count)
        return without_conversion(node->items[0]);
    return node;
}

static bool text_of(struct moved *moved, const struct exs_node *node, str *text)
{
    struct term value;
    return source_value(moved, node, &value) && term_text(&value, text);
}

bool source_env(struct moved *moved, const struct exs_node *node, str *yaml)
{
    const struct exs_node *call = without_conversion(assigned(moved, node));
    const struct exs_node *fallback = NULL;
    str name, text;
    if (call->kind == EXS_OPERATOR && call->count == 2 && str_eqz(call->name, "||")) {
        fallback = call->items[1];
        call = call->items[0];
    }
    bool get = is_call(call, "System", "get_env");
    if ((!get && !is_call(call, "System", "fetch_env!")) || !call->count ||
        !text_of(moved, call->items[0], &name))
        return false;
    if (get && call->count == 2)
        fallback = call->items[1];
    if (!fallback) {
        *yaml = arena_printf(moved->arena, "!env %.*s", STR_ARG(name));
        return true;
    }
    if (!text_of(moved, fallback, &text))
        return false;
    *yaml = arena_printf(
        moved->arena, "!env %.*s",
        STR_ARG(yaml_scalar(moved->arena, arena_printf(moved->arena, "%.*s:-%.*s",
                                                       STR_ARG(name), STR_ARG(text)))));
    return true;
}

void source_set(struct moved *moved, struct moved_profile *profile, const char *name,
                const struct exs_node *node)
{
    struct term value;
    str yaml;
    if (source_env(moved, node, &yaml))
        moved_set_yaml(moved, profile, name, yaml, node->line);
    else if (!source_value(moved, node, &value))
        moved_note(moved, profile, node->line, "set '%s' by hand: its value is computed",
                   name);
    else
        moved_set(moved, profile, name, &value, node->line);
}
