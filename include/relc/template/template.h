#pragma once
/*
 * The template language: text in which <%= name %> stands for the value of a variable.
 * Nothing else is special; "<%%" stands for "<%". An unknown variable is an error with
 * its place, never an empty text.
 */
#include "relc/base/buf.h"
#include "relc/base/err.h"
#include "relc/base/map.h"

/*
 * Appends the rendered text. vars: name -> const char * (NUL-terminated). file is for
 * messages, which give line and column of the tag.
 */
int template_render(struct buf *out, str text, const char *file, const struct map *vars,
                    struct err *err) ERR_MUST_CHECK;
