/*
 * The order of the chunks is that in which beam_lib (lib/stdlib) and Elixir's Mix.Release
 * build a stripped module, with Attr as the one additional chunk.
 */
#include "relc/beam/strip.h"

#include "container.h"
#include "stream.h"

#include "relc/base/buf.h"

#include <string.h>

/* Meta is there since OTP 25, Recs and DbgB since 29; a module has what it has. */
static const char *const kept[] = {"Attr", "Line", "Type", "Atom", "AtU8",
                                   "Code", "StrT", "ImpT", "ExpT", "FunT",
                                   "LitT", "Meta", "Recs", "DbgB"};
enum { KEPT_COUNT = sizeof kept / sizeof *kept };

static const char *const mandatory[] = {"Code", "ExpT", "ImpT", "StrT"};

/* RFC 1952 around deflate; window of 32 KiB, and the level and memory of zlib:gzip/1. */
enum { GZIP_WINDOW_BITS = 31, GZIP_MEMORY_LEVEL = 8 };

static int check_mandatory(const struct beam *beam, struct err *err)
{
    str data;
    for (size_t i = 0; i < sizeof mandatory / sizeof *mandatory; i++)
        if (beam_required(beam, mandatory[i], &data, err) != 0)
            return -1;
    return 0;
}

static void add_chunk(struct buf *out, const struct beam *beam, const char *id)
{
    const struct beam_chunk *chunk = beam_chunk(beam, id);
    if (!chunk)
        return;
    buf_add(out, chunk->id, sizeof chunk->id);
    buf_u32(out, (uint32_t)chunk->data.len);
    buf_str(out, chunk->data);
    buf_fill(out, 0, -chunk->data.len & 3);
}

/* True when the chunk number i of keep is in the result already. */
static bool is_there(const struct beam_strip *options, size_t i)
{
    str id = options->keep[i];
    for (size_t j = 0; j < KEPT_COUNT; j++)
        if (str_eqz(id, kept[j]))
            return true;
    for (size_t j = 0; j < i; j++)
        if (str_eq(id, options->keep[j]))
            return true;
    return false;
}

static void build(struct buf *out, const struct beam *beam,
                  const struct beam_strip *options)
{
    buf_add(out, "FOR1....BEAM", BEAM_HEADER_SIZE);
    for (size_t i = 0; i < KEPT_COUNT; i++)
        add_chunk(out, beam, kept[i]);
    for (size_t i = 0; i < options->keep_count; i++)
        if (!is_there(options, i))
            add_chunk(out, beam, options->keep[i].ptr);
    uint32_t size = (uint32_t)out->len - 8;
    for (int i = 0; i < 4; i++)
        out->ptr[4 + i] = (char)(size >> (24 - 8 * i));
}

static int compress_to(struct arena *arena, str plain, const char *file, str *packed,
                       struct err *err)
{
    z_stream zlib = {0};
    if (deflateInit2(&zlib, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW_BITS,
                     GZIP_MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
        return err_set(err, ERR_IO, "cannot compress '%s': zlib cannot start", file);
    size_t bound = deflateBound(&zlib, (uLong)plain.len);
    char *memory = arena_alloc(arena, bound);
    zlib.next_in = (const Bytef *)plain.ptr;
    zlib.avail_in = (uInt)plain.len;
    zlib.next_out = (Bytef *)memory;
    zlib.avail_out = (uInt)bound;
    int status = deflate(&zlib, Z_FINISH);
    *packed = (str){memory, bound - zlib.avail_out};
    deflateEnd(&zlib);
    if (status != Z_STREAM_END)
        return err_set(err, ERR_IO, "cannot compress '%s'", file);
    return 0;
}

int beam_strip(struct arena *arena, str bytes, const char *file,
               const struct beam_strip *options, str *stripped, struct err *err)
{
    struct beam beam;
    struct buf out;
    int result = 0;
    if (beam_open(arena, bytes, file, &beam, err) != 0 ||
        check_mandatory(&beam, err) != 0)
        return -1;
    buf_init(&out);
    build(&out, &beam, options);
    if (options->compress)
        result = compress_to(arena, buf_view(&out), file, stripped, err);
    else
        *stripped = arena_str(arena, buf_view(&out));
    buf_release(&out);
    return result;
}
