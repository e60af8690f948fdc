/* Stripping modules: which chunks stay, in which order, and what is refused. */
#include "beam_file.h"

#include "relc/beam/strip.h"

/* A module with all that stripping takes out, in the compiler's order. */
static void make_full(struct buf *out, const char *left_out)
{
    static const char *const atoms[] = {"sample", "x", NULL};
    static const char *const ids[] = {"Code", "StrT", "ImpT", "ExpT", "Meta", "LocT",
                                      "Attr", "CInf", "Dbgi", "Docs", "Line", "Type"};
    buf_clear(out);
    file_begin(out);
    put_atoms(out, "AtU8", atoms);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        if (strcmp(ids[i], left_out) != 0)
            put_chunk(out, ids[i], str_of(ids[i]));
    file_end(out);
}

static int strip(struct fixture *f, str bytes, const struct beam_strip *options,
                 str *stripped)
{
    return beam_strip(&f->arena, bytes, "x.beam", options, stripped, &f->err);
}

/* The names of the chunks of a file, a blank after each. */
static str chunk_names(struct fixture *f, str bytes)
{
    str names = STR("");
    assert_int_equal(open_bytes(f, bytes), 0);
    for (size_t i = 0; i < f->beam.chunk_count; i++)
        names =
            arena_printf(&f->arena, "%.*s%.4s ", STR_ARG(names), f->beam.chunks[i].id);
    return names;
}

static void what_runs_stays(void **state)
{
    struct fixture *f = *state;
    const struct beam_strip options = {0};
    str stripped;
    make_full(&f->file, "");
    assert_int_equal(strip(f, buf_view(&f->file), &options, &stripped), 0);
    expect_str(chunk_names(f, stripped), "Attr Line Type AtU8 Code StrT ImpT ExpT Meta ");
    expect_str(beam_chunk(&f->beam, "Attr")->data, "Attr");
    assert_int_equal(stripped.len % 4, 0);
    make_gzip(&f->gzip, buf_view(&f->file));
    str again;
    assert_int_equal(strip(f, buf_view(&f->gzip), &options, &again), 0);
    assert_true(str_eq(stripped, again));
    assert_int_equal(strip(f, stripped, &options, &again), 0);
    assert_true(str_eq(stripped, again));
}

static void chunks_stay_by_name(void **state)
{
    struct fixture *f = *state;
    const str keep[] = {STR("Docs"), STR("Line"), STR("CInf"), STR("Docs"), STR("None")};
    const struct beam_strip options = {.keep = keep, .keep_count = 5};
    str stripped;
    make_full(&f->file, "");
    assert_int_equal(strip(f, buf_view(&f->file), &options, &stripped), 0);
    expect_str(chunk_names(f, stripped),
               "Attr Line Type AtU8 Code StrT ImpT ExpT Meta Docs CInf ");
}

static void compressed_ones_are_gzip_of_the_plain_ones(void **state)
{
    struct fixture *f = *state;
    const struct beam_strip plain = {0}, packed = {.compress = true};
    str a, b;
    make_full(&f->file, "");
    assert_int_equal(strip(f, buf_view(&f->file), &plain, &a), 0);
    assert_int_equal(strip(f, buf_view(&f->file), &packed, &b), 0);
    assert_memory_equal(b.ptr, "\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
    expect_str(chunk_names(f, b), chunk_names(f, a).ptr);
}

static void damaged_ones_are_refused(void **state)
{
    struct fixture *f = *state;
    const struct beam_strip options = {0};
    str stripped;
    make_full(&f->file, "ExpT");
    expect_error(f, strip(f, buf_view(&f->file), &options, &stripped),
                 "'x.beam' is damaged: it has no chunk 'ExpT'");
    make_full(&f->file, "");
    for (size_t len = 0; len < f->file.len; len++) {
        assert_int_equal(
            strip(f, str_slice(buf_view(&f->file), 0, len), &options, &stripped), -1);
        err_release(&f->err);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BEAM_TEST(what_runs_stays),
        BEAM_TEST(chunks_stay_by_name),
        BEAM_TEST(compressed_ones_are_gzip_of_the_plain_ones),
        BEAM_TEST(damaged_ones_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
