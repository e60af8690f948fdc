#pragma once
/*
 * What every cmocka test includes, in the order that cmocka wants, and the checks that
 * tests of relc share.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "relc/base/arena.h"
#include "relc/base/err.h"

/* A str equals a C string; shows both when not. */
#define assert_str(actual, expected)                                                     \
    do {                                                                                 \
        str actual_ = (actual);                                                          \
        if (!str_eqz(actual_, (expected)))                                               \
            fail_msg("got '%.*s', expected '%s'", STR_ARG(actual_), (expected));         \
    } while (0)

/* The call succeeded; shows the err when not. */
#define assert_ok(call, err)                                                             \
    do {                                                                                 \
        if ((call) != 0)                                                                 \
            fail_msg("%s failed: %s", #call, (err)->message);                            \
    } while (0)

/* The call failed with a message that contains the text; the err is released. */
#define assert_fails(call, err, text)                                                    \
    do {                                                                                 \
        assert_int_not_equal((call), 0);                                                 \
        assert_non_null((err)->message);                                                 \
        if (!strstr((err)->message, (text)))                                             \
            fail_msg("message '%s' does not contain '%s'", (err)->message, (text));      \
        err_release(err);                                                                \
    } while (0)
