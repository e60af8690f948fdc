#include "reading.h"

#include "relc/term/etf.h"

#include <stdlib.h>
#include <zlib.h>

static str encoded(const struct term *term, enum etf_atoms atoms)
{
    struct buf out;
    buf_init(&out);
    assert_ok(etf_encode(&out, term, atoms, &err), &err);
    str copy = arena_str(&arena, buf_view(&out));
    buf_release(&out);
    return copy;
}

struct code {
    const char *text;
    const char *bytes; /* after the version byte */
    size_t size;
    enum etf_atoms atoms;
};

#define CODE(text, bytes, atoms)                                                         \
    {                                                                                    \
        text, bytes, sizeof(bytes) - 1, ETF_ATOMS_##atoms                                \
    }

/* As term_to_binary of OTP 25 (LATIN1) and 27 (UTF8) writes them. */
static const struct code codes[] = {
    CODE("a", "d\0\1a", LATIN1),
    CODE("a", "w\1a", UTF8),
    CODE("''", "d\0\0", LATIN1),
    CODE("'\xC3\xA9'", "d\0\1\xE9", LATIN1),
    CODE("'\xC3\xA9'", "w\2\xC3\xA9", UTF8),
    CODE("'\xD0\x80'", "w\2\xD0\x80", LATIN1),
    CODE("255", "a\xFF", LATIN1),
    CODE("256", "b\0\0\1\0", LATIN1),
    CODE("-1", "b\xFF\xFF\xFF\xFF", LATIN1),
    CODE("-2147483648", "b\x80\0\0\0", LATIN1),
    CODE("2147483648", "n\4\0\0\0\0\x80", LATIN1),
    CODE("-2147483649", "n\4\1\1\0\0\x80", LATIN1),
    CODE("-9223372036854775808", "n\x8\1\0\0\0\0\0\0\0\x80", LATIN1),
    CODE("9223372036854775808", "n\x8\0\0\0\0\0\0\0\0\x80", LATIN1),
    CODE("1.0", "F\x3F\xF0\0\0\0\0\0\0", LATIN1),
    CODE("[]", "j", LATIN1),
    CODE("\"ab\"", "k\0\2ab", LATIN1),
    CODE("[256]", "l\0\0\0\1b\0\0\1\0j", LATIN1),
    CODE("[1|2]", "l\0\0\0\1a\1a\2", LATIN1),
    CODE("{}", "h\0", LATIN1),
    CODE("{1,[]}", "h\2a\1j", LATIN1),
    CODE("<<\"a\">>", "m\0\0\0\1a", LATIN1),
    CODE("<<1,5:3>>", "M\0\0\0\2\3\1\xA0", LATIN1),
    CODE("#{2 => [],1 => {}}", "t\0\0\0\2a\1h\0a\2j", LATIN1),
    CODE("fun a:b/2", "qd\0\1ad\0\1ba\2", LATIN1),
};

static void terms_are_encoded_and_decoded(void **state)
{
    struct term again;
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        struct term term = term_of(codes[i].text, 25);
        str bytes = encoded(&term, codes[i].atoms);
        if (bytes.len != codes[i].size + 1 || bytes.ptr[0] != '\x83' ||
            memcmp(bytes.ptr + 1, codes[i].bytes, codes[i].size) != 0)
            fail_msg("'%s' is encoded wrongly", codes[i].text);
        assert_ok(etf_decode(&arena, bytes, "test", &again, &err), &err);
        assert_true(term_equal(&term, &again));
    }
}

static struct term decoded(str bytes)
{
    struct term term;
    struct buf all;
    buf_init(&all);
    buf_u8(&all, 131);
    buf_str(&all, bytes);
    if (etf_decode(&arena, arena_str(&arena, buf_view(&all)), "test", &term, &err) != 0)
        fail_msg("cannot decode: %s", err.message);
    buf_release(&all);
    return term;
}

static void forms_that_nobody_writes_any_more_are_decoded(void **state)
{
    static const struct {
        str bytes;
        const char *printed;
    } forms[] = {
        {{"s\1\xE9", 3}, "\xC3\xA9"},
        {{"d\0\2ab", 5}, "ab"},
        {{"v\0\2\xC3\xA9", 5}, "\xC3\xA9"},
        {{"c1.50000000000000000000e+00\0\0\0\0\0", 32}, "1.5"},
        {{"c-2.50000000000000000000e-01\0\0\0\0", 32}, "-0.25"},
        {{"i\0\0\0\1a\1", 7}, "{1}"},
        {{"l\0\0\0\1jl\0\0\0\1jk\0\1b", 16}, "[[],[],98]"},
        {{"l\0\0\0\0a\1", 7}, "1"},
        {{"o\0\0\0\1\1\5", 7}, "-5"},
        {{"n\0\1", 3}, "0"},
        {{"n\3\0\1\0\0", 6}, "1"},
        {{"M\0\0\0\1\3\xFF", 7}, "<<7:3>>"},
        {{"M\0\0\0\1\x8\xFF", 7}, "<<\"\xC3\xBF\">>"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct term term = decoded(forms[i].bytes);
        assert_string_equal(line_of(&term, 25), forms[i].printed);
    }
}

static void malformed_data_is_refused(void **state)
{
    static const struct {
        str bytes;
        const char *message;
    } faults[] = {
        {{"", 0}, "ends too early at byte 0"},
        {{"\x82j", 2}, "not an Erlang term"},
        {{"\x83", 1}, "ends too early"},
        {{"\x83jj", 3}, "unexpected data at byte 2"},
        {{"\x83\1", 2}, "unknown tag at byte 1"},
        {{"\x83gd\0\1a", 6}, "a pid has no text form"},
        {{"\x83X", 2}, "a pid"},
        {{"\x83x", 2}, "a port"},
        {{"\x83Z", 2}, "a reference"},
        {{"\x83p", 2}, "a local fun"},
        {{"\x83l\xFF\xFF\xFF\xFF\x6A", 7}, "ends too early"},
        {{"\x83i\xFF\xFF\xFF\xFF\x6A", 7}, "ends too early"},
        {{"\x83t\x7F\xFF\xFF\xFF\x6A", 7}, "ends too early"},
        {{"\x83t\0\0\0\2a\1ja\1j", 12}, "the same key twice"},
        {{"\x83"
          "F\x7F\xF0\0\0\0\0\0\0",
          10},
         "not finite"},
        {{"\x83"
          "cxyz0000000000000000000000000000",
          33},
         "a float is malformed"},
        {{"\x83w\1\xC3", 4}, "not valid UTF-8"},
        {{"\x83M\0\0\0\1\x9\1", 8}, "a bit string is malformed"},
        {{"\x83M\0\0\0\0\1", 7}, "a bit string is malformed"},
        {{"\x83qja\1a\2", 8}, "a fun is malformed"},
        {{"\x83P\xFF\xFF\xFF\xFFx", 7}, "compressed term is too large"},
        {{"\x83P\0\0\0\5abcdef", 12}, "compressed data is damaged"},
        {{"\x83P\0\xFF\0\0x", 7}, "ends too early"},
    };
    struct term term;
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        assert_fails(etf_decode(&arena, faults[i].bytes, "test", &term, &err), &err,
                     faults[i].message);
}

static void every_beginning_of_an_encoding_is_an_error(void **state)
{
    struct term term, part;
    (void)state;
    term = term_of("{a,'\xD0\x80',[1,\"abc\",256|#{x => 1.5}],<<1,2,3:4>>,fun a:b/1,"
                   "123456789012345678901234567890,-1,[]}",
                   25);
    str bytes = encoded(&term, ETF_ATOMS_LATIN1);
    for (size_t len = 0; len < bytes.len; len++) {
        char *copy = test_malloc(len + 1);
        memcpy(copy, bytes.ptr, len);
        assert_int_equal(etf_decode(&arena, (str){copy, len}, "test", &part, &err), -1);
        err_release(&err);
        test_free(copy);
    }
}

/* The term compressed as term_to_binary with the option compressed does it. */
static str compressed(const struct term *term, size_t claimed)
{
    str plain = encoded(term, ETF_ATOMS_UTF8);
    uLongf size = compressBound((uLong)plain.len);
    struct buf out;
    buf_init(&out);
    buf_u8(&out, 131);
    buf_u8(&out, 80);
    buf_u32(&out, (uint32_t)(claimed ? claimed : plain.len - 1));
    compress((Bytef *)buf_reserve(&out, size), &size, (const Bytef *)plain.ptr + 1,
             (uLong)plain.len - 1);
    out.len += size;
    str copy = arena_str(&arena, buf_view(&out));
    buf_release(&out);
    return copy;
}

static void compressed_terms_are_decoded(void **state)
{
    struct term again;
    size_t used;
    (void)state;
    struct term term =
        term_of("{aaaaaaaaaaaaaaaa,[bbbbbbbbb,bbbbbbbbb,bbbbbbbbb],\"x\"}", 0);
    str bytes = compressed(&term, 0);
    assert_ok(etf_decode(&arena, bytes, "test", &again, &err), &err);
    assert_true(term_equal(&term, &again));
    assert_fails(etf_decode(&arena, compressed(&term, 10), "test", &again, &err), &err,
                 "damaged");
    assert_fails(etf_decode(&arena, compressed(&term, 1000), "test", &again, &err), &err,
                 "damaged");
    for (size_t len = 0; len < bytes.len; len++)
        assert_fails(etf_decode(&arena, (str){bytes.ptr, len}, "test", &again, &err),
                     &err, "cannot decode 'test'");
    struct buf two;
    buf_init(&two);
    buf_str(&two, bytes);
    buf_putc(&two, 'x');
    assert_ok(etf_decode_prefix(&arena, buf_view(&two), "test", &again, &used, &err),
              &err);
    assert_int_equal(used, bytes.len);
    buf_release(&two);
}

static void a_prefix_tells_its_length(void **state)
{
    struct term term;
    size_t used;
    (void)state;
    str bytes = {"\x83"
                 "a\1rest",
                 7};
    assert_ok(etf_decode_prefix(&arena, bytes, "test", &term, &used, &err), &err);
    assert_int_equal(used, 3);
    assert_true(term.as.integer == 1);
}

static void nesting_has_a_limit(void **state)
{
    struct term term = term_nil(), again;
    struct buf out;
    (void)state;
    for (int i = 1; i < TERM_MAX_DEPTH; i++)
        term = term_pair(&arena, term_nil(), term);
    assert_ok(etf_decode(&arena, encoded(&term, ETF_ATOMS_UTF8), "t", &again, &err),
              &err);
    assert_true(term_equal(&term, &again));
    term = term_list(&arena, &term, 1);
    assert_fails(etf_decode(&arena, encoded(&term, ETF_ATOMS_UTF8), "t", &again, &err),
                 &err, "nested too deeply");
    for (int i = 0; i < 10000; i++)
        term = term_list(&arena, &term, 1);
    buf_init(&out);
    assert_fails(etf_encode(&out, &term, ETF_ATOMS_UTF8, &err), &err, "nested more than");
    buf_release(&out);
}

static void atoms_have_at_most_255_characters(void **state)
{
    char name[600], latin1[] = "\x83"
                               "d\1\0";
    struct buf out;
    struct term term;
    (void)state;
    for (size_t i = 0; i < sizeof name; i += 2)
        memcpy(name + i, "\xD0\x80", 2);
    term = term_atom((str){name, 510});
    str bytes = encoded(&term, ETF_ATOMS_UTF8);
    assert_memory_equal(bytes.ptr, "\x83v\1\xFE", 4);
    assert_ok(etf_decode(&arena, bytes, "test", &term, &err), &err);
    term = term_atom((str){name, 512});
    buf_init(&out);
    assert_fails(etf_encode(&out, &term, ETF_ATOMS_UTF8, &err), &err, "255 characters");
    buf_clear(&out);
    buf_add(&out, latin1, sizeof latin1 - 1);
    buf_fill(&out, 'a', 256);
    assert_fails(etf_decode(&arena, buf_view(&out), "test", &term, &err), &err,
                 "255 characters");
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terms_are_encoded_and_decoded),
        cmocka_unit_test(forms_that_nobody_writes_any_more_are_decoded),
        cmocka_unit_test(malformed_data_is_refused),
        cmocka_unit_test(every_beginning_of_an_encoding_is_an_error),
        cmocka_unit_test(compressed_terms_are_decoded),
        cmocka_unit_test(a_prefix_tells_its_length),
        cmocka_unit_test(nesting_has_a_limit),
        cmocka_unit_test(atoms_have_at_most_255_characters),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
