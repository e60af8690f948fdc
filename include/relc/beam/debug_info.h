#pragma once
/*
 * The debug information of a module (chunk Dbgi): its source code as the compiler kept
 * it, of Erlang (abstract code) and of Elixir 1.6 or later. Nothing is executed.
 *
 * Modules compiled without it, stripped ones and those of other languages have none:
 * that is no error.
 */
#include "relc/beam/beam.h"
#include "relc/beam/code.h"

enum debug_language { DEBUG_NONE, DEBUG_ERLANG, DEBUG_ELIXIR };

/* A record of Erlang, or the struct of an Elixir module. */
struct debug_record {
    str name; /* the module's for a struct */
    str *fields;
    struct code *defaults; /* as many; CODE_TERM undefined where none is given */
    size_t count;
};

struct debug_info {
    enum debug_language language;
    const char *source; /* the source file as the compiler was told it, or NULL */
    struct debug_record *records;
    size_t record_count;
    struct code_function *functions;
    size_t function_count;
    bool has_on_load;
};

/*
 * Reads the debug information. When there is none that relc can read (terms without a
 * text form in it, more than 64 MiB) the language is DEBUG_NONE and all else empty, but
 * for an Elixir module's struct: that is among the literals of its code.
 */
void debug_info_read(struct arena *arena, const struct beam *beam,
                     struct debug_info *info);

/* The function, or NULL. */
const struct code_function *debug_function(const struct debug_info *info, str name,
                                           uint32_t arity);

/* The record (struct) of that name, or NULL. */
const struct debug_record *debug_record(const struct debug_info *info, str name);
