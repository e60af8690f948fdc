#include "config/exs/lexer.h"

#include "relc/base/utf8.h"

#include <string.h>

static void count_line(struct lexer *lexer)
{
    lexer->line++;
    lexer->line_start = lexer->next;
}

static int unterminated(struct lexer *lexer, const struct text_source *text)
{
    return lexer_fail(lexer, text->line, text->column,
                      "syntax error: the text that begins here has no end (%s)",
                      text->closing);
}

/* What closes a text that the character opens, or NULL. */
static const char *closing_of(char c)
{
    static const char opening[] = "([{</|\"'";
    static const char *const closing[] = {")", "]", "}", ">", "/", "|", "\"", "'"};
    const char *at = c ? strchr(opening, c) : NULL;
    return at ? closing[at - opening] : NULL;
}

/* Where the line that closes a heredoc begins; its blanks are the indentation. */
static bool find_heredoc_end(const struct lexer *lexer, struct text_source *text)
{
    const char *line = lexer->next;
    while (line < lexer->end) {
        const char *at = line;
        while (at < lexer->end && (*at == ' ' || *at == '\t'))
            at++;
        if (lexer->end - at >= 3 && memcmp(at, text->closing, 3) == 0) {
            text->body_end = line;
            text->indentation = (unsigned)(at - line);
            return true;
        }
        at = memchr(at, '\n', (size_t)(lexer->end - at));
        line = at ? at + 1 : lexer->end;
    }
    return false;
}

static void skip_indentation(struct lexer *lexer, const struct text_source *text)
{
    for (unsigned i = 0; text->heredoc && i < text->indentation; i++)
        if (lexer_peek(lexer, 0) == ' ' || lexer_peek(lexer, 0) == '\t')
            lexer->next++;
}

static int open_heredoc(struct lexer *lexer, struct text_source *text)
{
    text->closing = lexer_peek(lexer, 0) == '"' ? "\"\"\"" : "'''";
    text->heredoc = true;
    lexer->next += 3;
    while (lexer_peek(lexer, 0) == ' ' || lexer_peek(lexer, 0) == '\t' ||
           lexer_at(lexer, "\r\n"))
        lexer->next++;
    if (lexer_peek(lexer, 0) != '\n')
        return lexer_fail(lexer, text->line, text->column,
                          "syntax error: after %s the text begins on a new line",
                          text->closing);
    lexer->next++;
    count_line(lexer);
    if (!find_heredoc_end(lexer, text))
        return unterminated(lexer, text);
    text->file_end = lexer->end;
    lexer->end = text->body_end;
    skip_indentation(lexer, text);
    return 0;
}

int text_open(struct lexer *lexer, const struct token *token, struct text_source *text)
{
    char first = token->text.ptr[0];
    bool sigil = first == '~';
    *text = (struct text_source){
        .kind = sigil ? token->text.ptr[1] : first,
        .raw = sigil && token->text.ptr[1] < 'a',
        .line = token->line,
        .column = token->column,
    };
    if (!sigil && first != ':')
        lexer->next--;
    if (first != ':' && (lexer_at(lexer, "\"\"\"") || lexer_at(lexer, "'''")))
        return open_heredoc(lexer, text);
    text->closing =
        first == ':' ? closing_of(token->text.ptr[1]) : closing_of(lexer_peek(lexer, 0));
    if (!text->closing)
        return lexer_fail(lexer, token->line, token->column, "this sigil has no text");
    lexer->next += first != ':';
    return 0;
}

/* The code point of up to max hexadecimal digits; false when there are none. */
static bool take_hex(struct lexer *lexer, size_t max, uint32_t *code)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    size_t count = 0;
    for (*code = 0; count < max && lexer_peek(lexer, 0); count++) {
        const char *at = strchr(digits, lexer_peek(lexer, 0));
        if (!at)
            break;
        *code = *code * 16 + (uint32_t)(at - digits < 16 ? at - digits : at - digits - 6);
        lexer->next++;
    }
    return count > 0;
}

/* \xHH is a byte, \uHHHH and \u{H...} are code points; \x{H...} one as well. */
static int take_code(struct lexer *lexer, char letter, struct buf *out)
{
    uint32_t code;
    char bytes[4];
    const char *start = lexer->next;
    bool braces = lexer_peek(lexer, 0) == '{';
    lexer->next += braces;
    size_t max = braces ? 6 : letter == 'u' ? 4 : 2;
    bool good = take_hex(lexer, max, &code) && code <= 0x10ffff &&
                !(code >= 0xd800 && code <= 0xdfff);
    if (braces && lexer_peek(lexer, 0) == '}')
        lexer->next++;
    else if (braces || (letter == 'u' && lexer->next - start != 4))
        good = false;
    if (!good)
        return lexer_fail(lexer, lexer->line, lexer_column(lexer),
                          "syntax error: '\\%c' is not followed by a code point", letter);
    if (letter == 'x' && !braces)
        buf_u8(out, (uint8_t)code);
    else
        buf_add(out, bytes, utf8_encode(bytes, code));
    return 0;
}

/* The lexer stands after a backslash. */
static int take_escape(struct lexer *lexer, const struct text_source *text,
                       struct buf *out)
{
    char c = *lexer->next++;
    if (c == '\r' && lexer_peek(lexer, 0) == '\n')
        c = *lexer->next++;
    if (c == '\n') {
        count_line(lexer);
        skip_indentation(lexer, text);
        return 0;
    }
    if (c == 'x' || c == 'u')
        return take_code(lexer, c, out);
    lexer_escape(c, &c);
    buf_putc(out, c);
    return 0;
}

/*
 * In a text without escapes, one before the closing character is taken off; two are no
 * such one.
 */
static void take_raw_backslash(struct lexer *lexer, const struct text_source *text,
                               struct buf *out)
{
    char after = lexer_peek(lexer, 0);
    bool closing = !text->heredoc && after == text->closing[0];
    if (!closing)
        buf_putc(out, '\\');
    if (closing || after == '\\')
        buf_putc(out, *lexer->next++);
}

static void take_plain(struct lexer *lexer, const struct text_source *text, char c,
                       struct buf *out)
{
    buf_putc(out, c);
    if (c == '\n') {
        count_line(lexer);
        skip_indentation(lexer, text);
    }
}

/* True at the end of the text, past what closes it then. */
static bool take_closing(struct lexer *lexer, const struct text_source *text)
{
    if (text->heredoc) {
        if (lexer->next < lexer->end)
            return false;
        lexer->end = text->file_end;
        lexer->next = text->body_end + text->indentation + 3;
        return true;
    }
    if (lexer_peek(lexer, 0) != text->closing[0] || lexer->next == lexer->end)
        return false;
    lexer->next++;
    return true;
}

int text_part(struct lexer *lexer, struct text_source *text, struct buf *out,
              enum text_end *how)
{
    for (;;) {
        *how = TEXT_CLOSED;
        if (take_closing(lexer, text))
            return 0;
        if (lexer->next == lexer->end)
            return unterminated(lexer, text);
        *how = TEXT_CODE;
        if (!text->raw && lexer_at(lexer, "#{")) {
            lexer->next += 2;
            return 0;
        }
        char c = *lexer->next++;
        if (c != '\\')
            take_plain(lexer, text, c, out);
        else if (lexer->next == lexer->end)
            return unterminated(lexer, text);
        else if (text->raw)
            take_raw_backslash(lexer, text, out);
        else if (take_escape(lexer, text, out) != 0)
            return -1;
    }
}
