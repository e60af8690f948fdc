/*
 * The chunk LitT: a 4-byte size and the table, compressed by zlib; since OTP 28 the size
 * may be 0, then the table follows as it is. The table: a 4-byte count, and per literal a
 * 4-byte size and its external term format (otp.md 6.1).
 */
#include "code_reader.h"
#include "relc/base/window.h"
#include "relc/term/etf.h"

/* Of a literal; structs are far smaller, tables may be far larger. */
enum { LITERAL_MAX = 256 * 1024 };

static bool take_u32(struct window *table, size_t *value)
{
    str bytes;
    *value = 0;
    if (!window_take(table, 4, &bytes))
        return false;
    for (size_t i = 0; i < 4; i++)
        *value = *value << 8 | (unsigned char)bytes.ptr[i];
    return true;
}

static bool open_table(struct arena *arena, str bytes, struct window *table)
{
    size_t size;
    *table = window_plain(bytes);
    if (!take_u32(table, &size))
        return false;
    return !size || window_inflating(arena, str_slice(bytes, 4, bytes.len), size,
                                     LITERAL_MAX, table);
}

static bool is_struct_of(const struct term *term, str module)
{
    if (term->kind != TERM_MAP)
        return false;
    for (size_t i = 0; i < term->as.map.count; i++) {
        const struct term *pair = &term->as.map.pairs[2 * i];
        if (term_is_atom(&pair[0], "__struct__") && pair[1].kind == TERM_ATOM)
            return str_eq(pair[1].as.atom, module);
    }
    return false;
}

static struct debug_record record_of(struct arena *arena, const struct term *map,
                                     str module)
{
    struct debug_record record = {.name = module};
    record.fields = arena_array(arena, map->as.map.count, sizeof *record.fields);
    record.defaults = arena_array(arena, map->as.map.count, sizeof *record.defaults);
    for (size_t i = 0; i < map->as.map.count; i++) {
        const struct term *pair = &map->as.map.pairs[2 * i];
        if (pair[0].kind != TERM_ATOM || term_is_atom(&pair[0], "__struct__"))
            continue;
        record.fields[record.count] = pair[0].as.atom;
        record.defaults[record.count++] = code_term(pair[1], 0);
    }
    return record;
}

static bool decode(struct arena *arena, str bytes, struct term *literal)
{
    struct err ignored;
    err_init(&ignored);
    int status = etf_decode(arena, bytes, "LitT", literal, &ignored);
    err_release(&ignored);
    return status == 0;
}

/* Looks at a literal in scratch; the struct's is then decoded for good. */
static bool read_literal(struct arena *arena, struct arena *scratch, str bytes,
                         str module, struct debug_record *record)
{
    struct term literal;
    if (!decode(scratch, bytes, &literal) || !is_struct_of(&literal, module) ||
        !decode(arena, bytes, &literal))
        return false;
    *record = record_of(arena, &literal, module);
    return true;
}

static bool search_table(struct arena *arena, struct window *table, str module,
                         struct debug_record *record)
{
    struct arena scratch;
    size_t count, size;
    bool found = false;
    str bytes;
    arena_init(&scratch);
    for (take_u32(table, &count); !found && count && take_u32(table, &size); count--) {
        if (size > LITERAL_MAX ? !window_skip(table, size)
                               : !window_take(table, size, &bytes))
            break;
        if (size <= LITERAL_MAX)
            found = read_literal(arena, &scratch, bytes, module, record);
        arena_release(&scratch);
    }
    return found;
}

bool code_read_literals(struct arena *arena, const struct beam *beam,
                        struct debug_record *record)
{
    const struct beam_chunk *chunk = beam_chunk(beam, "LitT");
    struct arena scratch;
    struct window table;
    arena_init(&scratch);
    bool found = chunk && open_table(&scratch, chunk->data, &table) &&
                 search_table(arena, &table, beam->module, record) &&
                 window_seek(&table, table.total) && window_is_done(&table);
    arena_release(&scratch);
    return found;
}
