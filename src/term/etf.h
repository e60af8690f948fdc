#pragma once
/* The external term format (otp.md 1.1), for those that write, read and walk it. */
#include "relc/base/err.h"
#include "relc/term/term.h"

enum etf_tag {
    ETF_VERSION = 131,
    ETF_COMPRESSED = 80, /* 4-byte size, zlib data of what would follow the version */
    ETF_NEW_FLOAT = 70,
    ETF_BIT_BINARY = 77,
    ETF_SMALL_INTEGER = 97,
    ETF_INTEGER = 98,
    ETF_FLOAT = 99, /* 31 bytes of text, OTP before R11 */
    ETF_ATOM = 100, /* Latin-1, 2-byte length */
    ETF_SMALL_TUPLE = 104,
    ETF_LARGE_TUPLE = 105,
    ETF_NIL = 106,
    ETF_STRING = 107,
    ETF_LIST = 108,
    ETF_BINARY = 109,
    ETF_SMALL_BIG = 110,
    ETF_LARGE_BIG = 111,
    ETF_EXPORT = 113,
    ETF_SMALL_ATOM = 115, /* Latin-1, 1-byte length */
    ETF_MAP = 116,
    ETF_ATOM_UTF8 = 118,
    ETF_SMALL_ATOM_UTF8 = 119,
};

enum {
    ETF_ATOM_MAX_CHARACTERS = 255,
    ETF_STRING_MAX = 65535,
    ETF_INFLATED_MAX = 64 << 20,
};

/* As etf_decode, of a term without version byte as it stands within another. */
int etf_decode_bare(struct arena *arena, str bytes, const char *name, struct term *term,
                    struct err *err) ERR_MUST_CHECK;
