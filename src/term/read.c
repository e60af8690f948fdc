#include "reader.h"

#include "number.h"

#include <stdio.h>

enum { FOUND_SIZE = 80, FOUND_BYTES = 40, ARITY_MAX = 255 };

/* ---- messages ---- */

/* What the current token is, for people. */
static const char *describe(const struct token *token, char text[FOUND_SIZE])
{
    str source = {token->from, (size_t)(token->to - token->from)};
    const char *kind = "";
    switch (token->kind) {
    case TOKEN_END:
        return "the end of the file";
    case TOKEN_STRING:
        return "a string";
    case TOKEN_STRING_SIGIL:
    case TOKEN_BINARY_SIGIL:
        return "a sigil";
    case TOKEN_WORD:
        kind = "the reserved word ";
        break;
    case TOKEN_VARIABLE:
        kind = "the variable ";
        break;
    default:
        break;
    }
    size_t len = source.len;
    while (len > FOUND_BYTES || (len < source.len && (source.ptr[len] & 0xC0) == 0x80))
        len--;
    const char *quote = *source.ptr == '\'' ? "" : "'";
    snprintf(text, FOUND_SIZE, "%s%s%.*s%s%s", kind, quote, (int)len, source.ptr,
             len < source.len ? ".." : "", quote);
    for (char *c = text; *c; c++) {
        if ((unsigned char)*c < ' ' || *c == 127) /* nothing that moves a cursor */
            *c = '?';
    }
    return text;
}

int read_expected(struct reader *reader, const char *what)
{
    char found[FOUND_SIZE];
    const struct token *token = &reader->scan.token;
    scan_error(&reader->scan, token->from, "expected %s, found %s", what,
               describe(token, found));
    if (token->kind == TOKEN_VARIABLE || token->kind == TOKEN_WORD)
        err_hint(reader->scan.err, "an atom that is spelled so needs single quotes");
    return -1;
}

int read_expected_in(struct reader *reader, const char *what, const char *open)
{
    unsigned line, column;
    read_expected(reader, what);
    if (reader->scan.token.kind == TOKEN_END || reader->scan.token.kind == TOKEN_DOT) {
        scan_place(&reader->scan, open, &line, &column);
        err_hint(reader->scan.err, "it was opened at line %u, column %u", line, column);
    }
    return -1;
}

int read_skip(struct reader *reader, int kind, const char *what)
{
    if (reader->scan.token.kind != kind)
        return read_expected(reader, what);
    return scan_next(&reader->scan);
}

/* ---- terms ---- */

/* Pushes the term that the current token is. */
static int read_literal(struct reader *reader)
{
    stack_push(&reader->stack, reader->scan.token.value);
    return scan_next(&reader->scan);
}

static void push_codes(struct reader *reader)
{
    const struct scanner *scan = &reader->scan;
    stack_reserve(&reader->stack, scan->code_count);
    struct term *at = reader->stack.items + reader->stack.count;
    for (size_t i = 0; i < scan->code_count; i++)
        *at++ = term_integer(scan->codes[i]);
    reader->stack.count += scan->code_count;
}

/* Adjacent strings are one. */
static int read_string(struct reader *reader)
{
    size_t base = reader->stack.count;
    while (reader->scan.token.kind == TOKEN_STRING) {
        push_codes(reader);
        if (scan_next(&reader->scan) != 0)
            return -1;
    }
    stack_fold_list(&reader->stack, reader->scan.arena, base, false);
    return 0;
}

static int read_sigil(struct reader *reader)
{
    size_t base = reader->stack.count;
    if (reader->scan.token.kind == TOKEN_BINARY_SIGIL) {
        read_sigil_binary(reader);
    } else {
        push_codes(reader);
        stack_fold_list(&reader->stack, reader->scan.arena, base, false);
    }
    return scan_next(&reader->scan);
}

/* OTP 23 and older read -0.0 as 0.0. */
static struct term negate(struct term number, int otp)
{
    if (number.kind != TERM_FLOAT)
        return integer_negate(number);
    if (number.as.real == 0 && otp != 0 && otp <= 23)
        return number;
    return term_float(-number.as.real);
}

/* A sign before a number, which may stand in parentheses: - (1). */
static int read_signed(struct reader *reader)
{
    struct token *token = &reader->scan.token;
    bool negative = token->kind == '-';
    size_t parentheses = 0;
    if (scan_next(&reader->scan) != 0)
        return -1;
    for (; token->kind == '('; parentheses++) {
        if (scan_next(&reader->scan) != 0)
            return -1;
    }
    if (token->kind != TOKEN_INTEGER && token->kind != TOKEN_FLOAT &&
        token->kind != TOKEN_CHARACTER)
        return read_expected(reader, "a number after the sign");
    if (negative)
        token->value = negate(token->value, reader->scan.otp);
    if (read_literal(reader) != 0)
        return -1;
    for (; parentheses; parentheses--) {
        if (read_skip(reader, ')', "')'") != 0)
            return -1;
    }
    return 0;
}

static int read_parenthesized(struct reader *reader, int depth)
{
    const char *open = reader->scan.token.from;
    if (scan_next(&reader->scan) != 0 || read_term(reader, depth + 1) != 0)
        return -1;
    if (reader->scan.token.kind != ')')
        return read_expected_in(reader, "')'", open);
    return scan_next(&reader->scan);
}

static int read_tuple(struct reader *reader, int depth)
{
    const char *open = reader->scan.token.from;
    size_t base = reader->stack.count;
    if (scan_next(&reader->scan) != 0)
        return -1;
    bool more = reader->scan.token.kind != '}';
    while (more) {
        if (read_term(reader, depth + 1) != 0)
            return -1;
        more = reader->scan.token.kind == ',';
        if (more && scan_next(&reader->scan) != 0)
            return -1;
    }
    if (reader->scan.token.kind != '}')
        return read_expected_in(reader, "',' or '}' in tuple", open);
    stack_fold_tuple(&reader->stack, reader->scan.arena, base);
    return scan_next(&reader->scan);
}

static int read_elements(struct reader *reader, int depth, bool *improper);

static int too_deep(struct reader *reader)
{
    return scan_error(&reader->scan, reader->scan.token.from,
                      "terms are nested more than %d deep", TERM_MAX_DEPTH);
}

/* What follows '|' in a list; the elements of a list are pushed one by one. */
static int read_tail(struct reader *reader, int depth, bool *improper)
{
    if (depth > TERM_MAX_DEPTH)
        return too_deep(reader);
    if (reader->scan.token.kind == '[')
        return read_elements(reader, depth, improper);
    if (reader->scan.token.kind == '(') {
        if (scan_next(&reader->scan) != 0 || read_tail(reader, depth + 1, improper) != 0)
            return -1;
        return read_skip(reader, ')', "')'");
    }
    if (read_term(reader, depth) != 0)
        return -1;
    *improper = true;
    if (reader->stack.items[reader->stack.count - 1].kind == TERM_LIST) {
        struct term tail = reader->stack.items[--reader->stack.count];
        *improper = stack_push_elements(&reader->stack, &tail);
    }
    return 0;
}

/* A list whose elements, and at last the tail if it is improper, stay on the stack. */
static int read_elements(struct reader *reader, int depth, bool *improper)
{
    const struct token *token = &reader->scan.token;
    const char *open = token->from;
    if (scan_next(&reader->scan) != 0)
        return -1;
    if (token->kind == ']')
        return scan_next(&reader->scan);
    bool more = true;
    while (more) {
        if (read_term(reader, depth + 1) != 0)
            return -1;
        more = token->kind == ',';
        if (more && scan_next(&reader->scan) != 0)
            return -1;
    }
    if (token->kind == '|') {
        if (scan_next(&reader->scan) != 0 || read_tail(reader, depth + 1, improper) != 0)
            return -1;
        if (token->kind != ']')
            return read_expected_in(reader, "']' after the tail of the list", open);
    }
    if (token->kind != ']')
        return read_expected_in(reader, "',' or ']' in list", open);
    return scan_next(&reader->scan);
}

static int read_list(struct reader *reader, int depth)
{
    size_t base = reader->stack.count;
    bool improper = false;
    if (read_elements(reader, depth, &improper) != 0)
        return -1;
    stack_fold_list(&reader->stack, reader->scan.arena, base, improper);
    return 0;
}

static int read_map_pair(struct reader *reader, int depth)
{
    if (read_term(reader, depth + 1) != 0 ||
        read_skip(reader, TOKEN_ARROW, "'=>' after the key in map") != 0)
        return -1;
    return read_term(reader, depth + 1);
}

static int read_map(struct reader *reader, int depth)
{
    const char *open = reader->scan.token.from;
    size_t base = reader->stack.count;
    if (scan_next(&reader->scan) != 0 || read_skip(reader, '{', "'{' after '#'") != 0)
        return -1;
    bool more = reader->scan.token.kind != '}';
    while (more) {
        if (read_map_pair(reader, depth) != 0)
            return -1;
        more = reader->scan.token.kind == ',';
        if (more && scan_next(&reader->scan) != 0)
            return -1;
    }
    if (reader->scan.token.kind != '}')
        return read_expected_in(reader, "',' or '}' in map", open);
    struct term map = term_map(reader->scan.arena, reader->stack.items + base,
                               (reader->stack.count - base) / 2);
    reader->stack.count = base;
    stack_push(&reader->stack, map);
    return scan_next(&reader->scan);
}

/* The current token, which must be of the kind, as one part of fun m:f/a. */
static int read_fun_part(struct reader *reader, int kind, const char *what)
{
    if (reader->scan.token.kind != kind)
        return read_expected(reader, what);
    return read_literal(reader);
}

static int read_fun(struct reader *reader)
{
    const char *start = reader->scan.token.from;
    size_t base = reader->stack.count;
    struct term fun = {.kind = TERM_FUN};
    if (scan_next(&reader->scan) != 0 ||
        read_fun_part(reader, TOKEN_ATOM, "the module of fun MODULE:NAME/ARITY") != 0 ||
        read_skip(reader, ':', "':' after the module of a fun") != 0 ||
        read_fun_part(reader, TOKEN_ATOM, "the name of fun MODULE:NAME/ARITY") != 0 ||
        read_skip(reader, '/', "'/' after the name of a fun") != 0 ||
        read_fun_part(reader, TOKEN_INTEGER, "the arity of fun MODULE:NAME/ARITY") != 0)
        return -1;
    fun.as.fun = stack_take(&reader->stack, reader->scan.arena, base);
    const struct term *arity = &fun.as.fun[2];
    if (arity->kind != TERM_INTEGER || arity->as.integer > ARITY_MAX)
        return scan_error(&reader->scan, start, "the arity of a fun is at most %d",
                          ARITY_MAX);
    stack_push(&reader->stack, fun);
    return 0;
}

int read_term(struct reader *reader, int depth)
{
    if (depth > TERM_MAX_DEPTH)
        return too_deep(reader);
    switch (reader->scan.token.kind) {
    case TOKEN_ATOM:
    case TOKEN_INTEGER:
    case TOKEN_CHARACTER:
    case TOKEN_FLOAT:
        return read_literal(reader);
    case TOKEN_STRING:
        return read_string(reader);
    case TOKEN_STRING_SIGIL:
    case TOKEN_BINARY_SIGIL:
        return read_sigil(reader);
    case TOKEN_OPEN_BINARY:
        return read_binary(reader, depth);
    case '{':
        return read_tuple(reader, depth);
    case '[':
        return read_list(reader, depth);
    case '#':
        return read_map(reader, depth);
    case '(':
        return read_parenthesized(reader, depth);
    case '-':
    case '+':
        return read_signed(reader);
    case TOKEN_WORD:
        if (*reader->scan.token.from == 'f')
            return read_fun(reader);
        break;
    default:
        break;
    }
    return read_expected(reader, "a term");
}
