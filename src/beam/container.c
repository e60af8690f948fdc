#include "container.h"

#include "atoms.h"
#include "stream.h"

#include <string.h>

enum {
    UNPACK_FREELY = 1024 * 1024, /* bytes that any compressed file may unpack to */
    UNPACK_RATIO = 200, /* above that: times its size; real modules stay below 20 */
};

int beam_header(str bytes, const char *file, size_t *total, struct err *err)
{
    struct beam_reader reader = beam_reader_of(bytes);
    str form = STR(""), beam = STR("");
    uint32_t size = 0;
    if (bytes.len == 0)
        return beam_damaged(err, file, "is empty");
    if (!str_starts(STR("FOR1"), str_slice(bytes, 0, 4)))
        return beam_damaged(err, file, "is not a BEAM file");
    if (!beam_take(&reader, 4, &form) || !beam_take_u32(&reader, &size) ||
        !beam_take(&reader, 4, &beam))
        return beam_damaged(err, file, "is cut off: a BEAM file has at least %d bytes",
                            BEAM_HEADER_SIZE);
    if (!str_eqz(beam, "BEAM"))
        return beam_damaged(err, file, "is not a BEAM file");
    *total = (size_t)size + 8;
    if (*total < BEAM_HEADER_SIZE)
        return beam_damaged(err, file, "is damaged: its size is given as %zu", *total);
    return 0;
}

int beam_chunk_head(str bytes, size_t left, const char *file,
                    struct beam_chunk_head *head, struct err *err)
{
    struct beam_reader reader = beam_reader_of(bytes);
    uint32_t size = 0;
    str id;
    if (!beam_take(&reader, 4, &id) || !beam_take_u32(&reader, &size))
        return beam_damaged(err, file,
                            "is damaged: a chunk begins %zu bytes before its end", left);
    memcpy(head->id, id.ptr, 4);
    head->size = size;
    left -= BEAM_CHUNK_HEADER_SIZE;
    if (head->size > left) {
        char name[5] = {0};
        for (size_t i = 0; i < 4; i++)
            name[i] = head->id[i] > ' ' && head->id[i] < 127 ? head->id[i] : '?';
        return beam_damaged(err, file,
                            "is damaged: chunk '%s' needs %zu bytes, %zu are left", name,
                            head->size, left);
    }
    size_t padding = -head->size & 3;
    head->padded = padding < left - head->size ? head->size + padding : left;
    return 0;
}

bool beam_id_is(const char id[4], const char *name)
{
    return memcmp(id, name, 4) == 0;
}

/* The header's size decides how much is unpacked: it must be sane for so small a file. */
static int check_ratio(size_t total, size_t packed, const char *file, struct err *err)
{
    if (total > BEAM_UNPACKED_MAX)
        return beam_damaged(err, file, "is no module: it unpacks to over %d bytes",
                            BEAM_UNPACKED_MAX);
    if (total > UNPACK_FREELY && total / UNPACK_RATIO > packed)
        return beam_damaged(err, file,
                            "is no module: %zu compressed bytes are to make %zu", packed,
                            total);
    return 0;
}

static int unpack_rest(struct arena *arena, struct beam_stream *stream, str head,
                       size_t total, str *plain, struct err *err)
{
    char *memory = arena_alloc(arena, total);
    memcpy(memory, head.ptr, head.len);
    *plain = (str){memory, total};
    if (beam_stream_read(stream, memory + head.len, total - head.len, err) < 0)
        return -1;
    return beam_stream_finish(stream, err);
}

static int unpack_stream(struct arena *arena, struct beam_stream *stream, size_t packed,
                         str *plain, struct err *err)
{
    char memory[BEAM_HEADER_SIZE];
    str head = {memory, sizeof memory};
    size_t total;
    if (beam_stream_read(stream, memory, sizeof memory, err) < 0 ||
        beam_header(head, stream->file, &total, err) < 0 ||
        check_ratio(total, packed, stream->file, err) < 0)
        return -1;
    return unpack_rest(arena, stream, head, total, plain, err);
}

static int unpack(struct arena *arena, str bytes, const char *file, str *plain,
                  struct err *err)
{
    struct beam_stream stream;
    int result = -1;
    if (beam_stream_open(&stream, bytes, file, err) == 0)
        result = unpack_stream(arena, &stream, bytes.len, plain, err);
    beam_stream_close(&stream);
    return result;
}

static int read_chunks(struct arena *arena, str rest, struct beam *beam, struct err *err)
{
    struct beam_chunk_head head;
    size_t capacity = 0;
    while (rest.len > 0) {
        if (beam_chunk_head(rest, rest.len, beam->file, &head, err) < 0)
            return -1;
        beam->chunks = arena_grow(arena, beam->chunks, beam->chunk_count, &capacity,
                                  sizeof *beam->chunks);
        struct beam_chunk *chunk = &beam->chunks[beam->chunk_count++];
        size_t start = BEAM_CHUNK_HEADER_SIZE;
        memcpy(chunk->id, head.id, 4);
        chunk->data = str_slice(rest, start, start + head.size);
        rest = str_slice(rest, start + head.padded, rest.len);
    }
    return 0;
}

static int check_size(str begin, uint64_t size, const char *file, struct err *err)
{
    size_t total;
    if (beam_header(begin, file, &total, err) < 0)
        return -1;
    if (total != size)
        return beam_damaged(err, file, "is %s: it has %ju bytes and should have %zu",
                            total > size ? "cut off" : "damaged", (uintmax_t)size, total);
    return 0;
}

int beam_check_size(str begin, uint64_t size, const char *file, struct err *err)
{
    return beam_is_packed(begin) ? 0 : check_size(begin, size, file, err);
}

static int read_container(struct arena *arena, str bytes, struct beam *beam,
                          struct err *err)
{
    if (check_size(bytes, bytes.len, beam->file, err) < 0)
        return -1;
    return read_chunks(arena, str_slice(bytes, BEAM_HEADER_SIZE, bytes.len), beam, err);
}

int beam_open(struct arena *arena, str bytes, const char *file, struct beam *beam,
              struct err *err)
{
    str plain = bytes;
    *beam = (struct beam){.file = file};
    if (beam_is_packed(bytes) && unpack(arena, bytes, file, &plain, err) < 0)
        return -1;
    if (read_container(arena, plain, beam, err) < 0)
        return -1;
    return beam_read_atoms(arena, beam, err);
}

const struct beam_chunk *beam_chunk(const struct beam *beam, const char id[4])
{
    for (size_t i = 0; i < beam->chunk_count; i++)
        if (beam_id_is(beam->chunks[i].id, id))
            return &beam->chunks[i];
    return NULL;
}

int beam_required(const struct beam *beam, const char *id, str *data, struct err *err)
{
    const struct beam_chunk *chunk = beam_chunk(beam, id);
    if (!chunk)
        return beam_damaged(err, beam->file, "is damaged: it has no chunk '%s'", id);
    *data = chunk->data;
    return 0;
}
