/*
 * The order in which the applications of a release start: systools' stable
 * topological sort (otp.md 3.3), on a linked list instead of Erlang lists.
 */
#include "relc/otp/release.h"

#include <assert.h>

/* An application in the list of those that are still to be placed. */
struct node {
    const struct rel_app *app;
    long before;
    long after;
    bool waiting; /* still in the list */
    bool seen;    /* was at the head of the list once */
    size_t round; /* in which it was last pulled forward */
};

struct sorter {
    struct arena *arena;
    struct node *nodes; /* nodes[count] is the list's anchor */
    long anchor;
    struct map by_name; /* name -> struct node * */
    const struct rel_app **order;
    size_t placed;
    size_t round;
    struct err *err;
};

static void list_remove(struct sorter *sorter, long i)
{
    struct node *node = &sorter->nodes[i];
    sorter->nodes[node->before].after = node->after;
    sorter->nodes[node->after].before = node->before;
    node->waiting = false;
}

static void list_insert(struct sorter *sorter, long before, long i)
{
    long after = sorter->nodes[before].after;
    sorter->nodes[i].before = before;
    sorter->nodes[i].after = after;
    sorter->nodes[before].after = i;
    sorter->nodes[after].before = i;
    sorter->nodes[i].waiting = true;
}

static void sorter_init(struct sorter *sorter, struct arena *arena,
                        const struct release *release)
{
    long count = (long)release->app_count;
    *sorter = (struct sorter){.arena = arena, .anchor = count};
    sorter->nodes = arena_array(arena, release->app_count + 1, sizeof *sorter->nodes);
    sorter->order = arena_array(arena, release->app_count, sizeof *sorter->order);
    map_init(&sorter->by_name, arena);
    sorter->nodes[count].before = sorter->nodes[count].after = count;
    for (long i = 0; i < count; i++) {
        sorter->nodes[i].app = &release->apps[i];
        list_insert(sorter, i ? i - 1 : count, i);
        map_put(&sorter->by_name, release->apps[i].app->name, &sorter->nodes[i]);
    }
}

/* What systools calls an undefined application although it is in the release. */
static int out_of_order(struct sorter *sorter, const struct node *head,
                        const struct node *node)
{
    const struct app *app = head->app->app;
    str other = node->app->app->name;
    if (node == head)
        err_set(sorter->err, ERR_INPUT,
                "application '%.*s' names itself as what it needs", STR_ARG(app->name));
    else if (node->round == sorter->round)
        err_set(sorter->err, ERR_INPUT,
                "application '%.*s' names '%.*s' twice as what it needs or includes",
                STR_ARG(app->name), STR_ARG(other));
    else
        err_set(sorter->err, ERR_INPUT,
                "application '%.*s' needs '%.*s', which includes it and stands after it "
                "in the release",
                STR_ARG(app->name), STR_ARG(other));
    return err_at(sorter->err, app->file, 0, 0);
}

static int circular(struct sorter *sorter, const struct node *node);

/*
 * Of the names up to index, each that is in optional, which may be NULL, excuses one that
 * was not found.
 */
static bool may_be_missing(const struct sorter *sorter, const struct node *node,
                           const struct names *names, size_t index,
                           const struct names *optional)
{
    if (!optional)
        return false;
    size_t missing = names_count(names, index + 1, names->items[index]);
    if (node->round == sorter->round)
        missing--;
    return missing <= names_count(optional, SIZE_MAX, names->items[index]);
}

/*
 * Moves the applications of names that are still in the list to its front, behind
 * *last. X that includes head need not come first: it starts what it includes.
 */
static int pull(struct sorter *sorter, const struct node *head, const struct names *names,
                const struct names *optional, long *last)
{
    for (size_t i = 0; i < names->count; i++) {
        struct node *node = map_get(&sorter->by_name, names->items[i]);
        if (!node)
            continue;
        bool is_there = node != head && node->waiting && node->round != sorter->round;
        bool includes_head = names_have(&node->app->included, head->app->app->name);
        if (!is_there || includes_head) {
            if (!node->seen && !may_be_missing(sorter, node, names, i, optional))
                return out_of_order(sorter, head, node);
            continue;
        }
        if (node->seen)
            return circular(sorter, node);
        long index = node - sorter->nodes;
        list_remove(sorter, index);
        list_insert(sorter, *last, index);
        node->round = sorter->round;
        *last = index;
    }
    return 0;
}

/* True when a chain of dependencies leads from node to goal; marks what it visits. */
static bool find_chain(struct sorter *sorter, const struct node *node,
                       const struct node *goal, bool *visited, str *chain,
                       unsigned depth);

static bool find_chain_in(struct sorter *sorter, const struct names *names,
                          const struct node *from, const struct node *goal, bool *visited,
                          str *chain, unsigned depth)
{
    for (size_t i = 0; i < names->count; i++) {
        const struct node *next = map_get(&sorter->by_name, names->items[i]);
        if (!next || names_have(&next->app->included, from->app->app->name))
            continue;
        if (next == goal)
            *chain = next->app->app->name;
        else if (visited[next - sorter->nodes] ||
                 !find_chain(sorter, next, goal, visited, chain, depth + 1))
            continue;
        *chain = arena_printf(sorter->arena, "%.*s -> %.*s",
                              STR_ARG(from->app->app->name), STR_ARG(*chain));
        return true;
    }
    return false;
}

static bool find_chain(struct sorter *sorter, const struct node *node,
                       const struct node *goal, bool *visited, str *chain, unsigned depth)
{
    enum { MAX_DEPTH = 2000 };
    visited[node - sorter->nodes] = true;
    return depth < MAX_DEPTH && (find_chain_in(sorter, &node->app->applications, node,
                                               goal, visited, chain, depth) ||
                                 find_chain_in(sorter, &node->app->included, node, goal,
                                               visited, chain, depth));
}

static int circular(struct sorter *sorter, const struct node *node)
{
    bool *visited = arena_array(sorter->arena, (size_t)sorter->anchor, sizeof *visited);
    str chain = node->app->app->name;
    find_chain(sorter, node, node, visited, &chain, 0);
    return err_set(sorter->err, ERR_INPUT,
                   "applications need each other in a circle: %.*s", STR_ARG(chain));
}

static int sort(struct sorter *sorter)
{
    while (sorter->nodes[sorter->anchor].after != sorter->anchor) {
        long first = sorter->nodes[sorter->anchor].after, last = sorter->anchor;
        struct node *head = &sorter->nodes[first];
        sorter->round++;
        /* Used applications come first, then the included ones, then head itself. */
        if (pull(sorter, head, &head->app->applications, &head->app->app->optional,
                 &last) != 0 ||
            pull(sorter, head, &head->app->included, NULL, &last) != 0)
            return -1;
        head->seen = true;
        if (last != sorter->anchor)
            continue;
        sorter->order[sorter->placed++] = head->app;
        list_remove(sorter, first);
    }
    return 0;
}

int release_start_order(struct arena *arena, const struct release *release,
                        const struct rel_app ***order, struct err *err)
{
    struct sorter sorter;
    sorter_init(&sorter, arena, release);
    sorter.err = err;
    if (sort(&sorter) != 0)
        return -1;
    assert(sorter.placed == release->app_count);
    *order = sorter.order;
    return 0;
}
