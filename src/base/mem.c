#include "relc/base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <string.h>

static _Noreturn void mem_die(const char *why)
{
    fprintf(stderr, "relc: error: %s\n", why);
    abort();
}

void mem_exhausted(void)
{
    mem_die("out of memory");
}

void *mem_alloc(size_t size)
{
    void *memory = malloc(size ? size : 1);
    if (!memory)
        mem_exhausted();
    return memory;
}

void *mem_resize(void *memory, size_t size)
{
    void *moved = realloc(memory, size ? size : 1);
    if (!moved)
        mem_exhausted();
    return moved;
}

char *mem_strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(mem_alloc(size), text, size);
}

size_t mem_add(size_t a, size_t b)
{
    if (a > SIZE_MAX - b)
        mem_die("a size is too large");
    return a + b;
}

size_t mem_mul(size_t a, size_t b)
{
    if (b && a > SIZE_MAX / b)
        mem_die("a size is too large");
    return a * b;
}

void mem_give_back(void)
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}
