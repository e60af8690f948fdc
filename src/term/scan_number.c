#include "scan.h"

#include "number.h"

#include <math.h>
#include <stdlib.h>

/*
 * integer:  digits, with single '_' between them; base '#' digits
 * float:    digits '.' digits [('e' | 'E') ['+' | '-'] digits]
 * based:    base '#' [digits] '.' digits ['#' ('e' | 'E') ['+' | '-'] digits], from OTP
 * 28
 */

/* More than this makes every float overflow or vanish. */
enum { EXPONENT_MAX = 1000000 };

static bool digit_follows(const struct scanner *scanner, const char *at, unsigned base)
{
    return at < scanner->end && digit_value(*at) < base;
}

/* Appends the digits at scanner->at to the scratch buffer. */
static void take_digits(struct scanner *scanner, unsigned base)
{
    const char *at = scanner->at;
    while (digit_follows(scanner, at, base)) {
        const char *from = at;
        while (digit_follows(scanner, at, base))
            at++;
        buf_add(&scanner->scratch, from, (size_t)(at - from));
        if (at < scanner->end && *at == '_' && digit_follows(scanner, at + 1, base))
            at++;
    }
    scanner->at = at;
}

static int finish_integer(struct scanner *scanner, unsigned base)
{
    scanner->token.kind = TOKEN_INTEGER;
    if (integer_from_digits(scanner->arena, scanner->scratch.ptr, scanner->scratch.len,
                            base, &scanner->token.value))
        return 0;
    return scan_error(scanner, scanner->token.from, "integer of more than %d bytes",
                      TERM_MAX_INTEGER_BYTES);
}

/* The exponent after 'e' at scanner->at, a sign and digits; none is no error here. */
static bool take_exponent(struct scanner *scanner, long *exponent)
{
    const char *at = scanner->at + 1;
    bool negative = at < scanner->end && *at == '-';
    if (negative || (at < scanner->end && *at == '+'))
        at++;
    if (!digit_follows(scanner, at, 10))
        return false;
    size_t start = scanner->scratch.len;
    scanner->at = at;
    take_digits(scanner, 10);
    long value = 0;
    for (size_t i = start; i < scanner->scratch.len && value < EXPONENT_MAX; i++)
        value = value * 10 + (scanner->scratch.ptr[i] - '0');
    scan_cut(&scanner->scratch, start);
    *exponent = negative ? -value : value;
    return true;
}

static bool exponent_starts(const struct scanner *scanner)
{
    return scanner->at < scanner->end && (*scanner->at == 'e' || *scanner->at == 'E');
}

static int finish_float(struct scanner *scanner, bool in_range, double value)
{
    scanner->token.kind = TOKEN_FLOAT;
    scanner->token.value = term_float(value);
    if (in_range)
        return 0;
    return scan_error(scanner, scanner->token.from, "float out of range");
}

static int scan_fraction(struct scanner *scanner)
{
    size_t whole = scanner->scratch.len;
    long exponent = 0;
    double value;
    scanner->at++;
    take_digits(scanner, 10);
    long fraction = (long)(scanner->scratch.len - whole);
    if (exponent_starts(scanner) && !take_exponent(scanner, &exponent))
        return scan_error(scanner, scanner->at,
                          "expected digits after the exponent mark");
    bool in_range = float_from_decimal(scanner->scratch.ptr, scanner->scratch.len,
                                       exponent - fraction, &value);
    return finish_float(scanner, in_range, value);
}

/* Exact for bases that are powers of two, else within a unit of the last place. */
static double scale(double value, unsigned base, long exponent)
{
    int bits = 0;
    while (1u << bits < base)
        bits++;
    if (1u << bits == base)
        return ldexp(value, (int)exponent * bits);
    double factor = pow(base, (double)labs(exponent));
    return exponent < 0 ? value / factor : value * factor;
}

static int scan_based_fraction(struct scanner *scanner, unsigned base)
{
    size_t whole = scanner->scratch.len;
    long exponent = 0;
    scanner->at++;
    take_digits(scanner, base);
    long fraction = (long)(scanner->scratch.len - whole);
    if (scanner->at < scanner->end && *scanner->at == '#') {
        scanner->at++;
        if (!exponent_starts(scanner) || !take_exponent(scanner, &exponent))
            return scan_error(scanner, scanner->at, "expected 'e' and digits after '#'");
    }
    if (finish_integer(scanner, base) != 0)
        return -1;
    double value =
        scale(integer_to_double(&scanner->token.value), base, exponent - fraction);
    return finish_float(scanner, isfinite(value), value);
}

static int scan_based(struct scanner *scanner)
{
    struct term base;
    if (!integer_from_digits(scanner->arena, scanner->scratch.ptr, scanner->scratch.len,
                             10, &base) ||
        base.kind != TERM_INTEGER || base.as.integer < 2 || base.as.integer > 36)
        return scan_error(scanner, scanner->token.from,
                          "the base of a number is 2 to 36");
    unsigned radix = (unsigned)base.as.integer;
    buf_clear(&scanner->scratch);
    scanner->at++;
    take_digits(scanner, radix);
    bool floats = scanner->otp == 0 || scanner->otp >= 28;
    if (floats && scanner->at < scanner->end && *scanner->at == '.' &&
        digit_follows(scanner, scanner->at + 1, radix))
        return scan_based_fraction(scanner, radix);
    if (scanner->scratch.len == 0)
        return scan_error(scanner, scanner->at, "expected digits of base %u after '#'",
                          radix);
    return finish_integer(scanner, radix);
}

int scan_number(struct scanner *scanner)
{
    buf_clear(&scanner->scratch);
    take_digits(scanner, 10);
    const char *at = scanner->at;
    if (at < scanner->end && *at == '#')
        return scan_based(scanner);
    if (at < scanner->end && *at == '.' && digit_follows(scanner, at + 1, 10))
        return scan_fraction(scanner);
    return finish_integer(scanner, 10);
}
