#pragma once
/*
 * UTF-8 (RFC 3629), one code point at a time. Strict: no overlong forms, no surrogates,
 * nothing above 10FFFF. Knows nothing of which code points Erlang allows where.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The code point that starts at `at`; its number of bytes, or 0 when there is none. */
size_t utf8_decode(const char *at, const char *end, uint32_t *code);

/* Writes the code point (at most 10FFFF); the number of bytes, 1 to 4. */
size_t utf8_encode(char out[4], uint32_t code);

/* The first byte of [at, end) that starts no valid code point, or end. */
const char *utf8_check(const char *at, const char *end);

/* Number of code points of valid UTF-8. */
size_t utf8_count(const char *at, const char *end);
