#include "config/exs/module.h"

enum { MAX_STEPS = 32 };

/* def NAME do ... end, def NAME, do: ...: without arguments. */
static void note_function(struct exs_module *module, const struct exs_node *node)
{
    const struct exs_node *head = node->count == 2 ? node->items[0] : NULL;
    if (!head || head->count || head->target ||
        (head->kind != EXS_VARIABLE && head->kind != EXS_CALL))
        return;
    const struct exs_node *body = exs_node_get(node->items[1], "do");
    if (body && !map_has(&module->functions, head->name))
        map_put(&module->functions, head->name, (void *)body);
}

static void read_block(struct exs_module *module, const struct exs_node *block)
{
    for (size_t i = 0; block && block->kind == EXS_BLOCK && i < block->count; i++) {
        const struct exs_node *node = block->items[i];
        if (exs_is_call(node, "def") || exs_is_call(node, "defp"))
            note_function(module, node);
        else if (node->kind == EXS_OPERATOR && node->count == 1 &&
                 str_eqz(node->name, "@") && node->items[0]->kind == EXS_CALL &&
                 node->items[0]->count == 1)
            map_put(&module->attributes, node->items[0]->name, node->items[0]->items[0]);
    }
}

void exs_module_read(struct exs_module *module, struct arena *arena,
                     const struct exs_node *root)
{
    const struct exs_node *block = root;
    module->arena = arena;
    map_init(&module->functions, arena);
    map_init(&module->attributes, arena);
    for (size_t i = 0; i < root->count && block == root; i++)
        if (exs_is_call(root->items[i], "defmodule") && root->items[i]->count == 2)
            block = exs_node_get(root->items[i]->items[1], "do");
    read_block(module, block);
}

const struct exs_node *exs_module_function(const struct exs_module *module,
                                           const char *name)
{
    return map_get(&module->functions, str_of(name));
}

const struct exs_node *exs_module_resolve(const struct exs_module *module,
                                          const struct exs_node *node)
{
    for (unsigned steps = 0; steps < MAX_STEPS; steps++) {
        const struct exs_node *found = NULL;
        if ((node->kind == EXS_VARIABLE || node->kind == EXS_CALL) && !node->target &&
            !node->count && node->name.ptr)
            found = map_get(&module->functions, node->name);
        else if (node->kind == EXS_OPERATOR && node->count == 1 &&
                 str_eqz(node->name, "@") && node->items[0]->kind == EXS_VARIABLE)
            found = map_get(&module->attributes, node->items[0]->name);
        else if (node->kind == EXS_BLOCK && node->count == 1)
            found = node->items[0];
        if (!found)
            return node;
        node = found;
    }
    return node;
}

/* An expansion that is under way; budget bounds what functions that call others make. */
struct expansion {
    const struct exs_module *module;
    size_t budget;
};

static const struct exs_node *expand(struct expansion *expansion,
                                     const struct exs_node *node, unsigned depth)
{
    struct arena *arena = expansion->module->arena;
    node = exs_module_resolve(expansion->module, node);
    if (!node->count || depth > MAX_STEPS || expansion->budget < node->count)
        return node;
    expansion->budget -= node->count;
    struct exs_node *copy = arena_alloc(arena, sizeof *copy);
    *copy = *node;
    copy->items = arena_array(arena, node->count, sizeof *copy->items);
    for (size_t i = 0; i < node->count; i++)
        copy->items[i] = (struct exs_node *)expand(expansion, node->items[i], depth + 1);
    return copy;
}

const struct exs_node *exs_module_expand(const struct exs_module *module,
                                         const struct exs_node *node)
{
    struct expansion expansion = {module, 10000};
    return expand(&expansion, node, 0);
}
