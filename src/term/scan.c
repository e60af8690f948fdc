#include "scan.h"

#include "atom.h"
#include "relc/base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { ATOM_MAX_CHARACTERS = 255 };

void scan_place(const struct scanner *scanner, const char *at, unsigned *line,
                unsigned *column)
{
    const char *line_start = scanner->text, *newline;
    *line = 1;
    while ((newline = memchr(line_start, '\n', (size_t)(at - line_start)))) {
        line_start = newline + 1;
        ++*line;
    }
    *column = (unsigned)utf8_count(line_start, at) + 1;
}

int scan_error(struct scanner *scanner, const char *at, const char *format, ...)
{
    unsigned line, column;
    char message[512];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    scan_place(scanner, at, &line, &column);
    err_set(scanner->err, ERR_FORMAT, "%s", message);
    return err_at(scanner->err, scanner->file, line, column);
}

void scan_cut(struct buf *buf, size_t len)
{
    if (len == buf->len)
        return;
    buf->ptr[len] = '\0';
    buf->len = len;
}

bool scan_is_valid_code(uint32_t code)
{
    return code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF) &&
           (code != 0xFFFE && code != 0xFFFF);
}

size_t scan_code(struct scanner *scanner, const char *at, uint32_t *code)
{
    size_t len = utf8_decode(at, scanner->end, code);
    if (len == 0) {
        scan_error(scanner, at, "byte 0x%02X is not valid UTF-8 here",
                   (unsigned)(unsigned char)*at);
        err_hint(scanner->err, "save the file as UTF-8, or put the line "
                               "'%%%% coding: latin-1' at its top");
        return 0;
    }
    if (!scan_is_valid_code(*code)) {
        scan_error(scanner, at, "the character U+%04X is not allowed", (unsigned)*code);
        return 0;
    }
    return len;
}

/* Skips a comment up to the end of its line; it must be valid text all the same. */
static int skip_comment(struct scanner *scanner)
{
    uint32_t code;
    while (scanner->at < scanner->end && *scanner->at != '\n') {
        size_t len = (unsigned char)*scanner->at < 0x80
                         ? 1
                         : scan_code(scanner, scanner->at, &code);
        if (len == 0)
            return -1;
        scanner->at += len;
    }
    return 0;
}

/* Blanks are the bytes 0..32 and the code points 128..160 (C2 80 .. C2 A0). */
static size_t blank_length(const char *at, const char *end)
{
    if ((unsigned char)*at <= ' ')
        return 1;
    if (end - at >= 2 && (unsigned char)at[0] == 0xC2 && (unsigned char)at[1] >= 0x80 &&
        (unsigned char)at[1] <= 0xA0)
        return 2;
    return 0;
}

static int skip_blanks(struct scanner *scanner)
{
    while (scanner->at < scanner->end) {
        size_t len = blank_length(scanner->at, scanner->end);
        scanner->at += len;
        if (len)
            continue;
        if (*scanner->at != '%')
            break;
        if (skip_comment(scanner) != 0)
            return -1;
    }
    return 0;
}

static int scan_name(struct scanner *scanner, int kind)
{
    const char *from = scanner->at;
    str name = {from, atom_name_length(from, scanner->end)};
    scanner->at += name.len;
    if (utf8_count(from, scanner->at) > ATOM_MAX_CHARACTERS)
        return scan_error(scanner, from, "%s has more than 255 characters",
                          kind == TOKEN_ATOM ? "an atom" : "a variable");
    bool new_word = scanner->otp >= 27 && atom_is_new_word(name);
    if (kind == TOKEN_ATOM && (atom_is_word(name) || new_word))
        kind = TOKEN_WORD;
    scanner->token.kind = kind;
    scanner->token.value = term_atom(name);
    return 0;
}

/* The number of characters of a sign that is longer than one, or 1. */
static size_t sign_length(const char *at, const char *end)
{
    static const char *const signs[] = {
        "=:=", "=/=", "...", "<<", ">>", "=>", "<-", "<=", ">=", "->",
        "--",  "++",  "=<",  "==", "/=", "||", ":=", "::", "..", "?=",
    };
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t len = strlen(signs[i]);
        if (*at == *signs[i] && (size_t)(end - at) >= len &&
            memcmp(at, signs[i], len) == 0)
            return len;
    }
    return 1;
}

static int sign_kind(const char *at, size_t len)
{
    if (len == 1)
        return *at;
    if (len == 2 && at[0] == at[1] && (*at == '<' || *at == '>'))
        return *at == '<' ? TOKEN_OPEN_BINARY : TOKEN_CLOSE_BINARY;
    return len == 2 && at[0] == '=' && at[1] == '>' ? TOKEN_ARROW : TOKEN_OPERATOR;
}

/* A dot followed by a blank, a comment or the end of the text ends the term. */
static bool is_final_dot(const struct scanner *scanner)
{
    const char *next = scanner->at + 1;
    if (*scanner->at != '.')
        return false;
    return next == scanner->end || *next == '%' || blank_length(next, scanner->end);
}

static int scan_sign(struct scanner *scanner)
{
    uint32_t code;
    const char *at = scanner->at;
    if (is_final_dot(scanner)) {
        scanner->token.kind = TOKEN_DOT;
        scanner->at++;
        return 0;
    }
    if ((unsigned char)*at >= 0x80) {
        size_t bytes = scan_code(scanner, at, &code);
        if (bytes == 0)
            return -1;
        if (code > 0xFF)
            return scan_error(
                scanner, at, "the character '%.*s' can stand in quotes and comments only",
                (int)bytes, at);
        scanner->token.kind = TOKEN_OPERATOR;
        scanner->at += bytes;
        return 0;
    }
    size_t len = strchr(",()[]{}", *at) ? 1 : sign_length(at, scanner->end);
    scanner->token.kind = sign_kind(at, len);
    scanner->at += len;
    return 0;
}

/* True when a variable begins at `at`: '_', a capital of ASCII or of Latin-1. */
static bool variable_starts(const char *at, const char *end)
{
    if ((*at >= 'A' && *at <= 'Z') || *at == '_')
        return true;
    return (unsigned char)*at >= 0x80 && atom_name_length(at, end) > 0;
}

static int scan_token(struct scanner *scanner)
{
    char c = *scanner->at;
    if (atom_starts(scanner->at, scanner->end))
        return scan_name(scanner, TOKEN_ATOM);
    if (c >= '0' && c <= '9')
        return scan_number(scanner);
    switch (c) {
    case '"':
        return scan_string(scanner);
    case '\'':
        return scan_quoted_atom(scanner);
    case '$':
        return scan_character(scanner);
    case '~':
        if (scanner->otp == 0 || scanner->otp >= 27)
            return scan_sigil(scanner);
        break;
    default:
        if (variable_starts(scanner->at, scanner->end))
            return scan_name(scanner, TOKEN_VARIABLE);
    }
    return scan_sign(scanner);
}

int scan_next(struct scanner *scanner)
{
    if (skip_blanks(scanner) != 0)
        return -1;
    scanner->token.from = scanner->at;
    if (scanner->at == scanner->end)
        scanner->token.kind = TOKEN_END;
    else if (scan_token(scanner) != 0)
        return -1;
    scanner->token.to = scanner->at;
    return 0;
}
