#include "layout.h"

enum { WIDTH = 80, PREFERRED_INDENT = 4, LEAST_INDENT = 1 };

/*
 * A run of the layout. With out NULL it is a dry run, which only finds out whether the
 * indentation of tagged tuples, `step`, keeps the term in the left half of the page.
 */
struct writer {
    const struct layout *layout;
    struct buf *out;
    long step; /* at most this much per tag; -1: up to below the second element */
    bool failed;
};

/* Where a term is put. Columns count from 1. */
struct place {
    long column;
    long indent; /* spaces that a new line begins with */
    long depth;  /* closing brackets that must follow on the same line */
};

/* What is left of a container: the children [child, end) and the place of each. */
struct row {
    size_t child;
    size_t end;
    bool improper;
    struct place place;
};

static const struct layout_node *node_at(const struct writer *writer, size_t node)
{
    return &writer->layout->nodes[node];
}

static void put(struct writer *writer, const char *text)
{
    if (writer->out)
        buf_str(writer->out, str_of(text));
}

static void put_line_break(struct writer *writer, long indent)
{
    if (!writer->out)
        return;
    buf_putc(writer->out, '\n');
    buf_fill(writer->out, ' ', (size_t)indent);
}

/* ---- on one line ---- */

static const char *separator(const struct writer *writer, size_t parent, size_t index,
                             size_t child)
{
    const struct layout_node *container = node_at(writer, parent);
    if (index == 0)
        return "";
    if (container->shape == LAYOUT_MAP && index % 2)
        return " => ";
    if (container->shape == LAYOUT_IMPROPER_LIST &&
        node_at(writer, child)->end == container->end)
        return "|";
    return ",";
}

static void put_line(struct writer *writer, size_t node)
{
    static const char *const open[] = {
        [LAYOUT_LIST] = "[",         [LAYOUT_IMPROPER_LIST] = "[", [LAYOUT_TUPLE] = "{",
        [LAYOUT_TAGGED_TUPLE] = "{", [LAYOUT_MAP] = "#{",
    };
    const struct layout_node *at = node_at(writer, node);
    if (!writer->out)
        return;
    if (at->shape == LAYOUT_WORD || at->shape == LAYOUT_BITS) {
        buf_add(writer->out, writer->layout->text.ptr + at->text, at->text_size);
        return;
    }
    put(writer, open[at->shape]);
    size_t index = 0;
    for (size_t child = node + 1; child < at->end; child = node_at(writer, child)->end) {
        put(writer, separator(writer, node, index++, child));
        put_line(writer, child);
    }
    put(writer, *open[at->shape] == '[' ? "]" : "}");
}

/* ---- broken into lines ---- */

static bool fits(long length, struct place place)
{
    return length < WIDTH - place.column - place.depth;
}

/* The same for what follows on a line, with its comma, `depth` brackets after it. */
static bool fits_after(long length, long column, long depth)
{
    return depth == 0 ? length + 2 < WIDTH - column : length + 1 < WIDTH - column - depth;
}

static void put_node(struct writer *writer, size_t node, struct place place);

/* An element of a container; returns how far it reaches, WIDTH when it is no word. */
static long put_element(struct writer *writer, size_t node, struct place place)
{
    const struct layout_node *at = node_at(writer, node);
    if (at->shape == LAYOUT_WORD && fits(at->length, place)) {
        put_line(writer, node);
        return at->length;
    }
    put_node(writer, node, place);
    return WIDTH;
}

/* The tail of an improper list. The dry run leaves out the line break before it. */
static void put_tail(struct writer *writer, const struct row *row, long column)
{
    const struct layout_node *tail = node_at(writer, row->child);
    struct place place = row->place;
    place.depth++;
    put(writer, "|");
    if (tail->shape == LAYOUT_WORD && tail->length + 1 < WIDTH - column - place.depth) {
        put_line(writer, row->child);
        return;
    }
    if (!writer->out)
        place.column = column;
    put_line_break(writer, place.indent);
    put_node(writer, row->child, place);
}

/* The brackets that follow the child that ends before `next`. */
static long depth_before(const struct writer *writer, const struct row *row, size_t next)
{
    bool is_last =
        next == row->end || (row->improper && node_at(writer, next)->end == row->end);
    return is_last ? row->place.depth + 1 : 0;
}

/* Further elements, each after a comma; `column` is where the line stands. */
static void put_rest(struct writer *writer, struct row *row, long column)
{
    while (row->child < row->end && !writer->failed) {
        const struct layout_node *at = node_at(writer, row->child);
        size_t next = at->end;
        if (row->improper && next == row->end) {
            put_tail(writer, row, column);
            return;
        }
        struct place place = row->place;
        place.depth = depth_before(writer, row, next);
        put(writer, ",");
        if (at->shape == LAYOUT_WORD && fits_after(at->length, column, place.depth)) {
            put_line(writer, row->child);
            column += at->length + 1;
        } else {
            put_line_break(writer, place.indent);
            column = place.column + put_element(writer, row->child, place);
        }
        row->child = next;
    }
}

static void put_sequence(struct writer *writer, struct row *row)
{
    size_t next = node_at(writer, row->child)->end;
    struct place place = row->place;
    place.depth = depth_before(writer, row, next);
    long width = put_element(writer, row->child, place);
    row->child = next;
    put_rest(writer, row, row->place.column + width);
}

static struct row row_of(const struct writer *writer, size_t node, struct place place,
                         long indent)
{
    const struct layout_node *at = node_at(writer, node);
    place.column += indent;
    place.indent += indent;
    return (struct row){node + 1, at->end, at->shape == LAYOUT_IMPROPER_LIST, place};
}

/* Elements after the tag are below the second one, or `step` columns in. */
static void put_tagged(struct writer *writer, size_t node, struct place place)
{
    size_t tag = node + 1;
    long second = node_at(writer, tag)->length + 2;
    bool by_step = writer->step > 0 && second > writer->step;
    struct row row = row_of(writer, node, place, by_step ? writer->step : second);
    if (!writer->out && row.place.column + (by_step ? 0 : 1) > WIDTH / 2) {
        writer->failed = true;
        return;
    }
    row.child = node_at(writer, tag)->end;
    put_line(writer, tag);
    if (by_step) {
        put_rest(writer, &row, place.column + second);
    } else {
        put(writer, ",");
        put_sequence(writer, &row);
    }
}

static bool is_word(const struct writer *writer, size_t node)
{
    return node_at(writer, node)->shape == LAYOUT_WORD;
}

static long pair_length(const struct writer *writer, size_t key)
{
    const struct layout_node *at = node_at(writer, key);
    return at->length + 4 + node_at(writer, at->end)->length;
}

static bool is_word_pair(const struct writer *writer, size_t key)
{
    return is_word(writer, key) && is_word(writer, node_at(writer, key)->end);
}

static void put_pair_line(struct writer *writer, size_t key)
{
    put_line(writer, key);
    put(writer, " => ");
    put_line(writer, node_at(writer, key)->end);
}

/* One pair of a map; returns how far it reaches, as put_element. */
static long put_pair(struct writer *writer, size_t key, struct place place)
{
    long indent = writer->step > 0 ? writer->step : PREFERRED_INDENT;
    long length = pair_length(writer, key);
    if (fits(length, place)) {
        put_pair_line(writer, key);
        return is_word_pair(writer, key) ? length : WIDTH;
    }
    put_node(writer, key, place);
    put(writer, " =>");
    place.column += indent;
    place.indent += indent;
    put_line_break(writer, place.indent);
    put_node(writer, node_at(writer, key)->end, place);
    return WIDTH;
}

static void put_map(struct writer *writer, size_t node, struct place place)
{
    struct row row = row_of(writer, node, place, 2);
    long column = row.place.column;
    for (size_t key = row.child; key < row.end && !writer->failed;) {
        size_t next = node_at(writer, node_at(writer, key)->end)->end;
        bool is_first = key == row.child;
        place = row.place;
        place.depth = depth_before(writer, &row, next);
        put(writer, is_first ? "" : ",");
        if (!is_first && is_word_pair(writer, key) &&
            fits_after(pair_length(writer, key), column, place.depth)) {
            put_pair_line(writer, key);
            column += pair_length(writer, key) + 1;
        } else {
            if (!is_first)
                put_line_break(writer, place.indent);
            column = place.column + put_pair(writer, key, place);
        }
        key = next;
    }
}

/* The bytes of a binary in as many lines as it takes. */
static void put_bits(struct writer *writer, size_t node, struct place place)
{
    const struct layout_node *at = node_at(writer, node);
    str text = {writer->layout->text.ptr + at->text + 2, at->text_size - 4};
    long width = WIDTH - (place.column + 2) - place.depth, room;
    if (!writer->out)
        return;
    width = width < 8 ? 8 : width;
    room = width;
    put(writer, "<<");
    while (text.ptr) {
        str part = str_split(&text, ',');
        long length = (long)part.len + (text.ptr != NULL);
        if (length > room) {
            put_line_break(writer, place.indent + 2);
            room = width;
        }
        buf_str(writer->out, part);
        put(writer, text.ptr ? "," : ">>");
        room -= length;
    }
}

static void put_node(struct writer *writer, size_t node, struct place place)
{
    struct row row;
    const struct layout_node *at = node_at(writer, node);
    if (writer->failed)
        return;
    if (at->shape == LAYOUT_WORD || fits(at->length, place)) {
        put_line(writer, node);
    } else if (at->shape == LAYOUT_BITS) {
        put_bits(writer, node, place);
    } else if (at->shape == LAYOUT_MAP) {
        put(writer, "#{");
        put_map(writer, node, place);
        put(writer, "}");
    } else if (at->shape == LAYOUT_TAGGED_TUPLE) {
        put(writer, "{");
        put_tagged(writer, node, place);
        put(writer, "}");
    } else {
        row = row_of(writer, node, place, 1);
        put(writer, at->shape == LAYOUT_TUPLE ? "{" : "[");
        put_sequence(writer, &row);
        put(writer, at->shape == LAYOUT_TUPLE ? "}" : "]");
    }
}

static const struct place start = {1, 0, 0};

static bool step_works(const struct layout *layout, long step)
{
    struct writer writer = {layout, NULL, step, false};
    put_node(&writer, 0, start);
    return !writer.failed;
}

void layout_write_line(const struct layout *layout, struct buf *out)
{
    struct writer writer = {layout, out, 0, false};
    put_line(&writer, 0);
}

void layout_write(const struct layout *layout, struct buf *out)
{
    struct writer writer = {layout, out, LEAST_INDENT, false};
    if (step_works(layout, -1))
        writer.step = -1;
    else if (step_works(layout, PREFERRED_INDENT))
        writer.step = PREFERRED_INDENT;
    put_node(&writer, 0, start);
}
