#pragma once
/*
 * The external term format (otp.md, chapter 1; erts "External Term Format").
 */
#include "relc/base/buf.h"
#include "relc/base/err.h"
#include "relc/term/term.h"

enum etf_atoms {
    ETF_ATOMS_LATIN1, /* as term_to_binary/1 up to OTP 25 */
    ETF_ATOMS_UTF8,   /* from OTP 26 on */
};

/*
 * Appends the version byte and the encoding of the term, the same bytes as
 * term_to_binary/1's but for the order of map keys, which is term order here.
 * Fails only when the term is nested too deeply or an atom is too long.
 */
int etf_encode(struct buf *out, const struct term *term, enum etf_atoms atoms,
               struct err *err) ERR_MUST_CHECK;

/*
 * Decodes one term that fills bytes to the end; zlib-compressed terms too, up to 64 MiB
 * inflated. Pids and other terms without a text form are refused, and so are maps that
 * have a key twice. Nothing of the term refers to bytes. name is for messages.
 */
int etf_decode(struct arena *arena, str bytes, const char *name, struct term *term,
               struct err *err) ERR_MUST_CHECK;

/* As etf_decode, and *used tells how many bytes the term took; more may follow. */
int etf_decode_prefix(struct arena *arena, str bytes, const char *name, struct term *term,
                      size_t *used, struct err *err) ERR_MUST_CHECK;
