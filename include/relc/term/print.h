#pragma once
/*
 * Erlang terms as text, laid out as io_lib's ~tp does with 80 columns (otp.md 2.3), so
 * that what relc writes looks like what OTP writes and reads back as the same term.
 *
 * Known differences from io_lib: the keys of maps are in term order; columns count code
 * points, where io_lib counts grapheme clusters in atoms beyond Latin-1; the reserved
 * words in fun m:f/a are quoted, which OTP 25 forgets; before OTP 25 the last of 17
 * digits of a float may be another one. Terms nested deeper than term.h allows end in
 * '...'.
 */
#include "relc/base/buf.h"
#include "relc/term/term.h"

/* Appends the term as ~tp of the given OTP release prints it (0: newest known). */
void term_print(struct buf *out, const struct term *term, int otp);

/*
 * Appends a file of one term as systools writes it: the line "%% coding: utf-8", the
 * term, a dot and a newline.
 */
void term_print_file(struct buf *out, const struct term *term, int otp);

/* The same in the arena. */
str term_file(struct arena *arena, const struct term *term, int otp);

/* Appends the term on one line, for messages. */
void term_print_line(struct buf *out, const struct term *term, int otp);
