#include "scan.h"

#include <string.h>

/*
 * Triple-quoted strings (OTP 27, EEP 64): three or more quotes and the rest of their line
 * blank; the content's lines; a line of blanks and as many quotes. Those blanks are the
 * indentation, which is taken off every line (empty lines need not have it); the newline
 * before the closing line belongs to neither.
 */

static bool is_blank(const char *at, const char *end, size_t *len)
{
    bool is_wide = end - at >= 2 && (unsigned char)at[0] == 0xC2 &&
                   (unsigned char)at[1] >= 0x80 && (unsigned char)at[1] <= 0xA0;
    *len = is_wide ? 2 : 1;
    return is_wide || (unsigned char)*at <= ' ';
}

/* The first character of [at, end) that is no blank (a newline is none here), or end. */
static const char *skip_indentation(const char *at, const char *end)
{
    size_t len;
    while (at < end && *at != '\n' && is_blank(at, end, &len))
        at += len;
    return at;
}

static const char *line_end(const char *at, const char *end)
{
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    return newline ? newline : end;
}

/* True when the line at `at` closes the text; *quotes is where its quotes start. */
static bool closes(const char *at, const char *end, size_t count, const char **quotes)
{
    *quotes = skip_indentation(at, end);
    for (size_t i = 0; i < count; i++) {
        if (*quotes + i >= end || (*quotes)[i] != '"')
            return false;
    }
    return true;
}

/* The closing line of the text whose first line is at `at`, or NULL. */
static const char *closing_line(const char *at, const char *end, size_t count,
                                const char **quotes)
{
    while (!closes(at, end, count, quotes)) {
        at = line_end(at, end);
        if (at == end)
            return NULL;
        at++;
    }
    return at;
}

/* Takes the indentation off the line [at, end): where its content starts, or NULL. */
static const char *strip(struct scanner *scanner, const char *at, const char *end,
                         str indentation)
{
    size_t len = (size_t)(end - at);
    if (len == 0 || (len == 1 && *at == '\r'))
        return at;
    if (len >= indentation.len && memcmp(at, indentation.ptr, indentation.len) == 0)
        return at + indentation.len;
    scan_error(
        scanner, at,
        "a line of a triple-quoted string has less indentation than its last line");
    return NULL;
}

static int add_line(struct scanner *scanner, const char *at, const char *end,
                    const char *start, bool verbatim)
{
    uint32_t code;
    while (at < end) {
        /* An escaped newline is the newline that the caller adds. */
        if (*at == '\\' && !verbatim && at + 1 == end)
            break;
        size_t len = *at == '\\' && !verbatim ? scan_escape(scanner, at, start, &code)
                                              : scan_code(scanner, at, &code);
        if (len == 0)
            return -1;
        scan_add_code(scanner, code);
        at += len;
    }
    return 0;
}

/* The lines from `at` up to the closing line at `last`, without their indentation. */
static int add_lines(struct scanner *scanner, const char *at, const char *last,
                     str indentation, const char *start, bool verbatim)
{
    while (at < last) {
        const char *end = line_end(at, last);
        const char *content = strip(scanner, at, end, indentation);
        bool is_last = end + 1 == last;
        if (!content)
            return -1;
        if (is_last && end > content && end[-1] == '\r')
            end--;
        if (add_line(scanner, content, end, start, verbatim) != 0)
            return -1;
        if (!is_last)
            scan_add_code(scanner, '\n');
        at = line_end(at, last) + 1;
    }
    return 0;
}

int scan_triple_quoted(struct scanner *scanner, const char *start, size_t count,
                       bool verbatim)
{
    const char *end = scanner->end, *quotes;
    const char *first = skip_indentation(scanner->at, end);
    scanner->code_count = 0;
    if (first < end && *first != '\n')
        return scan_error(scanner, first,
                          "expected the end of the line after the opening quotes of a "
                          "triple-quoted string");
    const char *last = first < end ? closing_line(first + 1, end, count, &quotes) : NULL;
    if (!last)
        return scan_error(scanner, start, "unterminated triple-quoted string");
    str indentation = {last, (size_t)(quotes - last)};
    if (add_lines(scanner, first + 1, last, indentation, start, verbatim) != 0)
        return -1;
    scanner->at = quotes + count;
    return 0;
}
