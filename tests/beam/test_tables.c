/* What chunks say: atoms, the module's name, imports, exports, attributes. */
#include "beam_file.h"

/* A file of one chunk. */
static void make_file(struct fixture *f, const char *id, str data)
{
    buf_clear(&f->file);
    file_begin(&f->file);
    put_chunk(&f->file, id, data);
    file_end(&f->file);
}

/* A file of three atoms and one chunk more. */
static void make_file_with(struct fixture *f, const char *id, str data)
{
    static const char *const atoms[] = {"one", "two", "three", NULL};
    buf_clear(&f->file);
    file_begin(&f->file);
    put_atoms(&f->file, "AtU8", atoms);
    put_chunk(&f->file, id, data);
    file_end(&f->file);
}

static void expect_bad_atoms(struct fixture *f, str data, const char *message)
{
    make_file(f, "AtU8", data);
    expect_error(f, open_file(f), message);
}

static void test_refuses_damaged_atom_tables(void **state)
{
    struct fixture *f = *state;
    expect_bad_atoms(f, STR("\0\0\0"), "'x.beam' is damaged: its atom table is cut off");
    expect_bad_atoms(f, STR("\0\0\0\0"), "'x.beam' is damaged: its atom table is empty");
    expect_bad_atoms(f, STR("\0\0\0\3\1a"),
                     "'x.beam' is damaged: 3 atoms do not fit into 2 bytes");
    expect_bad_atoms(f, STR("\x7f\xff\xff\xff\1a"),
                     "'x.beam' is damaged: 2147483647 atoms do not fit into 2 bytes");
    expect_bad_atoms(f, STR("\x80\0\0\0\1a"),
                     "'x.beam' is damaged: 2147483648 atoms do not fit into 2 bytes");
    expect_bad_atoms(f, STR("\0\0\0\1\2a"),
                     "'x.beam' is damaged: an atom reaches beyond the atom table");
    expect_bad_atoms(f, STR("\0\0\0\2\1a"),
                     "'x.beam' is damaged: an atom reaches beyond the atom table");
    expect_bad_atoms(f, STR("\0\0\0\1\1abc"),
                     "'x.beam' is damaged: 2 bytes follow the last atom of its table");
}

static void test_refuses_atoms_that_are_not_utf8(void **state)
{
    static const char *const bad[] = {"\xff",         "\xc3",         "\xc0\x80",
                                      "\xe0\x80\xbf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                                      "a\x80",        "\xf5\x80\x80", "\xf0\x8f\xbf\xbf"};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *const names[] = {bad[i], NULL};
        buf_clear(&f->file);
        file_begin(&f->file);
        put_atoms(&f->file, "AtU8", names);
        file_end(&f->file);
        expect_error(f, open_file(f),
                     "'x.beam' is damaged: an atom is too long or not UTF-8");
    }
}

static void test_reads_unicode_atoms(void **state)
{
    static const char *const names[] = {"\xc3\xa9t\xc3\xa9", "\xe2\x82\xac",
                                        "\xf0\x9f\x90\x9d", "", NULL};
    struct fixture *f = *state;
    buf_clear(&f->file);
    file_begin(&f->file);
    put_atoms(&f->file, "AtU8", names);
    file_end(&f->file);
    assert_int_equal(open_file(f), 0);
    for (size_t i = 0; i < 4; i++)
        expect_str(f->beam.atoms[i], names[i]);
}

static void test_converts_latin1_atoms(void **state)
{
    static const char *const names[] = {"\xe9t\xe9", "plain", "\xff\x80", NULL};
    struct fixture *f = *state;
    str name;
    buf_clear(&f->file);
    file_begin(&f->file);
    put_atoms(&f->file, "Atom", names);
    file_end(&f->file);
    assert_int_equal(open_file(f), 0);
    expect_str(f->beam.module, "\xc3\xa9t\xc3\xa9");
    expect_str(f->beam.atoms[1], "plain");
    expect_str(f->beam.atoms[2], "\xc3\xbf\xc2\x80");
    assert_int_equal(
        beam_module_name(&f->arena, buf_view(&f->file), "x.beam", &name, &f->err), 0);
    expect_str(name, "\xc3\xa9t\xc3\xa9");
}

/* A table as OTP 28 and later write it; each atom consists of one character. */
static void make_long_atoms(struct fixture *f, const char *character,
                            const size_t *counts, uint32_t count)
{
    buf_clear(&f->file);
    file_begin(&f->file);
    struct chunk chunk = chunk_begin(&f->file, "AtU8");
    buf_u32(&f->file, -count);
    for (uint32_t i = 0; i < count; i++) {
        size_t size = counts[i] * strlen(character);
        if (size < 16) {
            buf_u8(&f->file, (uint8_t)(size << 4));
        } else {
            buf_u8(&f->file, (uint8_t)(size >> 8 << 5 | 8));
            buf_u8(&f->file, (uint8_t)size);
        }
        for (size_t j = 0; j < counts[i]; j++)
            buf_str(&f->file, str_of(character));
    }
    chunk_end(chunk);
    file_end(&f->file);
}

static void test_reads_tables_with_a_negative_count(void **state)
{
    static const size_t counts[] = {3, 0, 1, 15, 16, 17, 255};
    static const char *const characters[] = {"x", "\xc3\xa9", "\xf0\x9f\x90\x9d"};
    struct fixture *f = *state;
    str name;
    for (size_t c = 0; c < 3; c++) {
        make_long_atoms(f, characters[c], counts, 7);
        assert_int_equal(open_file(f), 0);
        assert_int_equal(f->beam.atom_count, 7);
        for (size_t i = 0; i < 7; i++)
            assert_int_equal(f->beam.atoms[i].len, counts[i] * strlen(characters[c]));
        assert_int_equal(
            beam_module_name(&f->arena, buf_view(&f->file), "x.beam", &name, &f->err), 0);
        assert_true(str_eq(name, f->beam.module));
    }
}

static void test_reads_the_longest_name_alone(void **state)
{
    static const size_t longest[] = {255};
    struct fixture *f = *state;
    str name;
    make_long_atoms(f, "\xf0\x9f\x90\x9d", longest, 1);
    assert_int_equal(
        beam_module_name(&f->arena, buf_view(&f->file), "x.beam", &name, &f->err), 0);
    assert_int_equal(name.len, 1020);
}

static void test_refuses_atoms_of_over_255_characters(void **state)
{
    static const size_t counts[] = {256};
    struct fixture *f = *state;
    make_long_atoms(f, "x", counts, 1);
    expect_error(f, open_file(f),
                 "'x.beam' is damaged: an atom is too long or not UTF-8");
}

static void test_reads_compact_lengths_of_every_form(void **state)
{
    struct fixture *f = *state;
    make_file(f, "AtU8", STR("\xff\xff\xff\xfd\x20xy\x08\1z\x18\0\2vw"));
    assert_int_equal(open_file(f), 0);
    expect_str(f->beam.atoms[0], "xy");
    expect_str(f->beam.atoms[1], "z");
    expect_str(f->beam.atoms[2], "vw");
    make_file(f, "AtU8", STR("\xff\xff\xff\xff\x58\0\0\0\2vw"));
    assert_int_equal(open_file(f), 0);
    expect_str(f->beam.module, "vw");
}

static void test_refuses_bad_compact_lengths(void **state)
{
    const str bad[] = {
        STR("\xff\xff\xff\xff\x21xy"),                       /* another tag */
        STR("\xff\xff\xff\xff\x08"),                         /* no second byte */
        STR("\xff\xff\xff\xff\x18\1"),                       /* no third byte */
        STR("\xff\xff\xff\xff\x58\xff\xff\xff\xffxy"),       /* far too long */
        STR("\xff\xff\xff\xff\x78\0\0\0\0\0\0\0\2xyxyxyxy"), /* over 32 bits */
        STR("\xff\xff\xff\xff\xf8\0\0\0\0\0\0\0\0\0\0\0\2"), /* a length of a length */
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        expect_bad_atoms(f, bad[i],
                         "'x.beam' is damaged: an atom reaches beyond the atom table");
}

/* The chunks Atom and AtU8, in this order or the other. */
static void make_two_tables(struct fixture *f, const char *first, const char *second)
{
    static const char *const latin1[] = {"old", NULL};
    static const char *const utf8[] = {"new", NULL};
    buf_clear(&f->file);
    file_begin(&f->file);
    put_atoms(&f->file, first, strcmp(first, "AtU8") == 0 ? utf8 : latin1);
    put_chunk(&f->file, "StrT", STR("abcde"));
    put_atoms(&f->file, second, strcmp(second, "AtU8") == 0 ? utf8 : latin1);
    file_end(&f->file);
}

static void expect_name(struct fixture *f, str bytes, const char *expected)
{
    str name = {0};
    int result = beam_module_name(&f->arena, bytes, "x.beam", &name, &f->err);
    if (result < 0)
        fail_msg("%s", f->err.message);
    expect_str(name, expected);
    assert_int_equal(name.ptr[name.len], '\0');
}

static void expect_no_name(struct fixture *f, str bytes, const char *message)
{
    str name;
    expect_error(f, beam_module_name(&f->arena, bytes, "x.beam", &name, &f->err),
                 message);
}

static void test_prefers_utf8_whatever_the_order(void **state)
{
    struct fixture *f = *state;
    make_two_tables(f, "Atom", "AtU8");
    assert_int_equal(open_file(f), 0);
    expect_str(f->beam.module, "new");
    expect_name(f, buf_view(&f->file), "new");
    make_two_tables(f, "AtU8", "Atom");
    assert_int_equal(open_file(f), 0);
    expect_str(f->beam.module, "new");
    expect_name(f, buf_view(&f->file), "new");
}

static void test_finds_the_name_in_the_beginning_of_a_file(void **state)
{
    struct fixture *f = *state;
    make_gzip(&f->gzip, buf_view(&f->file));
    expect_name(f, buf_view(&f->file), "sample");
    expect_name(f, buf_view(&f->gzip), "sample");
    expect_name(f, (str){f->gzip.ptr, f->gzip.len - 8}, "sample");
}

static void test_finds_the_name_after_other_chunks(void **state)
{
    static const char *const atoms[] = {"late", NULL};
    struct fixture *f = *state;
    buf_clear(&f->file);
    file_begin(&f->file);
    struct chunk lines = chunk_begin(&f->file, "Line");
    for (uint32_t i = 0; i < 20001; i++)
        buf_u8(&f->file, (uint8_t)(i * i >> 5));
    chunk_end(lines);
    put_atoms(&f->file, "AtU8", atoms);
    file_end(&f->file);
    make_gzip(&f->gzip, buf_view(&f->file));
    expect_name(f, buf_view(&f->file), "late");
    expect_name(f, buf_view(&f->gzip), "late");
}

static void test_finds_no_name_in_bad_files(void **state)
{
    struct fixture *f = *state;
    expect_no_name(f, (str){0}, "'x.beam' is empty");
    expect_no_name(f, STR("nothing"), "'x.beam' is not a BEAM file");
    expect_no_name(f, STR("FOR1\0\0\0\4BEAM"),
                   "'x.beam' is damaged: it has no atom table");
    expect_no_name(f, STR("\x1f\x8b"), "'x.beam' is cut off: its gzip data do not end");
    expect_no_name(f, STR("\x1f\x8b nonsense"),
                   "'x.beam' is damaged: its gzip data cannot be unpacked: unknown "
                   "compression method");
    make_file(f, "Code", STR("12345678"));
    expect_no_name(f, buf_view(&f->file), "'x.beam' is damaged: it has no atom table");
    make_gzip(&f->gzip, buf_view(&f->file));
    expect_no_name(f, buf_view(&f->gzip), "'x.beam' is damaged: it has no atom table");
    expect_no_name(f, (str){f->file.ptr, 24},
                   "'x.beam' is cut off: 8 more bytes are needed, 4 are left");
    make_file(f, "Line", STR("12345678"));
    expect_no_name(f, (str){f->file.ptr, 26},
                   "'x.beam' is cut off: 8 more bytes are needed, 6 are left");
}

static void expect_function(const struct beam_function *function, const char *module,
                            const char *name, uint32_t arity)
{
    expect_str(function->module, module);
    expect_str(function->name, name);
    assert_int_equal(function->arity, arity);
}

static void test_reads_imports_and_exports(void **state)
{
    struct fixture *f = *state;
    struct beam_functions functions;
    assert_int_equal(open_file(f), 0);
    assert_int_equal(beam_imports(&f->arena, &f->beam, &functions, &f->err), 0);
    assert_int_equal(functions.count, 3);
    expect_function(&functions.items[0], "erlang", "get_module_info", 1);
    expect_function(&functions.items[1], "erlang", "get_module_info", 2);
    expect_function(&functions.items[2], "lists", "map", 255);
    assert_int_equal(beam_exports(&f->arena, &f->beam, &functions, &f->err), 0);
    assert_int_equal(functions.count, 2);
    expect_function(&functions.items[0], "sample", "start", 0);
    expect_function(&functions.items[1], "sample", "module_info", 1);
}

static void test_reads_empty_tables(void **state)
{
    struct fixture *f = *state;
    struct beam_functions functions = {NULL, 9};
    make_file_with(f, "ImpT", STR("\0\0\0\0"));
    assert_int_equal(open_file(f), 0);
    assert_int_equal(beam_imports(&f->arena, &f->beam, &functions, &f->err), 0);
    assert_int_equal(functions.count, 0);
}

static void expect_bad_import(struct fixture *f, str data, const char *message)
{
    struct beam_functions functions;
    make_file_with(f, "ImpT", data);
    assert_int_equal(open_file(f), 0);
    expect_error(f, beam_imports(&f->arena, &f->beam, &functions, &f->err), message);
}

static void test_refuses_damaged_function_tables(void **state)
{
    struct fixture *f = *state;
    struct beam_functions functions;
    expect_bad_import(f, STR(""),
                      "'x.beam' is damaged: chunk 'ImpT' counts 0 functions in 0 bytes");
    expect_bad_import(f, STR("\0\0\0\1"),
                      "'x.beam' is damaged: chunk 'ImpT' counts 1 functions in 4 bytes");
    expect_bad_import(
        f, STR("\xff\xff\xff\xff\0\0\0\1\0\0\0\1\0\0\0\1"),
        "'x.beam' is damaged: chunk 'ImpT' counts 4294967295 functions in 16 bytes");
    expect_bad_import(f, STR("\0\0\0\0\0\0\0\1\0\0\0\1\0\0\0\1"),
                      "'x.beam' is damaged: chunk 'ImpT' counts 0 functions in 16 bytes");
    expect_bad_import(f, STR("\0\0\0\1\0\0\0\1\0\0\0\4\0\0\0\1"),
                      "'x.beam' is damaged: chunk 'ImpT' refers to atom 4 of 3");
    expect_bad_import(f, STR("\0\0\0\1\0\0\0\0\0\0\0\1\0\0\0\1"),
                      "'x.beam' is damaged: chunk 'ImpT' refers to atom 0 of 3");
    expect_bad_import(
        f, STR("\0\0\0\1\0\0\0\1\0\0\0\1\0\0\1\0"),
        "'x.beam' is damaged: chunk 'ImpT' has a function of 256 arguments");
    expect_error(f, beam_exports(&f->arena, &f->beam, &functions, &f->err),
                 "'x.beam' is damaged: it has no chunk 'ExpT'");
}

static void test_reads_attributes(void **state)
{
    struct fixture *f = *state;
    struct term attributes, vsn;
    str *names;
    size_t count;
    assert_int_equal(open_file(f), 0);
    assert_int_equal(beam_attributes(&f->arena, &f->beam, &attributes, &f->err), 0);
    assert_int_equal(attributes.as.list.count, 4);
    assert_true(
        term_is_atom(&term_lookup(&attributes, "author")->as.list.items[0], "me"));
    assert_int_equal(beam_behaviours(&f->arena, &f->beam, &names, &count, &f->err), 0);
    assert_int_equal(count, 2);
    expect_str(names[0], "gen_server");
    expect_str(names[1], "application");
    assert_int_equal(beam_vsn(&f->arena, &f->beam, &vsn, &f->err), 0);
    assert_int_equal(vsn.as.list.count, 1);
    assert_int_equal(vsn.as.list.items[0].as.integer, 7);
}

static void test_has_no_attributes_without_the_chunk(void **state)
{
    struct fixture *f = *state;
    struct term term;
    str *names;
    size_t count = 9;
    make_file_with(f, "Code", STR(""));
    assert_int_equal(open_file(f), 0);
    assert_int_equal(beam_attributes(&f->arena, &f->beam, &term, &f->err), 0);
    assert_true(term_is_nil(&term));
    assert_int_equal(beam_vsn(&f->arena, &f->beam, &term, &f->err), 0);
    assert_true(term_is_nil(&term));
    assert_int_equal(beam_behaviours(&f->arena, &f->beam, &names, &count, &f->err), 0);
    assert_int_equal(count, 0);
}

static void test_joins_the_values_of_a_key(void **state)
{
    struct fixture *f = *state;
    struct term vsn;
    make_file_with(f, "Attr",
                   STR("\x83l\0\0\0\2" ETF_PAIR(ETF_ATOM("\3vsn"), "k\0\2\x07\x08")
                           ETF_PAIR(ETF_ATOM("\3vsn"), ETF_LIST1(ETF_ATOM("\1x"))) "j"));
    assert_int_equal(open_file(f), 0);
    assert_int_equal(beam_vsn(&f->arena, &f->beam, &vsn, &f->err), 0);
    assert_int_equal(vsn.as.list.count, 3);
    assert_int_equal(vsn.as.list.items[1].as.integer, 8);
    assert_true(term_is_atom(&vsn.as.list.items[2], "x"));
}

static void test_passes_over_behaviours_that_are_no_atoms(void **state)
{
    struct fixture *f = *state;
    str *names;
    size_t count;
    make_file_with(f, "Attr",
                   STR("\x83" ETF_LIST1(ETF_PAIR(ETF_ATOM("\x08"
                                                          "behavior"),
                                                 "l\0\0\0\2a\1" ETF_ATOM("\1x") "j"))));
    assert_int_equal(open_file(f), 0);
    assert_int_equal(beam_behaviours(&f->arena, &f->beam, &names, &count, &f->err), 0);
    assert_int_equal(count, 1);
    expect_str(names[0], "x");
}

static void test_refuses_damaged_attributes(void **state)
{
    const str bad[] = {
        STR(""),
        STR("\x83"),
        STR("\x84j"),
        STR("\x83jj"),
        STR("\x83" ETF_ATOM("\1x")),
        STR("\x83" ETF_LIST1(ETF_ATOM("\1x"))),
        STR("\x83" ETF_LIST1(ETF_PAIR("a\1", "j"))),
        STR("\x83" ETF_LIST1(ETF_PAIR(ETF_ATOM("\1x"), "a\1"))),
        STR("\x83l\xff\xff\xff\xffj"),
    };
    struct fixture *f = *state;
    struct term term;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        make_file_with(f, "Attr", bad[i]);
        assert_int_equal(open_file(f), 0);
        expect_error_start(f, beam_attributes(&f->arena, &f->beam, &term, &f->err),
                           "'x.beam' is damaged: chunk 'Attr'");
    }
    make_file_with(f, "Attr",
                   STR("\x83" ETF_LIST1(ETF_PAIR(ETF_ATOM("\3vsn"), "l\0\0\0\1a\1a\2"))));
    assert_int_equal(open_file(f), 0);
    expect_error(f, beam_vsn(&f->arena, &f->beam, &term, &f->err),
                 "'x.beam' is damaged: attribute 'vsn' is an improper list");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BEAM_TEST(test_refuses_damaged_atom_tables),
        BEAM_TEST(test_refuses_atoms_that_are_not_utf8),
        BEAM_TEST(test_reads_unicode_atoms),
        BEAM_TEST(test_converts_latin1_atoms),
        BEAM_TEST(test_reads_tables_with_a_negative_count),
        BEAM_TEST(test_reads_the_longest_name_alone),
        BEAM_TEST(test_refuses_atoms_of_over_255_characters),
        BEAM_TEST(test_reads_compact_lengths_of_every_form),
        BEAM_TEST(test_refuses_bad_compact_lengths),
        BEAM_TEST(test_prefers_utf8_whatever_the_order),
        BEAM_TEST(test_finds_the_name_in_the_beginning_of_a_file),
        BEAM_TEST(test_finds_the_name_after_other_chunks),
        BEAM_TEST(test_finds_no_name_in_bad_files),
        BEAM_TEST(test_reads_imports_and_exports),
        BEAM_TEST(test_reads_empty_tables),
        BEAM_TEST(test_refuses_damaged_function_tables),
        BEAM_TEST(test_reads_attributes),
        BEAM_TEST(test_has_no_attributes_without_the_chunk),
        BEAM_TEST(test_joins_the_values_of_a_key),
        BEAM_TEST(test_passes_over_behaviours_that_are_no_atoms),
        BEAM_TEST(test_refuses_damaged_attributes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
