#pragma once
/*
 * The files of templates/, embedded when relc is built.
 */
#include "relc/base/str.h"

struct builtin_file {
    const char *name; /* path below templates/ */
    const unsigned char *bytes;
    size_t size;
};

extern const struct builtin_file builtin_files[]; /* sorted by name */
extern const size_t builtin_file_count;

/* The content of a template by its path; its absence is a mistake of ours (asserts). */
str builtin_get(const char *name);
