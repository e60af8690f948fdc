#pragma once
/*
 * Source code as debug information keeps it, in one small form for Erlang and Elixir:
 * what whoever judges a module must tell apart (literals, data that is built, calls,
 * clauses, funs). All else is CODE_OTHER, whose parts can still be walked through.
 *
 * A tree lives in an arena and is never changed. Lines are those of the source file, 0
 * when unknown.
 */
#include "relc/term/term.h"

enum code_kind {
    CODE_OTHER,   /* items: its parts */
    CODE_TERM,    /* a literal: term */
    CODE_VAR,     /* name, and number where the language tells equal names apart */
    CODE_TUPLE,   /* items */
    CODE_LIST,    /* items; base: the tail that is no literal [], or NULL */
    CODE_MAP,     /* items: key, value, key, value...; base: the map updated, or NULL */
    CODE_RECORD,  /* name; items: field, value...; base: the record updated, or NULL */
    CODE_MATCH,   /* items: pattern, expression */
    CODE_BLOCK,   /* items, the last one is the value */
    CODE_CALL,    /* module (ptr NULL: local), name; items: the arguments */
    CODE_BRANCH,  /* one of clauses is the value; items: what is looked at */
    CODE_RECEIVE, /* clauses; items: after */
    CODE_FUN,     /* clauses */
    CODE_CAPTURE, /* fun module:name/number, or fun name/number (module.ptr NULL) */
};

struct code_clause;

struct code {
    enum code_kind kind;
    unsigned line;
    str module;
    str name;
    int64_t number;
    struct term term;
    struct code *items;
    size_t count;
    struct code *base;
    struct code_clause *clauses;
    size_t clause_count;
};

struct code_clause {
    unsigned line;
    struct code *patterns; /* of a function: its arguments */
    size_t pattern_count;
    bool guarded;
    struct code *body; /* one expression after the other; the last one is the value */
    size_t body_count;
};

struct code_function {
    str name;
    uint32_t arity;
    unsigned line;
    bool generated; /* a macro of another module made it (`use GenServer`) */
    struct code_clause *clauses;
    size_t clause_count;
};

/* The same code, wherever it stands: lines and numbers of variables do not count. */
bool code_equal(const struct code *a, const struct code *b);

/*
 * Calls visit for the code and all that is in it, outer before inner, until it says
 * false. Patterns are not visited. Returns false when visit did.
 */
typedef bool code_visit(void *context, const struct code *code);
bool code_walk(const struct code *code, code_visit *visit, void *context);
bool code_walk_clause(const struct code_clause *clause, code_visit *visit, void *context);

/* A call of module:name with that many arguments (SIZE_MAX: any). */
bool code_is_call(const struct code *code, const char *module, const char *name,
                  size_t count);

/* A literal atom; with name not NULL that one. */
bool code_is_atom(const struct code *code, const char *name);

/* The value of a key (a literal atom) in a map, or of a field of a record, or NULL. */
const struct code *code_field(const struct code *code, const char *key);
