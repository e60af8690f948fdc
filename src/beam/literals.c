/*
 * The chunk LitT: a 4-byte size and the table, compressed by zlib; since OTP 28 the size
 * may be 0, then the table follows as it is. The table: a 4-byte count, and per literal a
 * 4-byte size and its external term format (otp.md 6.1).
 */
#include "code_reader.h"
#include "relc/term/etf.h"

#include <zlib.h>

enum { MAX_TABLE = 16 * 1024 * 1024 };

static uint32_t take_u32(str *bytes)
{
    uint32_t value = 0;
    for (size_t i = 0; i < 4; i++)
        value = value << 8 | (unsigned char)bytes->ptr[i];
    *bytes = str_slice(*bytes, 4, bytes->len);
    return value;
}

/* The table; empty when it is not what it should be. */
static str read_table(struct arena *arena, str bytes)
{
    if (bytes.len < 4)
        return STR("");
    uLongf size = take_u32(&bytes);
    if (!size)
        return bytes;
    if (size > MAX_TABLE || size / 1024 > bytes.len)
        return STR("");
    char *table = arena_alloc(arena, size);
    if (uncompress((Bytef *)table, &size, (const Bytef *)bytes.ptr, (uLong)bytes.len) !=
        Z_OK)
        return STR("");
    return (str){table, size};
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

void code_read_literals(struct arena *arena, const struct beam *beam,
                        struct debug_info *info)
{
    const struct beam_chunk *chunk = beam_chunk(beam, "LitT");
    str table = chunk ? read_table(arena, chunk->data) : STR("");
    struct err ignored;
    err_init(&ignored);
    uint32_t count = table.len < 4 ? 0 : take_u32(&table);
    for (; count && table.len >= 4; count--) {
        size_t size = take_u32(&table);
        struct term literal;
        int status =
            etf_decode(arena, str_slice(table, 0, size), "LitT", &literal, &ignored);
        err_release(&ignored);
        table = str_slice(table, size, table.len);
        if (status != 0 || !is_struct_of(&literal, beam->module))
            continue;
        info->records = arena_alloc(arena, sizeof *info->records);
        *info->records = record_of(arena, &literal, beam->module);
        info->record_count = 1;
        return;
    }
}
