#include "config/exs/parser.h"

struct exs_node *parse_pair(struct parser *parser, struct exs_node *key)
{
    struct exs_node *pair = node_new(parser, EXS_TUPLE);
    struct node_list items = {0};
    pair->line = key->line;
    pair->column = key->column;
    key->kind = key->count ? EXS_TEXT : EXS_LITERAL;
    if (parser_skip_lines(parser) != 0)
        return NULL;
    struct exs_node *value = parse_value(parser, PRECEDENCE_ANY);
    if (!value)
        return NULL;
    node_list_add(parser, &items, key);
    node_list_add(parser, &items, value);
    return node_finish(parser, pair, &items);
}

/* One item; *keyed tells whether it is a pair, and nothing else may follow one. */
static struct exs_node *parse_item(struct parser *parser, bool *keyed)
{
    struct exs_node *item = parse_expression(parser, PRECEDENCE_ANY);
    if (!item)
        return NULL;
    if (item->kind == EXS_KEY) {
        *keyed = true;
        return parse_pair(parser, item);
    }
    if (*keyed)
        return node_refuse(parser, item, "syntax error: a keyword list must come last");
    return item;
}

/* Moves the pairs at the end into a list of their own. */
static int group_pairs(struct parser *parser, struct node_list *items, size_t first)
{
    struct node_list pairs = {0};
    struct exs_node *list = node_new(parser, EXS_LIST);
    if (first == items->count)
        return 0;
    for (size_t i = first; i < items->count; i++)
        node_list_add(parser, &pairs, items->items[i]);
    list->line = pairs.items[0]->line;
    list->column = pairs.items[0]->column;
    items->count = first;
    if (!node_finish(parser, list, &pairs))
        return -1;
    node_list_add(parser, items, list);
    return 0;
}

/* Adds an item; *first_pair is where the pairs begin. */
static int add_item(struct parser *parser, struct node_list *items, size_t *first_pair,
                    bool *keyed)
{
    struct exs_node *item = parse_item(parser, keyed);
    if (!item)
        return -1;
    node_list_add(parser, items, item);
    if (!*keyed)
        *first_pair = items->count;
    return 0;
}

static int parse_items_inside(struct parser *parser, const char *closing, bool grouped,
                              struct node_list *items)
{
    size_t first_pair = items->count;
    bool keyed = false;
    if (parser_advance(parser) != 0 || parser_skip_lines(parser) != 0)
        return -1;
    while (!parser_is(parser, TOKEN_MARK, closing)) {
        if (add_item(parser, items, &first_pair, &keyed) != 0)
            return -1;
        parser->in_items = true;
        if (!parser_is(parser, TOKEN_MARK, ",")) {
            if (parser_skip_lines(parser) != 0)
                return -1;
            break;
        }
        if (parser_advance(parser) != 0 || parser_skip_lines(parser) != 0)
            return -1;
        if (*closing == ')' && parser_is(parser, TOKEN_MARK, closing)) {
            parser_unexpected(parser);
            return -1;
        }
    }
    return grouped ? group_pairs(parser, items, first_pair) : 0;
}

int parse_items(struct parser *parser, const char *closing, bool grouped,
                struct node_list *items)
{
    struct parser outer = *parser;
    parser->no_do = false;
    /* A call without parentheses may be the only argument in some. */
    parser->in_items = *closing != ')';
    if (parse_items_inside(parser, closing, grouped, items) != 0)
        return -1;
    parser->no_do = outer.no_do;
    parser->in_items = outer.in_items;
    return parser_expect(parser, TOKEN_MARK, closing);
}

int parse_bare_items(struct parser *parser, struct node_list *items)
{
    struct parser outer = *parser;
    size_t first_pair = items->count;
    bool keyed = false;
    parser->no_do = parser->in_items = true;
    for (;;) {
        if (add_item(parser, items, &first_pair, &keyed) != 0)
            return -1;
        if (!parser_is(parser, TOKEN_MARK, ","))
            break;
        if (outer.in_items) {
            parser_refuse(parser, "the comma may belong to either of two calls: write "
                                  "the inner one with parentheses");
            return -1;
        }
        if (parser_advance(parser) != 0 || parser_skip_lines(parser) != 0)
            return -1;
    }
    parser->no_do = outer.no_do;
    parser->in_items = outer.in_items;
    return group_pairs(parser, items, first_pair);
}

static struct exs_node *parse_sequence(struct parser *parser, enum exs_kind kind,
                                       const char *closing)
{
    struct exs_node *node = node_new(parser, kind);
    struct node_list items = {0};
    if (parse_items(parser, closing, kind != EXS_LIST, &items) != 0)
        return NULL;
    return node_finish(parser, node, &items);
}

struct exs_node *parse_list(struct parser *parser)
{
    return parse_sequence(parser, EXS_LIST, "]");
}

struct exs_node *parse_tuple(struct parser *parser)
{
    return parse_sequence(parser, EXS_TUPLE, "}");
}

struct exs_node *parse_bits(struct parser *parser)
{
    return parse_sequence(parser, EXS_BITS, ">>");
}

/* `map | key => value`: the map goes into target, the pair stays. */
static void take_update(struct exs_node *map)
{
    struct exs_node *first = map->count ? map->items[0] : NULL;
    if (!first || first->kind != EXS_OPERATOR || !str_eqz(first->name, "|"))
        return;
    map->target = first->items[0];
    map->items[0] = first->items[1];
}

/* Items of a map are `key => value`, or pairs of keywords. */
static struct exs_node *finish_map(struct exs_node *map)
{
    take_update(map);
    for (size_t i = 0; i < map->count; i++) {
        struct exs_node *item = map->items[i];
        if (item->kind == EXS_OPERATOR && str_eqz(item->name, "=>"))
            item->kind = EXS_TUPLE;
        else if (item->kind != EXS_TUPLE || item->count != 2)
            map->kind = EXS_STRUCT; /* code that makes entries: not evaluated */
    }
    return map;
}

/* %{...}, %Name{...} */
struct exs_node *parse_map(struct parser *parser)
{
    struct exs_node *node = node_new(parser, EXS_MAP);
    struct node_list items = {0};
    if (parser_advance(parser) != 0)
        return NULL;
    while (parser->token.kind == TOKEN_ALIAS || parser->token.kind == TOKEN_NAME ||
           parser_is(parser, TOKEN_MARK, ".")) {
        node->kind = EXS_STRUCT;
        if (parser_advance(parser) != 0)
            return NULL;
    }
    if (!parser_is(parser, TOKEN_MARK, "{"))
        return parser_unexpected(parser);
    if (parse_items(parser, "}", false, &items) != 0 ||
        !node_finish(parser, node, &items))
        return NULL;
    return node->kind == EXS_MAP ? finish_map(node) : node;
}
