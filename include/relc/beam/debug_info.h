#pragma once
/*
 * The debug information of a module (chunk Dbgi): its source code as the compiler kept
 * it, of Erlang (abstract code) and of Elixir 1.6 or later. Nothing is executed.
 *
 * Modules compiled without it, stripped ones and those of other languages have none:
 * that is no error.
 *
 * Decoded as a whole it would take twenty times the memory of the encoded form, which
 * has megabytes in modules of tables. So only its functions and records are listed at
 * first; what is asked for is read then. A clause of more than DEBUG_CLAUSE_MAX bytes,
 * encoded, counts as one whose patterns and value are not shown (CODE_OTHER), and so
 * does all of a function above DEBUG_FUNCTION_MAX when it is asked for by name.
 */
#include "relc/beam/beam.h"
#include "relc/beam/code.h"
#include "relc/term/etf_walk.h"

enum {
    DEBUG_CLAUSE_MAX = 256 * 1024,   /* the largest of OTP 25 has 159,296 */
    DEBUG_FUNCTION_MAX = 512 * 1024, /* its largest callback of a process 55,478 */
};

enum debug_language { DEBUG_NONE, DEBUG_ERLANG, DEBUG_ELIXIR };

/* A record of Erlang, or the struct of an Elixir module. */
struct debug_record {
    str name; /* the module's for a struct */
    str *fields;
    struct code *defaults; /* as many; CODE_TERM undefined where none is given */
    size_t count;
};

/* A function, and where its clauses are in the data; a record, and its fields. */
struct debug_function_entry {
    struct code_function function; /* with its clauses once is_read */
    size_t at, size;
    bool is_read;
};

struct debug_record_entry {
    struct debug_record record;
    size_t at;
    bool is_read;
};

struct debug_info {
    enum debug_language language;
    const char *source; /* the source file as the compiler was told it, or NULL */
    bool has_on_load;
    str module; /* of Elixir's */
    struct debug_function_entry *functions;
    size_t function_count;
    struct debug_record_entry *records;
    size_t record_count;
    struct arena *arena;
    const struct beam *beam;
    struct etf_walk walk;
};

/*
 * Lists what the debug information holds. When there is none that relc can read (terms
 * without a text form in it, more than 64 MiB) the language is DEBUG_NONE and all else
 * empty, but for an Elixir module's struct: that is among the literals of its code.
 * The arena and the beam with its bytes must live as long as info is used.
 */
void debug_info_read(struct arena *arena, const struct beam *beam,
                     struct debug_info *info);

/* The function, or NULL. It stays in info's arena. */
const struct code_function *debug_function(struct debug_info *info, str name,
                                           uint32_t arity);

/* The record (struct) of that name, or NULL. It stays in info's arena. */
const struct debug_record *debug_record(struct debug_info *info, str name);

/*
 * Calls visit for every clause of every function, in their order. Each clause lives only
 * that long, so that the largest of them decides about the memory; those in function may
 * not be there, all else of it may be kept. Functions and records may be asked for
 * meanwhile.
 */
typedef void debug_visit(void *context, const struct code_function *function,
                         const struct code_clause *clause);
void debug_each_clause(struct debug_info *info, debug_visit *visit, void *context);
