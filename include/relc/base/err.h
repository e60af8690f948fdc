#pragma once
/*
 * Errors with their place.
 *
 * A function that can fail returns 0 or -1 (or a pointer, NULL on failure) and takes
 * a struct err last. On success the err is untouched; on failure it is set exactly
 * once, where the fact is known. Callers may add context with err_wrap. Nothing
 * below cli/ prints an err or chooses an exit status.
 *
 * Text: lower case, what failed, the subject in single quotes, cause, no full stop.
 */
#include "relc/base/str.h"

#include <stdarg.h>
#include <stdbool.h>

enum err_kind {
    ERR_NONE,
    ERR_USAGE,  /* wrong command line: exit status 2 */
    ERR_INPUT,  /* something that the user gave is wrong */
    ERR_FORMAT, /* a file is not what it should be */
    ERR_IO,     /* the system refused */
};

struct err {
    enum err_kind kind;
    char *message; /* own memory; NULL while kind is ERR_NONE */
    char *hint;    /* what to do next, or NULL */
    char *file;    /* where, or NULL */
    unsigned line; /* from 1; 0 when unknown */
    unsigned column;
};

#define ERR_MUST_CHECK __attribute__((warn_unused_result))

void err_init(struct err *err);

/* Frees the texts; the err is then as after err_init. */
void err_release(struct err *err);

/* Sets the err and returns -1, so that `return err_set(...)` reads well. */
int err_set(struct err *err, enum err_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* As err_set, with ": " and the text of errnum (an errno value) at the end. */
int err_errno(struct err *err, int errnum, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds the place to an err that was just set; file is copied, may be NULL. Returns -1. */
int err_at(struct err *err, const char *file, unsigned line, unsigned column);

/* Adds what to do next; the last call wins. Returns -1. */
int err_hint(struct err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Puts "format: " before the message. Returns -1. */
int err_wrap(struct err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
