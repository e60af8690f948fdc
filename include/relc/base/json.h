#pragma once
/*
 * JSON documents (RFC 8259), made with jansson: its values keep the order in which keys
 * were added. What jansson wants and relc's texts may lack is UTF-8.
 */
#include "relc/base/buf.h"

#include <jansson.h>

/* A string; bytes that are not UTF-8 become U+FFFD. ptr NULL gives null. */
json_t *json_text(str text);

/* Appends the document, indented by two blanks, with a newline after it. */
void json_print(struct buf *out, const json_t *value);
