/*
 * Elixir's expanded syntax tree ("Syntax reference", "The Elixir AST"): {Form, Meta,
 * Args}; variables are {Name, Meta, Context}; atoms, numbers, binaries, lists and pairs
 * stand for themselves. The map's definitions are [{{Name, Arity}, Kind, Meta,
 * [{Meta, Args, Guards, Body}]}].
 */
#include "code_reader.h"

static struct code expression(struct arena *arena, const struct term *term);

static int64_t meta_number(const struct term *meta, const char *key)
{
    const struct term *value = term_lookup(meta, key);
    return value && value->kind == TERM_INTEGER ? value->as.integer : 0;
}

unsigned code_line_elixir(const struct term *meta)
{
    int64_t line = meta_number(meta, "line");
    return line > 0 ? (unsigned)line : 0;
}

/* {Name, Meta, Args} with that name; false for a variable. */
static bool is_form(const struct term *term, const char *name)
{
    return term_is_tuple(term, name, 3) && term->as.list.items[2].kind == TERM_LIST;
}

static void fill(struct arena *arena, struct code *code, struct code_terms terms)
{
    code->items = arena_array(arena, terms.count, sizeof *code->items);
    code->count = terms.count;
    for (size_t i = 0; i < terms.count; i++)
        code->items[i] = expression(arena, &terms.items[i]);
}

static struct code with_items(struct arena *arena, enum code_kind kind, unsigned line,
                              struct code_terms terms)
{
    struct code code = {.kind = kind, .line = line};
    fill(arena, &code, terms);
    return code;
}

/* {'->', Meta, [Patterns, Body]}; guards wrap the patterns: [{when, _, [P.., Guard]}]. */
static struct code_clause arrow(struct arena *arena, const struct term *term)
{
    const struct term *part = term->as.list.items;
    struct code_clause clause = {.line = code_line_elixir(&part[1])};
    struct code_terms sides = code_terms_of(&part[2]);
    if (sides.count != 2)
        return clause;
    struct code_terms patterns = code_terms_of(&sides.items[0]);
    if (patterns.count == 1 && is_form(&patterns.items[0], "when")) {
        patterns = code_terms_of(&patterns.items[0].as.list.items[2]);
        patterns.count -= patterns.count ? 1 : 0;
        clause.guarded = true;
    }
    struct code all = with_items(arena, CODE_OTHER, 0, patterns);
    clause.patterns = all.items;
    clause.pattern_count = all.count;
    clause.body = code_box(arena, expression(arena, &sides.items[1]));
    clause.body_count = 1;
    return clause;
}

static void add_clauses(struct arena *arena, struct code *code, const struct term *list)
{
    struct code_terms terms = code_terms_of(list);
    size_t capacity = code->clause_count;
    for (size_t i = 0; i < terms.count; i++) {
        if (!is_form(&terms.items[i], "->"))
            continue;
        code->clauses = arena_grow(arena, code->clauses, code->clause_count, &capacity,
                                   sizeof *code->clauses);
        code->clauses[code->clause_count++] = arrow(arena, &terms.items[i]);
    }
}

static bool are_clauses(const struct term *term)
{
    struct code_terms terms = code_terms_of(term);
    return terms.count && is_form(&terms.items[0], "->");
}

/* case, cond, receive, with...: arguments, then [{do, ..}, {else, ..}]. */
static struct code branches(struct arena *arena, enum code_kind kind,
                            const struct term *term)
{
    const struct term *part = term->as.list.items;
    struct code code = {.kind = kind, .line = code_line_elixir(&part[1])};
    struct code_terms args = code_terms_of(&part[2]);
    struct term_builder items = {.arena = arena};
    for (size_t i = 0; i < args.count; i++) {
        struct code_terms blocks = code_terms_of(&args.items[i]);
        if (i + 1 < args.count || !blocks.count) {
            term_add(&items, args.items[i]);
            continue;
        }
        for (size_t j = 0; j < blocks.count; j++) {
            if (!term_is_tuple(&blocks.items[j], NULL, 2))
                continue;
            const struct term *value = &blocks.items[j].as.list.items[1];
            if (are_clauses(value))
                add_clauses(arena, &code, value);
            else
                term_add(&items, *value);
        }
    }
    fill(arena, &code, (struct code_terms){items.items, items.count});
    return code;
}

static struct code pairs(struct arena *arena, unsigned line, struct code_terms terms)
{
    struct code code = code_node(arena, CODE_MAP, line, 2 * terms.count);
    code.count = 0;
    for (size_t i = 0; i < terms.count; i++) {
        if (!term_is_tuple(&terms.items[i], NULL, 2))
            continue;
        code.items[code.count++] = expression(arena, &terms.items[i].as.list.items[0]);
        code.items[code.count++] = expression(arena, &terms.items[i].as.list.items[1]);
    }
    return code;
}

/* {'%{}', Meta, Pairs} or {'%{}', Meta, [{'|', _, [Base, Pairs]}]} */
static struct code map(struct arena *arena, const struct term *term)
{
    const struct term *part = term->as.list.items;
    struct code_terms terms = code_terms_of(&part[2]);
    if (terms.count != 1 || !is_form(&terms.items[0], "|"))
        return pairs(arena, code_line_elixir(&part[1]), terms);
    struct code_terms update = code_terms_of(&terms.items[0].as.list.items[2]);
    if (update.count != 2)
        return (struct code){.kind = CODE_OTHER};
    struct code code =
        pairs(arena, code_line_elixir(&part[1]), code_terms_of(&update.items[1]));
    code.base = code_box(arena, expression(arena, &update.items[0]));
    return code;
}

/* {'%', Meta, [Module, Map]}: a map with the key __struct__ as its first. */
static struct code structure(struct arena *arena, const struct term *term)
{
    struct code_terms parts = code_terms_of(&term->as.list.items[2]);
    if (parts.count != 2 || parts.items[0].kind != TERM_ATOM)
        return with_items(arena, CODE_OTHER, 0, parts);
    struct code inner = expression(arena, &parts.items[1]);
    if (inner.kind != CODE_MAP || inner.base)
        return inner;
    struct code code = code_node(
        arena, CODE_MAP, code_line_elixir(&term->as.list.items[1]), inner.count + 2);
    code.items[0] = code_term(term_atom(STR("__struct__")), code.line);
    code.items[1] = code_term(parts.items[0], code.line);
    for (size_t i = 0; i < inner.count; i++)
        code.items[i + 2] = inner.items[i];
    return code;
}

static struct code list(struct arena *arena, const struct term *term)
{
    struct code_terms terms = code_terms_of(term);
    const struct term *last = terms.count ? &terms.items[terms.count - 1] : NULL;
    struct code_terms cell = {NULL, 0};
    if (last && is_form(last, "|"))
        cell = code_terms_of(&last->as.list.items[2]);
    struct code code = with_items(arena, CODE_LIST, 0, terms);
    if (cell.count == 2) {
        code.items[terms.count - 1] = expression(arena, &cell.items[0]);
        code.base = code_box(arena, expression(arena, &cell.items[1]));
    }
    return code;
}

/* {'&', Meta, [{'/', _, [{{'.', _, [M, F]}, _, []} | {F, _, _}, Arity]}]} */
static struct code capture(struct arena *arena, const struct term *term)
{
    (void)arena;
    struct code code = {.kind = CODE_OTHER,
                        .line = code_line_elixir(&term->as.list.items[1])};
    struct code_terms args = code_terms_of(&term->as.list.items[2]);
    if (args.count != 1 || !is_form(&args.items[0], "/"))
        return code;
    struct code_terms parts = code_terms_of(&args.items[0].as.list.items[2]);
    if (parts.count != 2 || !term_is_tuple(&parts.items[0], NULL, 3) ||
        parts.items[1].kind != TERM_INTEGER)
        return code;
    const struct term *function = &parts.items[0].as.list.items[0];
    code.number = parts.items[1].as.integer;
    if (function->kind == TERM_ATOM) {
        code.kind = CODE_CAPTURE;
        code.name = function->as.atom;
    } else if (is_form(function, ".")) {
        struct code_terms path = code_terms_of(&function->as.list.items[2]);
        if (path.count != 2 || path.items[0].kind != TERM_ATOM ||
            path.items[1].kind != TERM_ATOM)
            return code;
        code.kind = CODE_CAPTURE;
        code.module = path.items[0].as.atom;
        code.name = path.items[1].as.atom;
    }
    return code;
}

/* {{'.', _, [Module, Function]}, Meta, Args}; {{'.', _, [Fun]}, Meta, Args} calls a fun.
 */
static struct code remote_call(struct arena *arena, const struct term *term)
{
    const struct term *part = term->as.list.items;
    struct code_terms path = {NULL, 0};
    if (is_form(&part[0], "."))
        path = code_terms_of(&part[0].as.list.items[2]);
    struct code code = with_items(arena, CODE_OTHER, code_line_elixir(&part[1]),
                                  code_terms_of(&part[2]));
    if (path.count == 2 && path.items[0].kind == TERM_ATOM &&
        path.items[1].kind == TERM_ATOM) {
        code.kind = CODE_CALL;
        code.module = path.items[0].as.atom;
        code.name = path.items[1].as.atom;
    }
    return code;
}

static struct code local_call(struct arena *arena, const struct term *term)
{
    const struct term *part = term->as.list.items;
    struct code code =
        with_items(arena, CODE_CALL, code_line_elixir(&part[1]), code_terms_of(&part[2]));
    code.name = part[0].as.atom;
    return code;
}

static struct code tuple(struct arena *arena, const struct term *term)
{
    const struct term *part = term->as.list.items;
    return with_items(arena, CODE_TUPLE, code_line_elixir(&part[1]),
                      code_terms_of(&part[2]));
}

static struct code block(struct arena *arena, const struct term *term)
{
    const struct term *part = term->as.list.items;
    return with_items(arena, CODE_BLOCK, code_line_elixir(&part[1]),
                      code_terms_of(&part[2]));
}

static struct code other(struct arena *arena, const struct term *term)
{
    const struct term *part = term->as.list.items;
    return with_items(arena, CODE_OTHER, code_line_elixir(&part[1]),
                      code_terms_of(&part[2]));
}

static struct code match(struct arena *arena, const struct term *term)
{
    struct code code = other(arena, term);
    code.kind = code.count == 2 ? CODE_MATCH : CODE_OTHER;
    return code;
}

static struct code branch(struct arena *arena, const struct term *term)
{
    return branches(arena, CODE_BRANCH, term);
}

static struct code receive(struct arena *arena, const struct term *term)
{
    return branches(arena, CODE_RECEIVE, term);
}

static struct code blocks(struct arena *arena, const struct term *term)
{
    return branches(arena, CODE_OTHER, term);
}

static struct code function_value(struct arena *arena, const struct term *term)
{
    struct code code = {.kind = CODE_FUN,
                        .line = code_line_elixir(&term->as.list.items[1])};
    add_clauses(arena, &code, &term->as.list.items[2]);
    return code;
}

static const struct {
    const char *name;
    struct code (*read)(struct arena *arena, const struct term *term);
} readers[] = {
    {"{}", tuple},   {"%{}", map},     {"%", structure}, {"__block__", block},
    {"=", match},    {"case", branch}, {"cond", branch}, {"receive", receive},
    {"try", blocks}, {"with", blocks}, {"for", blocks},  {"fn", function_value},
    {"&", capture},  {"<<>>", other},  {"::", other},    {"^", other},
};

static struct code form(struct arena *arena, const struct term *term)
{
    const struct term *part = term->as.list.items;
    if (part[0].kind != TERM_ATOM)
        return remote_call(arena, term);
    if (part[2].kind == TERM_ATOM)
        return (struct code){.kind = CODE_VAR,
                             .line = code_line_elixir(&part[1]),
                             .name = part[0].as.atom,
                             .number = meta_number(&part[1], "version")};
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
        if (term_is_atom(&part[0], readers[i].name))
            return readers[i].read(arena, term);
    return local_call(arena, term);
}

static struct code expression(struct arena *arena, const struct term *term)
{
    if (term_is_tuple(term, NULL, 3) && term->as.list.items[1].kind == TERM_LIST)
        return form(arena, term);
    if (term_is_tuple(term, NULL, 2))
        return with_items(arena, CODE_TUPLE, 0,
                          (struct code_terms){term->as.list.items, 2});
    if (term_is_proper_list(term))
        return list(arena, term);
    return code_term(*term, 0);
}

/* {Meta, Args, Guards, Body} */
bool code_clause_elixir(struct arena *arena, const struct term *term,
                        struct code_clause *clause)
{
    if (!term_is_tuple(term, NULL, 4))
        return false;
    const struct term *part = term->as.list.items;
    struct code args = with_items(arena, CODE_OTHER, 0, code_terms_of(&part[1]));
    *clause = (struct code_clause){
        .line = code_line_elixir(&part[0]),
        .patterns = args.items,
        .pattern_count = args.count,
        .guarded = !term_is_nil(&part[2]),
        .body = code_box(arena, expression(arena, &part[3])),
        .body_count = 1,
    };
    return true;
}

/* __struct__/0 is a function without branches whose value is the map of defaults. */
bool code_read_struct(struct debug_info *info, struct debug_record *record)
{
    const struct code_function *function = debug_function(info, STR("__struct__"), 0);
    if (!function || function->clause_count != 1)
        return false;
    const struct code *map = function->clauses[0].body;
    if (map->kind != CODE_MAP || map->base)
        return false;
    *record = (struct debug_record){.name = info->module};
    record->fields = arena_array(info->arena, map->count, sizeof *record->fields);
    record->defaults = arena_array(info->arena, map->count, sizeof *record->defaults);
    for (size_t i = 0; i < map->count; i += 2) {
        if (!code_is_atom(&map->items[i], NULL) ||
            code_is_atom(&map->items[i], "__struct__"))
            continue;
        record->fields[record->count] = map->items[i].term.as.atom;
        record->defaults[record->count++] = map->items[i + 1];
    }
    return true;
}
