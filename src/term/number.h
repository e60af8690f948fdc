#pragma once
/*
 * Arithmetic of Erlang's numbers as far as texts need it: integers of any size from and
 * to digits, exact comparison, floats from and to decimal digits.
 */
#include "relc/base/buf.h"
#include "relc/term/term.h"

/*
 * The integer that the digits of the base (2..36, valid digits only) denote. False
 * when it takes more than TERM_MAX_INTEGER_BYTES.
 */
bool integer_from_digits(struct arena *arena, const char *digits, size_t count,
                         unsigned base, struct term *integer);

/* -integer; the magnitude of a big one is shared. */
struct term integer_negate(struct term integer);

void integer_print(struct buf *out, const struct term *integer);

/* Order of two numbers of any kinds by their exact values. */
int number_compare(const struct term *a, const struct term *b);

/* The nearest float to an integer; infinite when it is out of range. */
double integer_to_double(const struct term *integer);

/* The value of a digit or letter in bases up to 36, or 36 for other characters. */
unsigned digit_value(char c);

/*
 * The float digits * 10^exponent, where digits is an integer without sign; false when
 * it is out of range. The locale has no influence.
 */
bool float_from_decimal(const char *digits, size_t count, long exponent, double *value);

/* The shortest decimal form that reads back as value, in the layout of the OTP release.
 */
void float_print(struct buf *out, double value, int otp);
