/* YAML files as trees: places, aliases, merge keys, and every kind of broken input. */
#include "fixture.h"

#include "relc/base/buf.h"
#include "relc/config/yaml.h"

static const struct yaml_node *read_text(struct fixture *f, const char *text)
{
    struct yaml_node *root = NULL;
    expect_success(f, yaml_read(&f->arena, "x.yaml", str_of(text), &root, &f->err));
    return root;
}

static void expect_broken(struct fixture *f, str text, const char *place,
                          const char *message)
{
    struct yaml_node *root;
    int result = yaml_read(&f->arena, "x.yaml", text, &root, &f->err);
    if (result == -1)
        assert_string_equal(f->err.file, "x.yaml");
    expect_failure(f, result, place, message, NULL);
}

static void expect_scalar(const struct yaml_node *mapping, const char *key,
                          const char *text)
{
    const struct yaml_node *node = yaml_get(mapping, key);
    assert_non_null(node);
    assert_int_equal(node->kind, YAML_SCALAR);
    assert_string_equal(node->text.ptr, text);
}

static void test_values_have_their_kind_text_and_place(void **state)
{
    struct fixture *f = *state;
    const struct yaml_node *root =
        read_text(f, "# comment\na: 1.10\nb: [x, 'y z']\nc:\n  d: \"\\u00e9\\n\"\n");
    assert_int_equal(root->kind, YAML_MAPPING);
    assert_int_equal(root->count, 3);
    expect_scalar(root, "a", "1.10");
    const struct yaml_node *list = yaml_get(root, "b");
    assert_int_equal(list->kind, YAML_SEQUENCE);
    assert_int_equal(list->count, 2);
    assert_string_equal(list->items[1]->text.ptr, "y z");
    assert_true(list->items[1]->quoted);
    assert_false(list->items[0]->quoted);
    assert_int_equal(list->items[1]->line, 3);
    assert_int_equal(list->items[1]->column, 8);
    expect_scalar(yaml_get(root, "c"), "d", "\xc3\xa9\n");
    assert_null(yaml_get(root, "e"));
}

static void test_columns_count_characters(void **state)
{
    struct fixture *f = *state;
    const struct yaml_node *root = read_text(f, "{\"\xc3\xa9\xc3\xa9\": x}");
    assert_int_equal(root->pairs[0].value->column, 8);
}

static void test_booleans_and_nothing_are_told_from_text(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text;
        int value; /* 1, 0, or -1: no boolean */
        bool null;
    } cases[] = {
        {"true", 1, false},      {"Yes", 1, false},
        {"ON", 1, false},        {"false", 0, false},
        {"no", 0, false},        {"Off", 0, false},
        {"\"true\"", -1, false}, {"tRue", -1, false},
        {"y", -1, false},        {"!!str true", -1, false},
        {"~", -1, true},         {"null", -1, true},
        {"", -1, true},          {"''", -1, false},
        {"1", -1, false},        {"!!bool yes", 1, false},
        {"!env X", -1, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        str text = arena_printf(&f->arena, "a: %s\n", cases[i].text);
        const struct yaml_node *node = yaml_get(read_text(f, text.ptr), "a");
        bool value = false, is_bool = yaml_is_bool(node, &value);
        assert_int_equal(is_bool, cases[i].value >= 0);
        if (is_bool)
            assert_int_equal(value, cases[i].value);
        assert_int_equal(yaml_is_null(node), cases[i].null);
    }
}

static void test_tags_are_noted(void **state)
{
    struct fixture *f = *state;
    const struct yaml_node *root = read_text(f, "a: !env X\nb: !file y/z\nc: ! 5\n");
    assert_int_equal(yaml_get(root, "a")->tag, YAML_TAG_ENV);
    assert_int_equal(yaml_get(root, "b")->tag, YAML_TAG_FILE);
    assert_int_equal(yaml_get(root, "c")->tag, YAML_TAG_NONE);
    assert_true(yaml_get(root, "c")->quoted);
}

static void test_aliases_repeat_values(void **state)
{
    struct fixture *f = *state;
    const struct yaml_node *root =
        read_text(f, "a: &x {k: 1}\nb: *x\nc: [*x, &x two, *x]\nd: *x\n");
    expect_scalar(yaml_get(root, "b"), "k", "1");
    const struct yaml_node *list = yaml_get(root, "c");
    expect_scalar(list->items[0], "k", "1");
    assert_string_equal(list->items[2]->text.ptr, "two");
    expect_scalar(root, "d", "two");
}

static void test_merge_keys_add_what_is_missing(void **state)
{
    struct fixture *f = *state;
    const struct yaml_node *root = read_text(f, "a: &a {x: 1, y: 1}\n"
                                                "b: &b {y: 2, z: 2}\n"
                                                "c: {x: 3, <<: [*a, *b], w: 3}\n");
    const struct yaml_node *c = yaml_get(root, "c");
    assert_int_equal(c->count, 4);
    expect_scalar(c, "x", "3");
    expect_scalar(c, "y", "1");
    expect_scalar(c, "z", "2");
    expect_scalar(c, "w", "3");
}

static void test_merge_key_wants_mappings(void **state)
{
    struct fixture *f = *state;
    expect_broken(f, STR("a: {<<: 5}\n"), "1:9",
                  "'<<' wants a mapping or a list of mappings, not '5'");
    expect_broken(f, STR("a: {<<: [{x: 1}, [y]]}\n"), "1:18",
                  "'<<' wants a mapping or a list of mappings, not a list");
}

static void test_duplicate_keys_name_both_places(void **state)
{
    struct fixture *f = *state;
    expect_broken(f, STR("a: 1\nb:\n  c: 1\n  d: 2\n  'c': 3\n"), "5:3",
                  "duplicate key 'c', first in line 3, column 3");
}

static void test_keys_are_plain_text(void **state)
{
    struct fixture *f = *state;
    expect_broken(f, STR("? [a, b]\n: 1\n"), "1:3", "a key must be text, not a list");
    expect_broken(f, STR("!env X: 1\n"), "1:1", "a key cannot have a tag");
    expect_broken(f, STR("'': 1\n"), "1:1", "a key is empty");
}

static void test_unknown_tags_are_refused(void **state)
{
    struct fixture *f = *state;
    struct yaml_node *root;
    int result = yaml_read(&f->arena, "x.yaml", STR("a: !evn X\n"), &root, &f->err);
    expect_failure(f, result, "1:4", "unknown tag '!evn'", "did you mean '!env'?");
    expect_broken(f, STR("a: !env [X]\n"), "1:4", "unknown tag '!env'");
    expect_broken(f, STR("a: !!set {X}\n"), "1:4", "unknown tag 'tag:yaml.org,2002:set'");
}

static void test_broken_yaml_says_where_and_what(void **state)
{
    struct fixture *f = *state;
    expect_broken(f, STR("a: [1, 2\nb: 3\n"), "2:2",
                  "broken YAML: did not find expected ',' or ']', while parsing a flow "
                  "sequence that began in line 1");
    expect_broken(f, STR("a: 1\n b: 2\n"), "2:3",
                  "broken YAML: mapping values are not allowed in this context");
    expect_broken(f, STR("a: 'x\n"), "2:1",
                  "broken YAML: found unexpected end of stream, while scanning a quoted "
                  "scalar that began in line 1");
    expect_broken(f, STR("a: %x\n"), "1:4",
                  "broken YAML: found character that cannot start any token, while "
                  "scanning for the next token");
    expect_broken(f, STR("a: \"\\q\"\n"), "1:5",
                  "broken YAML: found unknown escape character, while parsing a quoted "
                  "scalar");
}

static void test_tabs_have_a_hint(void **state)
{
    struct fixture *f = *state;
    struct yaml_node *root;
    int result = yaml_read(&f->arena, "x.yaml", STR("a:\n\tb: 1\n"), &root, &f->err);
    assert_int_equal(result, -1);
    assert_non_null(strstr(f->err.hint, "never tabs"));
    assert_int_equal(f->err.line, 2);
}

static void test_files_without_a_value_are_refused(void **state)
{
    struct fixture *f = *state;
    expect_broken(f, STR(""), "1:1", "the file is empty");
    expect_broken(f, STR("# only a comment\n\n"), "1:1", "the file is empty");
    expect_broken(f, STR("---\n...\n"), "1:1", "the file is empty");
}

static void test_only_one_document(void **state)
{
    struct fixture *f = *state;
    read_text(f, "%YAML 1.1\n---\na: 1\n...\n");
    expect_broken(f, STR("a: 1\n---\nb: 2\n"), "2:1", "a second document in one file");
}

static void test_text_must_be_utf8(void **state)
{
    struct fixture *f = *state;
    expect_broken(f, STR("a: 1\nb: \xc3\xa9\xff\n"), "2:5",
                  "not YAML text in UTF-8: invalid leading UTF-8 octet (0xff)");
    expect_broken(f,
                  STR("\xff\xfe"
                      "a\0:\0 \0"),
                  "1:1", "not YAML text in UTF-8: invalid leading UTF-8 octet (0xff)");
    expect_broken(f, STR("a: \0\n"), "1:4",
                  "not YAML text in UTF-8: control characters are not allowed (0x00)");
    expect_broken(f, STR("a: \"x\\0\"\n"), "1:4", "text with a NUL character");
    expect_scalar(read_text(f, "\xef\xbb\xbf"
                               "a: 1\n"),
                  "a", "1");
}

static void test_aliases_must_make_sense(void **state)
{
    struct fixture *f = *state;
    expect_broken(f, STR("a: *b\n"), "1:4",
                  "alias '*b' without an anchor '&b' before it");
    expect_broken(f, STR("a: &a [1, *a]\n"), "1:11",
                  "alias '*a' stands inside of what it repeats");
}

/* Nine levels of nine aliases each are half a milliard values. */
static void test_alias_bomb_is_refused(void **state)
{
    struct fixture *f = *state;
    struct buf text;
    buf_init(&text);
    buf_str(&text, STR("a: &a [x, x, x, x, x, x, x, x, x]\n"));
    for (char c = 'b'; c < 'j'; c++) {
        buf_printf(&text, "%c: &%c [", c, c);
        for (int i = 0; i < 9; i++)
            buf_printf(&text, "%s*%c", i ? ", " : "", c - 1);
        buf_str(&text, STR("]\n"));
    }
    expect_broken(f, buf_view(&text), "6:8",
                  "more than 100000 values, those that aliases repeat included");
    buf_release(&text);
}

static void test_merge_bomb_is_refused(void **state)
{
    struct fixture *f = *state;
    struct buf text;
    struct yaml_node *root;
    buf_init(&text);
    buf_str(&text, STR("k0: &k0 {x0: 1}\n"));
    for (int i = 1; i < 2000; i++)
        buf_printf(&text, "k%d: &k%d {x%d: 1, <<: *k%d}\n", i, i, i, i - 1);
    assert_int_equal(yaml_read(&f->arena, "x.yaml", buf_view(&text), &root, &f->err), -1);
    assert_string_equal(f->err.message,
                        "more than 100000 values, those that aliases repeat included");
    buf_release(&text);
}

static void test_depth_is_bounded(void **state)
{
    struct fixture *f = *state;
    struct buf text;
    buf_init(&text);
    buf_fill(&text, '[', 64);
    buf_fill(&text, ']', 64);
    read_text(f, text.ptr);
    buf_clear(&text);
    buf_fill(&text, '[', 100000);
    expect_broken(f, buf_view(&text), "1:65", "values nested more than 64 levels deep");
    buf_clear(&text);
    buf_str(&text, STR("- &a "));
    buf_fill(&text, '[', 40);
    buf_fill(&text, ']', 40);
    buf_str(&text, STR("\n- "));
    buf_fill(&text, '[', 30);
    buf_str(&text, STR("*a"));
    buf_fill(&text, ']', 30);
    expect_broken(f, buf_view(&text), "2:33", "values nested more than 64 levels deep");
    buf_release(&text);
}

static void test_size_is_bounded(void **state)
{
    struct fixture *f = *state;
    struct buf text;
    struct yaml_node *root;
    buf_init(&text);
    buf_fill(&text, '#', YAML_MAX_BYTES + 1);
    assert_int_equal(yaml_read(&f->arena, "x.yaml", buf_view(&text), &root, &f->err), -1);
    assert_string_equal(f->err.message, "too large: 1048577 bytes, at most 1048576");
    buf_release(&text);
}

static void test_values_are_described_in_words(void **state)
{
    struct fixture *f = *state;
    const struct yaml_node *list = read_text(
        f, "[[], {}, ~, yes, 'yes', 5, "
           "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\xc3\xa9z]");
    static const char *const words[] = {
        "a list",
        "a mapping",
        "nothing",
        "yes",
        "'yes'",
        "'5'",
        "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...'"};
    for (size_t i = 0; i < list->count; i++)
        assert_string_equal(yaml_describe(&f->arena, list->items[i]), words[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_values_have_their_kind_text_and_place),
        TEST(test_columns_count_characters),
        TEST(test_booleans_and_nothing_are_told_from_text),
        TEST(test_tags_are_noted),
        TEST(test_aliases_repeat_values),
        TEST(test_merge_keys_add_what_is_missing),
        TEST(test_merge_key_wants_mappings),
        TEST(test_duplicate_keys_name_both_places),
        TEST(test_keys_are_plain_text),
        TEST(test_unknown_tags_are_refused),
        TEST(test_broken_yaml_says_where_and_what),
        TEST(test_tabs_have_a_hint),
        TEST(test_files_without_a_value_are_refused),
        TEST(test_only_one_document),
        TEST(test_text_must_be_utf8),
        TEST(test_aliases_must_make_sense),
        TEST(test_alias_bomb_is_refused),
        TEST(test_merge_bomb_is_refused),
        TEST(test_depth_is_bounded),
        TEST(test_size_is_bounded),
        TEST(test_values_are_described_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
