#include "reading.h"

#include "relc/base/fs.h"

#include <stdlib.h>
#include <unistd.h>

struct example {
    const char *text;
    const char *printed; /* on one line, as OTP 25 prints it */
    int otp;             /* 0: newest */
};

static void check_examples(const struct example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct term term = term_of(examples[i].text, examples[i].otp);
        const char *line = line_of(&term, 25);
        if (strcmp(line, examples[i].printed) != 0)
            fail_msg("'%s' was read as %s, not %s", examples[i].text, line,
                     examples[i].printed);
    }
}

#define CHECK_EXAMPLES(examples)                                                         \
    check_examples(examples, sizeof examples / sizeof *examples)

static void every_kind_of_term_is_read(void **state)
{
    static const struct example examples[] = {
        {"foo", "foo", 0},
        {"'Foo bar\\x{20}\\''", "'Foo bar \\''", 0},
        {"-16#ff", "-255", 0},
        {"1_000", "1000", 0},
        {"$a", "97", 0},
        {"1.5e-3", "0.0015", 0},
        {"\"ab\" %x\n \"c\"", "\"abc\"", 0},
        {"{a,{},[b|c]}", "{a,{},[b|c]}", 0},
        {"[a|[b|\"cd\"]]", "[a,b,99,100]", 0},
        {"[a|([b])]", "[a,b]", 0},
        {"# %x\n {b=>1,a=>2,b=>3}", "#{a => 2,b => 3}", 0},
        {"<<1,\"ab\":16,-1:4>>", "<<1,0,97,0,98,15:4>>", 0},
        {"fun 'A':b/2", "fun 'A':b/2", 0},
        {"- ((1))", "-1", 0},
    };
    (void)state;
    CHECK_EXAMPLES(examples);
}

static void newer_rules_hold_for_newer_releases(void **state)
{
    static const struct example examples[] = {
        {"maybe", "maybe", 25},
        {"[maybe,else]", "[maybe,else]", 0},
        {"$\\^?", "31", 26},
        {"$\\^?", "127", 27},
        {"$\\^?", "127", 0},
        {"$\\^1", "17", 0},
        {"\"a\"\"b\"", "\"ab\"", 26},
        {"\"a\"\"b\"", "\"ab\"", 0},
        {"\"\"\"abc\"\"\"", "\"abc\"", 26},
        {"-0.0", "0.0", 23},
        {"-0.0", "-0.0", 24},
        {"16#1.8#e2", "384.0", 0},
        {"2#0.111", "0.875", 28},
        {"3#1.1", "1.3333333333333333", 28},
        {"36#z.z#e-1", "0.9992283950617284", 28},
    };
    (void)state;
    CHECK_EXAMPLES(examples);
}

static void triple_quoted_strings_lose_their_indentation(void **state)
{
    static const struct example examples[] = {
        {"\"\"\"\n\"\"\"", "[]", 27},
        {"\"\"\" \t\n  a\n\n   b\\n\"\n  \"\"\"", "\"a\\n\\n b\\\\n\\\"\"", 27},
        {"\"\"\"\"\n\"\"\"\n\"\"\"\"", "\"\\\"\\\"\\\"\"", 27},
        {"\"\"\"\r\n a\r\n b\r\n \"\"\"", "\"a\\r\\nb\"", 27},
        {"\"\"\"\na\n\n\"\"\"", "\"a\\n\"", 27},
        {"~\"\"\"\n a\\n\n \"\"\"", "<<\"a\\\\n\">>", 27},
        {"~b\"\"\"\n a\\n\n \"\"\"", "<<\"a\\n\">>", 27},
        {"~s\"\"\"\n a\\\n b\n \"\"\"", "\"a\\nb\"", 27},
        {"~S\"\"\"\n a\\\n b\n \"\"\"", "\"a\\\\\\nb\"", 27},
        {"\"\"\"\n a\n \"\"\" \"b\"", "\"ab\"", 27},
    };
    (void)state;
    CHECK_EXAMPLES(examples);
}

static void sigils_are_strings_and_binaries(void **state)
{
    static const struct example examples[] = {
        {"~\"a\\n\"", "<<\"a\\n\">>", 27},
        {"~b'a'", "<<\"a\">>", 27},
        {"~B(a\\n)", "<<\"a\\\\n\">>", 27},
        {"~s[a]", "\"a\"", 27},
        {"~S{a\\n}", "\"a\\\\n\"", 27},
        {"~s<a>", "\"a\"", 27},
        {"~s/a/", "\"a\"", 27},
        {"~s|a|", "\"a\"", 27},
        {"~s`a`", "\"a\"", 27},
        {"~s#a#", "\"a\"", 27},
        {"~S(a\\)", "\"a\\\\\"", 27},
        {"[~b()]", "[<<>>]", 0},
        {"~\"\\x{e9}\"", "<<\"\xC3\xA9\"/utf8>>", 27},
    };
    (void)state;
    CHECK_EXAMPLES(examples);
}

struct fault {
    const char *text; /* the whole text */
    unsigned line;
    unsigned column;
    const char *message; /* part of it */
    int otp;
};

static const struct fault faults[] = {
    {"{a, b", 1, 6, "expected ',' or '}' in tuple, found the end of the file", 0},
    {"[a; b].", 1, 3, "expected ',' or ']' in list, found ';'", 0},
    {"[a,\n b}.", 2, 3, "expected ',' or ']' in list, found '}'", 0},
    {"[a|b,c].", 1, 5, "expected ']' after the tail", 0},
    {"#{a => 1, b}.", 1, 12, "expected '=>' after the key", 0},
    {"#{a => 1; b}.", 1, 9, "expected ',' or '}' in map", 0},
    {"<<1;2>>.", 1, 4, "expected ',' or '>>' in binary", 0},
    {"<<\"\",>>.", 1, 6, "expected a term, found '>>'", 0},
    {"{a,}.", 1, 4, "expected a term, found '}'", 0},
    {"(a].", 1, 3, "expected ')'", 0},
    {"a\nb.", 2, 1, "expected '.' after the term, found 'b'", 0},
    {"a.b.", 1, 2, "expected a blank after the dot", 0},
    {"a", 1, 2, "expected '.' after the term, found the end", 0},
    {"[\"\xC3\xA9\", Foo].", 1, 7, "found the variable 'Foo'", 0},
    {"{end}.", 1, 2, "found the reserved word 'end'", 0},
    {"maybe.", 1, 1, "found the reserved word 'maybe'", 27},
    {"{ok,\n  \"abc\n\n", 2, 3, "unterminated string", 0},
    {"'abc", 1, 1, "unterminated quoted atom", 0},
    {" $", 1, 2, "unterminated character", 0},
    {"$\\", 1, 1, "unterminated character", 0},
    {"\"\"\"\nabc\n\"\"", 1, 1, "unterminated triple-quoted string", 27},
    {"\"\"\"abc\"\"\".", 1, 4, "expected the end of the line after the opening", 27},
    {"\"\"\"\n a\nb\n \"\"\".", 3, 1, "less indentation", 27},
    {"\"a\"\"b\".", 1, 4, "expected a blank between adjacent strings", 27},
    {"~x\"a\".", 1, 1, "unknown sigil '~x'", 27},
    {"~ \"a\".", 1, 2, "expected a quoted text after the sigil", 27},
    {"~s\"a\"x.", 1, 6, "a sigil has no suffix", 27},
    {"~s\"a\" \"b\".", 1, 7, "expected '.' after the term", 27},
    {"~s(a", 1, 1, "unterminated sigil", 27},
    {"\"a\\xzz\".", 1, 3, "hexadecimal digits", 0},
    {"\"\\x{110000}\".", 1, 2, "is not a valid character", 0},
    {"\"\\^1\".", 1, 2, "is followed by a letter", 27},
    {"37#1.", 1, 1, "base of a number is 2 to 36", 0},
    {"16#g.", 1, 4, "expected digits of base 16", 0},
    {"1.0e.", 1, 4, "expected digits after the exponent mark", 0},
    {"1.0e400.", 1, 1, "float out of range", 0},
    {"16#1.8#2.", 1, 8, "expected 'e' and digits", 28},
    {"- a.", 1, 3, "expected a number after the sign", 0},
    {"a \xFF.", 1, 3, "byte 0xFF is not valid UTF-8", 0},
    {"% \xC3", 1, 3, "is not valid UTF-8", 0},
    {"a \xD0\xB0.", 1, 3, "can stand in quotes and comments only", 0},
    {"\"\xEF\xBF\xBE\".", 1, 2, "U+FFFE is not allowed", 0},
    {"\xEF\xBB\xBF"
     "a.",
     1, 1, "byte order mark", 0},
    {"fun a/1.", 1, 6, "expected ':' after the module", 0},
    {"fun a:b/256.", 1, 1, "arity of a fun is at most 255", 0},
    {"<<1/foo>>.", 1, 5, "expected a segment type, found 'foo'", 0},
    {"<<1/big-little>>.", 1, 9, "contradicts another", 0},
    {"<<1:a>>.", 1, 3, "segment size is an integer", 0},
    {"<<0:999999999999>>.", 1, 3, "binaries are too large", 0},
    {"<<a>>.", 1, 3, "is an integer or string", 0},
    {"", 1, 1, "no term in the file", 0},
    {"{a 'b\n\x1b[2J'}.", 1, 4, "found 'b??[2J'", 0},
};

static void errors_name_the_place_and_what_was_expected(void **state)
{
    struct term term;
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        const struct fault *fault = &faults[i];
        if (read_bytes(str_of(fault->text), fault->otp, &term) == 0)
            fail_msg("'%s' was read", fault->text);
        if (err.line != fault->line || err.column != fault->column ||
            !strstr(err.message, fault->message))
            fail_msg("'%s' gives %u:%u: %s", fault->text, err.line, err.column,
                     err.message);
        assert_string_equal(err.file, "test");
        err_release(&err);
    }
}

static void what_is_open_at_the_end_is_told(void **state)
{
    struct term term;
    (void)state;
    assert_int_equal(read_bytes(STR("{a,\n [b,"), 0, &term), -1);
    assert_null(err.hint);
    err_release(&err);
    assert_int_equal(read_bytes(STR("{a,\n [b"), 0, &term), -1);
    assert_string_equal(err.hint, "it was opened at line 2, column 2");
    err_release(&err);
}

static const char whole_text[] = "{application, foo, [{vsn, \"1\\x{400}2\"}, {m, #{a => "
                                 "<<1,2:3/little,\"x\"/utf8>>}},\n"
                                 "  'quoted\\n', fun a:b/3, [1|2], -1.5e3, 16#ff, $\\n, "
                                 "~b\"x\", \"\"\"\n  abc\n  \"\"\"]}.";

static void every_beginning_of_a_text_is_an_error(void **state)
{
    struct term term;
    str whole = str_of(whole_text);
    (void)state;
    for (size_t len = 0; len < whole.len; len++) {
        /* A copy of the exact size lets ASan see a read beyond the end. */
        char *copy = test_malloc(len + 1);
        memcpy(copy, whole.ptr, len);
        assert_int_equal(read_bytes((str){copy, len}, 0, &term), -1);
        assert_true(err.line >= 1 && err.line <= 5);
        err_release(&err);
        test_free(copy);
    }
    assert_int_equal(read_bytes(whole, 0, &term), 0);
}

static str nested(const char *open, const char *inner, const char *close, size_t depth)
{
    struct buf text;
    buf_init(&text);
    for (size_t i = 0; i < depth; i++)
        buf_str(&text, str_of(open));
    buf_str(&text, str_of(inner));
    for (size_t i = 0; i < depth; i++)
        buf_str(&text, str_of(close));
    buf_putc(&text, '.');
    str copy = arena_str(&arena, buf_view(&text));
    buf_release(&text);
    return copy;
}

static void nesting_has_a_limit(void **state)
{
    static const char *const brackets[][3] = {
        {"[", "", "]"},  {"{a,", "1", "}"}, {"#{a => ", "1", "}"},  {"#{", "a", "=>1}"},
        {"(", "a", ")"}, {"[a|", "b", "]"}, {"<<", "1", "/bits>>"}, {"[a|(", "b", ")]"},
    };
    struct term term;
    (void)state;
    for (size_t i = 0; i < sizeof brackets / sizeof *brackets; i++) {
        const char *const *b = brackets[i];
        str text = nested(b[0], b[1], b[2], 10000);
        assert_fails(read_bytes(text, 0, &term), &err, "nested more than 4096 deep");
    }
    assert_ok(read_bytes(nested("[", "", "]", TERM_MAX_DEPTH), 0, &term), &err);
    struct term again = term;
    assert_true(term_equal(&term, &again));
    assert_int_equal(strlen(page_of(&term, 0)), nested("[", "", "]", 4096).len - 1);
}

static void numbers_have_a_limit(void **state)
{
    struct term term;
    (void)state;
    char *digits = arena_alloc(&arena, 100001);
    memset(digits, '9', 100000);
    assert_fails(read_bytes((str){digits, 100000}, 0, &term), &err,
                 "integer of more than 32768 bytes");
    assert_ok(read_bytes(arena_printf(&arena, "%.70000s.", digits), 0, &term), &err);
    assert_int_equal(strlen(line_of(&term, 0)), 70000);
    assert_fails(read_bytes(arena_printf(&arena, "%s.0.", digits), 0, &term), &err,
                 "float out of range");
}

static size_t count_terms(str text)
{
    struct term_source source = {"test", text, 0};
    struct term *terms;
    size_t count;
    assert_ok(term_read_all(&arena, &source, &terms, &count, &err), &err);
    return count;
}

static void a_text_may_hold_any_number_of_terms(void **state)
{
    (void)state;
    assert_int_equal(count_terms(STR("")), 0);
    assert_int_equal(count_terms((str){NULL, 0}), 0);
    assert_int_equal(count_terms(STR("\xC2\xA0% nothing")), 0);
    assert_int_equal(count_terms(STR("a. b.\n%x\nc.%y")), 3);
    assert_int_equal(count_terms(STR("{a}.\n")), 1);
}

static void the_first_term_is_read_without_the_rest(void **state)
{
    struct term term;
    (void)state;
    assert_ok(read_bytes(STR("{a,1}. ] \xFF"), 0, &term), &err);
    assert_string_equal(line_of(&term, 0), "{a,1}");
}

static void encoding_comments_count_in_two_lines(void **state)
{
    struct term term;
    (void)state;
    assert_ok(read_bytes(STR("\n%% coding: latin-1\n\"\xE9\"."), 0, &term), &err);
    assert_true(term.as.list.items[0].as.integer == 0xE9);
    assert_ok(read_bytes(STR("% -*- coding = LATIN-1 -*-\n'\xE9'."), 0, &term), &err);
    err_release(&err);
    assert_fails(read_bytes(STR("\n\n% coding: latin-1\n\"\xE9\"."), 0, &term), &err,
                 "not valid UTF-8");
    assert_fails(
        read_bytes(STR("% coding: utf-8\n% coding: latin-1\n\"\xE9\"."), 0, &term), &err,
        "not valid UTF-8");
}

static void files_are_read_whole_or_for_their_first_term(void **state)
{
    char path[] = "/tmp/relc-test-XXXXXX";
    struct term term;
    (void)state;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_ok(fs_write_all(fd, "a.\n  b.", 7, path, &err), &err);
    close(fd);
    assert_ok(term_read_file_first(&arena, path, &term, &err), &err);
    assert_true(term_is_atom(&term, "a"));
    assert_int_equal(term_read_file_one(&arena, path, &term, &err), -1);
    assert_string_equal(err.file, path);
    assert_int_equal(err.line, 2);
    assert_int_equal(err.column, 3);
    assert_fails(-1, &err, "expected the end of the file after its first term");
    unlink(path);
    assert_fails(term_read_file_one(&arena, path, &term, &err), &err, "cannot open");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_term_is_read),
        cmocka_unit_test(newer_rules_hold_for_newer_releases),
        cmocka_unit_test(triple_quoted_strings_lose_their_indentation),
        cmocka_unit_test(sigils_are_strings_and_binaries),
        cmocka_unit_test(errors_name_the_place_and_what_was_expected),
        cmocka_unit_test(what_is_open_at_the_end_is_told),
        cmocka_unit_test(every_beginning_of_a_text_is_an_error),
        cmocka_unit_test(nesting_has_a_limit),
        cmocka_unit_test(numbers_have_a_limit),
        cmocka_unit_test(a_text_may_hold_any_number_of_terms),
        cmocka_unit_test(the_first_term_is_read_without_the_rest),
        cmocka_unit_test(encoding_comments_count_in_two_lines),
        cmocka_unit_test(files_are_read_whole_or_for_their_first_term),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
