/*
 * Functions of texts: of the modules String, Path, Integer and Kernel. Where letters
 * beyond ASCII would count, Elixir is asked.
 */
#include "config/exs/eval.h"

#include "relc/base/path.h"
#include "relc/term/read.h"

#include <string.h>

static int give_text(const struct function_call *call, str text, struct term *value)
{
    *value = term_binary(call->evaluator->arena, text);
    return 0;
}

static int fn_to_string(const struct function_call *call, struct term *value)
{
    str text;
    if (call->args->kind == TERM_LIST &&
        eval_weigh(call->evaluator, call->node, call->args) != 0)
        return -1;
    if (!term_to_string(call->evaluator->arena, call->args, &text))
        return call_beyond(call);
    return give_text(call, text, value);
}

static int fn_integer_to_string(const struct function_call *call, struct term *value)
{
    bool integer = call->args->kind == TERM_INTEGER || call->args->kind == TERM_BIG;
    return integer ? fn_to_string(call, value) : call_beyond(call);
}

static int fn_to_charlist(const struct function_call *call, struct term *value)
{
    str text;
    if (text_argument(call, 0, &text) != 0)
        return -1;
    *value = term_string(call->evaluator->arena, text);
    return 0;
}

static int fn_to_atom(const struct function_call *call, struct term *value)
{
    str text;
    if (text_argument(call, 0, &text) != 0)
        return -1;
    *value = term_atom(text);
    return 0;
}

/* The text as a number of Erlang's; false for anything else. */
static bool read_number(struct arena *arena, str text, const char *allowed,
                        struct term *value)
{
    struct err bad;
    bool minus = str_starts(text, STR("-"));
    if (minus || str_starts(text, STR("+")))
        text = str_slice(text, 1, text.len);
    text = arena_printf(arena, "%s%.*s .\n", minus ? "-" : "", STR_ARG(text));
    if (strspn(text.ptr + minus, allowed) + minus + 3 != text.len)
        return false;
    struct term_source source = {"number", text, 0};
    err_init(&bad);
    int result = term_read_first(arena, &source, value, &bad);
    err_release(&bad);
    return result == 0;
}

static int fn_to_integer(const struct function_call *call, struct term *value)
{
    str text;
    if (text_argument(call, 0, &text) != 0)
        return -1;
    if (read_number(call->evaluator->arena, text, "0123456789", value))
        return 0;
    return eval_fail(call->evaluator, call->node, "'%.*s' is no integer", STR_ARG(text));
}

static int fn_to_float(const struct function_call *call, struct term *value)
{
    str text;
    if (text_argument(call, 0, &text) != 0)
        return -1;
    if (read_number(call->evaluator->arena, text, "0123456789.eE+-", value) &&
        value->kind == TERM_FLOAT)
        return 0;
    return eval_fail(call->evaluator, call->node, "'%.*s' is no float", STR_ARG(text));
}

static bool is_ascii(str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] >= 0x80)
            return false;
    return true;
}

static int ascii_argument(const struct function_call *call, size_t index, str *text)
{
    if (text_argument(call, index, text) != 0)
        return -1;
    return is_ascii(*text) ? 0 : call_beyond(call);
}

/* Every letter from one alphabet to the other. */
static int change_case(const struct function_call *call, char first, int distance,
                       struct term *value)
{
    str text;
    if (ascii_argument(call, 0, &text) != 0)
        return -1;
    char *changed = arena_strz(call->evaluator->arena, text);
    for (size_t i = 0; i < text.len; i++)
        if (changed[i] >= first && changed[i] < first + 26)
            changed[i] = (char)(changed[i] + distance);
    return give_text(call, (str){changed, text.len}, value);
}

static int fn_upcase(const struct function_call *call, struct term *value)
{
    return change_case(call, 'a', 'A' - 'a', value);
}

static int fn_downcase(const struct function_call *call, struct term *value)
{
    return change_case(call, 'A', 'a' - 'A', value);
}

static int fn_trim(const struct function_call *call, struct term *value)
{
    str text;
    if (ascii_argument(call, 0, &text) != 0)
        return -1;
    while (text.len && exs_is_blank(text.ptr[0]))
        text = str_slice(text, 1, text.len);
    while (text.len && exs_is_blank(text.ptr[text.len - 1]))
        text.len--;
    return give_text(call, text, value);
}

/* Where the separator stands in the text from the place on, or the text's length. */
static size_t find_text(str text, size_t from, str separator)
{
    for (size_t at = from; at + separator.len <= text.len; at++)
        if (memcmp(text.ptr + at, separator.ptr, separator.len) == 0)
            return at;
    return text.len;
}

static int split(const struct function_call *call, bool trim, struct term *value)
{
    struct term_builder parts = {.arena = call->evaluator->arena};
    str text, separator;
    if (text_argument(call, 0, &text) != 0 || text_argument(call, 1, &separator) != 0)
        return -1;
    if (!separator.len)
        return call_beyond(call);
    for (size_t at = 0;;) {
        size_t end = find_text(text, at, separator);
        if (!trim || end > at)
            term_add(&parts, term_binary(parts.arena, str_slice(text, at, end)));
        if (end == text.len)
            break;
        at = end + separator.len;
    }
    *value = term_built_list(&parts);
    return eval_work(call->evaluator, call->node, text.len);
}

static int fn_split(const struct function_call *call, struct term *value)
{
    return split(call, false, value);
}

static int fn_split_options(const struct function_call *call, struct term *value)
{
    const struct term *options = &call->args[2];
    const struct term *trim = term_is_keyword(options) && options->as.list.count == 1
                                  ? term_lookup(options, "trim")
                                  : NULL;
    if (!trim)
        return call_beyond(call);
    return split(call, term_is_atom(trim, "true"), value);
}

static int fn_split_words(const struct function_call *call, struct term *value)
{
    struct term_builder parts = {.arena = call->evaluator->arena};
    str text;
    if (ascii_argument(call, 0, &text) != 0)
        return -1;
    for (size_t at = 0, end; at < text.len; at = end + 1) {
        for (end = at; end < text.len && !exs_is_blank(text.ptr[end]);)
            end++;
        if (end > at)
            term_add(&parts, term_binary(parts.arena, str_slice(text, at, end)));
    }
    *value = term_built_list(&parts);
    return 0;
}

/* One slash between the two, none at the end. */
static str join_two(struct arena *arena, str left, str right)
{
    while (left.len && left.ptr[left.len - 1] == '/')
        left.len--;
    while (right.len && right.ptr[0] == '/')
        right = str_slice(right, 1, right.len);
    return arena_printf(arena, "%.*s/%.*s", STR_ARG(left), STR_ARG(right));
}

static str without_last_slash(str path)
{
    while (path.len > 1 && path.ptr[path.len - 1] == '/')
        path.len--;
    return path;
}

/* Path.join/2 of paths that are not empty and have no doubled slashes. */
static int join_path(const struct function_call *call, str left, str right, str *joined)
{
    bool odd = !left.len || !right.len || find_text(left, 0, STR("//")) < left.len ||
               find_text(right, 0, STR("//")) < right.len;
    if (odd || memchr(left.ptr, 0, left.len) || memchr(right.ptr, 0, right.len))
        return call_beyond(call);
    *joined = without_last_slash(join_two(call->evaluator->arena, left, right));
    return eval_work(call->evaluator, call->node, joined->len);
}

static int fn_join(const struct function_call *call, struct term *value)
{
    str left, right, joined;
    if (text_argument(call, 0, &left) != 0 || text_argument(call, 1, &right) != 0 ||
        join_path(call, left, right, &joined) != 0)
        return -1;
    return give_text(call, joined, value);
}

static int fn_join_list(const struct function_call *call, struct term *value)
{
    const struct term *list = call->args;
    str joined, part;
    if (!term_is_proper_list(list) || !list->as.list.count ||
        !term_text(&list->as.list.items[0], &joined))
        return call_beyond(call);
    for (size_t i = 1; i < list->as.list.count; i++)
        if (!term_text(&list->as.list.items[i], &part) ||
            join_path(call, joined, part, &joined) != 0)
            return call->evaluator->err->kind == ERR_NONE ? call_beyond(call) : -1;
    return give_text(call, joined, value);
}

static int expand(const struct function_call *call, str path, str folder,
                  struct term *value)
{
    struct arena *arena = call->evaluator->arena;
    if (str_starts(path, STR("~")) || str_starts(folder, STR("~")))
        return call_beyond(call);
    str base = path_join(arena, call->evaluator->root, folder);
    return give_text(call, path_normalize(arena, path_join(arena, base, path)), value);
}

static int fn_expand(const struct function_call *call, struct term *value)
{
    str path, folder = STR("");
    if (text_argument(call, 0, &path) != 0 ||
        (call->count == 2 && text_argument(call, 1, &folder) != 0))
        return -1;
    return expand(call, path, folder, value);
}

const struct function text_functions[] = {
    {"", "to_string", 1, fn_to_string},
    {"", "to_charlist", 1, fn_to_charlist},
    {"String", "to_charlist", 1, fn_to_charlist},
    {"String", "to_atom", 1, fn_to_atom},
    {"String", "to_integer", 1, fn_to_integer},
    {"String", "to_float", 1, fn_to_float},
    {"String", "upcase", 1, fn_upcase},
    {"String", "downcase", 1, fn_downcase},
    {"String", "trim", 1, fn_trim},
    {"String", "split", 1, fn_split_words},
    {"String", "split", 2, fn_split},
    {"String", "split", 3, fn_split_options},
    {"Integer", "to_string", 1, fn_integer_to_string},
    {"Path", "join", 2, fn_join},
    {"Path", "join", 1, fn_join_list},
    {"Path", "expand", 1, fn_expand},
    {"Path", "expand", 2, fn_expand},
    {NULL, NULL, 0, NULL},
};
