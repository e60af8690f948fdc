/*
 * Functions of the system: environment variables, files, times; and what stops a file.
 */
#include "config/exs/eval.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"

#include <stdlib.h>
#include <string.h>

static bool get_env(const struct function_call *call, str name, struct term *value)
{
    const char *text = memchr(name.ptr, 0, name.len)
                           ? NULL
                           : getenv(arena_strz(call->evaluator->arena, name));
    if (text)
        *value = term_binary(call->evaluator->arena, str_of(text));
    return text != NULL;
}

static int fn_get_env(const struct function_call *call, struct term *value)
{
    str name;
    if (text_argument(call, 0, &name) != 0)
        return -1;
    if (!get_env(call, name, value))
        *value = call->count == 2 ? call->args[1] : term_atom(STR("nil"));
    return 0;
}

static int fn_fetch_env(const struct function_call *call, struct term *value)
{
    str name;
    if (text_argument(call, 0, &name) != 0)
        return -1;
    if (get_env(call, name, value))
        return 0;
    return eval_fail(call->evaluator, call->node,
                     "environment variable '%.*s' is not set", STR_ARG(name));
}

static int fn_raise(const struct function_call *call, struct term *value)
{
    str text;
    (void)value;
    if (text_argument(call, 0, &text) != 0)
        return -1;
    return eval_fail(call->evaluator, call->node, "%.*s", STR_ARG(text));
}

static int fn_file_exists(const struct function_call *call, struct term *value)
{
    str path;
    struct stat st;
    if (text_argument(call, 0, &path) != 0)
        return -1;
    if (memchr(path.ptr, 0, path.len))
        return call_beyond(call);
    path = path_join(call->evaluator->arena, call->evaluator->root, path);
    *value = bool_term(stat(path.ptr, &st) == 0);
    return 0;
}

static int fn_cwd(const struct function_call *call, struct term *value)
{
    *value = term_binary(call->evaluator->arena, call->evaluator->root);
    return 0;
}

static int fn_is_nil(const struct function_call *call, struct term *value)
{
    *value = bool_term(term_is_atom(call->args, "nil"));
    return 0;
}

/* A number of seconds, minutes or hours in milliseconds. */
static int milliseconds(const struct function_call *call, int64_t unit,
                        struct term *value)
{
    int64_t time;
    if (call->args->kind != TERM_INTEGER ||
        __builtin_mul_overflow(call->args->as.integer, unit, &time))
        return call_beyond(call);
    *value = term_integer(time);
    return 0;
}

static int fn_seconds(const struct function_call *call, struct term *value)
{
    return milliseconds(call, 1000, value);
}

static int fn_minutes(const struct function_call *call, struct term *value)
{
    return milliseconds(call, 60 * 1000, value);
}

static int fn_hours(const struct function_call *call, struct term *value)
{
    return milliseconds(call, 60 * 60 * 1000, value);
}

const struct function system_functions[] = {
    {"System", "get_env", 1, fn_get_env},
    {"System", "get_env", 2, fn_get_env},
    {"System", "fetch_env!", 1, fn_fetch_env},
    {"", "raise", 1, fn_raise},
    {"", "is_nil", 1, fn_is_nil},
    {"File", "exists?", 1, fn_file_exists},
    {"File", "cwd!", 0, fn_cwd},
    {":timer", "seconds", 1, fn_seconds},
    {":timer", "minutes", 1, fn_minutes},
    {":timer", "hours", 1, fn_hours},
    {NULL, NULL, 0, NULL},
};
