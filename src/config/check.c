#include "relc/config/check.h"

#include "relc/base/path.h"

#include <string.h>

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

int check_release_name(str name, struct err *err)
{
    bool good = path_is_safe_name(name) && is_lower(name.ptr[0]);
    for (size_t i = 0; good && i < name.len; i++)
        good = is_lower(name.ptr[i]) || is_digit(name.ptr[i]) || name.ptr[i] == '_';
    bool reserved = str_eqz(name, "start") || str_eqz(name, "start_clean") ||
                    str_eqz(name, "no_dot_erlang");
    if (good && reserved) {
        err_set(err, ERR_INPUT, "'%.*s' cannot be the name of a release", STR_ARG(name));
        return err_hint(err, "every release has a boot file of that name");
    }
    if (good)
        return 0;
    err_set(err, ERR_INPUT, "'%.*s' cannot be the name of a release", STR_ARG(name));
    return err_hint(err, "a release's name is lower-case letters, digits and "
                         "underscores, beginning with a letter");
}

int check_app_name(str name, struct err *err)
{
    bool good = path_is_safe_name(name) && is_lower(name.ptr[0]);
    for (size_t i = 0; good && i < name.len; i++)
        good = !memchr("-.+~", name.ptr[i], 4);
    if (good)
        return 0;
    err_set(err, ERR_INPUT, "'%.*s' cannot be the name of an application", STR_ARG(name));
    return err_hint(err, "an application's name is letters, digits and underscores, "
                         "beginning with a lower-case letter");
}

static int check_safe_name(str name, const char *what, struct err *err)
{
    if (path_is_safe_name(name))
        return 0;
    err_set(err, ERR_INPUT, "'%.*s' cannot be %s", STR_ARG(name), what);
    return err_hint(err, "allowed are letters, digits and . _ - + @ ~, at most 200 and "
                         "not beginning with a dot or a hyphen");
}

int check_environment_name(str name, struct err *err)
{
    return check_safe_name(name, "the name of an environment", err);
}

int check_version(str version, struct err *err)
{
    return check_safe_name(version, "a version", err);
}

int check_command_name(str name, struct err *err)
{
    bool good = path_is_safe_name(name) && is_lower(name.ptr[0]);
    for (size_t i = 0; good && i < name.len; i++)
        good = is_lower(name.ptr[i]) || is_digit(name.ptr[i]) ||
               memchr("_-", name.ptr[i], 2);
    if (good)
        return 0;
    err_set(err, ERR_INPUT, "'%.*s' cannot be the name of a command", STR_ARG(name));
    return err_hint(err,
                    "a command's name is lower-case letters, digits, underscores and "
                    "hyphens, beginning with a letter");
}

/* A cookie is a secret: no message repeats it. */
int check_cookie(str cookie, struct err *err)
{
    if (!cookie.len)
        return err_set(err, ERR_INPUT, "the cookie is empty");
    if (cookie.len > COOKIE_MAX_BYTES)
        return err_set(err, ERR_INPUT, "the cookie has %zu characters, at most %d",
                       cookie.len, COOKIE_MAX_BYTES);
    for (size_t i = 0; i < cookie.len; i++) {
        unsigned char c = (unsigned char)cookie.ptr[i];
        if (c > ' ' && c < 0x7f)
            continue;
        err_set(err, ERR_INPUT, "the cookie's character %zu (0x%02x) is not allowed",
                i + 1, (unsigned)c);
        return err_hint(err, "a cookie is printable ASCII characters without blanks");
    }
    return 0;
}
