#pragma once
/*
 * Private to exs/: what the parts of the parser share. parser.c has operators,
 * parser_block.c blocks and clauses, parser_call.c calls, parser_item.c brackets,
 * parser_text.c strings and sigils.
 */
#include "config/exs/lexer.h"

struct parser {
    struct lexer lexer;
    struct token token; /* the next one */
    unsigned depth;     /* of expressions that are being read */
    bool no_do;         /* a do-block belongs to a call further out */
    bool in_items;      /* in arguments or brackets: a call without parentheses has one
                           argument */
};

enum { PRECEDENCE_ANY = 0, PRECEDENCE_CAPTURE = 90, PRECEDENCE_UNARY = 300 };

/* Nodes that are being collected. */
struct node_list {
    struct exs_node **items;
    size_t count, capacity;
};

struct exs_node *node_new(struct parser *parser, enum exs_kind kind);
void node_list_add(struct parser *parser, struct node_list *list, struct exs_node *node);

/*
 * Gives the node its items and works out how high the tree is. NULL when it is too high:
 * every node with children goes through here.
 */
struct exs_node *node_finish(struct parser *parser, struct exs_node *node,
                             const struct node_list *items);

int parser_advance(struct parser *parser) ERR_MUST_CHECK;
int parser_skip_lines(struct parser *parser) ERR_MUST_CHECK;

/* The next token is this mark, word or operator. */
bool parser_is(const struct parser *parser, enum token_kind kind, const char *text);

/* Goes past the token that must be next. */
int parser_expect(struct parser *parser, enum token_kind kind,
                  const char *text) ERR_MUST_CHECK;

/* "unexpected ..." at the next token; NULL. */
struct exs_node *parser_unexpected(struct parser *parser);
struct exs_node *parser_refuse(struct parser *parser, const char *what);
struct exs_node *node_refuse(struct parser *parser, const struct exs_node *node,
                             const char *what);

/* An expression whose operators bind at least that tightly. May be an EXS_KEY. */
struct exs_node *parse_expression(struct parser *parser, unsigned precedence);

/* An expression that is a value. */
struct exs_node *parse_value(struct parser *parser, unsigned precedence);

/* Expressions or clauses up to a token that ends a block, which stays. */
struct exs_node *parse_block(struct parser *parser);

/* A name with what makes a call of it: arguments with or without parentheses, do. */
struct exs_node *parse_call(struct parser *parser, struct exs_node *target);

/* What a function that is a value is called with; the parenthesis is next. */
struct exs_node *parse_value_call(struct parser *parser, struct exs_node *function);

/* do ... end after a call, if it is one of this call's and is there. */
struct exs_node *parse_do(struct parser *parser, struct exs_node *call);

/*
 * Items up to the closing mark, which is skipped, as is the opening one; keywords at the
 * end are pairs of their own, or with grouped one list of them.
 */
int parse_items(struct parser *parser, const char *closing, bool grouped,
                struct node_list *items) ERR_MUST_CHECK;

/* The pair of a key that was just read and the value after it. */
struct exs_node *parse_pair(struct parser *parser, struct exs_node *key);

/* Items without brackets. */
int parse_bare_items(struct parser *parser, struct node_list *items) ERR_MUST_CHECK;

struct exs_node *parse_list(struct parser *parser);
struct exs_node *parse_tuple(struct parser *parser);
struct exs_node *parse_bits(struct parser *parser);
struct exs_node *parse_map(struct parser *parser);

struct exs_node *parse_text(struct parser *parser);
