#pragma once
/*
 * What the tests of config/ share: an arena and an err for each test, a folder of files
 * that is made anew, and expectations about errors with their places.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "relc/base/fs.h"
#include "relc/base/path.h"

static const char work_folder[] = "work";

struct fixture {
    struct arena arena;
    struct err err;
};

static inline int fixture_setup(void **state)
{
    static const char *const variables[] = {
        "MIX_ENV",       "MIX_BUILD_PATH", "MIX_BUILD_ROOT", "MIX_TARGET",
        "REBAR_PROFILE", "REBAR_BASE_DIR", "APPS_DIR",       "DEPS_DIR",
        "RELC_TEST_A",   "RELC_TEST_B",
    };
    struct fixture *f = calloc(1, sizeof *f);
    arena_init(&f->arena);
    err_init(&f->err);
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        unsetenv(variables[i]);
    *state = f;
    return fs_remove_tree(work_folder, &f->err);
}

static inline int fixture_teardown(void **state)
{
    struct fixture *f = *state;
    int result = fs_remove_tree(work_folder, &f->err);
    arena_release(&f->arena);
    err_release(&f->err);
    free(f);
    return result;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

/* The path of a file or folder of the test. */
static inline const char *work_path(struct fixture *f, const char *name)
{
    return path_join(&f->arena, STR("work"), str_of(name)).ptr;
}

/* Writes a file below the test's folder; returns its path. */
static inline const char *work_write(struct fixture *f, const char *name, str content)
{
    const char *path = work_path(f, name);
    str folder = path_dirname(&f->arena, str_of(path));
    assert_int_equal(fs_mkdirs(folder.ptr, &f->err), 0);
    assert_int_equal(fs_write_file(path, content, 0644, &f->err), 0);
    return path;
}

/* A text of several files: each begins with a line "==> NAME". */
static inline void work_write_files(struct fixture *f, const char *text)
{
    static const char mark[] = "==> ";
    while (text && *text) {
        assert_memory_equal(text, mark, sizeof mark - 1);
        text += sizeof mark - 1;
        const char *end = strchr(text, '\n');
        str name = arena_str(&f->arena, (str){text, (size_t)(end - text)});
        const char *next = strstr(end, "\n==> ");
        size_t len = next ? (size_t)(next - end) : strlen(end + 1);
        work_write(f, name.ptr, (str){end + 1, len});
        text = next ? next + 1 : NULL;
    }
}

static inline void expect_text(str text, const char *expected)
{
    if (!expected) {
        assert_null(text.ptr);
        return;
    }
    assert_non_null(text.ptr);
    assert_int_equal(text.len, strlen(expected));
    assert_memory_equal(text.ptr, expected, text.len);
}

/*
 * Expects that a call failed with the message; place is "LINE:COLUMN" or NULL when the
 * error has none; hint may be NULL. Clears the err.
 */
static inline void expect_failure(struct fixture *f, int result, const char *place,
                                  const char *message, const char *hint)
{
    assert_int_equal(result, -1);
    assert_string_equal(f->err.message, message);
    if (hint)
        assert_string_equal(f->err.hint ? f->err.hint : "(no hint)", hint);
    if (place) {
        str found = arena_printf(&f->arena, "%u:%u", f->err.line, f->err.column);
        assert_string_equal(found.ptr, place);
        assert_non_null(f->err.file);
    }
    err_release(&f->err);
}

static inline void expect_success(struct fixture *f, int result)
{
    if (result != 0)
        print_error("%s:%u:%u: %s\n", f->err.file ? f->err.file : "?", f->err.line,
                    f->err.column, f->err.message);
    assert_int_equal(result, 0);
    assert_int_equal(f->err.kind, ERR_NONE);
}
