#include "relc/term/etf.h"

#include "etf.h"
#include "number.h"
#include "stack.h"
#include "relc/base/utf8.h"

#include "relc/base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/*
 * Every term takes at least one byte, so that counts are checked against what is left
 * before anything is allocated for them.
 */

enum { FLOAT_TEXT_SIZE = 31 };

struct decoder {
    struct arena *arena;
    const char *name; /* of what is decoded, for messages */
    const unsigned char *start;
    const unsigned char *at;
    const unsigned char *end;
    struct term_stack stack;
    struct err *err;
};

static int decode(struct decoder *decoder, int depth);

static int fail(struct decoder *decoder, const char *cause)
{
    return err_set(decoder->err, ERR_FORMAT, "cannot decode '%s': %s at byte %zu",
                   decoder->name, cause, (size_t)(decoder->at - decoder->start));
}

static size_t left(const struct decoder *decoder)
{
    return (size_t)(decoder->end - decoder->at);
}

static int need(struct decoder *decoder, size_t bytes)
{
    return bytes <= left(decoder) ? 0 : fail(decoder, "the data ends too early");
}

/* A big-endian number of size bytes (at most 8). */
static int take_number(struct decoder *decoder, size_t size, uint64_t *number)
{
    if (need(decoder, size) != 0)
        return -1;
    *number = 0;
    while (size--)
        *number = *number << 8 | *decoder->at++;
    return 0;
}

/* A number of bytes (elements, at least a byte each) that must still be there. */
static int take_count(struct decoder *decoder, size_t size, size_t *count)
{
    uint64_t number;
    if (take_number(decoder, size, &number) != 0)
        return -1;
    *count = (size_t)number;
    return need(decoder, *count);
}

static str take_bytes(struct decoder *decoder, size_t count)
{
    str bytes = {(const char *)decoder->at, count};
    decoder->at += count;
    return bytes;
}

static int push(struct decoder *decoder, struct term term)
{
    stack_push(&decoder->stack, term);
    return 0;
}

/* ---- numbers ---- */

static int decode_integer(struct decoder *decoder, size_t size)
{
    uint64_t number;
    if (take_number(decoder, size, &number) != 0)
        return -1;
    return push(decoder, term_integer(size == 4 ? (int32_t)number : (int64_t)number));
}

static int decode_new_float(struct decoder *decoder)
{
    uint64_t bits;
    double value;
    if (take_number(decoder, sizeof value, &bits) != 0)
        return -1;
    memcpy(&value, &bits, sizeof value);
    if (!isfinite(value))
        return fail(decoder, "a float is not finite");
    return push(decoder, term_float(value));
}

/* Sign, digits, '.', digits, 'e', sign, digits: what printf's %.20e makes. */
static bool parse_float(const char *text, double *value)
{
    char digits[FLOAT_TEXT_SIZE + 1];
    size_t count = 0, fraction = 0;
    bool negative = *text == '-';
    for (text += negative; digit_value(*text) < 10; text++)
        digits[count++] = *text;
    if (count == 0 || *text++ != '.')
        return false;
    for (; digit_value(*text) < 10; text++, fraction++)
        digits[count++] = *text;
    char *end;
    if (fraction == 0 || *text != 'e')
        return false;
    long exponent = strtol(text + 1, &end, 10);
    if (end == text + 1 || *end || exponent > 1000 || exponent < -1000)
        return false;
    if (!float_from_decimal(digits, count, exponent - (long)fraction, value))
        return false;
    *value = negative ? -*value : *value;
    return true;
}

static int decode_old_float(struct decoder *decoder)
{
    char text[FLOAT_TEXT_SIZE + 1] = {0};
    double value;
    if (need(decoder, FLOAT_TEXT_SIZE) != 0)
        return -1;
    memcpy(text, take_bytes(decoder, FLOAT_TEXT_SIZE).ptr, FLOAT_TEXT_SIZE);
    if (!parse_float(text, &value))
        return fail(decoder, "a float is malformed");
    return push(decoder, term_float(value));
}

static int decode_big(struct decoder *decoder, size_t size_bytes)
{
    uint64_t size, sign;
    if (take_number(decoder, size_bytes, &size) != 0 ||
        take_number(decoder, 1, &sign) != 0 || need(decoder, (size_t)size) != 0)
        return -1;
    str bytes = take_bytes(decoder, (size_t)size);
    const unsigned char *magnitude = (const unsigned char *)bytes.ptr;
    while (bytes.len && magnitude[bytes.len - 1] == 0)
        bytes.len--;
    if (bytes.len > TERM_MAX_INTEGER_BYTES)
        return fail(decoder, "an integer is too large");
    return push(decoder,
                term_from_magnitude(decoder->arena, magnitude, bytes.len, sign != 0));
}

/* ---- atoms ---- */

static str latin1_to_utf8(struct arena *arena, str name)
{
    char *text = arena_alloc(arena, 2 * name.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < name.len; i++)
        len += utf8_encode(text + len, (unsigned char)name.ptr[i]);
    return (str){text, len};
}

static int decode_atom(struct decoder *decoder, size_t size_bytes, bool is_utf8)
{
    size_t size;
    if (take_count(decoder, size_bytes, &size) != 0)
        return -1;
    str name = take_bytes(decoder, size);
    const char *end = name.ptr + name.len;
    bool is_ascii = true;
    for (size_t i = 0; i < name.len; i++)
        is_ascii = is_ascii && (unsigned char)name.ptr[i] < 0x80;
    if (is_utf8 && utf8_check(name.ptr, end) != end)
        return fail(decoder, "an atom is not valid UTF-8");
    if ((is_utf8 ? utf8_count(name.ptr, end) : name.len) > ETF_ATOM_MAX_CHARACTERS)
        return fail(decoder, "an atom has more than 255 characters");
    name = is_utf8 || is_ascii ? arena_str(decoder->arena, name)
                               : latin1_to_utf8(decoder->arena, name);
    return push(decoder, term_atom(name));
}

/* ---- containers ---- */

static int decode_items(struct decoder *decoder, size_t count, int depth)
{
    for (size_t i = 0; i < count; i++) {
        if (decode(decoder, depth + 1) != 0)
            return -1;
    }
    return 0;
}

static int decode_tuple(struct decoder *decoder, size_t size_bytes, int depth)
{
    size_t count, base = decoder->stack.count;
    if (take_count(decoder, size_bytes, &count) != 0 ||
        decode_items(decoder, count, depth) != 0)
        return -1;
    stack_fold_tuple(&decoder->stack, decoder->arena, base);
    return 0;
}

static int push_byte_list(struct decoder *decoder)
{
    size_t count;
    if (take_count(decoder, 2, &count) != 0)
        return -1;
    stack_reserve(&decoder->stack, count);
    while (count--)
        decoder->stack.items[decoder->stack.count++] = term_integer(*decoder->at++);
    return 0;
}

/*
 * The elements of a list whose tag is the next byte. A tail that is a list is joined, in
 * this loop and not by recursion: old encoders write long lists in several parts.
 */
static int decode_list(struct decoder *decoder, int depth)
{
    size_t count, base = decoder->stack.count;
    bool improper = false;
    while (left(decoder) && *decoder->at == ETF_LIST) {
        decoder->at++;
        if (take_count(decoder, 4, &count) != 0 ||
            decode_items(decoder, count, depth) != 0)
            return -1;
    }
    if (need(decoder, 1) != 0)
        return -1;
    if (*decoder->at == ETF_NIL) {
        decoder->at++;
    } else if (*decoder->at == ETF_STRING) {
        decoder->at++;
        if (push_byte_list(decoder) != 0)
            return -1;
    } else {
        improper = decoder->stack.count > base;
        if (decode(decoder, depth + 1) != 0)
            return -1;
        if (!improper) /* no elements: the tail is all there is */
            return 0;
    }
    stack_fold_list(&decoder->stack, decoder->arena, base, improper);
    return 0;
}

static int decode_map(struct decoder *decoder, int depth)
{
    size_t count, base = decoder->stack.count;
    if (take_count(decoder, 4, &count) != 0)
        return -1;
    if (count > left(decoder) / 2)
        return fail(decoder, "the data ends too early");
    if (decode_items(decoder, 2 * count, depth) != 0)
        return -1;
    struct term map = term_map(decoder->arena, decoder->stack.items + base, count);
    decoder->stack.count = base;
    if (map.as.map.count != count)
        return fail(decoder, "a map has the same key twice");
    return push(decoder, map);
}

/* bit_size is true for bit strings, whose last byte holds 1 to 8 bits. */
static int decode_binary(struct decoder *decoder, bool has_bits)
{
    size_t size;
    uint64_t last = 8;
    if (take_count(decoder, 4, &size) != 0 ||
        (has_bits && take_number(decoder, 1, &last) != 0) || need(decoder, size) != 0)
        return -1;
    if (last < 1 || last > 8 || (has_bits && size == 0))
        return fail(decoder, "a bit string is malformed");
    struct term binary = term_binary(decoder->arena, take_bytes(decoder, size));
    if (last < 8) {
        /* The bits that are not used may be anything in the data. */
        unsigned char *bytes = (unsigned char *)(uintptr_t)binary.as.binary.bytes;
        bytes[size - 1] &= (unsigned char)(0xFF << (8 - last));
        binary.as.binary.bits -= 8 - (size_t)last;
    }
    return push(decoder, binary);
}

static int decode_export(struct decoder *decoder, int depth)
{
    size_t base = decoder->stack.count;
    if (decode_items(decoder, 3, depth) != 0)
        return -1;
    const struct term *parts = stack_take(&decoder->stack, decoder->arena, base);
    if (parts[0].kind != TERM_ATOM || parts[1].kind != TERM_ATOM ||
        parts[2].kind != TERM_INTEGER || parts[2].as.integer < 0 ||
        parts[2].as.integer > UINT8_MAX)
        return fail(decoder, "a fun is malformed");
    return push(decoder, (struct term){.kind = TERM_FUN, .as.fun = parts});
}

static int refuse(struct decoder *decoder, unsigned tag)
{
    decoder->at--;
    switch (tag) {
    case 88:
    case 103:
        return fail(decoder, "a pid has no text form");
    case 89:
    case 102:
    case 120:
        return fail(decoder, "a port has no text form");
    case 90:
    case 101:
    case 114:
        return fail(decoder, "a reference has no text form");
    case 112:
    case 117:
        return fail(decoder, "a local fun has no text form");
    default:
        return fail(decoder, "unknown tag");
    }
}

static int decode_tagged(struct decoder *decoder, unsigned tag, int depth)
{
    switch (tag) {
    case ETF_SMALL_INTEGER:
        return decode_integer(decoder, 1);
    case ETF_INTEGER:
        return decode_integer(decoder, 4);
    case ETF_NEW_FLOAT:
        return decode_new_float(decoder);
    case ETF_FLOAT:
        return decode_old_float(decoder);
    case ETF_SMALL_BIG:
        return decode_big(decoder, 1);
    case ETF_LARGE_BIG:
        return decode_big(decoder, 4);
    case ETF_ATOM:
        return decode_atom(decoder, 2, false);
    case ETF_SMALL_ATOM:
        return decode_atom(decoder, 1, false);
    case ETF_ATOM_UTF8:
        return decode_atom(decoder, 2, true);
    case ETF_SMALL_ATOM_UTF8:
        return decode_atom(decoder, 1, true);
    case ETF_BINARY:
        return decode_binary(decoder, false);
    case ETF_BIT_BINARY:
        return decode_binary(decoder, true);
    case ETF_SMALL_TUPLE:
        return decode_tuple(decoder, 1, depth);
    case ETF_LARGE_TUPLE:
        return decode_tuple(decoder, 4, depth);
    case ETF_NIL:
    case ETF_STRING:
    case ETF_LIST:
        decoder->at--;
        return decode_list(decoder, depth);
    case ETF_MAP:
        return decode_map(decoder, depth);
    case ETF_EXPORT:
        return decode_export(decoder, depth);
    default:
        return refuse(decoder, tag);
    }
}

static int decode(struct decoder *decoder, int depth)
{
    if (depth > TERM_MAX_DEPTH)
        return fail(decoder, "the term is nested too deeply");
    if (need(decoder, 1) != 0)
        return -1;
    unsigned tag = *decoder->at++;
    return decode_tagged(decoder, tag, depth);
}

/* ---- the whole ---- */

/*
 * Inflates compressed data that starts at decoder->at into the arena. *taken is how
 * many bytes it was. The size that the data claims is believed up to a limit only, and
 * no further than deflate can reach (1032 times).
 */
static int inflate_term(struct decoder *decoder, str *inflated, size_t *taken)
{
    uint64_t size;
    if (take_number(decoder, 4, &size) != 0)
        return -1;
    if (size > ETF_INFLATED_MAX)
        return fail(decoder, "the compressed term is too large");
    if (size / 1032 > left(decoder))
        return fail(decoder, "the data ends too early");
    size_t available = left(decoder) < UINT32_MAX ? left(decoder) : UINT32_MAX;
    char *bytes = arena_alloc(decoder->arena, (size_t)size + 1);
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)decoder->at,
                       .avail_in = (uInt)available,
                       .next_out = (Bytef *)bytes,
                       .avail_out = (uInt)size + 1};
    if (inflateInit(&stream) != Z_OK)
        return fail(decoder, "zlib does not start");
    int status = inflate(&stream, Z_FINISH);
    *taken = (size_t)stream.total_in;
    *inflated = (str){bytes, (size_t)stream.total_out};
    inflateEnd(&stream);
    if (status != Z_STREAM_END || inflated->len != size)
        return fail(decoder, "the compressed data is damaged");
    return 0;
}

static int decode_compressed(struct decoder *decoder)
{
    str inflated = {NULL, 0};
    size_t taken = 0;
    if (inflate_term(decoder, &inflated, &taken) != 0)
        return -1;
    struct decoder inner = *decoder;
    inner.start = inner.at = (const unsigned char *)inflated.ptr;
    inner.end = inner.at + inflated.len;
    int result = decode(&inner, 1);
    if (result == 0 && left(&inner))
        result = fail(&inner, "unexpected data after the compressed term");
    decoder->stack = inner.stack;
    decoder->at += taken;
    return result;
}

static int decode_versioned(struct decoder *decoder)
{
    if (need(decoder, 1) != 0)
        return -1;
    if (*decoder->at != ETF_VERSION)
        return fail(decoder, "not an Erlang term, which starts with byte 131,");
    decoder->at++;
    if (left(decoder) == 0 || *decoder->at != ETF_COMPRESSED)
        return decode(decoder, 1);
    decoder->at++;
    return decode_compressed(decoder);
}

static int decode_one(struct arena *arena, str bytes, const char *name, bool versioned,
                      struct term *term, size_t *used, struct err *err)
{
    const unsigned char *start = (const unsigned char *)(bytes.ptr ? bytes.ptr : "");
    struct decoder decoder = {
        .arena = arena,
        .name = name,
        .start = start,
        .at = start,
        .end = start + bytes.len,
        .err = err,
    };
    stack_init(&decoder.stack);
    int result = versioned ? decode_versioned(&decoder) : decode(&decoder, 1);
    if (result == 0) {
        *term = decoder.stack.items[0];
        *used = (size_t)(decoder.at - start);
    }
    stack_release(&decoder.stack);
    return result;
}

int etf_decode_prefix(struct arena *arena, str bytes, const char *name, struct term *term,
                      size_t *used, struct err *err)
{
    return decode_one(arena, bytes, name, true, term, used, err);
}

static int decode_all(struct arena *arena, str bytes, const char *name, bool versioned,
                      struct term *term, struct err *err)
{
    size_t used;
    if (decode_one(arena, bytes, name, versioned, term, &used, err) != 0)
        return -1;
    if (used == bytes.len)
        return 0;
    return err_set(err, ERR_FORMAT, "cannot decode '%s': unexpected data at byte %zu",
                   name, used);
}

int etf_decode(struct arena *arena, str bytes, const char *name, struct term *term,
               struct err *err)
{
    return decode_all(arena, bytes, name, true, term, err);
}

int etf_decode_bare(struct arena *arena, str bytes, const char *name, struct term *term,
                    struct err *err)
{
    return decode_all(arena, bytes, name, false, term, err);
}
