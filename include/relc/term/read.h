#pragma once
/*
 * Erlang terms from text: what file:consult/1 accepts, in the files that OTP and its
 * tools keep terms in (.app, .rel, .appup, relup, RELEASES, sys.config, .script).
 *
 * The grammar is that of erl_scan and erl_parse:normalise; otp.md 2.2 lists it.
 * Errors name file:line:column of the token at fault.
 *
 * Limits: those of term.h; 64 MiB a file; 4 MiB in all for bits that a segment size asks
 * for, as in <<0:1000000>>. Where releases differ the rules of source.otp hold; with 0,
 * those of the newest, and what only older ones read is read as they do: maybe and else
 * as atoms, "a""b", \^1. A text that older releases read as something else ("""a""") is
 * read as the newest does.
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
