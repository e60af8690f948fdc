#pragma once
/*
 * Erlang terms from text: what file:consult/1 accepts, in the files that OTP and its
 * tools keep terms in (.app, .rel, .appup, relup, RELEASES, sys.config, .script).
 *
 * The grammar is that of erl_scan and erl_parse:normalise; otp.md 2.2 lists it.
 * Errors name file:line:column of the token at fault.
 */
#include "relc/base/err.h"
#include "relc/term/term.h"

struct term_source {
    const char *file; /* for messages */
    str text;         /* the bytes of the file */
    int otp;          /* OTP release whose rules hold where versions differ; 0: newest */
};

/*
 * All terms of the text into *terms (in the arena), each ended by a dot. Bytes are
 * UTF-8, or Latin-1 when an encoding comment in the first two lines says so. A text
 * without any term is no error: *count is then 0.
 */
int term_read_all(struct arena *arena, const struct term_source *source,
                  struct term **terms, size_t *count, struct err *err) ERR_MUST_CHECK;

/* The first term alone; the rest of the text is not looked at (systools reads so). */
int term_read_first(struct arena *arena, const struct term_source *source,
                    struct term *term, struct err *err) ERR_MUST_CHECK;

/* The file at path: exactly one term, or the first one of possibly several. */
int term_read_file_one(struct arena *arena, const char *path, struct term *term,
                       struct err *err) ERR_MUST_CHECK;
int term_read_file_first(struct arena *arena, const char *path, struct term *term,
                         struct err *err) ERR_MUST_CHECK;
