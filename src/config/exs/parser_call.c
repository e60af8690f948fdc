#include "config/exs/parser.h"

#include <string.h>

/* A sign with a blank before and none after it: `f -1` is f(-1). */
static bool is_tight_sign(const struct parser *parser)
{
    const struct lexer *lexer = &parser->lexer;
    bool sign =
        parser_is(parser, TOKEN_OPERATOR, "-") || parser_is(parser, TOKEN_OPERATOR, "+");
    return sign && lexer->next < lexer->end && !strchr(" \t\r\n", *lexer->next);
}

/* True when the token begins the first argument of a call without parentheses. */
static bool begins_argument(const struct parser *parser)
{
    static const char *const prefixes[] = {"!", "^", "not", "~~~", "&", "@"};
    static const char *const marks[] = {"(", "[", "{", "%", "<<"};
    static const char *const words[] = {"true", "false", "nil", "fn"};
    const struct token *token = &parser->token;
    if (!token->spaced)
        return false;
    switch (token->kind) {
    case TOKEN_NUMBER:
    case TOKEN_ATOM:
    case TOKEN_KEY:
    case TOKEN_TEXT:
    case TOKEN_NAME:
    case TOKEN_ALIAS:
        return true;
    case TOKEN_WORD:
        for (size_t i = 0; i < 4; i++)
            if (str_eqz(token->text, words[i]))
                return true;
        return false;
    case TOKEN_OPERATOR:
        for (size_t i = 0; i < 6; i++)
            if (str_eqz(token->text, prefixes[i]))
                return true;
        return is_tight_sign(parser);
    case TOKEN_MARK:
        for (size_t i = 0; i < 5; i++)
            if (str_eqz(token->text, marks[i]))
                return true;
        return false;
    default:
        return false;
    }
}

/* One section of a do-block as a pair {do, Block}; the word is the next token. */
static struct exs_node *parse_section(struct parser *parser)
{
    struct exs_node *pair = node_new(parser, EXS_TUPLE);
    struct exs_node *key = node_new(parser, EXS_LITERAL);
    struct node_list items = {0};
    key->value = term_atom(parser->token.text);
    if (parser_advance(parser) != 0)
        return NULL;
    struct exs_node *block = parse_block(parser);
    if (!block)
        return NULL;
    node_list_add(parser, &items, key);
    node_list_add(parser, &items, block);
    return node_finish(parser, pair, &items);
}

static struct exs_node *parse_do_block(struct parser *parser)
{
    struct parser outer = *parser;
    struct exs_node *list = node_new(parser, EXS_LIST);
    struct node_list sections = {0};
    parser->no_do = parser->in_items = false;
    do {
        struct exs_node *section = parse_section(parser);
        if (!section)
            return NULL;
        node_list_add(parser, &sections, section);
    } while (parser->token.kind == TOKEN_WORD && !parser_is(parser, TOKEN_WORD, "end"));
    parser->no_do = outer.no_do;
    parser->in_items = outer.in_items;
    if (parser_expect(parser, TOKEN_WORD, "end") != 0)
        return NULL;
    return node_finish(parser, list, &sections);
}

struct exs_node *parse_do(struct parser *parser, struct exs_node *call)
{
    struct node_list items = {0};
    if (parser->no_do || !parser_is(parser, TOKEN_WORD, "do"))
        return call;
    struct exs_node *block = parse_do_block(parser);
    if (!block)
        return NULL;
    for (size_t i = 0; i < call->count; i++)
        node_list_add(parser, &items, call->items[i]);
    node_list_add(parser, &items, block);
    call->kind = EXS_CALL;
    return node_finish(parser, call, &items);
}

struct exs_node *parse_value_call(struct parser *parser, struct exs_node *function)
{
    struct exs_node *node = node_new(parser, EXS_CALL);
    struct node_list items = {0};
    node->target = function;
    if (parse_items(parser, ")", true, &items) != 0)
        return NULL;
    return node_finish(parser, node, &items);
}

struct exs_node *parse_call(struct parser *parser, struct exs_node *target)
{
    struct exs_node *node = node_new(parser, target ? EXS_CALL : EXS_VARIABLE);
    struct node_list items = {0};
    node->name = parser->token.text;
    node->target = target;
    if (target) {
        node->line = target->line;
        node->column = target->column;
    }
    if (parser_advance(parser) != 0)
        return NULL;
    if (parser_is(parser, TOKEN_MARK, "(") && !parser->token.spaced) {
        node->kind = EXS_CALL;
        if (parse_items(parser, ")", true, &items) != 0)
            return NULL;
    } else if (begins_argument(parser)) {
        node->kind = EXS_CALL;
        if (parse_bare_items(parser, &items) != 0)
            return NULL;
    }
    if (!node_finish(parser, node, &items))
        return NULL;
    while (node && node->kind == EXS_CALL && parser_is(parser, TOKEN_MARK, "(") &&
           !parser->token.spaced)
        node = parse_value_call(parser, node);
    return node ? parse_do(parser, node) : NULL;
}
