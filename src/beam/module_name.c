/*
 * The module's name without the rest: reads from the start up to the first atom. In a
 * file as the compiler writes it that is at byte 24, in a stripped one somewhat later.
 */
#include "atoms.h"
#include "container.h"
#include "stream.h"

/* What is read of a file so far. */
struct search {
    struct beam_stream stream;
    size_t left; /* bytes that the container has from here on */
    str module;  /* from a chunk Atom: counts only if no AtU8 follows */
};

static int read_header(struct search *search, str bytes, struct err *err)
{
    char memory[BEAM_HEADER_SIZE];
    str head = {memory, sizeof memory};
    const char *file = search->stream.file;
    size_t total;
    /* Of a plain file that is too short for a header, beam_header tells more. */
    if (!search->stream.packed && beam_header(bytes, file, &total, err) < 0)
        return -1;
    if (beam_stream_read(&search->stream, memory, sizeof memory, err) < 0 ||
        beam_header(head, file, &total, err) < 0)
        return -1;
    search->left = total - sizeof memory;
    return 0;
}

static int first_atom(struct arena *arena, struct search *search,
                      const struct beam_chunk_head *chunk, struct err *err)
{
    char memory[BEAM_FIRST_ATOM_BYTES];
    struct beam_atom_table table;
    str atom;
    str data = {memory, chunk->size < sizeof memory ? chunk->size : sizeof memory};
    if (beam_stream_read(&search->stream, memory, data.len, err) < 0 ||
        beam_atoms_begin(&table, chunk->id, data, chunk->size, search->stream.file, err) <
            0 ||
        beam_atoms_next(arena, &table, &atom, err) < 0)
        return -1;
    search->module = arena_str(arena, atom);
    return beam_stream_skip(&search->stream, chunk->padded - data.len, err);
}

/* Goes over one chunk; *done when what follows it cannot matter any more. */
static int next_chunk(struct arena *arena, struct search *search, bool *done,
                      struct err *err)
{
    char memory[BEAM_CHUNK_HEADER_SIZE];
    str bytes = {memory, search->left < sizeof memory ? search->left : sizeof memory};
    struct beam_chunk_head chunk;
    if (beam_stream_read(&search->stream, memory, bytes.len, err) < 0 ||
        beam_chunk_head(bytes, search->left, search->stream.file, &chunk, err) < 0)
        return -1;
    search->left -= sizeof memory + chunk.padded;
    *done = beam_id_is(chunk.id, "AtU8");
    if (*done || (beam_id_is(chunk.id, "Atom") && !search->module.ptr))
        return first_atom(arena, search, &chunk, err);
    return beam_stream_skip(&search->stream, chunk.padded, err);
}

static int find_name(struct arena *arena, struct search *search, str bytes,
                     struct err *err)
{
    bool done = false;
    if (read_header(search, bytes, err) < 0)
        return -1;
    while (!done && search->left > 0)
        if (next_chunk(arena, search, &done, err) < 0)
            return -1;
    if (!search->module.ptr)
        return beam_damaged(err, search->stream.file, "is damaged: it has no atom table");
    return 0;
}

int beam_module_name(struct arena *arena, str bytes, const char *file, str *module,
                     struct err *err)
{
    struct search search = {.left = 0};
    int result = -1;
    if (beam_stream_open(&search.stream, bytes, file, err) == 0)
        result = find_name(arena, &search, bytes, err);
    beam_stream_close(&search.stream);
    if (result == 0)
        *module = search.module;
    return result;
}
