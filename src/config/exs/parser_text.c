#include "config/exs/parser.h"

#include "relc/base/utf8.h"

#include <string.h>

/* The text read so far as a part; an empty one is left out. */
static void add_literal(struct parser *parser, struct node_list *parts, struct buf *text)
{
    if (!text->len)
        return;
    struct exs_node *part = node_new(parser, EXS_LITERAL);
    part->value = term_binary(parser->lexer.arena, buf_view(text));
    node_list_add(parser, parts, part);
    buf_clear(text);
}

/* The code of an interpolation, with the brace that ends it. */
static int add_code(struct parser *parser, struct node_list *parts)
{
    struct parser outer = *parser;
    parser->no_do = parser->in_items = false;
    if (++parser->depth > EXS_MAX_HEIGHT) {
        parser_refuse(parser, "the expressions are nested too deeply");
        return -1;
    }
    if (parser_advance(parser) != 0)
        return -1;
    struct exs_node *code = parse_block(parser);
    if (!code)
        return -1;
    if (!parser_is(parser, TOKEN_MARK, "}")) {
        parser_unexpected(parser);
        return -1;
    }
    node_list_add(parser, parts, code);
    parser->no_do = outer.no_do;
    parser->in_items = outer.in_items;
    parser->depth--;
    return 0;
}

/* The lexer stands right after the token's opening. */
static int read_parts(struct parser *parser, struct text_source *source,
                      struct node_list *parts, struct buf *text)
{
    enum text_end how;
    for (;;) {
        if (text_part(&parser->lexer, source, text, &how) != 0)
            return -1;
        add_literal(parser, parts, text);
        if (how == TEXT_CLOSED)
            return 0;
        if (add_code(parser, parts) != 0)
            return -1;
    }
}

/* A text without code is the literal that it denotes. */
static struct exs_node *simplify(struct parser *parser, struct exs_node *node)
{
    str text = {"", 0};
    bool plain = node->text == '"' || node->text == '\'' || node->text == ':';
    if (!plain || node->count > 1 || (node->count && node->items[0]->kind != EXS_LITERAL))
        return node;
    if (node->count)
        text = (str){(const char *)node->items[0]->value.as.binary.bytes,
                     node->items[0]->value.as.binary.bits / 8};
    bool valid = utf8_check(text.ptr, text.ptr + text.len) == text.ptr + text.len;
    if (node->text != '"' && !valid)
        return parser_refuse(parser, "syntax error: the text is not UTF-8");
    node->kind = EXS_LITERAL;
    node->count = 0;
    node->value = node->text == '"'    ? term_binary(parser->lexer.arena, text)
                  : node->text == '\'' ? term_string(parser->lexer.arena, text)
                                       : term_atom(text);
    return node;
}

static void read_modifiers(struct parser *parser, struct exs_node *node)
{
    struct lexer *lexer = &parser->lexer;
    node->modifiers = (str){lexer->next, 0};
    while (lexer->next < lexer->end && is_name_char(*lexer->next)) {
        lexer->next++;
        node->modifiers.len++;
    }
}

/* "text": is a key. */
static bool at_key_colon(const struct lexer *lexer)
{
    return lexer->end - lexer->next > 1 && lexer->next[0] == ':' &&
           strchr(" \t\r\n", lexer->next[1]) && lexer->next[1];
}

struct exs_node *parse_text(struct parser *parser)
{
    struct exs_node *node = node_new(parser, EXS_TEXT);
    struct node_list parts = {0};
    struct text_source source;
    struct buf text;
    bool sigil = parser->token.text.ptr[0] == '~';
    if (text_open(&parser->lexer, &parser->token, &source) != 0)
        return NULL;
    node->text = source.kind;
    buf_init(&text);
    int result = read_parts(parser, &source, &parts, &text);
    buf_release(&text);
    if (result != 0 || !node_finish(parser, node, &parts))
        return NULL;
    bool key = !sigil && node->text != ':' && at_key_colon(&parser->lexer);
    if (sigil)
        read_modifiers(parser, node);
    if (key) {
        node->text = ':';
        parser->lexer.next++;
    }
    node = simplify(parser, node);
    if (node && key)
        node->kind = EXS_KEY;
    return node && parser_advance(parser) == 0 ? node : NULL;
}
