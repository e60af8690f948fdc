#include "atoms.h"

#include "container.h"

#include "relc/base/utf8.h"

int beam_atoms_begin(struct beam_atom_table *table, const char *chunk, str data,
                     size_t size, const char *file, struct err *err)
{
    uint32_t count = 0;
    *table = (struct beam_atom_table){.file = file, .reader = beam_reader_of(data)};
    if (!beam_take_u32(&table->reader, &count))
        return beam_damaged(err, file, "is damaged: its atom table is cut off");
    table->latin1 = beam_id_is(chunk, "Atom");
    table->compact = count > INT32_MAX;
    table->count = table->compact ? UINT32_MAX - count + 1 : count;
    if (table->count > size - 4)
        return beam_damaged(err, file, "is damaged: %zu atoms do not fit into %zu bytes",
                            table->count, size - 4);
    if (table->count == 0)
        return beam_damaged(err, file, "is damaged: its atom table is empty");
    return 0;
}

/* Number of characters, or more than an atom may have when it is not UTF-8. */
static size_t utf8_length(str text)
{
    const char *end = text.ptr + text.len;
    return utf8_check(text.ptr, end) == end ? utf8_count(text.ptr, end) : SIZE_MAX;
}

static bool is_ascii(str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] >= 0x80)
            return false;
    return true;
}

static str from_latin1(struct arena *arena, str text)
{
    char *utf8 = arena_alloc(arena, 2 * text.len + 2);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++)
        len += utf8_encode(utf8 + len, (unsigned char)text.ptr[i]);
    return (str){utf8, len};
}

int beam_atoms_next(struct arena *arena, struct beam_atom_table *table, str *atom,
                    struct err *err)
{
    uint32_t len = 0;
    bool known = table->compact ? beam_take_compact(&table->reader, &len)
                                : beam_take_u8(&table->reader, &len);
    if (!known || !beam_take(&table->reader, len, atom))
        return beam_damaged(err, table->file,
                            "is damaged: an atom reaches beyond the atom table");
    if (table->latin1) {
        if (!is_ascii(*atom))
            *atom = from_latin1(arena, *atom);
    } else if (utf8_length(*atom) > BEAM_ATOM_CHARS) {
        return beam_damaged(err, table->file,
                            "is damaged: an atom is too long or not UTF-8");
    }
    return 0;
}

int beam_read_atoms(struct arena *arena, struct beam *beam, struct err *err)
{
    const struct beam_chunk *chunk = beam_chunk(beam, "AtU8");
    struct beam_atom_table table;
    if (!chunk)
        chunk = beam_chunk(beam, "Atom");
    if (!chunk)
        return beam_damaged(err, beam->file, "is damaged: it has no atom table");
    if (beam_atoms_begin(&table, chunk->id, chunk->data, chunk->data.len, beam->file,
                         err) < 0)
        return -1;
    beam->atoms = arena_array(arena, table.count, sizeof *beam->atoms);
    for (size_t i = 0; i < table.count; i++)
        if (beam_atoms_next(arena, &table, &beam->atoms[i], err) < 0)
            return -1;
    if (table.reader.left > 0)
        return beam_damaged(err, beam->file,
                            "is damaged: %zu bytes follow the last atom of its table",
                            table.reader.left);
    beam->atom_count = table.count;
    beam->module = beam->atoms[0];
    return 0;
}
