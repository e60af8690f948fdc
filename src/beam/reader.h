#pragma once
/*
 * Private to beam/: taking bytes from data that may be anything.
 *
 * beam_take is the only range check of this floor; all other functions that look at
 * bytes go through it. A function that returns false has taken nothing.
 */
#include "relc/base/err.h"
#include "relc/base/str.h"

#include <stdint.h>

struct beam_reader {
    const char *next;
    size_t left;
};

struct beam_reader beam_reader_of(str bytes);

bool beam_take(struct beam_reader *reader, size_t len, str *part);
bool beam_take_u8(struct beam_reader *reader, uint32_t *value);

/* Big-endian. */
bool beam_take_u32(struct beam_reader *reader, uint32_t *value);

/*
 * A number in the compact form of the Code chunk (otp.md 6.1). Other tags than 0 (a
 * plain number) and values over 32 bits are refused.
 */
bool beam_take_compact(struct beam_reader *reader, uint32_t *value);

/* Sets an ERR_FORMAT of "'file' format..." with what to do about it; returns -1. */
int beam_damaged(struct err *err, const char *file, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
