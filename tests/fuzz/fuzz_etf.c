/*
 * Any bytes as external term format: what can be decoded must, once encoded, be decoded
 * as the same and encoded to the same bytes; and it must be printable.
 */
#include "relc/term/etf.h"
#include "relc/term/print.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_term(struct arena *arena, const struct term *term, enum etf_atoms atoms,
                       struct err *err)
{
    struct buf first, second, text;
    struct term again;
    buf_init(&first);
    buf_init(&second);
    buf_init(&text);
    if (etf_encode(&first, term, atoms, err) != 0 ||
        etf_decode(arena, buf_view(&first), "again", &again, err) != 0 ||
        etf_encode(&second, &again, atoms, err) != 0)
        abort();
    if (!term_equal(term, &again) || !str_eq(buf_view(&first), buf_view(&second)))
        abort();
    term_print(&text, term, 0);
    buf_release(&first);
    buf_release(&second);
    buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct err err;
    struct term term;
    str bytes = {(const char *)data, size};
    arena_init(&arena);
    err_init(&err);
    if (etf_decode(&arena, bytes, "input", &term, &err) == 0) {
        check_term(&arena, &term, ETF_ATOMS_LATIN1, &err);
        check_term(&arena, &term, ETF_ATOMS_UTF8, &err);
    }
    err_release(&err);
    arena_release(&arena);
    return 0;
}
