#include "config/exs/eval.h"

#include "relc/base/buf.h"
#include "relc/base/utf8.h"
#include "relc/term/print.h"

static bool is_utf8(str text)
{
    return utf8_check(text.ptr, text.ptr + text.len) == text.ptr + text.len;
}

bool term_to_string(struct arena *arena, const struct term *term, str *text)
{
    struct buf digits;
    if (term_is_atom(term, "nil")) {
        *text = STR("");
        return true;
    }
    if (term->kind == TERM_ATOM) {
        *text = term->as.atom;
        return true;
    }
    if (term->kind == TERM_INTEGER || term->kind == TERM_BIG) {
        buf_init(&digits);
        term_print_line(&digits, term, 0);
        *text = arena_str(arena, buf_view(&digits));
        buf_release(&digits);
        return true;
    }
    return term->kind == TERM_LIST ? term_to_text(arena, term, text)
                                   : term_text(term, text);
}

/* All parts put together. */
static int join(struct evaluator *evaluator, const struct exs_node *node, struct buf *out)
{
    struct term part;
    str text;
    for (size_t i = 0; i < node->count; i++) {
        const struct exs_node *item = node->items[i];
        if (evaluate(evaluator, item, &part) != 0)
            return -1;
        if (part.kind == TERM_LIST && eval_work(evaluator, node, part.as.list.count) != 0)
            return -1;
        if (!term_to_string(evaluator->arena, &part, &text))
            return eval_beyond(evaluator, item, "how this value becomes text");
        if (eval_work(evaluator, node, text.len) != 0)
            return -1;
        buf_str(out, text);
    }
    return 0;
}

bool exs_is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* A word of ~w as its modifier says: s, a or c. */
static struct term word_term(struct evaluator *evaluator, str word, char modifier)
{
    if (modifier == 'a')
        return term_atom(word);
    return modifier == 'c' ? term_string(evaluator->arena, word)
                           : term_binary(evaluator->arena, word);
}

static int words(struct evaluator *evaluator, const struct exs_node *node, str text,
                 struct term *value)
{
    struct term_builder list = {.arena = evaluator->arena};
    char modifier = node->modifiers.len ? node->modifiers.ptr[0] : 's';
    if (node->modifiers.len > 1 ||
        (modifier != 's' && modifier != 'a' && modifier != 'c'))
        return eval_fail(evaluator, node, "the modifier of ~%c is one of s, a and c",
                         node->text);
    for (size_t at = 0; at < text.len;) {
        size_t end = at;
        while (end < text.len && !exs_is_blank(text.ptr[end]))
            if ((unsigned char)text.ptr[end++] >= 0x80)
                return eval_beyond(evaluator, node, "a list of words that are not ASCII");
        if (end > at)
            term_add(&list, word_term(evaluator, str_slice(text, at, end), modifier));
        at = end + 1;
    }
    *value = term_built_list(&list);
    return 0;
}

static int shape(struct evaluator *evaluator, const struct exs_node *node, str text,
                 struct term *value)
{
    bool plain = node->text == '"' || node->text == '\'' || node->text == ':';
    if (!plain && node->modifiers.len && node->text != 'w' && node->text != 'W')
        return eval_beyond(evaluator, node, "this sigil");
    switch (node->text) {
    case '"':
    case 's':
    case 'S':
        *value = term_binary(evaluator->arena, text);
        return 0;
    case '\'':
    case 'c':
    case 'C':
        if (!is_utf8(text))
            return eval_fail(evaluator, node, "the text is not UTF-8");
        *value = term_string(evaluator->arena, text);
        return 0;
    case ':':
        if (!is_utf8(text))
            return eval_fail(evaluator, node, "the text is not UTF-8");
        *value = term_atom(text);
        return 0;
    case 'w':
    case 'W':
        return words(evaluator, node, text, value);
    default:
        return eval_beyond(
            evaluator, node,
            arena_printf(evaluator->arena, "the sigil ~%c", node->text).ptr);
    }
}

int eval_text(struct evaluator *evaluator, const struct exs_node *node,
              struct term *value)
{
    struct buf joined;
    buf_init(&joined);
    int result = join(evaluator, node, &joined);
    str text = arena_str(evaluator->arena, buf_view(&joined));
    buf_release(&joined);
    return result == 0 ? shape(evaluator, node, text, value) : -1;
}
