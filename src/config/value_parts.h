#pragma once
/*
 * Private to the readers of values (relc/config/values.h): parts of values that several
 * types have, and what is said of those that are wrong.
 */
#include "relc/config/values.h"

/* Where a part of the value stands. */
struct place value_node_place(const struct value_place *place,
                              const struct yaml_node *node);

/* The value is not what the setting wants. Returns -1, as value_refused. */
int value_wrong_type(const struct value_place *place, const struct yaml_node *node,
                     struct err *err);

/* Says where, and in which setting, the value is that a check refused. */
int value_refused(const struct value_place *place, const struct yaml_node *node,
                  struct err *err);

/* The text of a scalar as it is written; true, false and nothing are no text. */
int value_text(const struct value_place *place, const struct yaml_node *node, str *text,
               struct err *err) ERR_MUST_CHECK;

/* A text that may be a path. */
int value_path(const struct value_place *place, const struct yaml_node *node, str *path,
               struct err *err) ERR_MUST_CHECK;

/* true or false; *flag stays when the source says not to resolve. */
int value_flag(const struct value_place *place, const struct yaml_node *node, bool *flag,
               struct err *err) ERR_MUST_CHECK;
