/*
 * BEAM files from arbitrary bytes. Beside crashes it looks for contradictions: the name
 * alone must be the one that the whole file has, and a file must read the same when it
 * is compressed (zlib's sums keep a fuzzer from getting through to that path by itself).
 */
#include "relc/base/buf.h"
#include "relc/beam/beam.h"
#include "relc/beam/debug_info.h"
#include "relc/beam/strip.h"

#include <stdlib.h>
#include <zlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void read_tables(struct arena *arena, const struct beam *beam, struct err *err)
{
    struct beam_functions functions;
    struct term term;
    str *names;
    size_t count;
    if (beam_imports(arena, beam, &functions, err) < 0)
        err_release(err);
    if (beam_exports(arena, beam, &functions, err) < 0)
        err_release(err);
    if (beam_attributes(arena, beam, &term, err) < 0)
        err_release(err);
    if (beam_vsn(arena, beam, &term, err) < 0)
        err_release(err);
    if (beam_behaviours(arena, beam, &names, &count, err) < 0)
        err_release(err);
}

static bool count_code(void *context, const struct code *code)
{
    size_t *count = context;
    (void)code;
    ++*count;
    return true;
}

struct code_reading {
    struct debug_info info;
    size_t nodes;
};

static void require_equal(const struct code_clause *clause)
{
    for (size_t i = 0; i < clause->body_count; i++)
        require(code_equal(&clause->body[i], &clause->body[i]));
}

/* All code is equal to itself; how deep it goes is bounded by the terms. */
static void read_clause(void *context, const struct code_function *function,
                        const struct code_clause *clause)
{
    struct code_reading *reading = context;
    code_walk_clause(clause, count_code, &reading->nodes);
    require_equal(clause);
    require(debug_function(&reading->info, function->name, function->arity) != NULL);
}

static void read_code(struct arena *arena, const struct beam *beam)
{
    struct code_reading reading = {.nodes = 0};
    debug_info_read(arena, beam, &reading.info);
    debug_each_clause(&reading.info, read_clause, &reading);
    for (size_t i = 0; i < reading.info.function_count; i++) {
        const struct code_function *function = &reading.info.functions[i].function;
        for (size_t j = 0; j < function->clause_count; j++)
            require_equal(&function->clauses[j]);
    }
    for (size_t i = 0; i < reading.info.record_count; i++)
        debug_record(&reading.info, reading.info.records[i].record.name);
    debug_record(&reading.info, beam->module);
}

/* Whether the file opens; its name then is checked in both ways of getting it. */
static bool read_file(struct arena *arena, str bytes, struct err *err)
{
    struct beam beam;
    str name = {0};
    bool named = beam_module_name(arena, bytes, "fuzz.beam", &name, err) == 0;
    require(named == (err->kind == ERR_NONE));
    err_release(err);
    bool opened = beam_open(arena, bytes, "fuzz.beam", &beam, err) == 0;
    require(opened == (err->kind == ERR_NONE));
    err_release(err);
    if (!opened)
        return false;
    require(named && str_eq(name, beam.module));
    for (size_t i = 0; i < beam.chunk_count; i++)
        require(beam_chunk(&beam, beam.chunks[i].id) <= &beam.chunks[i]);
    read_tables(arena, &beam, err);
    read_code(arena, &beam);
    return true;
}

/* What stripping makes is a module of the same name, with nothing left to take out. */
static void strip_file(struct arena *arena, str bytes, struct err *err)
{
    const struct beam_strip options = {0};
    struct beam before, after;
    str stripped, again;
    if (beam_strip(arena, bytes, "fuzz.beam", &options, &stripped, err) < 0) {
        err_release(err);
        return;
    }
    require(beam_open(arena, bytes, "fuzz.beam", &before, err) == 0);
    require(beam_open(arena, stripped, "fuzz.beam", &after, err) == 0);
    require(str_eq(before.module, after.module));
    require(beam_strip(arena, stripped, "fuzz.beam", &options, &again, err) == 0);
    require(str_eq(stripped, again));
}

static str compress_bytes(struct arena *arena, str bytes)
{
    z_stream zlib = {0};
    require(deflateInit2(&zlib, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    size_t room = deflateBound(&zlib, (uLong)bytes.len);
    char *memory = arena_alloc(arena, room);
    zlib.next_in = (unsigned char *)(uintptr_t)bytes.ptr;
    zlib.avail_in = (uInt)bytes.len;
    zlib.next_out = (unsigned char *)memory;
    zlib.avail_out = (uInt)room;
    require(deflate(&zlib, Z_FINISH) == Z_STREAM_END);
    size_t len = room - zlib.avail_out;
    deflateEnd(&zlib);
    return (str){memory, len};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct err err;
    str bytes = {(const char *)data, size};
    arena_init(&arena);
    err_init(&err);
    bool opened = read_file(&arena, bytes, &err);
    strip_file(&arena, bytes, &err);
    if (size < 1024 * 1024 && !str_starts(bytes, STR("\x1f\x8b")))
        require(read_file(&arena, compress_bytes(&arena, bytes), &err) == opened);
    arena_release(&arena);
    return 0;
}
