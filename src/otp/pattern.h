#pragma once
/*
 * Regular expressions for versions, as re:run/3 with the option unicode takes them.
 */
#include "relc/base/arena.h"
#include "relc/base/err.h"

/*
 * Whether the first match of the expression in text is the whole text. An expression
 * that is wrong, longer than 4 KiB, or takes too many steps is an error.
 */
int pattern_matches_whole(str expression, str text, bool *matches,
                          struct err *err) ERR_MUST_CHECK;
