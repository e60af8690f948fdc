#include "config/exs/parser.h"

#include "relc/base/utf8.h"

#include <string.h>

struct exs_node *node_new(struct parser *parser, enum exs_kind kind)
{
    struct exs_node *node = arena_alloc(parser->lexer.arena, sizeof *node);
    node->kind = kind;
    node->line = parser->token.line;
    node->column = parser->token.column;
    node->height = 1;
    return node;
}

void node_list_add(struct parser *parser, struct node_list *list, struct exs_node *node)
{
    list->items = arena_grow(parser->lexer.arena, list->items, list->count,
                             &list->capacity, sizeof *list->items);
    list->items[list->count++] = node;
}

struct exs_node *parser_refuse(struct parser *parser, const char *what)
{
    lexer_fail(&parser->lexer, parser->token.line, parser->token.column, "%s", what);
    return NULL;
}

struct exs_node *node_refuse(struct parser *parser, const struct exs_node *node,
                             const char *what)
{
    lexer_fail(&parser->lexer, node->line, node->column, "%s", what);
    return NULL;
}

struct exs_node *node_finish(struct parser *parser, struct exs_node *node,
                             const struct node_list *items)
{
    unsigned height = node->target ? node->target->height : 0;
    node->items = items->items;
    node->count = items->count;
    for (size_t i = 0; i < items->count; i++)
        if (items->items[i]->height > height)
            height = items->items[i]->height;
    node->height = height + 1;
    if (node->height <= EXS_MAX_HEIGHT)
        return node;
    return parser_refuse(parser, "the expressions are nested too deeply");
}

int parser_advance(struct parser *parser)
{
    return lexer_next(&parser->lexer, &parser->token);
}

bool parser_is(const struct parser *parser, enum token_kind kind, const char *text)
{
    return parser->token.kind == kind && str_eqz(parser->token.text, text);
}

int parser_skip_lines(struct parser *parser)
{
    return parser_is(parser, TOKEN_EOL, "\n") ? parser_advance(parser) : 0;
}

struct exs_node *parser_unexpected(struct parser *parser)
{
    const struct token *token = &parser->token;
    if (token->kind == TOKEN_END)
        return parser_refuse(parser, "syntax error: the file ends too early");
    if (token->kind == TOKEN_EOL && token->text.ptr[0] == '\n')
        return parser_refuse(parser, "syntax error: the line ends too early");
    lexer_fail(&parser->lexer, token->line, token->column,
               "syntax error: unexpected '%.*s'", STR_ARG(token->text));
    return NULL;
}

int parser_expect(struct parser *parser, enum token_kind kind, const char *text)
{
    if (parser_is(parser, kind, text))
        return parser_advance(parser);
    parser_unexpected(parser);
    if (parser->token.kind == TOKEN_END)
        err_hint(parser->lexer.err, "'%s' is missing", text);
    return -1;
}

static struct exs_node *literal(struct parser *parser, struct term value)
{
    struct exs_node *node = node_new(parser, EXS_LITERAL);
    node->value = value;
    return parser_advance(parser) == 0 ? node : NULL;
}

/* A.B.C; parser->token is its first segment. */
static struct exs_node *parse_alias(struct parser *parser)
{
    struct exs_node *node = node_new(parser, EXS_ALIAS);
    node->name = parser->token.text;
    for (;;) {
        if (parser_advance(parser) != 0)
            return NULL;
        struct parser before = *parser;
        if (!parser_is(parser, TOKEN_MARK, "."))
            return node;
        if (parser_advance(parser) != 0 || parser_skip_lines(parser) != 0)
            return NULL;
        if (parser->token.kind != TOKEN_ALIAS) {
            *parser = before;
            return node;
        }
        node->name = arena_printf(parser->lexer.arena, "%.*s.%.*s", STR_ARG(node->name),
                                  STR_ARG(parser->token.text));
    }
}

/* ( ... ): nothing is nil, several expressions are a block. */
static struct exs_node *parse_parentheses(struct parser *parser)
{
    struct parser outer = *parser;
    parser->no_do = parser->in_items = false;
    if (parser_advance(parser) != 0)
        return NULL;
    struct exs_node *block = parse_block(parser);
    if (!block || parser_expect(parser, TOKEN_MARK, ")") != 0)
        return NULL;
    parser->no_do = outer.no_do;
    parser->in_items = outer.in_items;
    return block->kind == EXS_BLOCK && block->count == 1 ? block->items[0] : block;
}

static struct exs_node *parse_fn(struct parser *parser)
{
    struct parser outer = *parser;
    struct exs_node *node = node_new(parser, EXS_FN);
    struct node_list items = {0};
    parser->no_do = parser->in_items = false;
    if (parser_advance(parser) != 0)
        return NULL;
    struct exs_node *clauses = parse_block(parser);
    if (!clauses)
        return NULL;
    if (clauses->kind != EXS_CLAUSES || !parser_is(parser, TOKEN_WORD, "end"))
        return parser_unexpected(parser);
    if (parser_advance(parser) != 0)
        return NULL;
    parser->no_do = outer.no_do;
    parser->in_items = outer.in_items;
    node_list_add(parser, &items, clauses);
    return node_finish(parser, node, &items);
}

static struct exs_node *parse_key(struct parser *parser)
{
    struct exs_node *node = node_new(parser, EXS_KEY);
    node->name = parser->token.text;
    node->value = term_atom(node->name);
    return parser_advance(parser) == 0 ? node : NULL;
}

static struct exs_node *parse_word(struct parser *parser)
{
    static const char *const atoms[] = {"nil", "true", "false"};
    for (size_t i = 0; i < 3; i++)
        if (str_eqz(parser->token.text, atoms[i]))
            return literal(parser, term_atom(str_of(atoms[i])));
    if (str_eqz(parser->token.text, "fn"))
        return parse_fn(parser);
    return parser_unexpected(parser);
}

static struct exs_node *parse_brackets(struct parser *parser)
{
    if (parser_is(parser, TOKEN_MARK, "("))
        return parse_parentheses(parser);
    if (parser_is(parser, TOKEN_MARK, "["))
        return parse_list(parser);
    if (parser_is(parser, TOKEN_MARK, "{"))
        return parse_tuple(parser);
    if (parser_is(parser, TOKEN_MARK, "%"))
        return parse_map(parser);
    if (parser_is(parser, TOKEN_MARK, "<<"))
        return parse_bits(parser);
    return parser_unexpected(parser);
}

static struct exs_node *parse_primary(struct parser *parser)
{
    switch (parser->token.kind) {
    case TOKEN_NUMBER:
        return literal(parser, parser->token.value);
    case TOKEN_ATOM:
        return literal(parser, term_atom(parser->token.text));
    case TOKEN_KEY:
        return parse_key(parser);
    case TOKEN_TEXT:
        return parse_text(parser);
    case TOKEN_NAME:
        return parse_call(parser, NULL);
    case TOKEN_ALIAS:
        return parse_alias(parser);
    case TOKEN_WORD:
        return parse_word(parser);
    case TOKEN_MARK:
        return parse_brackets(parser);
    default:
        return parser_unexpected(parser);
    }
}

/* what[key]; the bracket follows without a blank. */
static struct exs_node *parse_access(struct parser *parser, struct exs_node *what)
{
    struct exs_node *node = node_new(parser, EXS_ACCESS);
    struct node_list items = {0};
    node_list_add(parser, &items, what);
    if (parse_items(parser, "]", true, &items) != 0)
        return NULL;
    return items.count == 2 ? node_finish(parser, node, &items)
                            : parser_refuse(parser, "access by a key wants one key");
}

/* __MODULE__.Name, Module.{A, B}: a call that nobody evaluates. */
static struct exs_node *parse_qualified(struct parser *parser, struct exs_node *what)
{
    struct exs_node *node = node_new(parser, EXS_CALL);
    struct node_list items = {0};
    node->name = parser->token.text;
    node->target = what;
    int result = parser->token.kind == TOKEN_ALIAS
                     ? parser_advance(parser)
                     : parse_items(parser, "}", false, &items);
    return result == 0 ? node_finish(parser, node, &items) : NULL;
}

/* what.name, what.(arguments) */
static struct exs_node *parse_dot(struct parser *parser, struct exs_node *what)
{
    if (parser_advance(parser) != 0 || parser_skip_lines(parser) != 0)
        return NULL;
    /* After a dot, reserved words and operators are names. */
    if (parser->token.kind == TOKEN_WORD ||
        (parser->token.kind == TOKEN_OPERATOR && lexer_at(&parser->lexer, "(")))
        parser->token.kind = TOKEN_NAME;
    if (parser->token.kind == TOKEN_NAME)
        return parse_call(parser, what);
    if (parser->token.kind == TOKEN_ALIAS || parser_is(parser, TOKEN_MARK, "{"))
        return parse_qualified(parser, what);
    return parser_is(parser, TOKEN_MARK, "(") ? parse_value_call(parser, what)
                                              : parser_unexpected(parser);
}

static struct exs_node *parse_postfix(struct parser *parser, struct exs_node *node)
{
    while (node && node->kind != EXS_KEY) {
        if (parser_is(parser, TOKEN_MARK, "."))
            node = parse_dot(parser, node);
        else if (parser_is(parser, TOKEN_MARK, "[") && !parser->token.spaced)
            node = parse_access(parser, node);
        else
            break;
    }
    return node;
}

static struct exs_node *parse_binary(struct parser *parser, struct exs_node *left,
                                     unsigned precedence);

static bool is_unary(const struct token *token)
{
    static const char *const unary[] = {"-", "+", "!", "^", "not", "~~~", "&", "@"};
    for (size_t i = 0; token->kind == TOKEN_OPERATOR && i < 8; i++)
        if (str_eqz(token->text, unary[i]))
            return true;
    return false;
}

/* &>=/2: an operator as a name, when a slash follows. */
static struct exs_node *parse_operator_name(struct parser *parser)
{
    struct exs_node *node = node_new(parser, EXS_VARIABLE);
    node->name = parser->token.text;
    return parser_advance(parser) == 0 ? parse_binary(parser, node, PRECEDENCE_CAPTURE)
                                       : NULL;
}

static struct exs_node *parse_operand(struct parser *parser, str op)
{
    if (str_eqz(op, "&") && operator_find(&parser->token) &&
        lexer_at(&parser->lexer, "/"))
        return parse_operator_name(parser);
    if (str_eqz(op, "@"))
        return parse_primary(parser);
    return parse_value(parser, str_eqz(op, "&") ? PRECEDENCE_CAPTURE : PRECEDENCE_UNARY);
}

static struct exs_node *parse_unary(struct parser *parser)
{
    if (!is_unary(&parser->token))
        return parse_postfix(parser, parse_primary(parser));
    struct exs_node *node = node_new(parser, EXS_OPERATOR);
    struct node_list items = {0};
    node->name = parser->token.text;
    if (parser_advance(parser) != 0 || parser_skip_lines(parser) != 0)
        return NULL;
    struct exs_node *operand = parse_operand(parser, node->name);
    if (!operand)
        return NULL;
    if (operand->kind == EXS_KEY)
        return parser_unexpected(parser);
    node_list_add(parser, &items, operand);
    node = node_finish(parser, node, &items);
    return node && str_eqz(node->name, "@") ? parse_postfix(parser, node) : node;
}

static struct exs_node *binary(struct parser *parser, struct exs_node *node,
                               struct exs_node *left, struct exs_node *right)
{
    struct node_list items = {0};
    node_list_add(parser, &items, left);
    node_list_add(parser, &items, right);
    return node_finish(parser, node, &items);
}

/* `not a in b` and `!a in b` mean `not (a in b)`. */
static struct exs_node *membership(struct parser *parser, struct exs_node *node,
                                   struct exs_node *left, struct exs_node *right)
{
    bool negated = left->kind == EXS_OPERATOR && left->count == 1 &&
                   (str_eqz(left->name, "not") || str_eqz(left->name, "!"));
    if (!str_eqz(node->name, "in") || !negated)
        return binary(parser, node, left, right);
    node->name = STR("not in");
    return binary(parser, node, left->items[0], right);
}

/* What stands right of an operator; `%{map | key: value}` and `when a: b` have keys. */
static struct exs_node *parse_right(struct parser *parser, const struct operator_info *op)
{
    unsigned precedence = op->precedence + !op->right;
    if (strcmp(op->text, "|") != 0 && strcmp(op->text, "when") != 0)
        return parse_value(parser, precedence);
    struct exs_node *right = parse_expression(parser, precedence);
    return right && right->kind == EXS_KEY ? parse_pair(parser, right) : right;
}

static struct exs_node *parse_binary(struct parser *parser, struct exs_node *left,
                                     unsigned precedence)
{
    const struct operator_info *op;
    while (left && left->kind != EXS_KEY && (op = operator_find(&parser->token)) &&
           op->precedence >= precedence) {
        struct exs_node *node = node_new(parser, EXS_OPERATOR);
        node->name = parser->token.text;
        if (parser_advance(parser) != 0 || parser_skip_lines(parser) != 0)
            return NULL;
        struct exs_node *right = parse_right(parser, op);
        left = right ? membership(parser, node, left, right) : NULL;
    }
    return left;
}

struct exs_node *parse_expression(struct parser *parser, unsigned precedence)
{
    if (++parser->depth > EXS_MAX_HEIGHT)
        return parser_refuse(parser, "the expressions are nested too deeply");
    struct exs_node *node = parse_unary(parser);
    node = parse_binary(parser, node, precedence);
    parser->depth--;
    return node;
}

struct exs_node *parse_value(struct parser *parser, unsigned precedence)
{
    struct exs_node *node = parse_expression(parser, precedence);
    if (node && node->kind == EXS_KEY)
        return node_refuse(parser, node,
                           "syntax error: a key stands where a value must be");
    return node;
}

static int check_characters(struct lexer *lexer, str text)
{
    const char *bad = utf8_check(lexer->next, lexer->end);
    if (text.len > EXS_MAX_BYTES)
        return lexer_fail(lexer, 0, 0, "the file is larger than %d bytes", EXS_MAX_BYTES);
    if (bad == lexer->end)
        return 0;
    struct lexer at = *lexer;
    for (; at.next < bad; at.next++)
        if (*at.next == '\n') {
            at.line++;
            at.line_start = at.next + 1;
        }
    return lexer_fail(lexer, at.line, lexer_column(&at), "the file is not UTF-8 here");
}

int exs_parse(struct arena *arena, const char *file, str text, struct exs_node **root,
              struct err *err)
{
    struct parser parser = {0};
    lexer_init(&parser.lexer, arena, file, text, err);
    if (check_characters(&parser.lexer, text) != 0 || parser_advance(&parser) != 0)
        return -1;
    struct exs_node *block = parse_block(&parser);
    if (!block)
        return -1;
    if (parser.token.kind != TOKEN_END || block->kind != EXS_BLOCK) {
        parser_unexpected(&parser);
        return -1;
    }
    *root = block;
    return 0;
}

bool exs_is_call(const struct exs_node *node, const char *name)
{
    return node->kind == EXS_CALL && !node->target && str_eqz(node->name, name);
}

struct exs_node *exs_node_get(const struct exs_node *list, const char *key)
{
    for (size_t i = 0; list && list->kind == EXS_LIST && i < list->count; i++) {
        const struct exs_node *pair = list->items[i];
        if (pair->kind == EXS_TUPLE && pair->count == 2 &&
            pair->items[0]->kind == EXS_LITERAL &&
            term_is_atom(&pair->items[0]->value, key))
            return pair->items[1];
    }
    return NULL;
}
