#pragma once
/*
 * The parser behind relc/term/read.h, shared by its two files: read.c (terms) and
 * read_binary.c (the bit syntax).
 *
 * A read_* function begins with the first token of what it reads in reader->scan.token,
 * pushes the term onto the stack, and leaves the token after it there.
 */
#include "scan.h"
#include "stack.h"

struct reader {
    struct scanner scan;
    struct term_stack stack;
    struct buf bits;    /* the binaries that are still open, one after the other */
    size_t bits_budget; /* how many bits sizes like :1000000 may still ask for */
};

int read_term(struct reader *reader, int depth) ERR_MUST_CHECK;

/* <<...>>, its opening token is the current one. */
int read_binary(struct reader *reader, int depth) ERR_MUST_CHECK;

/* Pushes the binary of the UTF-8 text that the code points of the last sigil make. */
void read_sigil_binary(struct reader *reader);

/* Sets the err "expected WHAT, found TOKEN" at the current token; returns -1. */
int read_expected(struct reader *reader, const char *what);

/* As read_expected; at the end of the text a hint tells where `open` began. */
int read_expected_in(struct reader *reader, const char *what, const char *open);

/* Goes past the current token, which must be of the kind. */
int read_skip(struct reader *reader, int kind, const char *what) ERR_MUST_CHECK;
