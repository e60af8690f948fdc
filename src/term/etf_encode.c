#include "relc/term/etf.h"

#include "etf.h"
#include "relc/base/utf8.h"

#include <string.h>

struct encoder {
    struct buf *out;
    enum etf_atoms atoms;
    struct err *err;
};

static int encode(struct encoder *encoder, const struct term *term, int depth);

/* The Latin-1 form of the name when all its characters have one. */
static bool to_latin1(str name, char bytes[ETF_ATOM_MAX_CHARACTERS], size_t *count)
{
    const char *at = name.ptr, *end = name.ptr + name.len;
    for (*count = 0; at < end; ++*count) {
        uint32_t code = (unsigned char)*at;
        size_t len = code < 0x80 ? 1 : utf8_decode(at, end, &code);
        if (len == 0 || code > 0xFF || *count == ETF_ATOM_MAX_CHARACTERS)
            return false;
        bytes[*count] = (char)code;
        at += len;
    }
    return true;
}

static int encode_atom(struct encoder *encoder, str name)
{
    struct buf *out = encoder->out;
    char latin1[ETF_ATOM_MAX_CHARACTERS];
    size_t count;
    if (utf8_count(name.ptr, name.ptr + name.len) > ETF_ATOM_MAX_CHARACTERS)
        return err_set(encoder->err, ERR_INPUT,
                       "cannot encode the atom '%.*s..': it has more than %d characters",
                       40, name.ptr, ETF_ATOM_MAX_CHARACTERS);
    if (encoder->atoms == ETF_ATOMS_LATIN1 && to_latin1(name, latin1, &count)) {
        buf_u8(out, ETF_ATOM);
        buf_u16(out, (uint16_t)count);
        buf_add(out, latin1, count);
        return 0;
    }
    if (name.len <= UINT8_MAX) {
        buf_u8(out, ETF_SMALL_ATOM_UTF8);
        buf_u8(out, (uint8_t)name.len);
    } else {
        buf_u8(out, ETF_ATOM_UTF8);
        buf_u16(out, (uint16_t)name.len);
    }
    buf_str(out, name);
    return 0;
}

static void encode_magnitude(struct buf *out, const unsigned char *bytes, size_t size,
                             bool negative)
{
    if (size <= UINT8_MAX) {
        buf_u8(out, ETF_SMALL_BIG);
        buf_u8(out, (uint8_t)size);
    } else {
        buf_u8(out, ETF_LARGE_BIG);
        buf_u32(out, (uint32_t)size);
    }
    buf_u8(out, negative);
    buf_add(out, bytes, size);
}

static void encode_integer(struct buf *out, int64_t value)
{
    if (value >= 0 && value <= UINT8_MAX) {
        buf_u8(out, ETF_SMALL_INTEGER);
        buf_u8(out, (uint8_t)value);
    } else if (value >= INT32_MIN && value <= INT32_MAX) {
        buf_u8(out, ETF_INTEGER);
        buf_u32(out, (uint32_t)value);
    } else {
        uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
        unsigned char bytes[8];
        size_t size = 0;
        for (; magnitude; magnitude >>= 8)
            bytes[size++] = (unsigned char)magnitude;
        encode_magnitude(out, bytes, size, value < 0);
    }
}

static void encode_float(struct buf *out, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    buf_u8(out, ETF_NEW_FLOAT);
    buf_u64(out, bits);
}

/* Counts of the format are 32 bits wide. */
static int check_count(struct encoder *encoder, size_t count)
{
    if (count <= UINT32_MAX)
        return 0;
    return err_set(encoder->err, ERR_INPUT, "cannot encode a term of %zu elements",
                   count);
}

static int encode_items(struct encoder *encoder, const struct term *items, size_t count,
                        int depth)
{
    for (size_t i = 0; i < count; i++) {
        if (encode(encoder, &items[i], depth + 1) != 0)
            return -1;
    }
    return 0;
}

static bool is_byte_list(const struct term *list)
{
    if (list->as.list.tail || list->as.list.count > ETF_STRING_MAX)
        return false;
    for (size_t i = 0; i < list->as.list.count; i++) {
        const struct term *item = &list->as.list.items[i];
        if (item->kind != TERM_INTEGER || item->as.integer < 0 ||
            item->as.integer > UINT8_MAX)
            return false;
    }
    return true;
}

static void encode_byte_list(struct buf *out, const struct term *list)
{
    size_t count = list->as.list.count;
    buf_u8(out, ETF_STRING);
    buf_u16(out, (uint16_t)count);
    char *bytes = buf_reserve(out, count);
    for (size_t i = 0; i < count; i++)
        bytes[i] = (char)list->as.list.items[i].as.integer;
    bytes[count] = '\0';
    out->len += count;
}

static int encode_list(struct encoder *encoder, const struct term *list, int depth)
{
    struct buf *out = encoder->out;
    size_t count = list->as.list.count;
    if (count == 0) {
        buf_u8(out, ETF_NIL);
        return 0;
    }
    if (is_byte_list(list)) {
        encode_byte_list(out, list);
        return 0;
    }
    if (check_count(encoder, count) != 0)
        return -1;
    buf_u8(out, ETF_LIST);
    buf_u32(out, (uint32_t)count);
    if (encode_items(encoder, list->as.list.items, count, depth) != 0)
        return -1;
    if (list->as.list.tail)
        return encode(encoder, list->as.list.tail, depth + 1);
    buf_u8(out, ETF_NIL);
    return 0;
}

static int encode_tuple(struct encoder *encoder, const struct term *tuple, int depth)
{
    size_t count = tuple->as.list.count;
    if (check_count(encoder, count) != 0)
        return -1;
    if (count <= UINT8_MAX) {
        buf_u8(encoder->out, ETF_SMALL_TUPLE);
        buf_u8(encoder->out, (uint8_t)count);
    } else {
        buf_u8(encoder->out, ETF_LARGE_TUPLE);
        buf_u32(encoder->out, (uint32_t)count);
    }
    return encode_items(encoder, tuple->as.list.items, count, depth);
}

static int encode_map(struct encoder *encoder, const struct term *map, int depth)
{
    if (check_count(encoder, map->as.map.count) != 0)
        return -1;
    buf_u8(encoder->out, ETF_MAP);
    buf_u32(encoder->out, (uint32_t)map->as.map.count);
    return encode_items(encoder, map->as.map.pairs, 2 * map->as.map.count, depth);
}

static int encode_binary(struct encoder *encoder, const struct term *binary)
{
    size_t bits = binary->as.binary.bits, size = (bits + 7) / 8;
    if (check_count(encoder, size) != 0)
        return -1;
    buf_u8(encoder->out, bits % 8 ? ETF_BIT_BINARY : ETF_BINARY);
    buf_u32(encoder->out, (uint32_t)size);
    if (bits % 8)
        buf_u8(encoder->out, (uint8_t)(bits % 8));
    buf_add(encoder->out, binary->as.binary.bytes, size);
    return 0;
}

static int encode_fun(struct encoder *encoder, const struct term *fun, int depth)
{
    buf_u8(encoder->out, ETF_EXPORT);
    return encode_items(encoder, fun->as.fun, 3, depth);
}

static int encode(struct encoder *encoder, const struct term *term, int depth)
{
    if (depth > TERM_MAX_DEPTH + TERM_WRAP_DEPTH)
        return err_set(encoder->err, ERR_INPUT,
                       "cannot encode a term that is nested more than %d deep",
                       TERM_MAX_DEPTH + TERM_WRAP_DEPTH);
    switch (term->kind) {
    case TERM_INTEGER:
        encode_integer(encoder->out, term->as.integer);
        return 0;
    case TERM_BIG:
        encode_magnitude(encoder->out, term->as.big.magnitude, term->as.big.size,
                         term->as.big.negative);
        return 0;
    case TERM_FLOAT:
        encode_float(encoder->out, term->as.real);
        return 0;
    case TERM_ATOM:
        return encode_atom(encoder, term->as.atom);
    case TERM_TUPLE:
        return encode_tuple(encoder, term, depth);
    case TERM_LIST:
        return encode_list(encoder, term, depth);
    case TERM_MAP:
        return encode_map(encoder, term, depth);
    case TERM_BINARY:
        return encode_binary(encoder, term);
    case TERM_FUN:
        return encode_fun(encoder, term, depth);
    }
    return err_set(encoder->err, ERR_INPUT, "cannot encode a term of unknown kind");
}

int etf_encode(struct buf *out, const struct term *term, enum etf_atoms atoms,
               struct err *err)
{
    struct encoder encoder = {out, atoms, err};
    buf_u8(out, ETF_VERSION);
    return encode(&encoder, term, 1);
}
