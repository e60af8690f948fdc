#include "graph.h"

void graph_init(struct graph *graph, struct arena *arena, size_t count)
{
    *graph =
        (struct graph){arena, arena_array(arena, count, sizeof *graph->nodes), count};
}

void graph_add(struct graph *graph, size_t user, size_t used)
{
    struct graph_node *node = &graph->nodes[user];
    node->uses = arena_grow(graph->arena, node->uses, node->count, &node->capacity,
                            sizeof *node->uses);
    node->uses[node->count++] = used;
}

/*
 * Rings by Tarjan's algorithm, with a stack of its own in place of recursion: entered[]
 * numbers the nodes as they are reached, low[] is the earliest one that a node leads to.
 */
struct tarjan {
    const struct graph *graph;
    size_t *ring;    /* for each node the lowest number in its ring */
    size_t *entered; /* from 1; 0 when not reached yet */
    size_t *low;
    size_t *next; /* the edge of each node to be followed next */
    size_t *path; /* nodes on the way to the current one */
    size_t path_length;
    size_t *open; /* nodes whose ring is not complete */
    size_t open_count;
    bool *is_open;
    size_t clock;
};

static void enter(struct tarjan *t, size_t node)
{
    t->entered[node] = t->low[node] = ++t->clock;
    t->path[t->path_length++] = node;
    t->open[t->open_count++] = node;
    t->is_open[node] = true;
}

/* Node is the first that was reached of its ring: all above it on the stack are in it. */
static void close_ring(struct tarjan *t, size_t node)
{
    size_t from = t->open_count, lowest = node;
    do {
        from--;
        if (t->open[from] < lowest)
            lowest = t->open[from];
    } while (t->open[from] != node);
    for (size_t i = from; i < t->open_count; i++) {
        t->ring[t->open[i]] = lowest;
        t->is_open[t->open[i]] = false;
    }
    t->open_count = from;
}

static void leave(struct tarjan *t, size_t node)
{
    t->path_length--;
    if (t->low[node] == t->entered[node])
        close_ring(t, node);
    if (t->path_length == 0)
        return;
    size_t parent = t->path[t->path_length - 1];
    if (t->low[node] < t->low[parent])
        t->low[parent] = t->low[node];
}

static void visit(struct tarjan *t, size_t start)
{
    enter(t, start);
    while (t->path_length > 0) {
        size_t node = t->path[t->path_length - 1];
        const struct graph_node *edges = &t->graph->nodes[node];
        if (t->next[node] == edges->count) {
            leave(t, node);
            continue;
        }
        size_t used = edges->uses[t->next[node]++];
        if (!t->entered[used])
            enter(t, used);
        else if (t->is_open[used] && t->entered[used] < t->low[node])
            t->low[node] = t->entered[used];
    }
}

static size_t *find_rings(const struct graph *graph)
{
    struct arena *arena = graph->arena;
    size_t count = graph->count, size = sizeof(size_t);
    struct tarjan t = {
        .graph = graph,
        .ring = arena_array(arena, count, size),
        .entered = arena_array(arena, count, size),
        .low = arena_array(arena, count, size),
        .next = arena_array(arena, count, size),
        .path = arena_array(arena, count, size),
        .open = arena_array(arena, count, size),
        .is_open = arena_array(arena, count, sizeof(bool)),
    };
    for (size_t node = 0; node < count; node++)
        if (!t.entered[node])
            visit(&t, node);
    return t.ring;
}

/* A binary heap of numbers, the lowest first. */
struct heap {
    size_t *items;
    size_t count;
};

static void heap_swap(struct heap *heap, size_t a, size_t b)
{
    size_t item = heap->items[a];
    heap->items[a] = heap->items[b];
    heap->items[b] = item;
}

static void heap_add(struct heap *heap, size_t item)
{
    size_t at = heap->count++;
    heap->items[at] = item;
    for (; at > 0 && heap->items[at] < heap->items[(at - 1) / 2]; at = (at - 1) / 2)
        heap_swap(heap, at, (at - 1) / 2);
}

static size_t heap_take(struct heap *heap)
{
    size_t lowest = heap->items[0], at = 0;
    heap->items[0] = heap->items[--heap->count];
    for (;;) {
        size_t child = 2 * at + 1;
        if (child + 1 < heap->count && heap->items[child + 1] < heap->items[child])
            child++;
        if (child >= heap->count || heap->items[at] <= heap->items[child])
            return lowest;
        heap_swap(heap, at, child);
        at = child;
    }
}

/* The rings of a graph, each known by its lowest number. */
struct rings {
    const struct graph *graph;
    const size_t *ring;
    size_t *next_member; /* the next higher node of the same ring, or the count */
    size_t *users;       /* of each ring: edges into it from rings that still wait */
};

static void rings_init(struct rings *rings, const struct graph *graph)
{
    size_t count = graph->count;
    size_t *last = arena_array(graph->arena, count, sizeof *last);
    *rings = (struct rings){
        .graph = graph,
        .ring = find_rings(graph),
        .next_member = arena_array(graph->arena, count, sizeof(size_t)),
        .users = arena_array(graph->arena, count, sizeof(size_t)),
    };
    for (size_t node = 0; node < count; node++) {
        size_t ring = rings->ring[node];
        rings->next_member[node] = count;
        if (node != ring)
            rings->next_member[last[ring]] = node;
        last[ring] = node;
        for (size_t i = 0; i < graph->nodes[node].count; i++)
            if (rings->ring[graph->nodes[node].uses[i]] != ring)
                rings->users[rings->ring[graph->nodes[node].uses[i]]]++;
    }
}

/* A node was placed: what it uses has one user less that waits. */
static void release_used(struct rings *rings, size_t node, struct heap *ready)
{
    const struct graph_node *edges = &rings->graph->nodes[node];
    for (size_t i = 0; i < edges->count; i++) {
        size_t used = rings->ring[edges->uses[i]];
        if (used != rings->ring[node] && --rings->users[used] == 0)
            heap_add(ready, used);
    }
}

size_t *graph_order(const struct graph *graph)
{
    size_t *order = arena_array(graph->arena, graph->count, sizeof *order), placed = 0;
    struct heap ready = {arena_array(graph->arena, graph->count, sizeof(size_t)), 0};
    struct rings rings;
    rings_init(&rings, graph);
    for (size_t node = 0; node < graph->count; node++)
        if (rings.ring[node] == node && rings.users[node] == 0)
            heap_add(&ready, node);
    while (ready.count > 0) {
        size_t node = heap_take(&ready);
        for (; node < graph->count; node = rings.next_member[node]) {
            order[placed++] = node;
            release_used(&rings, node, &ready);
        }
    }
    return order;
}

static size_t find_root(size_t *parents, size_t node)
{
    while (parents[node] != node)
        node = parents[node] = parents[parents[node]];
    return node;
}

size_t *graph_components(const struct graph *graph)
{
    size_t *parents = arena_array(graph->arena, graph->count, sizeof *parents);
    for (size_t node = 0; node < graph->count; node++)
        parents[node] = node;
    for (size_t node = 0; node < graph->count; node++)
        for (size_t i = 0; i < graph->nodes[node].count; i++) {
            size_t a = find_root(parents, node);
            size_t b = find_root(parents, graph->nodes[node].uses[i]);
            parents[a < b ? b : a] = a < b ? a : b;
        }
    for (size_t node = 0; node < graph->count; node++)
        parents[node] = find_root(parents, node);
    return parents;
}
