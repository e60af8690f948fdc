/* The frame of BEAM files: header, chunks, compression, damage of every kind. */
#include "beam_file.h"

static void test_reads_a_plain_file(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(open_file(f), 0);
    expect_str(f->beam.module, "sample");
    assert_int_equal(f->beam.atom_count, 7);
    expect_str(f->beam.atoms[6], "module_info");
    assert_int_equal(f->beam.chunk_count, 6);
    assert_null(f->err.message);
}

static void test_keeps_chunks_in_file_order_without_padding(void **state)
{
    static const char *const order[] = {"AtU8", "Code", "ImpT", "ExpT", "Attr", "Line"};
    struct fixture *f = *state;
    assert_int_equal(open_file(f), 0);
    for (size_t i = 0; i < f->beam.chunk_count; i++)
        assert_memory_equal(f->beam.chunks[i].id, order[i], 4);
    assert_int_equal(f->beam.chunks[1].data.len, 5);
    assert_memory_equal(f->beam.chunks[1].data.ptr, "\1\2\3\4\5", 5);
    assert_int_equal(f->beam.chunks[5].data.len, 0);
}

static void test_finds_chunks_by_name_the_first_one_wins(void **state)
{
    struct fixture *f = *state;
    put_chunk(&f->file, "Docs", STR("one"));
    put_chunk(&f->file, "Docs", STR("two"));
    file_end(&f->file);
    assert_int_equal(open_file(f), 0);
    expect_str(beam_chunk(&f->beam, "Docs")->data, "one");
    assert_ptr_equal(beam_chunk(&f->beam, "Code"), &f->beam.chunks[1]);
    assert_null(beam_chunk(&f->beam, "Dbgi"));
}

static void test_accepts_a_last_chunk_without_padding(void **state)
{
    struct fixture *f = *state;
    put_chunk(&f->file, "Docs", STR("one"));
    f->file.len--;
    file_end(&f->file);
    assert_int_equal(open_file(f), 0);
    expect_str(beam_chunk(&f->beam, "Docs")->data, "one");
}

static void test_refuses_what_is_no_beam_file(void **state)
{
    struct fixture *f = *state;
    expect_error(f, open_bytes(f, (str){0}), "'x.beam' is empty");
    expect_error(f, open_bytes(f, STR("-module(x).\n")), "'x.beam' is not a BEAM file");
    expect_error(f, open_bytes(f, STR("FX")), "'x.beam' is not a BEAM file");
    expect_error(f, open_bytes(f, STR("FOR1\0\0\0\4AIFF")),
                 "'x.beam' is not a BEAM file");
    expect_error(f, open_bytes(f, STR("FO")),
                 "'x.beam' is cut off: a BEAM file has at least 12 bytes");
    expect_error(f, open_bytes(f, STR("FOR1\0\0\0\4BEA")),
                 "'x.beam' is cut off: a BEAM file has at least 12 bytes");
    expect_error(f, open_bytes(f, STR("FOR1\0\0\0\3BEAM")),
                 "'x.beam' is damaged: its size is given as 11");
    expect_error(f, open_bytes(f, STR("FOR1\0\0\0\4BEAM")),
                 "'x.beam' is damaged: it has no atom table");
}

static void test_tells_what_to_do(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(open_bytes(f, STR("FOR1")), -1);
    assert_string_equal(f->err.hint, "compile the application that it belongs to again");
}

static void test_refuses_wrong_sizes(void **state)
{
    struct fixture *f = *state;
    patch_u32(&f->file, 4, f->file.len - 8 + 1);
    expect_error_start(f, open_file(f), "'x.beam' is cut off: it has ");
    patch_u32(&f->file, 4, f->file.len - 8 - 4);
    expect_error_start(f, open_file(f), "'x.beam' is damaged: it has ");
    patch_u32(&f->file, 4, 0xffffffff);
    expect_error_start(f, open_file(f), "'x.beam' is cut off: it has ");
}

static void test_refuses_chunks_that_reach_beyond_the_end(void **state)
{
    struct fixture *f = *state;
    buf_clear(&f->file);
    file_begin(&f->file);
    put_chunk(&f->file, "Code", STR("1234"));
    patch_u32(&f->file, 16, 1234);
    file_end(&f->file);
    expect_error(f, open_file(f),
                 "'x.beam' is damaged: chunk 'Code' needs 1234 bytes, 4 are left");
    patch_u32(&f->file, 16, 0xffffffff);
    memcpy(f->file.ptr + 12, "\n'\xff'", 4);
    expect_error(f, open_file(f),
                 "'x.beam' is damaged: chunk '?'?'' needs 4294967295 bytes, 4 are left");
    f->file.len -= 5;
    file_end(&f->file);
    expect_error(f, open_file(f),
                 "'x.beam' is damaged: a chunk begins 7 bytes before its end");
}

/* All that can be asked of a file; it is in memory of exactly its size. */
static int ask_everything(struct fixture *f, str bytes)
{
    char *exact = malloc(bytes.len ? bytes.len : 1);
    struct beam_functions functions;
    struct term term;
    str *names, name;
    size_t count;
    int result = 0;
    assert_non_null(exact);
    if (bytes.len)
        memcpy(exact, bytes.ptr, bytes.len);
    str copy = {exact, bytes.len};
    if (beam_module_name(&f->arena, copy, "x.beam", &name, &f->err) < 0)
        err_release(&f->err);
    if (open_bytes(f, copy) < 0 ||
        beam_imports(&f->arena, &f->beam, &functions, &f->err) < 0 ||
        beam_exports(&f->arena, &f->beam, &functions, &f->err) < 0 ||
        beam_behaviours(&f->arena, &f->beam, &names, &count, &f->err) < 0 ||
        beam_vsn(&f->arena, &f->beam, &term, &f->err) < 0) {
        assert_true(str_starts(str_of(f->err.message), STR("'x.beam' ")));
        result = -1;
    }
    err_release(&f->err);
    arena_release(&f->arena);
    free(exact);
    return result;
}

static void test_refuses_every_truncation(void **state)
{
    struct fixture *f = *state;
    make_gzip(&f->gzip, buf_view(&f->file));
    assert_int_equal(ask_everything(f, buf_view(&f->file)), 0);
    assert_int_equal(ask_everything(f, buf_view(&f->gzip)), 0);
    for (size_t len = 0; len < f->file.len; len++)
        assert_int_equal(ask_everything(f, (str){f->file.ptr, len}), -1);
    for (size_t len = 0; len < f->gzip.len; len++)
        assert_int_equal(ask_everything(f, (str){f->gzip.ptr, len}), -1);
}

static void test_survives_truncation_with_a_matching_size(void **state)
{
    struct fixture *f = *state;
    size_t accepted = 0;
    for (size_t len = f->file.len - 1; len >= 12; len--) {
        patch_u32(&f->file, 4, len - 8);
        accepted += ask_everything(f, (str){f->file.ptr, len}) == 0;
    }
    /* What remains is whole without the chunk Line, and without Attr and Line. */
    assert_int_equal(accepted, 2);
}

static void test_survives_changed_bytes(void **state)
{
    static const unsigned char changes[] = {0x01, 0x04, 0x80, 0xff};
    struct fixture *f = *state;
    struct buf *files[] = {&f->file, &f->gzip};
    size_t refused = 0;
    make_gzip(&f->gzip, buf_view(&f->file));
    for (size_t i = 0; i < 2; i++) {
        for (size_t at = 0; at < files[i]->len; at++) {
            char *byte = &files[i]->ptr[at], old = *byte;
            for (size_t j = 0; j < sizeof changes; j++) {
                *byte = (char)((unsigned char)old ^ changes[j]);
                refused += ask_everything(f, buf_view(files[i])) < 0;
            }
            *byte = old;
        }
    }
    assert_true(refused > 4 * f->gzip.len);
}

static void test_reads_a_compressed_file(void **state)
{
    struct fixture *f = *state;
    make_gzip(&f->gzip, buf_view(&f->file));
    assert_int_equal(open_bytes(f, buf_view(&f->gzip)), 0);
    expect_str(f->beam.module, "sample");
    assert_int_equal(f->beam.chunk_count, 6);
    assert_memory_equal(beam_chunk(&f->beam, "Code")->data.ptr, "\1\2\3\4\5", 5);
}

static void test_refuses_damaged_compressed_files(void **state)
{
    struct fixture *f = *state;
    struct buf *gzip = &f->gzip;
    make_gzip(gzip, buf_view(&f->file));
    gzip->ptr[gzip->len - 5] ^= 1;
    expect_error(f, open_bytes(f, buf_view(gzip)),
                 "'x.beam' is damaged: its gzip data cannot be unpacked: incorrect data "
                 "check");
    gzip->ptr[gzip->len - 5] ^= 1;
    expect_error(f, open_bytes(f, (str){gzip->ptr, gzip->len - 1}),
                 "'x.beam' is cut off: its gzip data do not end");
    expect_error(f, open_bytes(f, (str){gzip->ptr, 20}),
                 "'x.beam' is cut off: its gzip data do not end");
    buf_putc(gzip, 'x');
    expect_error(f, open_bytes(f, buf_view(gzip)),
                 "'x.beam' is damaged: 1 bytes follow its gzip data");
    make_gzip(gzip, STR("short"));
    expect_error(f, open_bytes(f, buf_view(gzip)),
                 "'x.beam' is cut off: its gzip data hold 5 bytes");
    make_gzip(gzip, STR("no module, but long enough"));
    expect_error(f, open_bytes(f, buf_view(gzip)), "'x.beam' is not a BEAM file");
}

static void test_refuses_compressed_files_of_another_size(void **state)
{
    struct fixture *f = *state;
    patch_u32(&f->file, 4, f->file.len - 8 - 4);
    make_gzip(&f->gzip, buf_view(&f->file));
    expect_error(f, open_bytes(f, buf_view(&f->gzip)),
                 "'x.beam' is damaged: its gzip data hold more than they promise");
    patch_u32(&f->file, 4, f->file.len - 8 + 4);
    make_gzip(&f->gzip, buf_view(&f->file));
    expect_error_start(f, open_bytes(f, buf_view(&f->gzip)),
                       "'x.beam' is cut off: its gzip data hold ");
}

static void test_refuses_bombs(void **state)
{
    struct fixture *f = *state;
    patch_u32(&f->file, 4, 0xfffffff0);
    make_gzip(&f->gzip, buf_view(&f->file));
    expect_error(f, open_bytes(f, buf_view(&f->gzip)),
                 "'x.beam' is no module: it unpacks to over 268435456 bytes");
    make_sample(&f->file);
    struct chunk zeros = chunk_begin(&f->file, "LitT");
    buf_fill(&f->file, '\0', 4 * 1024 * 1024);
    chunk_end(zeros);
    file_end(&f->file);
    make_gzip(&f->gzip, buf_view(&f->file));
    expect_error_start(f, open_bytes(f, buf_view(&f->gzip)), "'x.beam' is no module: ");
    assert_int_equal(open_file(f), 0);
}

static void test_unpacks_once_only(void **state)
{
    struct fixture *f = *state;
    make_gzip(&f->gzip, buf_view(&f->file));
    make_gzip(&f->file, buf_view(&f->gzip));
    expect_error(f, open_file(f), "'x.beam' is not a BEAM file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BEAM_TEST(test_reads_a_plain_file),
        BEAM_TEST(test_keeps_chunks_in_file_order_without_padding),
        BEAM_TEST(test_finds_chunks_by_name_the_first_one_wins),
        BEAM_TEST(test_accepts_a_last_chunk_without_padding),
        BEAM_TEST(test_refuses_what_is_no_beam_file),
        BEAM_TEST(test_tells_what_to_do),
        BEAM_TEST(test_refuses_wrong_sizes),
        BEAM_TEST(test_refuses_chunks_that_reach_beyond_the_end),
        BEAM_TEST(test_refuses_every_truncation),
        BEAM_TEST(test_survives_truncation_with_a_matching_size),
        BEAM_TEST(test_survives_changed_bytes),
        BEAM_TEST(test_reads_a_compressed_file),
        BEAM_TEST(test_refuses_damaged_compressed_files),
        BEAM_TEST(test_refuses_compressed_files_of_another_size),
        BEAM_TEST(test_refuses_bombs),
        BEAM_TEST(test_unpacks_once_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
