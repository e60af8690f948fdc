#pragma once
/*
 * Dependencies among things that are numbered from 0 in an order that counts when
 * nothing else decides: their components, and the order in which users come before what
 * they use.
 */
#include "relc/base/arena.h"

struct graph_node {
    size_t *uses;
    size_t count;
    size_t capacity;
};

struct graph {
    struct arena *arena;
    struct graph_node *nodes;
    size_t count;
};

void graph_init(struct graph *graph, struct arena *arena, size_t count);

/* user depends on used; may be said several times, and of itself. */
void graph_add(struct graph *graph, size_t user, size_t used);

/*
 * All nodes, users before what they use. Nodes that depend on each other in a ring stand
 * together, in the order of their numbers. Of what could come next, that with the lowest
 * number (of a ring, its lowest) comes.
 */
size_t *graph_order(const struct graph *graph);

/* For each node its component (the lowest number in it), the edges taken both ways. */
size_t *graph_components(const struct graph *graph);
