#pragma once
/*
 * A stack of terms on which readers collect the elements of containers that are still
 * open, so that each container is copied once, into an array of its exact size.
 */
#include "relc/term/term.h"

struct term_stack {
    struct term *items;
    size_t count;
    size_t capacity;
};

/* An empty stack; its items are never NULL, so that pointers to its end are valid. */
void stack_init(struct term_stack *stack);

void stack_push(struct term_stack *stack, struct term term);

/* Makes room for extra more terms, which may then be stored without further checks. */
void stack_reserve(struct term_stack *stack, size_t extra);

/* Pops all above base as an array in the arena (NULL when there are none). */
const struct term *stack_take(struct term_stack *stack, struct arena *arena, size_t base);

/*
 * Replaces all above base by one list; with improper, the topmost one is its tail, which
 * is no list: [a | [b]] is [a, b], so readers push the elements of such a tail.
 */
void stack_fold_list(struct term_stack *stack, struct arena *arena, size_t base,
                     bool improper);
void stack_fold_tuple(struct term_stack *stack, struct arena *arena, size_t base);

/* Pushes the elements of a list, its improper tail too; true when it has one. */
bool stack_push_elements(struct term_stack *stack, const struct term *list);

void stack_release(struct term_stack *stack);
