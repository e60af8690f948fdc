#include "relc/term/print.h"

#include "layout.h"

void term_print(struct buf *out, const struct term *term, int otp)
{
    struct layout layout;
    layout_init(&layout, term, otp);
    layout_write(&layout, out);
    layout_release(&layout);
}

void term_print_file(struct buf *out, const struct term *term, int otp)
{
    buf_str(out, STR("%% coding: utf-8\n"));
    term_print(out, term, otp);
    buf_str(out, STR(".\n"));
}

void term_print_line(struct buf *out, const struct term *term, int otp)
{
    struct layout layout;
    layout_init(&layout, term, otp);
    layout_write_line(&layout, out);
    layout_release(&layout);
}

str term_file(struct arena *arena, const struct term *term, int otp)
{
    struct buf text;
    buf_init(&text);
    term_print_file(&text, term, otp);
    str content = arena_str(arena, buf_view(&text));
    buf_release(&text);
    return content;
}
