#include "scan.h"

#include "atom.h"
#include "number.h"
#include "relc/base/utf8.h"

#include "relc/base/mem.h"

#include <string.h>

enum { ATOM_MAX_CHARACTERS = 255, TRIPLE = 3 };

void scan_add_code(struct scanner *scanner, uint32_t code)
{
    if (scanner->code_count == scanner->code_capacity) {
        scanner->code_capacity =
            scanner->code_capacity ? scanner->code_capacity * 2 : 256;
        scanner->codes = mem_resize(
            scanner->codes, mem_mul(scanner->code_capacity, sizeof *scanner->codes));
    }
    scanner->codes[scanner->code_count++] = code;
}

/* `start` is where the text begins that has no end. */
static int unterminated(struct scanner *scanner, const char *start)
{
    const char *what = *start == '\''  ? "quoted atom"
                       : *start == '$' ? "character"
                       : *start == '~' ? "sigil"
                                       : "string";
    scan_error(scanner, start, "unterminated %s", what);
    return err_hint(scanner->err, "the %s that starts here runs to the end of the file",
                    what);
}

static size_t octal_escape(const char *at, const char *end, uint32_t *code)
{
    size_t len = 1;
    *code = 0;
    while (len < 4 && at + len < end && digit_value(at[len]) < 8)
        *code = *code * 8 + digit_value(at[len++]);
    return len;
}

/* \x{H...} or \xHH; `at` is the backslash. */
static size_t hex_escape(struct scanner *scanner, const char *at, uint32_t *code)
{
    const char *p = at + 2, *end = scanner->end;
    bool braces = p < end && *p == '{';
    size_t digits = 0;
    *code = 0;
    for (p += braces; p < end && digit_value(*p) < 16 && (braces || digits < 2); p++) {
        *code = *code > 0x10FFFF ? *code : *code * 16 + digit_value(*p);
        digits++;
    }
    if (digits == 0 || (!braces && digits < 2) || (braces && (p == end || *p != '}'))) {
        scan_error(scanner, at, "expected \\xHH or \\x{H...} with hexadecimal digits");
        return 0;
    }
    if (!scan_is_valid_code(*code)) {
        scan_error(scanner, at, "the escape '%.*s' is not a valid character",
                   (int)(p - at < 40 ? p - at + braces : 40), at);
        return 0;
    }
    return (size_t)(p - at) + braces;
}

/*
 * \^C. From OTP 27 on C is '?' (delete) or one of '@'..'_', 'a'..'z'; before, anything.
 * With no release given, what only older ones read is read as they do.
 */
static size_t control_escape(struct scanner *scanner, const char *at, const char *start,
                             uint32_t *code)
{
    uint32_t c;
    if (at + 2 >= scanner->end) {
        unterminated(scanner, start);
        return 0;
    }
    size_t len = scan_code(scanner, at + 2, &c);
    if (len == 0)
        return 0;
    bool is_new = scanner->otp == 0 || scanner->otp >= 27;
    bool is_known = (c >= '@' && c <= '_') || (c >= 'a' && c <= 'z') || c == '?';
    if (scanner->otp >= 27 && !is_known) {
        scan_error(scanner, at, "'\\^' is followed by a letter or one of @ [ \\ ] ^ _ ?");
        return 0;
    }
    *code = c == '?' && is_new ? 127 : c & 31;
    return len + 2;
}

static uint32_t simple_escape(uint32_t c)
{
    static const char letters[] = "nrtvbfesd", values[] = "\n\r\t\v\b\f\033 \177";
    const char *found = c && c < 0x80 ? strchr(letters, (int)c) : NULL;
    return found ? (uint32_t)values[found - letters] : c;
}

size_t scan_escape(struct scanner *scanner, const char *at, const char *start,
                   uint32_t *code)
{
    if (at + 1 >= scanner->end) {
        unterminated(scanner, start);
        return 0;
    }
    if (digit_value(at[1]) < 8)
        return octal_escape(at, scanner->end, code);
    if (at[1] == 'x')
        return hex_escape(scanner, at, code);
    if (at[1] == '^')
        return control_escape(scanner, at, start, code);
    size_t len = scan_code(scanner, at + 1, code);
    if (len == 0)
        return 0;
    *code = simple_escape(*code);
    return len + 1;
}

/*
 * Collects what stands before the closing quote into scanner->codes, from scanner->at.
 * A verbatim text has no escapes.
 */
static int scan_quoted(struct scanner *scanner, const char *start, char quote,
                       bool verbatim)
{
    const char *at = scanner->at, *end = scanner->end;
    uint32_t code;
    scanner->code_count = 0;
    while (at < end && *at != quote) {
        size_t len = 1;
        code = (unsigned char)*at;
        if (*at == '\\' && !verbatim)
            len = scan_escape(scanner, at, start, &code);
        else if (code >= 0x80)
            len = scan_code(scanner, at, &code);
        if (len == 0)
            return -1;
        scan_add_code(scanner, code);
        at += len;
    }
    if (at == end)
        return unterminated(scanner, start);
    scanner->at = at + 1;
    return 0;
}

static bool has_triple_quotes(const struct scanner *scanner)
{
    return (scanner->otp == 0 || scanner->otp >= 27) && scanner->end - scanner->at >= 3 &&
           memcmp(scanner->at, "\"\"\"", TRIPLE) == 0;
}

static int scan_triple(struct scanner *scanner, const char *start, bool verbatim)
{
    const char *quotes = scanner->at;
    while (scanner->at < scanner->end && *scanner->at == '"')
        scanner->at++;
    return scan_triple_quoted(scanner, start, (size_t)(scanner->at - quotes), verbatim);
}

int scan_string(struct scanner *scanner)
{
    const char *start = scanner->at;
    int failed;
    scanner->token.kind = TOKEN_STRING;
    if (has_triple_quotes(scanner)) {
        failed = scan_triple(scanner, start, true);
    } else {
        scanner->at++;
        failed = scan_quoted(scanner, start, '"', false);
    }
    if (failed)
        return -1;
    if (scanner->otp >= 27 && scanner->at < scanner->end && *scanner->at == '"')
        return scan_error(scanner, scanner->at,
                          "expected a blank between adjacent strings");
    return 0;
}

/* The atom of the codes, in the arena. */
static str codes_to_text(struct scanner *scanner)
{
    char *text = arena_alloc(scanner->arena, mem_mul(scanner->code_count, 4) + 1);
    size_t len = 0;
    for (size_t i = 0; i < scanner->code_count; i++)
        len += utf8_encode(text + len, scanner->codes[i]);
    return (str){text, len};
}

int scan_quoted_atom(struct scanner *scanner)
{
    const char *start = scanner->at++;
    if (scan_quoted(scanner, start, '\'', false) != 0)
        return -1;
    if (scanner->code_count > ATOM_MAX_CHARACTERS)
        return scan_error(scanner, start, "an atom has more than 255 characters");
    scanner->token.kind = TOKEN_ATOM;
    scanner->token.value = term_atom(codes_to_text(scanner));
    return 0;
}

int scan_character(struct scanner *scanner)
{
    const char *start = scanner->at;
    uint32_t code;
    if (start + 1 == scanner->end)
        return unterminated(scanner, start);
    size_t len = start[1] == '\\' ? scan_escape(scanner, start + 1, start, &code)
                                  : scan_code(scanner, start + 1, &code);
    if (len == 0)
        return -1;
    scanner->at += 1 + len;
    scanner->token.kind = TOKEN_CHARACTER;
    scanner->token.value = term_integer(code);
    return 0;
}

/* The quote that closes what `open` opens, or 0. */
static char closing_quote(char open)
{
    switch (open) {
    case '(':
        return ')';
    case '[':
        return ']';
    case '{':
        return '}';
    case '<':
        return '>';
    case '"':
    case '\'':
    case '/':
    case '|':
    case '`':
    case '#':
        return open;
    default:
        return 0;
    }
}

/*
 * ~, ~b, ~B (binaries) and ~s, ~S (strings) before a quoted text. Capitals are verbatim,
 * and so is a plain ~ before triple quotes.
 */
int scan_sigil(struct scanner *scanner)
{
    const char *start = scanner->at++;
    str type = {scanner->at, atom_name_length(scanner->at, scanner->end)};
    scanner->at += type.len;
    if (type.len > 1 || (type.len == 1 && !strchr("bBsS", *type.ptr)))
        return scan_error(scanner, start,
                          "unknown sigil '~%.*s', expected ~b, ~B, ~s or ~S",
                          str_printf_len(str_slice(type, 0, 40)), type.ptr);
    bool verbatim = type.len && (*type.ptr == 'B' || *type.ptr == 'S');
    char quote = scanner->at < scanner->end ? closing_quote(*scanner->at) : 0;
    int failed;
    if (!quote)
        return scan_error(scanner, scanner->at, "expected a quoted text after the sigil");
    if (has_triple_quotes(scanner)) {
        failed = scan_triple(scanner, start, verbatim || type.len == 0);
    } else {
        scanner->at++;
        failed = scan_quoted(scanner, start, quote, verbatim);
    }
    if (failed)
        return -1;
    if (atom_name_length(scanner->at, scanner->end))
        return scan_error(scanner, scanner->at, "a sigil has no suffix");
    bool is_string = type.len && (*type.ptr == 's' || *type.ptr == 'S');
    scanner->token.kind = is_string ? TOKEN_STRING_SIGIL : TOKEN_BINARY_SIGIL;
    return 0;
}
