#pragma once
/*
 * Texts as terms and back, for the tests of term/: everything lives in one arena and
 * errors in one err, which the tests' setup and teardown take care of.
 */
#include "check.h"

#include "relc/term/print.h"
#include "relc/term/read.h"

static struct arena arena;
static struct err err;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena);
    err_init(&err);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    err_release(&err);
    arena_release(&arena);
    return 0;
}

static inline int read_bytes(str text, int otp, struct term *term)
{
    struct term_source source = {"test", text, otp};
    return term_read_first(&arena, &source, term, &err);
}

/* The one term of a text, which must be valid; the dot is added. */
static inline struct term term_of(const char *text, int otp)
{
    struct term term;
    str source = arena_printf(&arena, "%s.", text);
    if (read_bytes(source, otp, &term) != 0)
        fail_msg("cannot read '%s': %s", text, err.message);
    return term;
}

static inline const char *line_of(const struct term *term, int otp)
{
    struct buf out;
    buf_init(&out);
    term_print_line(&out, term, otp);
    char *line = arena_strz(&arena, buf_view(&out));
    buf_release(&out);
    return line;
}

static inline const char *page_of(const struct term *term, int otp)
{
    struct buf out;
    buf_init(&out);
    term_print(&out, term, otp);
    char *page = arena_strz(&arena, buf_view(&out));
    buf_release(&out);
    return page;
}
