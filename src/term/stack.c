#include "stack.h"

#include "relc/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { STACK_START = 64 };

void stack_init(struct term_stack *stack)
{
    *stack = (struct term_stack){.capacity = STACK_START};
    stack->items = mem_alloc(STACK_START * sizeof *stack->items);
}

void stack_reserve(struct term_stack *stack, size_t extra)
{
    size_t needed = mem_add(stack->count, extra);
    if (needed <= stack->capacity)
        return;
    size_t capacity = mem_mul(stack->capacity, 2);
    if (capacity < needed)
        capacity = needed;
    stack->items = mem_resize(stack->items, mem_mul(capacity, sizeof *stack->items));
    stack->capacity = capacity;
}

void stack_push(struct term_stack *stack, struct term term)
{
    if (stack->count == stack->capacity)
        stack_reserve(stack, 1);
    stack->items[stack->count++] = term;
}

const struct term *stack_take(struct term_stack *stack, struct arena *arena, size_t base)
{
    size_t count = stack->count - base;
    if (count == 0)
        return NULL;
    struct term *items = arena_array(arena, count, sizeof *items);
    memcpy(items, stack->items + base, count * sizeof *items);
    stack->count = base;
    return items;
}

bool stack_push_elements(struct term_stack *stack, const struct term *list)
{
    size_t count = list->as.list.count;
    const struct term *items = list->as.list.items, *tail = list->as.list.tail;
    stack_reserve(stack, mem_add(count, 1));
    if (count)
        memcpy(stack->items + stack->count, items, count * sizeof *items);
    stack->count += count;
    if (tail)
        stack->items[stack->count++] = *tail;
    return tail != NULL;
}

void stack_fold_list(struct term_stack *stack, struct arena *arena, size_t base,
                     bool improper)
{
    struct term list = {.kind = TERM_LIST};
    struct term *tail = NULL;
    if (improper) {
        tail = arena_alloc(arena, sizeof *tail);
        *tail = stack->items[--stack->count];
    }
    list.as.list.tail = tail;
    list.as.list.count = stack->count - base;
    list.as.list.items = stack_take(stack, arena, base);
    stack_push(stack, list);
}

void stack_fold_tuple(struct term_stack *stack, struct arena *arena, size_t base)
{
    struct term tuple = {.kind = TERM_TUPLE};
    tuple.as.list.count = stack->count - base;
    tuple.as.list.items = stack_take(stack, arena, base);
    stack_push(stack, tuple);
}

void stack_release(struct term_stack *stack)
{
    free(stack->items);
    *stack = (struct term_stack){0};
}
