#pragma once
/*
 * Erlang terms as values: the model that the text reader, the printer, the external
 * format and everything above them share.
 *
 * A term is immutable once built and lives in an arena together with all that it
 * refers to; nobody frees a term. Erlang strings are lists of code points, as in
 * Erlang. Pids, ports, references and local funs have no text form and do not occur.
 */
#include "relc/base/arena.h"

#include <stdint.h>

/*
 * Limits. Readers refuse terms that are nested more than TERM_MAX_DEPTH deep; what is
 * then built around such a term may add TERM_WRAP_DEPTH levels before printers, encoders
 * and comparisons stop. All of them recurse: at the greatest depth they need up to 2 MB
 * of stack (6 MB under ASan), which matters to whoever starts threads. Integers have at
 * most TERM_MAX_INTEGER_BYTES bytes (some 79,000 decimal digits), so that converting one
 * takes milliseconds.
 */
enum {
    TERM_MAX_DEPTH = 4096,
    TERM_WRAP_DEPTH = 256,
    TERM_MAX_INTEGER_BYTES = 32768,
};

enum term_kind {
    TERM_INTEGER,
    TERM_BIG, /* an integer outside of int64_t; smaller ones are always TERM_INTEGER */
    TERM_FLOAT,
    TERM_ATOM,
    TERM_TUPLE,
    TERM_LIST, /* also [] and improper lists */
    TERM_MAP,
    TERM_BINARY, /* also bit strings */
    TERM_FUN,    /* fun m:f/a */
};

struct term {
    enum term_kind kind;
    union {
        int64_t integer;
        double real;
        str atom; /* UTF-8 */
        struct {
            const unsigned char *magnitude; /* little-endian, last byte not 0 */
            size_t size;
            bool negative;
        } big;
        struct {
            const struct term *items;
            size_t count;
            const struct term *tail; /* only of an improper list, else NULL */
        } list;                      /* tuples use items and count */
        struct {
            const struct term *pairs; /* key, value, key, value...; keys in term order */
            size_t count;             /* number of pairs */
        } map;
        struct {
            const unsigned char *bytes; /* the last one left-aligned */
            size_t bits;
        } binary;
        const struct term *fun; /* three terms: module, function, arity */
    } as;
};

/* Constructors. Atoms and text are UTF-8 and are copied unless a comment says borrowed.
 */
struct term term_integer(int64_t value);
struct term term_float(double value);
struct term term_atom(str name); /* borrowed */
struct term term_nil(void);
struct term term_tuple(struct arena *arena, const struct term *items, size_t count);
struct term term_list(struct arena *arena, const struct term *items, size_t count);
struct term term_binary(struct arena *arena, str bytes);

/* The list of the text's code points; invalid UTF-8 bytes stand for themselves. */
struct term term_string(struct arena *arena, str text);

/* A tuple of two or three, the commonest shapes. */
struct term term_pair(struct arena *arena, struct term a, struct term b);
struct term term_triple(struct arena *arena, struct term a, struct term b, struct term c);

/*
 * A map of count pairs (key, value, key, value...): sorted into term order; of equal
 * keys the last one wins.
 */
struct term term_map(struct arena *arena, const struct term *pairs, size_t count);

/*
 * An integer from its magnitude (little-endian bytes, copied unless arena is NULL), as
 * small a kind as possible.
 */
struct term term_from_magnitude(struct arena *arena, const unsigned char *bytes,
                                size_t size, bool negative);

/* The same term with all that it refers to, so that the other's arena may go. */
struct term term_copy(struct arena *arena, const struct term *term);

/* Lists that are built piece by piece; an empty builder is all zero but for arena. */
struct term_builder {
    struct arena *arena;
    struct term *items;
    size_t count;
    size_t capacity;
};

void term_add(struct term_builder *builder, struct term item);
struct term term_built_list(const struct term_builder *builder);
struct term term_built_tuple(const struct term_builder *builder);

/* Questions. */
bool term_is_atom(const struct term *term, const char *name);
bool term_is_nil(const struct term *term);
bool term_is_proper_list(const struct term *term);

/* True for a tuple of count elements; with tag not NULL, whose first is that atom. */
bool term_is_tuple(const struct term *term, const char *tag, size_t count);

/*
 * True when the term is a proper list of valid code points ([] too); *text is then
 * the UTF-8 text, in the arena.
 */
bool term_to_text(struct arena *arena, const struct term *term, str *text);

/* The value of {key, Value} in a list of pairs (the first one), or NULL. */
const struct term *term_lookup(const struct term *list, const char *key);

/*
 * Erlang's term order: number < atom < fun < tuple < map < [] < list < binary, <0, 0, >0.
 * Numbers compare by their exact values; with exact, integers come before floats whatever
 * their values (so in the keys of maps), and -0.0 before 0.0 (=:= of OTP 27). Maps
 * compare by size, then keys, then values. Terms nested deeper than the limits above
 * compare equal below them.
 */
int term_compare(const struct term *a, const struct term *b, bool exact);
/* term_compare with exact says 0. */
bool term_equal(const struct term *a, const struct term *b);
