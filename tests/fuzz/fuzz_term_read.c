/*
 * Any bytes as Erlang text: what can be read must, once printed, be read as the same.
 * The first byte chooses the OTP release whose rules hold.
 */
#include "relc/term/print.h"
#include "relc/term/read.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_term(struct arena *arena, const struct term *term, int otp,
                       struct err *err)
{
    struct buf text, line;
    struct term again;
    buf_init(&text);
    buf_init(&line);
    term_print_file(&text, term, otp);
    /* Without it, an atom that mentions a coding would be taken for a comment. */
    buf_str(&line, STR("%% coding: utf-8\n"));
    term_print_line(&line, term, otp);
    buf_putc(&line, '.');
    struct term_source source = {"printed", buf_view(&text), otp};
    if (term_read_first(arena, &source, &again, err) != 0 || !term_equal(term, &again))
        abort();
    source.text = buf_view(&line);
    if (term_read_first(arena, &source, &again, err) != 0 || !term_equal(term, &again))
        abort();
    buf_release(&text);
    buf_release(&line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int releases[] = {0, 25, 27, 29};
    struct arena arena;
    struct err err;
    struct term *terms;
    size_t count;
    if (size == 0)
        return 0;
    int otp = releases[data[0] % 4];
    arena_init(&arena);
    err_init(&err);
    struct term_source source = {"input", {(const char *)data + 1, size - 1}, otp};
    if (term_read_all(&arena, &source, &terms, &count, &err) == 0) {
        for (size_t i = 0; i < count; i++)
            check_term(&arena, &terms[i], otp, &err);
    } else if (err.kind == ERR_NONE || !err.message || err.line == 0 || err.column == 0) {
        abort();
    }
    err_release(&err);
    arena_release(&arena);
    return 0;
}
