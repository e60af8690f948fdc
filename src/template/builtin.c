#include "relc/template/builtin.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static int file_order(const void *name, const void *file)
{
    return strcmp(name, ((const struct builtin_file *)file)->name);
}

str builtin_get(const char *name)
{
    const struct builtin_file *file = bsearch(name, builtin_files, builtin_file_count,
                                              sizeof *builtin_files, file_order);
    assert(file);
    return (str){(const char *)file->bytes, file->size};
}
