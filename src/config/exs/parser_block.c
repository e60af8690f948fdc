#include "config/exs/parser.h"

static bool ends_block(const struct token *token)
{
    static const char *const ends[] = {"end", "else", "rescue", "catch", "after"};
    if (token->kind == TOKEN_MARK)
        return str_eqz(token->text, ")") || str_eqz(token->text, "}");
    for (size_t i = 0; token->kind == TOKEN_WORD && i < 5; i++)
        if (str_eqz(token->text, ends[i]))
            return true;
    return token->kind == TOKEN_END;
}

/* One statement, or with the arrow after it the patterns of a clause. */
static int parse_statement(struct parser *parser, struct node_list *items)
{
    bool arrow = parser_is(parser, TOKEN_MARK, "->");
    struct exs_node *node = arrow ? NULL : parse_value(parser, PRECEDENCE_ANY);
    if (!node)
        return arrow ? 0 : -1;
    node_list_add(parser, items, node);
    while (parser_is(parser, TOKEN_MARK, ",")) {
        if (parser_advance(parser) != 0 || parser_skip_lines(parser) != 0 ||
            !(node = parse_value(parser, PRECEDENCE_ANY)))
            return -1;
        node_list_add(parser, items, node);
    }
    if (items->count == 1 || parser_is(parser, TOKEN_MARK, "->"))
        return 0;
    parser_unexpected(parser);
    return -1;
}

/* The clause so far, patterns and the body's statements, is done. */
static int close_clause(struct parser *parser, struct node_list *clauses,
                        struct exs_node *clause, struct node_list *patterns,
                        const struct node_list *body)
{
    struct exs_node *block = node_new(parser, EXS_BLOCK);
    if (!node_finish(parser, block, body))
        return -1;
    node_list_add(parser, patterns, block);
    if (!node_finish(parser, clause, patterns))
        return -1;
    node_list_add(parser, clauses, clause);
    return 0;
}

/* A block that is being read: statements, and clauses once an arrow was seen. */
struct block {
    struct exs_node *node;
    struct exs_node *clause; /* the one that is open, or NULL */
    struct node_list clauses, patterns, body;
};

static int add_statement(struct parser *parser, struct block *block)
{
    struct node_list items = {0};
    unsigned line = parser->token.line, column = parser->token.column;
    if (parse_statement(parser, &items) != 0)
        return -1;
    if (!parser_is(parser, TOKEN_MARK, "->")) {
        node_list_add(parser, &block->body, items.items[0]);
        return 0;
    }
    if (block->clause ? close_clause(parser, &block->clauses, block->clause,
                                     &block->patterns, &block->body) != 0
                      : block->body.count > 0) {
        if (!block->clause)
            parser_unexpected(parser);
        return -1;
    }
    block->clause = node_new(parser, EXS_CLAUSE);
    block->clause->line = line;
    block->clause->column = column;
    block->patterns = items;
    block->body = (struct node_list){0};
    return parser_advance(parser) != 0 || parser_skip_lines(parser) != 0 ? -1 : 0;
}

/* True when another statement follows. */
static int next_statement(struct parser *parser, bool *more)
{
    *more = parser->token.kind == TOKEN_EOL;
    if (*more && parser_advance(parser) != 0)
        return -1;
    *more = *more && !ends_block(&parser->token);
    return 0;
}

struct exs_node *parse_block(struct parser *parser)
{
    struct block block = {.node = node_new(parser, EXS_BLOCK)};
    if (parser->token.kind == TOKEN_EOL && parser_advance(parser) != 0)
        return NULL;
    for (bool more = !ends_block(&parser->token); more;) {
        const struct exs_node *clause = block.clause;
        if (add_statement(parser, &block) != 0)
            return NULL;
        if (block.clause != clause && !ends_block(&parser->token))
            continue;
        if (next_statement(parser, &more) != 0)
            return NULL;
    }
    if (!block.clause)
        return node_finish(parser, block.node, &block.body);
    if (close_clause(parser, &block.clauses, block.clause, &block.patterns,
                     &block.body) != 0)
        return NULL;
    block.node->kind = EXS_CLAUSES;
    return node_finish(parser, block.node, &block.clauses);
}
