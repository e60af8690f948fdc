#pragma once
/*
 * The layout of terms on lines of 80 columns, as io_lib does it (otp.md 2.3).
 *
 * A term is first turned into a tree of nodes that know how long they are on one line;
 * the nodes are in an array, each before its descendants. layout_write then decides
 * where lines break.
 */
#include "relc/base/buf.h"
#include "relc/term/term.h"

enum layout_shape {
    LAYOUT_WORD, /* never broken */
    LAYOUT_LIST,
    LAYOUT_IMPROPER_LIST, /* the last child is the tail */
    LAYOUT_TUPLE,
    LAYOUT_TAGGED_TUPLE, /* the first of several elements is an atom */
    LAYOUT_MAP,          /* children: key, value, key, value... */
    LAYOUT_BITS,         /* <<1,2,3>>, may be broken after commas */
};

struct layout_node {
    enum layout_shape shape;
    long length; /* in characters, on one line */
    size_t text; /* of words and bits: where it is in layout.text */
    size_t text_size;
    size_t end; /* index after the last descendant */
};

struct layout {
    struct layout_node *nodes;
    size_t count;
    size_t capacity;
    struct buf text;
    int otp;
};

void layout_init(struct layout *layout, const struct term *term, int otp);
void layout_release(struct layout *layout);

/* Appends the whole term, on one line or broken into lines. */
void layout_write_line(const struct layout *layout, struct buf *out);
void layout_write(const struct layout *layout, struct buf *out);
