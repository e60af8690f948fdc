#include "reading.h"

struct spelling {
    const char *text;
    const char *printed;
    int otp;
};

static const struct spelling spellings[] = {
    {"[1,2,3]", "[1,2,3]", 0},
    {"[8,13,27,32,126,160,255]", "\"\\b\\r\\e ~\xC2\xA0\xC3\xBF\"", 0},
    {"[127]", "[127]", 0},
    {"[256]", "[256]", 0},
    {"\"a\\\"b\\\\\"", "\"a\\\"b\\\\\"", 0},
    {"'a b'", "'a b'", 0},
    {"'it\\'s'", "'it\\'s'", 0},
    {"'\\0\\d\\x{9f}'", "'\\000\\d\\237'", 0},
    {"'\\x{400}'", "'\xD0\x80'", 0},
    {"'end'", "'end'", 0},
    {"'maybe'", "maybe", 26},
    {"'maybe'", "'maybe'", 27},
    {"'else'", "'else'", 0},
    {"fun 'A':'end'/2", "fun 'A':'end'/2", 0},
    {"<<\"abc\">>", "<<\"abc\">>", 0},
    {"<<\"\xC3\xA9\"/utf8>>", "<<\"\xC3\xA9\"/utf8>>", 0},
    {"<<233>>", "<<\"\xC3\xA9\">>", 0},
    {"<<127>>", "<<127>>", 0},
    {"<<\"\xD0\x80\"/utf8>>", "<<208,128>>", 0},
    {"<<16#C4,16#A0,16#FF>>", "<<\"\xC3\x84\xC2\xA0\xC3\xBF\">>", 27},
    {"<<16#C4,16#A0,16#FF>>", "<<196,160,255>>", 29},
    {"<<1,2:3>>", "<<1,2:3>>", 0},
    {"<<2:3>>", "<<2:3>>", 0},
    {"#{}", "#{}", 0},
    {"{}", "{}", 0},
    {"0.1", "0.1", 0},
    {"-0.0", "-0.0", 0},
    {"100.0", "100.0", 0},
    {"1.0e22", "1.0e22", 0},
    {"1234567.0", "1234567.0", 0},
    {"0.00001", "1.0e-5", 0},
    {"0.0001", "0.0001", 0},
    {"1.0e-4", "0.0001", 0},
    {"9007199254740991.0", "9007199254740991.0", 0},
    {"9007199254740992.0", "9.007199254740992e15", 0},
    {"9007199254740992.0", "9007199254740992.0", 23},
    {"4.9e-324", "5.0e-324", 0},
    {"1.7976931348623157e308", "1.7976931348623157e308", 0},
    {"-123456789012345678901234567890", "-123456789012345678901234567890", 0},
    {"1000000000000000000000000000000000000", "1000000000000000000000000000000000000", 0},
};

static void words_are_spelled_as_by_erlang(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        struct term term = term_of(spellings[i].text, 25);
        assert_string_equal(line_of(&term, spellings[i].otp), spellings[i].printed);
        assert_string_equal(page_of(&term, spellings[i].otp), spellings[i].printed);
    }
}

/* Texts as io_lib of OTP 25 lays them out; each must come back as it is. */
static const char *const pages[] = {
    "{application,kernel,\n"
    "             [{description,\"ERTS  CXC 138 10\"},\n"
    "              {vsn,\"8.5.3\"},\n"
    "              {modules,[application,application_controller,application_master,\n"
    "                        application_starter,auth]}]}",
    "#{1 => \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\n"
    "  2 => \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"}",
    "[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,\n"
    " bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb|cccccccccccccccccccccc]",
    "<<0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,\n"
    "  29,30,31,32:7>>",
};

static void long_terms_are_laid_out_as_by_erlang(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct term term = term_of(pages[i], 25);
        assert_string_equal(page_of(&term, 25), pages[i]);
    }
}

static void a_line_has_at_most_78_columns_before_it_breaks(void **state)
{
    char text[100];
    (void)state;
    for (int fill = 60; fill < 75; fill++) {
        snprintf(
            text, sizeof text, "{\"%.*s\",1,2}", fill,
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
        struct term term = term_of(text, 25);
        const char *page = page_of(&term, 25);
        assert_int_equal(strchr(page, '\n') != NULL, strlen(text) >= 79);
    }
}

static void a_file_has_its_coding_line_and_dot(void **state)
{
    struct buf out;
    (void)state;
    struct term term = term_of("{a,\"\xC3\xA9\"}", 25);
    buf_init(&out);
    term_print_file(&out, &term, 25);
    assert_string_equal(out.ptr, "%% coding: utf-8\n{a,\"\xC3\xA9\"}.\n");
    buf_release(&out);
}

/* What is built around a term of the greatest depth is still printed. */
static void terms_around_the_deepest_are_printed(void **state)
{
    struct term term = term_nil();
    (void)state;
    for (int i = 1; i < TERM_MAX_DEPTH + TERM_WRAP_DEPTH; i++)
        term = term_list(&arena, &term, 1);
    assert_null(strchr(line_of(&term, 0), '.'));
    for (int i = 0; i < 100000; i++)
        term = term_list(&arena, &term, 1);
    assert_non_null(strstr(line_of(&term, 0), "'...'"));
    assert_non_null(page_of(&term, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_spelled_as_by_erlang),
        cmocka_unit_test(long_terms_are_laid_out_as_by_erlang),
        cmocka_unit_test(a_line_has_at_most_78_columns_before_it_breaks),
        cmocka_unit_test(a_file_has_its_coding_line_and_dot),
        cmocka_unit_test(terms_around_the_deepest_are_printed),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
