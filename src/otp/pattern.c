#include "pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* A version is short; what needs more than this is an expression gone wild. */
enum {
    MAX_EXPRESSION = 4096,
    MAX_STEPS = 1000000,
    MAX_DEPTH = 2000,
    MAX_HEAP_KB = 20000
};

static int regex_error(struct err *err, str expression, int code)
{
    PCRE2_UCHAR8 text[256] = "unknown error";
    pcre2_get_error_message_8(code, text, sizeof text);
    return err_set(err, ERR_INPUT, "regular expression '%.*s': %s", STR_ARG(expression),
                   (const char *)text);
}

/* NULL when the expression is wrong. */
static pcre2_code_8 *compile(str expression, struct err *err)
{
    int code = 0;
    PCRE2_SIZE offset;
    pcre2_compile_context_8 *context = pcre2_compile_context_create_8(NULL);
    pcre2_set_max_pattern_length_8(context, MAX_EXPRESSION);
    pcre2_code_8 *regex =
        pcre2_compile_8((PCRE2_SPTR8)expression.ptr, expression.len,
                        PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C, &code, &offset, context);
    pcre2_compile_context_free_8(context);
    if (!regex)
        regex_error(err, expression, code);
    return regex;
}

static int match(const pcre2_code_8 *regex, pcre2_match_data_8 *data, str text)
{
    pcre2_match_context_8 *context = pcre2_match_context_create_8(NULL);
    pcre2_set_match_limit_8(context, MAX_STEPS);
    pcre2_set_depth_limit_8(context, MAX_DEPTH);
    pcre2_set_heap_limit_8(context, MAX_HEAP_KB);
    int result =
        pcre2_match_8(regex, (PCRE2_SPTR8)text.ptr, text.len, 0, 0, data, context);
    pcre2_match_context_free_8(context);
    return result;
}

int pattern_matches_whole(str expression, str text, bool *matches, struct err *err)
{
    pcre2_code_8 *regex = compile(expression, err);
    if (!regex)
        return -1;
    pcre2_match_data_8 *data = pcre2_match_data_create_from_pattern_8(regex, NULL);
    int result = match(regex, data, text);
    const PCRE2_SIZE *range = pcre2_get_ovector_pointer_8(data);
    *matches = result >= 0 && range[0] == 0 && range[1] == text.len;
    pcre2_match_data_free_8(data);
    pcre2_code_free_8(regex);
    return result >= 0 || result == PCRE2_ERROR_NOMATCH
               ? 0
               : regex_error(err, expression, result);
}
