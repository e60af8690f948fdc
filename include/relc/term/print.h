#pragma once
/*
 * Erlang terms as text, laid out as io_lib's ~tp does with 80 columns (otp.md 2.3), so
 * that what relc writes looks like what OTP writes and reads back as the same term.
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

/* Appends the term on one line, for messages. */
void term_print_line(struct buf *out, const struct term *term, int otp);
