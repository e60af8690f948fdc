#include "number.h"

#include "relc/base/mem.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Big integers are worked on as little-endian arrays of 32-bit limbs. */
struct limbs {
    uint32_t *limbs;
    size_t count;
};

unsigned digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'z')
        return (unsigned)(c - 'a') + 10;
    if (c >= 'A' && c <= 'Z')
        return (unsigned)(c - 'A') + 10;
    return 36;
}

static void limbs_multiply_add(struct limbs *n, uint32_t factor, uint32_t summand)
{
    uint64_t carry = summand;
    for (size_t i = 0; i < n->count; i++) {
        carry += (uint64_t)n->limbs[i] * factor;
        n->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry)
        n->limbs[n->count++] = (uint32_t)carry;
}

static uint32_t limbs_divide(struct limbs *n, uint32_t divisor)
{
    uint64_t rest = 0;
    for (size_t i = n->count; i-- > 0;) {
        rest = rest << 32 | n->limbs[i];
        n->limbs[i] = (uint32_t)(rest / divisor);
        rest %= divisor;
    }
    while (n->count && n->limbs[n->count - 1] == 0)
        n->count--;
    return (uint32_t)rest;
}

/* Number of digits of the base that always fit into one limb. */
static size_t digits_per_limb(unsigned base)
{
    size_t count = 0;
    for (uint64_t power = base; power <= UINT32_MAX; power *= base)
        count++;
    return count;
}

static struct term from_limbs(struct arena *arena, const struct limbs *n)
{
    unsigned char *bytes = mem_alloc(n->count * 4 + 1);
    for (size_t i = 0; i < n->count * 4; i++)
        bytes[i] = (unsigned char)(n->limbs[i / 4] >> (i % 4 * 8));
    struct term integer = term_from_magnitude(arena, bytes, n->count * 4, false);
    free(bytes);
    return integer;
}

static bool big_from_digits(struct arena *arena, const char *digits, size_t count,
                            unsigned base, struct term *integer)
{
    enum { LIMIT = TERM_MAX_INTEGER_BYTES / 4 };
    size_t step = digits_per_limb(base);
    struct limbs n = {mem_alloc((LIMIT + 1) * sizeof(uint32_t)), 0};
    for (size_t i = 0; i < count && n.count <= LIMIT;) {
        uint32_t factor = 1, part = 0;
        for (size_t end = i + step; i < end && i < count; i++) {
            factor *= base;
            part = part * base + digit_value(digits[i]);
        }
        limbs_multiply_add(&n, factor, part);
    }
    bool fits = n.count <= LIMIT;
    if (fits)
        *integer = from_limbs(arena, &n);
    free(n.limbs);
    return fits;
}

bool integer_from_digits(struct arena *arena, const char *digits, size_t count,
                         unsigned base, struct term *integer)
{
    uint64_t value = 0;
    size_t i = 0;
    while (i < count && value <= ((uint64_t)INT64_MAX - 35) / 36)
        value = value * base + digit_value(digits[i++]);
    if (i < count)
        return big_from_digits(arena, digits, count, base, integer);
    *integer = term_integer((int64_t)value);
    return true;
}

struct term integer_negate(struct term integer)
{
    if (integer.kind == TERM_INTEGER && integer.as.integer != INT64_MIN) {
        integer.as.integer = -integer.as.integer;
        return integer;
    }
    integer.as.big.negative = !integer.as.big.negative;
    return term_from_magnitude(NULL, integer.as.big.magnitude, integer.as.big.size,
                               integer.as.big.negative);
}

static void big_print(struct buf *out, const struct term *integer)
{
    enum { PART = 1000000000, PART_DIGITS = 9 };
    const unsigned char *magnitude = integer->as.big.magnitude;
    size_t size = integer->as.big.size, count = (size + 3) / 4, parts = 0;
    struct limbs n = {mem_alloc(mem_mul(count, sizeof(uint32_t))), count};
    memset(n.limbs, 0, count * sizeof(uint32_t));
    for (size_t i = 0; i < size; i++)
        n.limbs[i / 4] |= (uint32_t)magnitude[i] << (i % 4 * 8);
    /* A limb holds more than nine digits, and less than ten. */
    uint32_t *decimal = mem_alloc(mem_mul(count * 2, sizeof(uint32_t)));
    while (n.count)
        decimal[parts++] = limbs_divide(&n, PART);
    buf_printf(out, "%s%" PRIu32, integer->as.big.negative ? "-" : "",
               decimal[parts - 1]);
    while (--parts)
        buf_printf(out, "%0*" PRIu32, PART_DIGITS, decimal[parts - 1]);
    free(decimal);
    free(n.limbs);
}

static void small_print(struct buf *out, int64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    do
        digits[--at] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (value < 0)
        digits[--at] = '-';
    buf_add(out, digits + at, sizeof digits - at);
}

void integer_print(struct buf *out, const struct term *integer)
{
    if (integer->kind == TERM_BIG)
        big_print(out, integer);
    else
        small_print(out, integer->as.integer);
}

static int compare_magnitudes(const unsigned char *a, size_t a_size,
                              const unsigned char *b, size_t b_size)
{
    if (a_size != b_size)
        return a_size < b_size ? -1 : 1;
    for (size_t i = a_size; i-- > 0;) {
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    }
    return 0;
}

static int compare_integers(const struct term *a, const struct term *b)
{
    if (a->kind == TERM_INTEGER && b->kind == TERM_INTEGER)
        return (a->as.integer > b->as.integer) - (a->as.integer < b->as.integer);
    if (a->kind == TERM_INTEGER)
        return b->as.big.negative ? 1 : -1;
    if (b->kind == TERM_INTEGER)
        return a->as.big.negative ? -1 : 1;
    if (a->as.big.negative != b->as.big.negative)
        return a->as.big.negative ? -1 : 1;
    int order = compare_magnitudes(a->as.big.magnitude, a->as.big.size,
                                   b->as.big.magnitude, b->as.big.size);
    return a->as.big.negative ? -order : order;
}

/* The whole number value >= 2^63 as little-endian bytes without leading zeros. */
static size_t double_magnitude(double value, unsigned char bytes[136])
{
    int exponent;
    uint64_t mantissa = (uint64_t)ldexp(frexp(value, &exponent), 53);
    size_t shift = (size_t)(exponent - 53), size = 0;
    memset(bytes, 0, 136);
    for (size_t bit = 0; bit < 53; bit++) {
        size_t at = shift + bit;
        if (mantissa >> bit & 1)
            bytes[at / 8] |= (unsigned char)(1u << at % 8);
    }
    for (size_t i = 0; i < 136; i++) {
        if (bytes[i])
            size = i + 1;
    }
    return size;
}

static int compare_integer_double(const struct term *a, double b)
{
    static const double limit = 9223372036854775808.0; /* 2^63 */
    unsigned char bytes[136];
    if (b >= -limit && b < limit) {
        if (a->kind == TERM_BIG)
            return a->as.big.negative ? -1 : 1;
        int64_t whole = (int64_t)b;
        if (a->as.integer != whole)
            return a->as.integer < whole ? -1 : 1;
        double fraction = b - (double)whole;
        return (fraction < 0) - (fraction > 0);
    }
    if (a->kind == TERM_INTEGER || a->as.big.negative != (b < 0))
        return b < 0 ? 1 : -1;
    size_t size = double_magnitude(fabs(b), bytes);
    int order = compare_magnitudes(a->as.big.magnitude, a->as.big.size, bytes, size);
    return b < 0 ? -order : order;
}

int number_compare(const struct term *a, const struct term *b)
{
    if (a->kind == TERM_FLOAT && b->kind == TERM_FLOAT)
        return (a->as.real > b->as.real) - (a->as.real < b->as.real);
    if (a->kind == TERM_FLOAT)
        return -compare_integer_double(b, a->as.real);
    if (b->kind == TERM_FLOAT)
        return compare_integer_double(a, b->as.real);
    return compare_integers(a, b);
}

double integer_to_double(const struct term *integer)
{
    if (integer->kind == TERM_INTEGER)
        return (double)integer->as.integer;
    const unsigned char *bytes = integer->as.big.magnitude;
    size_t size = integer->as.big.size, low = size - 8;
    if (size > 1024)
        return integer->as.big.negative ? -HUGE_VAL : HUGE_VAL;
    uint64_t top = 0;
    for (size_t i = size; i-- > low;)
        top = top << 8 | bytes[i];
    /* A sticky bit for what is below; the top 57 bits are left as they are. */
    for (size_t i = 0; i < low; i++)
        top |= bytes[i] != 0;
    double value = ldexp((double)top, (int)(low * 8));
    return integer->as.big.negative ? -value : value;
}
