#pragma once
/*
 * The spelling of terms that are one word of output: what ~tp writes for atoms, numbers,
 * strings and binaries (otp.md 2.3).
 */
#include "relc/base/buf.h"
#include "relc/term/term.h"

void spell_atom(struct buf *out, str name, int otp);
void spell_fun(struct buf *out, const struct term *fun, int otp);

/* A list as "text" when all its elements are printable characters, else false. */
bool spell_string(struct buf *out, const struct term *list);

/* A binary as <<"text">> or <<"text"/utf8>> when it is printable, else false. */
bool spell_text_binary(struct buf *out, const struct term *binary, int otp);

/* A binary as <<1,2,3:4>>. */
void spell_bits(struct buf *out, const struct term *binary);
