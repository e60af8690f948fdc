#pragma once
/*
 * Checked sizes and allocation that never returns NULL: when memory runs out, or a
 * size overflows, the process ends with a message (there is nothing useful to do).
 */
#include <stddef.h>

/* What ends the process then; for libraries that allocate themselves. */
_Noreturn void mem_exhausted(void);

void *mem_alloc(size_t size);
void *mem_resize(void *memory, size_t size);
char *mem_strdup(const char *text);

/*
 * After a piece of work that took much memory: gives what is free back to the system,
 * where the C library keeps it.
 */
void mem_give_back(void);

/* a + b and a * b; end the process on overflow. For sizes of our own making. */
size_t mem_add(size_t a, size_t b);
size_t mem_mul(size_t a, size_t b);
