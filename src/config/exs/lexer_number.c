#include "config/exs/lexer.h"

#include "relc/base/utf8.h"
#include "relc/term/read.h"

#include <stdlib.h>
#include <string.h>

static bool is_digit_of(char c, unsigned base)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c) : NULL;
    return at && (unsigned)(at - digits) < base;
}

/* Digits with single underscores between them, without these. */
static void take_digits(struct lexer *lexer, unsigned base, struct buf *out)
{
    while (is_digit_of(lexer_peek(lexer, 0), base)) {
        buf_putc(out, *lexer->next++);
        if (lexer_peek(lexer, 0) == '_' && is_digit_of(lexer_peek(lexer, 1), base))
            lexer->next++;
    }
}

/* 0x1F, 0b10, 0o17: Erlang's 16#1F and so on. */
static bool take_based(struct lexer *lexer, struct buf *out)
{
    char letter = lexer_peek(lexer, 0) == '0' ? lexer_peek(lexer, 1) : '\0';
    unsigned base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
    if (!base || !is_digit_of(lexer_peek(lexer, 2), base))
        return false;
    lexer->next += 2;
    buf_printf(out, "%u#", base);
    take_digits(lexer, base, out);
    return true;
}

static void take_decimal(struct lexer *lexer, struct buf *out)
{
    take_digits(lexer, 10, out);
    if (lexer_peek(lexer, 0) != '.' || !is_digit_of(lexer_peek(lexer, 1), 10))
        return;
    buf_putc(out, *lexer->next++);
    take_digits(lexer, 10, out);
    size_t sign = lexer_peek(lexer, 1) == '-' || lexer_peek(lexer, 1) == '+';
    if ((lexer_peek(lexer, 0) != 'e' && lexer_peek(lexer, 0) != 'E') ||
        !is_digit_of(lexer_peek(lexer, 1 + sign), 10))
        return;
    buf_add(out, lexer->next, 1 + sign);
    lexer->next += 1 + sign;
    take_digits(lexer, 10, out);
}

int lex_number(struct lexer *lexer, struct token *token)
{
    struct buf digits;
    struct err bad;
    buf_init(&digits);
    err_init(&bad);
    token->kind = TOKEN_NUMBER;
    token->text.ptr = lexer->next;
    if (!take_based(lexer, &digits))
        take_decimal(lexer, &digits);
    token->text.len = (size_t)(lexer->next - token->text.ptr);
    buf_str(&digits, STR(" .\n"));
    struct term_source source = {lexer->file, buf_view(&digits), 0};
    int result = is_name_char(lexer_peek(lexer, 0))
                     ? -1
                     : term_read_first(lexer->arena, &source, &token->value, &bad);
    buf_release(&digits);
    err_release(&bad);
    if (result != 0)
        return lexer_fail(lexer, token->line, token->column, "this is no number");
    return 0;
}

int lex_character(struct lexer *lexer, struct token *token)
{
    const char *start = lexer->next++;
    bool escaped = lexer_peek(lexer, 0) == '\\' && lexer->end - lexer->next > 1;
    uint32_t code = 0;
    char control = 0;
    lexer->next += escaped;
    bool letter = escaped && lexer_escape(lexer_peek(lexer, 0), &control);
    size_t len = utf8_decode(lexer->next, lexer->end, &code);
    if (len == 0 || code < ' ' || (escaped && !letter && is_name_char(*lexer->next)))
        return lexer_fail(lexer, token->line, token->column,
                          "this character cannot be read");
    lexer->next += len;
    token->kind = TOKEN_NUMBER;
    token->text = (str){start, (size_t)(lexer->next - start)};
    token->value = term_integer(letter ? (unsigned char)control : code);
    return 0;
}
