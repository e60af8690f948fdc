#pragma once
/*
 * Listing what the debug information of a module holds, without decoding it: each
 * language's part of it.
 */
#include "relc/beam/debug_info.h"

struct code_index {
    struct debug_info *info; /* what is found goes here */
    struct arena *scratch;   /* for what is looked at and not kept */
    size_t function_capacity;
    size_t record_capacity;
};

/* The next term, in scratch: valid until the next form. */
bool code_index_term(struct code_index *index, struct term *term);

/* Between two forms or definitions. */
void code_index_forget(struct code_index *index);

/* Adds a function whose list of clauses is the next term, and passes over that. */
void code_index_function(struct code_index *index, const struct code_function *function);

/*
 * Walk through the compiler's data for the language, to the end of the chunk; info's
 * language stays DEBUG_NONE when the data are not what they should be.
 */
void code_index_erlang(struct code_index *index);
void code_index_elixir(struct code_index *index);
