#pragma once
/*
 * What the readers of the two languages share. The terms come from files: whatever has
 * not the form that a compiler makes becomes CODE_OTHER.
 */
#include "relc/beam/debug_info.h"

/* The items of a proper list as an array of count terms; none for anything else. */
struct code_terms {
    const struct term *items;
    size_t count;
};

static inline struct code_terms code_terms_of(const struct term *list)
{
    if (!term_is_proper_list(list))
        return (struct code_terms){NULL, 0};
    return (struct code_terms){list->as.list.items, list->as.list.count};
}

static inline struct code code_term(struct term term, unsigned line)
{
    return (struct code){.kind = CODE_TERM, .term = term, .line = line};
}

/* Room for count items. */
static inline struct code code_node(struct arena *arena, enum code_kind kind,
                                    unsigned line, size_t count)
{
    return (struct code){.kind = kind,
                         .line = line,
                         .items = arena_array(arena, count, sizeof(struct code)),
                         .count = count};
}

static inline struct code *code_box(struct arena *arena, struct code code)
{
    struct code *box = arena_alloc(arena, sizeof *box);
    *box = code;
    return box;
}

/* False when the term has not the form of a function's clause. */
bool code_clause_erlang(struct arena *arena, const struct term *term,
                        struct code_clause *clause);
bool code_clause_elixir(struct arena *arena, const struct term *term,
                        struct code_clause *clause);

/* Adds the fields from the list in a record's definition. */
void code_record_erlang(struct arena *arena, const struct term *fields,
                        struct debug_record *record);

/* The struct of an Elixir module from its __struct__/0; false when it has none. */
bool code_read_struct(struct debug_info *info, struct debug_record *record);

/* The same without debug information: from the module's literals. */
bool code_read_literals(struct arena *arena, const struct beam *beam,
                        struct debug_record *record);

/* The line of an annotation of Erlang's abstract format, of metadata in Elixir's. */
unsigned code_line_erlang(const struct term *anno);
unsigned code_line_elixir(const struct term *meta);
