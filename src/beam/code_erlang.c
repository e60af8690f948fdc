/*
 * Erlang's abstract format (erts, "The Abstract Format"): every form and expression is a
 * tuple {Tag, Anno, ...}; Anno is a line, {Line, Column} or a list with a location.
 */
#include "code_reader.h"

#include "relc/base/buf.h"

#include <stdlib.h>

static struct code expression(struct arena *arena, const struct term *term);

unsigned code_line_erlang(const struct term *anno)
{
    if (anno->kind == TERM_LIST) {
        const struct term *location = term_lookup(anno, "location");
        return location && location->kind != TERM_LIST ? code_line_erlang(location) : 0;
    }
    if (term_is_tuple(anno, NULL, 2))
        anno = &anno->as.list.items[0];
    return anno->kind == TERM_INTEGER && anno->as.integer > 0 ? (unsigned)anno->as.integer
                                                              : 0;
}

static bool is_form(const struct term *term, const char *tag, size_t count)
{
    return term_is_tuple(term, tag, count);
}

static struct code *expressions(struct arena *arena, const struct term *list,
                                size_t *count)
{
    struct code_terms terms = code_terms_of(list);
    struct code *items = arena_array(arena, terms.count, sizeof *items);
    for (size_t i = 0; i < terms.count; i++)
        items[i] = expression(arena, &terms.items[i]);
    *count = terms.count;
    return items;
}

/* {clause, Anno, Patterns, Guards, Body} */
static struct code_clause clause(struct arena *arena, const struct term *term)
{
    const struct term *part = term->as.list.items;
    struct code_clause clause = {.line = code_line_erlang(&part[1])};
    clause.patterns = expressions(arena, &part[2], &clause.pattern_count);
    clause.guarded = !term_is_nil(&part[3]);
    clause.body = expressions(arena, &part[4], &clause.body_count);
    return clause;
}

static struct code_clause *clauses(struct arena *arena, const struct term *list,
                                   size_t *count)
{
    struct code_terms terms = code_terms_of(list);
    struct code_clause *items = arena_array(arena, terms.count, sizeof *items);
    *count = 0;
    for (size_t i = 0; i < terms.count; i++)
        if (is_form(&terms.items[i], "clause", 5))
            items[(*count)++] = clause(arena, &terms.items[i]);
    return items;
}

/* Any other expression: whatever in it looks like a clause or an expression. */
static struct code other(struct arena *arena, const struct term *term)
{
    struct code code = {.kind = CODE_OTHER,
                        .line = code_line_erlang(&term->as.list.items[1])};
    size_t capacity = 0, clause_capacity = 0;
    for (size_t i = 2; i < term->as.list.count; i++) {
        const struct term *part = &term->as.list.items[i];
        struct code_terms terms =
            part->kind == TERM_TUPLE ? (struct code_terms){part, 1} : code_terms_of(part);
        for (size_t j = 0; j < terms.count; j++) {
            if (is_form(&terms.items[j], "clause", 5)) {
                code.clauses = arena_grow(arena, code.clauses, code.clause_count,
                                          &clause_capacity, sizeof *code.clauses);
                code.clauses[code.clause_count++] = clause(arena, &terms.items[j]);
            } else if (terms.items[j].kind == TERM_TUPLE) {
                code.items = arena_grow(arena, code.items, code.count, &capacity,
                                        sizeof *code.items);
                code.items[code.count++] = expression(arena, &terms.items[j]);
            }
        }
    }
    return code;
}

static struct code with_items(struct arena *arena, enum code_kind kind, unsigned line,
                              const struct term *list)
{
    struct code code = {.kind = kind, .line = line};
    code.items = expressions(arena, list, &code.count);
    return code;
}

static struct code cons(struct arena *arena, const struct term *term)
{
    struct code code = {.kind = CODE_LIST,
                        .line = code_line_erlang(&term->as.list.items[1])};
    size_t capacity = 0;
    for (; is_form(term, "cons", 4); term = &term->as.list.items[3]) {
        code.items =
            arena_grow(arena, code.items, code.count, &capacity, sizeof *code.items);
        code.items[code.count++] = expression(arena, &term->as.list.items[2]);
    }
    if (!is_form(term, "nil", 2))
        code.base = code_box(arena, expression(arena, term));
    return code;
}

/* {map_field_assoc | map_field_exact | record_field, Anno, Key, Value}; a record's '_'
 * too.
 */
static struct code fields(struct arena *arena, enum code_kind kind, unsigned line,
                          const struct term *list)
{
    struct code_terms terms = code_terms_of(list);
    struct code code = code_node(arena, kind, line, 2 * terms.count);
    code.count = 0;
    for (size_t i = 0; i < terms.count; i++) {
        if (!term_is_tuple(&terms.items[i], NULL, 4))
            continue;
        const struct term *part = terms.items[i].as.list.items;
        code.items[code.count++] = expression(arena, &part[2]);
        code.items[code.count++] = expression(arena, &part[3]);
    }
    return code;
}

static struct code map(struct arena *arena, const struct term *term)
{
    const struct term *part = term->as.list.items;
    size_t count = term->as.list.count;
    struct code code =
        fields(arena, CODE_MAP, code_line_erlang(&part[1]), &part[count == 4 ? 3 : 2]);
    if (count == 4)
        code.base = code_box(arena, expression(arena, &part[2]));
    return code;
}

static struct code record(struct arena *arena, const struct term *term)
{
    const struct term *part = term->as.list.items;
    size_t count = term->as.list.count, name = count == 5 ? 3 : 2;
    if (part[name].kind != TERM_ATOM)
        return other(arena, term);
    struct code code =
        fields(arena, CODE_RECORD, code_line_erlang(&part[1]), &part[name + 1]);
    code.name = part[name].as.atom;
    if (count == 5)
        code.base = code_box(arena, expression(arena, &part[2]));
    return code;
}

/* The atom of {atom, Anno, Atom}; ptr NULL for anything else. */
static str atom_of(const struct term *term)
{
    if (is_form(term, "atom", 3) && term->as.list.items[2].kind == TERM_ATOM)
        return term->as.list.items[2].as.atom;
    return (str){NULL, 0};
}

static struct code call(struct arena *arena, const struct term *term)
{
    const struct term *part = term->as.list.items, *function = &part[2];
    struct code code = with_items(arena, CODE_CALL, code_line_erlang(&part[1]), &part[3]);
    if (is_form(function, "remote", 4)) {
        code.module = atom_of(&function->as.list.items[2]);
        code.name = atom_of(&function->as.list.items[3]);
        if (code.module.ptr && code.name.ptr)
            return code;
        return other(arena, term);
    }
    code.name = atom_of(function);
    return code.name.ptr ? code : other(arena, term);
}

static struct code operation(struct arena *arena, const struct term *term)
{
    const struct term *part = term->as.list.items;
    size_t operands = term->as.list.count - 3;
    struct code code = code_node(arena, CODE_CALL, code_line_erlang(&part[1]), operands);
    if (part[2].kind != TERM_ATOM)
        return other(arena, term);
    code.module = STR("erlang");
    code.name = part[2].as.atom;
    for (size_t i = 0; i < operands; i++)
        code.items[i] = expression(arena, &part[3 + i]);
    return code;
}

/* Atoms and integers stand bare up to OTP 14 and in local funs, else as literals. */
static str bare_atom(const struct term *term)
{
    return term->kind == TERM_ATOM ? term->as.atom : atom_of(term);
}

static int64_t bare_integer(const struct term *term)
{
    if (is_form(term, "integer", 3))
        term = &term->as.list.items[2];
    return term->kind == TERM_INTEGER ? term->as.integer : -1;
}

/* {'fun', Anno, {clauses, Cs} | {function, F, A} | {function, M, F, A}} */
static struct code function_value(struct arena *arena, const struct term *term)
{
    const struct term *part = term->as.list.items, *what = &part[2];
    struct code code = {.line = code_line_erlang(&part[1])};
    if (term_is_tuple(what, "clauses", 2)) {
        code.kind = CODE_FUN;
        code.clauses = clauses(arena, &what->as.list.items[1], &code.clause_count);
        return code;
    }
    if (!term_is_tuple(what, "function", 3) && !term_is_tuple(what, "function", 4))
        return code;
    const struct term *last = &what->as.list.items[what->as.list.count - 1];
    code.kind = CODE_CAPTURE;
    code.name = bare_atom(last - 1);
    code.number = bare_integer(last);
    if (what->as.list.count == 4)
        code.module = bare_atom(&what->as.list.items[1]);
    if (!code.name.ptr || (what->as.list.count == 4 && !code.module.ptr))
        code.kind = CODE_OTHER; /* a variable */
    return code;
}

/* <<"text">> is a literal; other binaries are not. */
static struct code binary(struct arena *arena, const struct term *term)
{
    struct code_terms elements = code_terms_of(&term->as.list.items[2]);
    unsigned line = code_line_erlang(&term->as.list.items[1]);
    str text = STR("");
    if (elements.count == 0)
        return code_term(term_binary(arena, text), line);
    const struct term *part = elements.items[0].as.list.items;
    if (elements.count == 1 && is_form(&elements.items[0], "bin_element", 5) &&
        is_form(&part[2], "string", 3) && term_is_atom(&part[3], "default") &&
        term_is_atom(&part[4], "default")) {
        struct buf bytes;
        buf_init(&bytes);
        struct code_terms codes = code_terms_of(&part[2].as.list.items[2]);
        for (size_t i = 0; i < codes.count; i++)
            buf_u8(&bytes, (uint8_t)codes.items[i].as.integer);
        struct term value = term_binary(arena, buf_view(&bytes));
        buf_release(&bytes);
        return code_term(value, line);
    }
    return other(arena, term);
}

static struct code case_of(struct arena *arena, const struct term *term)
{
    const struct term *part = term->as.list.items;
    struct code code = code_node(arena, CODE_BRANCH, code_line_erlang(&part[1]), 1);
    code.items[0] = expression(arena, &part[2]);
    code.clauses = clauses(arena, &part[3], &code.clause_count);
    return code;
}

static struct code if_of(struct arena *arena, const struct term *term)
{
    const struct term *part = term->as.list.items;
    struct code code = {.kind = CODE_BRANCH, .line = code_line_erlang(&part[1])};
    code.clauses = clauses(arena, &part[2], &code.clause_count);
    return code;
}

static struct code receive(struct arena *arena, const struct term *term)
{
    struct code code = other(arena, term);
    code.kind = CODE_RECEIVE;
    return code;
}

static struct code literal(struct arena *arena, const struct term *term)
{
    (void)arena;
    return code_term(term->as.list.items[2], code_line_erlang(&term->as.list.items[1]));
}

static struct code nil(struct arena *arena, const struct term *term)
{
    return code_node(arena, CODE_LIST, code_line_erlang(&term->as.list.items[1]), 0);
}

static struct code variable(struct arena *arena, const struct term *term)
{
    const struct term *part = term->as.list.items;
    if (part[2].kind != TERM_ATOM)
        return other(arena, term);
    return (struct code){
        .kind = CODE_VAR, .line = code_line_erlang(&part[1]), .name = part[2].as.atom};
}

static struct code tuple(struct arena *arena, const struct term *term)
{
    return with_items(arena, CODE_TUPLE, code_line_erlang(&term->as.list.items[1]),
                      &term->as.list.items[2]);
}

static struct code block(struct arena *arena, const struct term *term)
{
    return with_items(arena, CODE_BLOCK, code_line_erlang(&term->as.list.items[1]),
                      &term->as.list.items[2]);
}

static struct code match(struct arena *arena, const struct term *term)
{
    const struct term *part = term->as.list.items;
    struct code code = code_node(arena, CODE_MATCH, code_line_erlang(&part[1]), 2);
    code.items[0] = expression(arena, &part[2]);
    code.items[1] = expression(arena, &part[3]);
    return code;
}

static const struct {
    const char *tag;
    size_t count;
    struct code (*read)(struct arena *arena, const struct term *term);
} readers[] = {
    {"atom", 3, literal},    {"integer", 3, literal}, {"float", 3, literal},
    {"char", 3, literal},    {"string", 3, literal},  {"nil", 2, nil},
    {"var", 3, variable},    {"tuple", 3, tuple},     {"cons", 4, cons},
    {"bin", 3, binary},      {"map", 3, map},         {"map", 4, map},
    {"record", 4, record},   {"record", 5, record},   {"match", 4, match},
    {"block", 3, block},     {"call", 4, call},       {"op", 4, operation},
    {"op", 5, operation},    {"case", 4, case_of},    {"if", 3, if_of},
    {"receive", 3, receive}, {"receive", 5, receive}, {"fun", 3, function_value},
};

static struct code expression(struct arena *arena, const struct term *term)
{
    if (term->kind != TERM_TUPLE || term->as.list.count < 2)
        return (struct code){.kind = CODE_OTHER};
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
        if (is_form(term, readers[i].tag, readers[i].count))
            return readers[i].read(arena, term);
    return other(arena, term);
}

/* [{record_field, _, Name} | {record_field, _, Name, Default}]; typed ones wrap these. */
void code_record_erlang(struct arena *arena, const struct term *fields,
                        struct debug_record *record)
{
    struct code_terms terms = code_terms_of(fields);
    record->fields = arena_array(arena, terms.count, sizeof *record->fields);
    record->defaults = arena_array(arena, terms.count, sizeof *record->defaults);
    for (size_t i = 0; i < terms.count; i++) {
        const struct term *field = &terms.items[i];
        if (is_form(field, "typed_record_field", 3))
            field = &field->as.list.items[1];
        bool has_default = is_form(field, "record_field", 4);
        if (!has_default && !is_form(field, "record_field", 3))
            continue;
        record->fields[record->count] = atom_of(&field->as.list.items[2]);
        record->defaults[record->count++] =
            has_default ? expression(arena, &field->as.list.items[3])
                        : code_term(term_atom(STR("undefined")), 0);
    }
}

bool code_clause_erlang(struct arena *arena, const struct term *term,
                        struct code_clause *made)
{
    if (!is_form(term, "clause", 5))
        return false;
    *made = clause(arena, term);
    return true;
}
