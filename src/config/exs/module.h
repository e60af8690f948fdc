#pragma once
/*
 * A module of Elixir as a mix.exs has it, from its syntax tree: functions without
 * arguments and attributes, and what refers to them.
 */
#include "config/exs/node.h"
#include "relc/base/map.h"

struct exs_module {
    struct arena *arena;
    struct map functions;  /* name -> body */
    struct map attributes; /* name -> value */
};

/* The first module of the file, or what stands outside of any. */
void exs_module_read(struct exs_module *module, struct arena *arena,
                     const struct exs_node *root);

/* The body of a function without arguments, or NULL. */
const struct exs_node *exs_module_function(const struct exs_module *module,
                                           const char *name);

/* What a call of such a function or an attribute stands for, else the node itself. */
const struct exs_node *exs_module_resolve(const struct exs_module *module,
                                          const struct exs_node *node);

/* The tree with all that it refers to put in its place. */
const struct exs_node *exs_module_expand(const struct exs_module *module,
                                         const struct exs_node *node);
