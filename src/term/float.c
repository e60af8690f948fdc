#include "number.h"

#include "relc/base/mem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Decimal digits d1 d2 .. dn of a positive float, the value being
 * 0.d1d2..dn * 10^point. Digits that matter never number more than 17.
 */
struct decimal {
    char digits[20];
    int count;
    int point;
};

bool float_from_decimal(const char *digits, size_t count, long exponent, double *value)
{
    /* Without a decimal point nothing is left for the locale to decide. */
    char small[64], *text = small;
    size_t size = mem_add(count, 32);
    if (size > sizeof small)
        text = mem_alloc(size);
    memcpy(text, digits, count);
    snprintf(text + count, size - count, "e%ld", exponent);
    *value = strtod(text, NULL);
    if (text != small)
        free(text);
    return isfinite(*value);
}

static bool decimal_is(const struct decimal *decimal, double value)
{
    char text[48];
    snprintf(text, sizeof text, "%.*se%d", decimal->count, decimal->digits,
             decimal->point - decimal->count);
    return strtod(text, NULL) == value;
}

/* The count digits nearest to value > 0. */
static struct decimal decimal_round(double value, int count)
{
    char text[40];
    struct decimal decimal = {.count = 0};
    snprintf(text, sizeof text, "%.*e", count - 1, value);
    const char *at = text;
    for (; *at != 'e'; at++) {
        if (*at >= '0' && *at <= '9')
            decimal.digits[decimal.count++] = *at;
    }
    decimal.point = atoi(at + 1) + 1;
    return decimal;
}

/* The next larger number of as many digits. */
static struct decimal decimal_successor(struct decimal decimal)
{
    int i = decimal.count - 1;
    while (i >= 0 && decimal.digits[i] == '9')
        decimal.digits[i--] = '0';
    if (i >= 0) {
        decimal.digits[i]++;
    } else {
        decimal.digits[0] = '1';
        decimal.point++;
    }
    return decimal;
}

/*
 * The fewest digits that read back as value, and of those the nearest to it. A power
 * of two has twice as much room above as below, so that the number above may do where
 * the nearest does not.
 */
static struct decimal decimal_shortest(double value)
{
    struct decimal decimal = {.count = 0};
    int exponent;
    bool is_power = frexp(value, &exponent) == 0.5;
    for (int count = 1; count <= 17; count++) {
        decimal = decimal_round(value, count);
        if (decimal_is(&decimal, value))
            break;
        struct decimal above = decimal_successor(decimal);
        if (is_power && decimal_is(&above, value)) {
            decimal = above;
            break;
        }
    }
    while (decimal.count > 1 && decimal.digits[decimal.count - 1] == '0')
        decimal.count--;
    return decimal;
}

static size_t scientific_length(const struct decimal *decimal)
{
    size_t fraction = decimal->count > 1 ? (size_t)decimal->count - 1 : 1;
    return 2 + fraction + (size_t)snprintf(NULL, 0, "e%d", decimal->point - 1);
}

static size_t plain_length(const struct decimal *decimal)
{
    if (decimal->point <= 0)
        return 2 + (size_t)-decimal->point + (size_t)decimal->count;
    if (decimal->point >= decimal->count)
        return (size_t)decimal->point + 2;
    return (size_t)decimal->count + 1;
}

static void print_scientific(struct buf *out, const struct decimal *decimal)
{
    buf_putc(out, decimal->digits[0]);
    buf_putc(out, '.');
    if (decimal->count > 1)
        buf_add(out, decimal->digits + 1, (size_t)decimal->count - 1);
    else
        buf_putc(out, '0');
    buf_printf(out, "e%d", decimal->point - 1);
}

static void print_plain(struct buf *out, const struct decimal *decimal)
{
    int whole = decimal->point < decimal->count ? decimal->point : decimal->count;
    if (decimal->point <= 0) {
        buf_str(out, STR("0."));
        buf_fill(out, '0', (size_t)-decimal->point);
        buf_add(out, decimal->digits, (size_t)decimal->count);
        return;
    }
    buf_add(out, decimal->digits, (size_t)whole);
    buf_fill(out, '0', (size_t)(decimal->point - whole));
    buf_putc(out, '.');
    if (whole < decimal->count)
        buf_add(out, decimal->digits + whole, (size_t)(decimal->count - whole));
    else
        buf_putc(out, '0');
}

void float_print(struct buf *out, double value, int otp)
{
    static const double whole_limit = 9007199254740992.0; /* 2^53 */
    bool always_scientific = (otp == 0 || otp >= 25) && fabs(value) >= whole_limit;
    if (signbit(value))
        buf_putc(out, '-');
    if (value == 0) {
        buf_str(out, STR("0.0"));
        return;
    }
    struct decimal decimal = decimal_shortest(fabs(value));
    if (always_scientific || scientific_length(&decimal) < plain_length(&decimal))
        print_scientific(out, &decimal);
    else
        print_plain(out, &decimal);
}
