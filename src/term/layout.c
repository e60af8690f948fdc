#include "layout.h"

#include "number.h"
#include "spell.h"
#include "relc/base/utf8.h"

#include "relc/base/mem.h"

#include <stdlib.h>

static size_t add_node(struct layout *layout, enum layout_shape shape)
{
    if (layout->count == layout->capacity) {
        layout->capacity = layout->capacity ? mem_mul(layout->capacity, 2) : 64;
        layout->nodes =
            mem_resize(layout->nodes, mem_mul(layout->capacity, sizeof *layout->nodes));
    }
    layout->nodes[layout->count] =
        (struct layout_node){.shape = shape, .text = layout->text.len};
    return layout->count++;
}

static void end_word(struct layout *layout, size_t node)
{
    struct layout_node *word = &layout->nodes[node];
    const char *text = layout->text.ptr + word->text;
    word->text_size = layout->text.len - word->text;
    word->length = (long)utf8_count(text, text + word->text_size);
    word->end = layout->count;
}

static void add_word(struct layout *layout, str text)
{
    size_t node = add_node(layout, LAYOUT_WORD);
    buf_str(&layout->text, text);
    end_word(layout, node);
}

static void add_term(struct layout *layout, const struct term *term, int depth);

/* Ends a container whose brackets and separators between children take extra columns. */
static void end_container(struct layout *layout, size_t node, long extra)
{
    for (size_t child = node + 1; child < layout->count; child = layout->nodes[child].end)
        extra += layout->nodes[child].length;
    layout->nodes[node].length = extra;
    layout->nodes[node].end = layout->count;
}

static void add_items(struct layout *layout, const struct term *items, size_t count,
                      int depth)
{
    for (size_t i = 0; i < count; i++)
        add_term(layout, &items[i], depth + 1);
}

static void add_list(struct layout *layout, const struct term *list, int depth)
{
    const struct term *tail = list->as.list.tail;
    size_t node = add_node(layout, tail ? LAYOUT_IMPROPER_LIST : LAYOUT_LIST);
    add_items(layout, list->as.list.items, list->as.list.count, depth);
    if (tail)
        add_term(layout, tail, depth + 1);
    end_container(layout, node, (long)list->as.list.count + 1 + (tail != NULL));
}

static void add_tuple(struct layout *layout, const struct term *tuple, int depth)
{
    size_t count = tuple->as.list.count;
    bool is_tagged = count > 1 && tuple->as.list.items[0].kind == TERM_ATOM;
    size_t node = add_node(layout, is_tagged ? LAYOUT_TAGGED_TUPLE : LAYOUT_TUPLE);
    add_items(layout, tuple->as.list.items, count, depth);
    end_container(layout, node, (long)count + 1);
}

static void add_map(struct layout *layout, const struct term *map, int depth)
{
    size_t count = map->as.map.count, node = add_node(layout, LAYOUT_MAP);
    add_items(layout, map->as.map.pairs, 2 * count, depth);
    end_container(layout, node, 2 + 5 * (long)count);
}

static void add_binary(struct layout *layout, const struct term *binary)
{
    size_t node = add_node(layout, LAYOUT_WORD);
    if (!spell_text_binary(&layout->text, binary, layout->otp)) {
        spell_bits(&layout->text, binary);
        if (binary->as.binary.bits)
            layout->nodes[node].shape = LAYOUT_BITS;
    }
    end_word(layout, node);
}

/* True when the term is one word; it is then added. */
static bool add_scalar(struct layout *layout, const struct term *term)
{
    size_t node = add_node(layout, LAYOUT_WORD);
    switch (term->kind) {
    case TERM_INTEGER:
    case TERM_BIG:
        integer_print(&layout->text, term);
        break;
    case TERM_FLOAT:
        float_print(&layout->text, term->as.real, layout->otp);
        break;
    case TERM_ATOM:
        spell_atom(&layout->text, term->as.atom, layout->otp);
        break;
    case TERM_FUN:
        spell_fun(&layout->text, term, layout->otp);
        break;
    case TERM_LIST:
        if (spell_string(&layout->text, term))
            break;
        /* fall through */
    default:
        layout->count--;
        return false;
    }
    end_word(layout, node);
    return true;
}

static void add_term(struct layout *layout, const struct term *term, int depth)
{
    if (add_scalar(layout, term))
        return;
    if (term->kind == TERM_BINARY)
        add_binary(layout, term);
    else if (depth > TERM_MAX_DEPTH + TERM_WRAP_DEPTH)
        add_word(layout, STR("'...'"));
    else if (term->kind == TERM_MAP && term->as.map.count == 0)
        add_word(layout, STR("#{}"));
    else if (term->kind == TERM_MAP)
        add_map(layout, term, depth);
    else if (term->as.list.count == 0)
        add_word(layout, term->kind == TERM_LIST ? STR("[]") : STR("{}"));
    else if (term->kind == TERM_LIST)
        add_list(layout, term, depth);
    else
        add_tuple(layout, term, depth);
}

void layout_init(struct layout *layout, const struct term *term, int otp)
{
    *layout = (struct layout){.otp = otp};
    buf_init(&layout->text);
    add_term(layout, term, 1);
}

void layout_release(struct layout *layout)
{
    buf_release(&layout->text);
    free(layout->nodes);
}
