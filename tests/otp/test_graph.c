/* The order of things that depend on each other. */
#include "check.h"

#include "otp/graph.h"

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

/* reach[a][b]: a leads to b, by the definition. */
static void close_over(bool reach[12][12], size_t count)
{
    for (size_t k = 0; k < count; k++)
        for (size_t i = 0; i < count; i++)
            for (size_t j = 0; j < count; j++)
                reach[i][j] |= reach[i][k] && reach[k][j];
}

static void check_order(const struct graph *graph, bool reach[12][12], size_t count)
{
    size_t *order = graph_order(graph), at[12];
    bool placed[12] = {false};
    for (size_t i = 0; i < count; i++) {
        assert_false(placed[order[i]]);
        placed[order[i]] = true;
        at[order[i]] = i;
    }
    for (size_t a = 0; a < count; a++)
        for (size_t b = 0; b < count; b++) {
            bool ring = a == b || (reach[a][b] && reach[b][a]);
            if (reach[a][b] && !ring)
                assert_true(at[a] < at[b]);
            /* a ring stands together, in the order of its numbers */
            if (ring && a < b) {
                assert_true(at[a] < at[b]);
                for (size_t i = at[a]; i <= at[b]; i++)
                    assert_true(order[i] == a ||
                                (reach[a][order[i]] && reach[order[i]][a]));
            }
        }
}

static void check_components(const struct graph *graph, bool edges[12][12], size_t count)
{
    const size_t *components = graph_components(graph);
    bool linked[12][12];
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++)
            linked[i][j] = i == j || edges[i][j] || edges[j][i];
    close_over(linked, count);
    for (size_t i = 0; i < count; i++) {
        assert_true(components[i] <= i);
        for (size_t j = 0; j < count; j++)
            assert_int_equal(components[i] == components[j], linked[i][j]);
    }
}

static void random_graphs_are_ordered(void **state)
{
    uint64_t seed = 42;
    (void)state;
    for (int round = 0; round < 3000; round++) {
        struct arena arena;
        struct graph graph;
        bool edges[12][12] = {{false}}, reach[12][12];
        size_t count = next_random(&seed) % 13, wanted = next_random(&seed) % 20;
        arena_init(&arena);
        graph_init(&graph, &arena, count);
        for (size_t i = 0; count > 0 && i < wanted; i++) {
            size_t a = next_random(&seed) % count, b = next_random(&seed) % count;
            graph_add(&graph, a, b);
            edges[a][b] = true;
        }
        memcpy(reach, edges, sizeof reach);
        close_over(reach, count);
        check_order(&graph, reach, count);
        check_components(&graph, edges, count);
        arena_release(&arena);
    }
}

static void the_lowest_number_that_may_come_comes_next(void **state)
{
    static const size_t expected[] = {1, 0, 3, 5, 2, 4};
    struct arena arena;
    struct graph graph;
    (void)state;
    arena_init(&arena);
    graph_init(&graph, &arena, 6);
    graph_add(&graph, 1, 0);
    graph_add(&graph, 3, 5);
    graph_add(&graph, 5, 3);
    graph_add(&graph, 5, 2);
    graph_add(&graph, 0, 4);
    graph_add(&graph, 2, 4);
    size_t *order = graph_order(&graph);
    assert_memory_equal(order, expected, sizeof expected);
    arena_release(&arena);
}

static void a_long_chain_needs_no_deep_stack(void **state)
{
    enum { LENGTH = 300000 };
    struct arena arena;
    struct graph graph;
    (void)state;
    arena_init(&arena);
    graph_init(&graph, &arena, LENGTH);
    for (size_t i = 1; i < LENGTH; i++)
        graph_add(&graph, i, i - 1);
    size_t *order = graph_order(&graph);
    assert_int_equal(order[0], LENGTH - 1);
    assert_int_equal(graph_components(&graph)[LENGTH - 1], 0);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_graphs_are_ordered),
        cmocka_unit_test(the_lowest_number_that_may_come_comes_next),
        cmocka_unit_test(a_long_chain_needs_no_deep_stack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
