/* The template language, and the files of templates/ that are part of relc. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "relc/base/fs.h"
#include "relc/template/builtin.h"
#include "relc/template/template.h"

struct fixture {
    struct arena arena;
    struct map vars;
    struct buf out;
    struct err err;
};

static int setup(void **state)
{
    static char release[] = "book_app", version[] = "1.0.0", empty[] = "";
    struct fixture *f = calloc(1, sizeof *f);
    arena_init(&f->arena);
    map_init(&f->vars, &f->arena);
    buf_init(&f->out);
    err_init(&f->err);
    map_put(&f->vars, STR("release_name"), release);
    map_put(&f->vars, STR("release_version"), version);
    map_put(&f->vars, STR("empty"), empty);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    arena_release(&f->arena);
    buf_release(&f->out);
    err_release(&f->err);
    free(f);
    return 0;
}

static void expect_render(struct fixture *f, const char *text, const char *expected)
{
    buf_clear(&f->out);
    assert_int_equal(template_render(&f->out, str_of(text), "x", &f->vars, &f->err), 0);
    assert_string_equal(f->out.ptr, expected);
}

static void expect_failure(struct fixture *f, const char *text, unsigned line,
                           unsigned column, const char *message, const char *hint)
{
    assert_int_equal(template_render(&f->out, str_of(text), "x", &f->vars, &f->err), -1);
    assert_string_equal(f->err.message, message);
    assert_string_equal(f->err.file, "x");
    assert_int_equal(f->err.line, line);
    assert_int_equal(f->err.column, column);
    if (hint)
        assert_string_equal(f->err.hint ? f->err.hint : "(no hint)", hint);
    err_release(&f->err);
}

static void test_variables_are_replaced(void **state)
{
    struct fixture *f = *state;
    expect_render(f, "", "");
    expect_render(f, "plain %> < % text\n", "plain %> < % text\n");
    expect_render(f, "<%= release_name %>", "book_app");
    expect_render(f, "a <%=release_name%>-<%= release_version\n%>!\n",
                  "a book_app-1.0.0!\n");
    expect_render(f, "[<%= empty %>]", "[]");
}

static void test_nothing_else_is_special(void **state)
{
    struct fixture *f = *state;
    expect_render(f, "<%% <%%= release_name %> <%%%", "<% <%= release_name %> <%%");
    expect_render(f, "<% if x %> <%# y %> <%", "<% if x %> <%# y %> <%");
    expect_render(f, "<<%= release_name %>>", "<book_app>");
}

static void test_values_are_not_templates(void **state)
{
    struct fixture *f = *state;
    static char value[] = "<%= empty %>";
    map_put(&f->vars, STR("tag"), value);
    expect_render(f, "<%= tag %>", "<%= empty %>");
}

static void test_text_before_is_kept(void **state)
{
    struct fixture *f = *state;
    buf_str(&f->out, STR("before "));
    assert_int_equal(
        template_render(&f->out, STR("<%= release_name %>"), "x", &f->vars, &f->err), 0);
    assert_string_equal(f->out.ptr, "before book_app");
}

static void test_unknown_variables(void **state)
{
    struct fixture *f = *state;
    expect_failure(f, "a\n\xc3\xa9 <%= relase_name %>", 2, 3,
                   "unknown variable 'relase_name'", "did you mean 'release_name'?");
    expect_failure(f, "<%= x + y %>", 1, 1, "unknown variable 'x + y'", "(no hint)");
    expect_failure(f, "<%= release_name %><%= %>", 1, 20,
                   "a tag without the name of a variable", NULL);
}

static void test_unterminated_tags(void **state)
{
    struct fixture *f = *state;
    expect_failure(f, "a <%= release_name", 1, 3, "'<%=' without '%>' after it", NULL);
    expect_failure(f, "<%=", 1, 1, "'<%=' without '%>' after it", NULL);
    expect_failure(f, "<%=%", 1, 1, "'<%=' without '%>' after it", NULL);
    expect_failure(f, "<%= release_name\n<%= empty %>", 1, 1,
                   "'<%=' without '%>' after it", NULL);
}

/* No byte after the end is looked at. */
static void test_every_prefix(void **state)
{
    struct fixture *f = *state;
    static const char text[] = "x <%% <%= release_name %> <% y\n<%= empty %>%>";
    for (size_t len = 0; len < sizeof text; len++) {
        char *copy = malloc(len + !len);
        memcpy(copy, text, len);
        (void)!template_render(&f->out, (str){copy, len}, "x", &f->vars, &f->err);
        err_release(&f->err);
        free(copy);
    }
}

/* Each file of templates/ is there with its very bytes, found by its name. */
static void test_builtin_files_are_those_of_the_folder(void **state)
{
    struct fixture *f = *state;
    assert_true(builtin_file_count > 0);
    for (size_t i = 0; i < builtin_file_count; i++) {
        const struct builtin_file *file = &builtin_files[i];
        str content, found = builtin_get(file->name);
        str path = arena_printf(&f->arena, "%s/templates/%s", PROJECT_FOLDER, file->name);
        assert_int_equal(fs_read(&f->arena, path.ptr, 0, &content, &f->err), 0);
        assert_true(str_eq(found, content));
        if (i)
            assert_true(strcmp(builtin_files[i - 1].name, file->name) < 0);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_variables_are_replaced),
        TEST(test_nothing_else_is_special),
        TEST(test_values_are_not_templates),
        TEST(test_text_before_is_kept),
        TEST(test_unknown_variables),
        TEST(test_unterminated_tags),
        TEST(test_every_prefix),
        TEST(test_builtin_files_are_those_of_the_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
