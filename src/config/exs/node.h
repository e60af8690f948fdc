#pragma once
/*
 * The syntax tree of a piece of Elixir, and the parser that makes it.
 *
 * The parser knows Elixir's expressions with all operators, calls with and without
 * parentheses, do-blocks, clauses, strings with interpolation and sigils; what it does
 * not know is an error at its place. The tree is close to what Elixir's quote gives: a
 * do-block is a keyword list as the call's last argument, keywords at the end of a call's
 * arguments are one list.
 *
 * A text has at most 1 MiB. Trees are at most EXS_MAX_HEIGHT high, so that whoever walks
 * them may recurse.
 */
#include "relc/base/err.h"
#include "relc/term/term.h"

enum { EXS_MAX_BYTES = 1 << 20, EXS_MAX_HEIGHT = 300 };

enum exs_kind {
    EXS_LITERAL,  /* value: a number, an atom, a string or charlist without code in it */
    EXS_TEXT,     /* parts (EXS_LITERAL binaries and code), put together as `text` says */
    EXS_VARIABLE, /* name: a variable, or a call without arguments */
    EXS_ALIAS,    /* name: "My.Module" */
    EXS_LIST,
    EXS_TUPLE,
    EXS_MAP,      /* items are tuples of two; target: the map that is updated, or NULL */
    EXS_STRUCT,   /* name */
    EXS_BITS,     /* <<...>> */
    EXS_CALL,     /* name and items; target: whose function it is, or NULL; f.() has no
                     name */
    EXS_OPERATOR, /* name; one item or two */
    EXS_ACCESS,   /* items: what[key] */
    EXS_BLOCK,    /* expressions one after the other */
    EXS_CLAUSES,  /* of fn, case, cond...: items are EXS_CLAUSE */
    EXS_CLAUSE,   /* items: the patterns, then the body */
    EXS_FN,       /* one item: the clauses */
    EXS_KEY,      /* name: or "text": before a value; only while parsing */
};

struct exs_node {
    enum exs_kind kind;
    unsigned line, column;
    unsigned height;
    str name;
    struct term value;
    char text; /* of EXS_TEXT: '"', '\'', ':' or the letter of the sigil */
    str modifiers;
    struct exs_node *target;
    struct exs_node **items;
    size_t count;
};

/* Parses a whole file; the root is an EXS_BLOCK. file is for messages. */
int exs_parse(struct arena *arena, const char *file, str text, struct exs_node **root,
              struct err *err) ERR_MUST_CHECK;

/* The value of a key in a list of pairs with literal keys (a keyword list), or NULL. */
struct exs_node *exs_node_get(const struct exs_node *list, const char *key);

/* A call of that function, with arguments and without a module. */
bool exs_is_call(const struct exs_node *node, const char *name);
