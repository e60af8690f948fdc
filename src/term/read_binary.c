#include "reader.h"

#include "number.h"
#include "relc/base/utf8.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/*
 * The bit syntax, <<Value:Size/Type-Sign-Endian-unit:N, ...>>, with literal values.
 *
 * The bits of a binary under construction are at the end of reader->bits. A value that
 * is itself a binary is finished before the bits of its segment are written, so those of
 * several open binaries lie one after the other.
 */

enum segment_type { TYPE_NONE, TYPE_INTEGER, TYPE_FLOAT, TYPE_BINARY, TYPE_UTF };
enum segment_size { SIZE_NONE, SIZE_NUMBER, SIZE_ALL, SIZE_UNDEFINED };

enum { UNIT_MAX = 256 };

struct segment {
    int type;
    int utf;    /* 8, 16 or 32 */
    int endian; /* 'b', 'l', 'n' or 0 */
    int sign;   /* 's', 'u' or 0; has no effect on building */
    int unit;
    enum segment_size size_kind;
    int64_t size;
    bool is_string;
    const char *start; /* for messages */
};

/* The end of reader->bits, seen as a string of bits. */
struct bit_end {
    struct buf *buf;
    size_t base;
    size_t bits;
};

static void put_bits(struct bit_end *end, unsigned value, unsigned count)
{
    unsigned used = (unsigned)(end->bits % 8);
    value = (value << (8 - count)) & 0xFF;
    if (count == 0)
        return;
    if (used == 0) {
        buf_putc(end->buf, (char)value);
    } else {
        char *last = &end->buf->ptr[end->buf->len - 1];
        *last = (char)((unsigned char)*last | value >> used);
        if (used + count > 8)
            buf_putc(end->buf, (char)(value << (8 - used)));
    }
    end->bits += count;
}

static void put_bit_string(struct bit_end *end, const unsigned char *bytes, size_t bits)
{
    if (bits >= 8 && end->bits % 8 == 0) {
        buf_add(end->buf, bytes, bits / 8);
        end->bits += bits / 8 * 8;
        bytes += bits / 8;
        bits %= 8;
    }
    for (; bits >= 8; bits -= 8)
        put_bits(end, *bytes++, 8);
    if (bits)
        put_bits(end, *bytes >> (8 - bits), (unsigned)bits);
}

/* Byte number i (0 is the lowest) of the two's complement of an integer. */
static unsigned char integer_byte(const struct term *integer, size_t i)
{
    if (integer->kind == TERM_INTEGER) {
        unsigned fill = integer->as.integer < 0 ? 0xFF : 0;
        return (unsigned char)(i < 8 ? (uint64_t)integer->as.integer >> (8 * i) : fill);
    }
    const unsigned char *magnitude = integer->as.big.magnitude;
    unsigned byte = i < integer->as.big.size ? magnitude[i] : 0;
    if (!integer->as.big.negative)
        return (unsigned char)byte;
    size_t lowest = 0;
    while (magnitude[lowest] == 0)
        lowest++;
    return (unsigned char)(i < lowest ? 0 : i == lowest ? -byte : ~byte);
}

static void put_integer(struct bit_end *end, const struct term *integer, size_t bits,
                        bool little)
{
    size_t bytes = bits / 8;
    unsigned rest = (unsigned)(bits % 8);
    unsigned high = rest ? integer_byte(integer, bytes) & ((1u << rest) - 1) : 0;
    if (!little)
        put_bits(end, high, rest);
    for (size_t i = 0; i < bytes; i++)
        put_bits(end, integer_byte(integer, little ? i : bytes - 1 - i), 8);
    if (little)
        put_bits(end, high, rest);
}

static int segment_error(struct reader *reader, const struct segment *segment,
                         const char *message)
{
    return scan_error(&reader->scan, segment->start, "%s", message);
}

/* ---- values ---- */

/* The bits of a float of binary16, rounded to nearest even; too large is infinity. */
static uint64_t half_bits(double value)
{
    int exponent;
    uint64_t sign = signbit(value) ? 0x8000 : 0;
    double fraction = frexp(fabs(value), &exponent);
    if (value == 0)
        return sign;
    if (isinf(value) || exponent > 17)
        return sign | 0x7C00;
    if (exponent < -13) /* subnormal: units of 2^-24; a carry makes it normal */
        return sign | (uint64_t)nearbyint(ldexp(fabs(value), 24));
    uint64_t mantissa = (uint64_t)nearbyint(ldexp(fraction, 11));
    uint64_t bits = ((uint64_t)(exponent + 13) << 10) + mantissa;
    return sign | (bits < 0x7C00 ? bits : 0x7C00);
}

static uint64_t float_bits(double value, size_t bits)
{
    uint64_t result = 0;
    uint32_t single_bits;
    if (bits == 16) /* the emulator rounds twice as well */
        return half_bits((float)value);
    if (bits == 64) {
        memcpy(&result, &value, sizeof result);
        return result;
    }
    float single = (float)value;
    memcpy(&single_bits, &single, sizeof single_bits);
    return single_bits;
}

static int put_float(struct reader *reader, struct bit_end *end,
                     const struct segment *segment, const struct term *value, size_t bits)
{
    if (value->kind != TERM_FLOAT && value->kind != TERM_INTEGER &&
        value->kind != TERM_BIG)
        return segment_error(reader, segment, "a float segment takes a number");
    double real = value->kind == TERM_FLOAT ? value->as.real : integer_to_double(value);
    if (!isfinite(real))
        return segment_error(reader, segment, "the integer is too large for a float");
    uint64_t encoded = float_bits(real, bits);
    unsigned char bytes[8];
    for (size_t i = 0; i < bits / 8; i++) {
        size_t at = segment->endian == 'l' ? i : bits / 8 - 1 - i;
        bytes[at] = (unsigned char)(encoded >> (8 * i));
    }
    put_bit_string(end, bytes, bits);
    return 0;
}

static void put_unit(struct bit_end *end, uint32_t unit, size_t bytes, bool little)
{
    struct term integer = term_integer(unit);
    put_integer(end, &integer, bytes * 8, little);
}

static int put_utf(struct reader *reader, struct bit_end *end,
                   const struct segment *segment, const struct term *value)
{
    char bytes[4];
    bool little = segment->endian == 'l';
    if (value->kind != TERM_INTEGER || value->as.integer < 0 ||
        value->as.integer > 0x10FFFF ||
        (value->as.integer >= 0xD800 && value->as.integer <= 0xDFFF))
        return segment_error(reader, segment, "a utf segment takes a Unicode code point");
    uint32_t code = (uint32_t)value->as.integer;
    if (segment->utf == 8) {
        size_t len = utf8_encode(bytes, code);
        put_bit_string(end, (const unsigned char *)bytes, len * 8);
    } else if (segment->utf == 32) {
        put_unit(end, code, 4, little);
    } else if (code < 0x10000) {
        put_unit(end, code, 2, little);
    } else {
        put_unit(end, 0xD800 | (code - 0x10000) >> 10, 2, little);
        put_unit(end, 0xDC00 | (code & 0x3FF), 2, little);
    }
    return 0;
}

static int put_binary(struct reader *reader, struct bit_end *end,
                      const struct segment *segment, const struct term *value,
                      size_t bits)
{
    if (value->kind != TERM_BINARY)
        return segment_error(reader, segment, "a binary segment takes a binary");
    if (segment->size_kind != SIZE_NUMBER)
        bits = value->as.binary.bits;
    if (bits > value->as.binary.bits)
        return segment_error(reader, segment, "the binary is shorter than its segment");
    if (segment->size_kind != SIZE_NUMBER && bits % (size_t)segment->unit)
        return segment_error(reader, segment,
                             "the bits of the binary are no multiple of its unit");
    put_bit_string(end, value->as.binary.bytes, bits);
    return 0;
}

static int put_value(struct reader *reader, struct bit_end *end,
                     const struct segment *segment, const struct term *value, size_t bits)
{
    switch (segment->type) {
    case TYPE_FLOAT:
        return put_float(reader, end, segment, value, bits);
    case TYPE_BINARY:
        return put_binary(reader, end, segment, value, bits);
    case TYPE_UTF:
        return put_utf(reader, end, segment, value);
    default:
        break;
    }
    if (value->kind != TERM_INTEGER && value->kind != TERM_BIG)
        return segment_error(
            reader, segment,
            "the value of a segment without type is an integer or string");
    put_integer(end, value, bits, segment->endian == 'l');
    return 0;
}

/* ---- specifications ---- */

/* What one word of a type list sets; the fields that are not 0. */
struct type_word {
    const char *name;
    int type;
    int utf;
    int endian;
    int sign;
    int unit;
};

static const struct type_word *find_type_word(str name)
{
    static const struct type_word words[] = {
        {"integer", TYPE_INTEGER, 0, 0, 0, 0},  {"float", TYPE_FLOAT, 0, 0, 0, 0},
        {"binary", TYPE_BINARY, 0, 0, 0, 0},    {"bytes", TYPE_BINARY, 0, 0, 0, 8},
        {"bitstring", TYPE_BINARY, 0, 0, 0, 1}, {"bits", TYPE_BINARY, 0, 0, 0, 1},
        {"utf8", TYPE_UTF, 8, 0, 0, 0},         {"utf16", TYPE_UTF, 16, 0, 0, 0},
        {"utf32", TYPE_UTF, 32, 0, 0, 0},       {"big", TYPE_NONE, 0, 'b', 0, 0},
        {"little", TYPE_NONE, 0, 'l', 0, 0},    {"native", TYPE_NONE, 0, 'n', 0, 0},
        {"signed", TYPE_NONE, 0, 0, 's', 0},    {"unsigned", TYPE_NONE, 0, 0, 'u', 0},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (str_eqz(name, words[i].name))
            return &words[i];
    }
    return NULL;
}

/* A field may be set twice, but not to two values. */
static bool merge(int *field, int value)
{
    if (value == 0)
        return true;
    bool agrees = *field == 0 || *field == value;
    *field = value;
    return agrees;
}

static bool merge_type_word(struct segment *segment, const struct type_word *word)
{
    return merge(&segment->type, word->type) && merge(&segment->utf, word->utf) &&
           merge(&segment->endian, word->endian) && merge(&segment->sign, word->sign) &&
           merge(&segment->unit, word->unit);
}

static int read_unit(struct reader *reader, struct type_word *word)
{
    const struct token *token = &reader->scan.token;
    if (scan_next(&reader->scan) != 0 || read_skip(reader, ':', "':' after unit") != 0)
        return -1;
    if (token->kind != TOKEN_INTEGER || token->value.kind != TERM_INTEGER ||
        token->value.as.integer < 1 || token->value.as.integer > UNIT_MAX)
        return read_expected(reader, "a unit of 1 to 256");
    word->unit = (int)token->value.as.integer;
    return scan_next(&reader->scan);
}

static int read_type_word(struct reader *reader, struct segment *segment)
{
    const struct token *token = &reader->scan.token;
    const char *start = token->from;
    struct type_word word = {.name = "unit"};
    if (token->kind != TOKEN_ATOM)
        return read_expected(reader, "a segment type");
    if (str_eqz(token->value.as.atom, "unit")) {
        if (read_unit(reader, &word) != 0)
            return -1;
    } else {
        const struct type_word *found = find_type_word(token->value.as.atom);
        if (!found)
            return read_expected(reader, "a segment type");
        word = *found;
        if (scan_next(&reader->scan) != 0)
            return -1;
    }
    if (merge_type_word(segment, &word))
        return 0;
    return scan_error(&reader->scan, start, "the segment type '%s' contradicts another",
                      word.name);
}

static int read_types(struct reader *reader, struct segment *segment)
{
    do {
        if (scan_next(&reader->scan) != 0 || read_type_word(reader, segment) != 0)
            return -1;
    } while (reader->scan.token.kind == '-');
    return 0;
}

static int read_size(struct reader *reader, struct segment *segment, int depth)
{
    if (scan_next(&reader->scan) != 0)
        return -1;
    if (reader->scan.token.kind == '-' || reader->scan.token.kind == '+')
        return read_expected(reader, "a segment size");
    if (read_term(reader, depth + 1) != 0)
        return -1;
    struct term size = reader->stack.items[--reader->stack.count];
    segment->size_kind = SIZE_NUMBER;
    if (term_is_atom(&size, "all"))
        segment->size_kind = SIZE_ALL;
    else if (term_is_atom(&size, "undefined"))
        segment->size_kind = SIZE_UNDEFINED;
    else if (size.kind != TERM_INTEGER || size.as.integer < 0)
        return segment_error(reader, segment, "a segment size is an integer from 0 on");
    else
        segment->size = size.as.integer;
    return 0;
}

static bool host_is_little(void)
{
    const uint16_t one = 1;
    unsigned char first;
    memcpy(&first, &one, 1);
    return first == 1;
}

/* Defaults and what contradicts them, for one type: NULL or the fault. */
static const char *complete(struct segment *segment)
{
    bool is_sized = segment->size_kind == SIZE_NUMBER;
    if (segment->type == TYPE_NONE)
        segment->type = TYPE_INTEGER;
    if (segment->endian == 'n')
        segment->endian = host_is_little() ? 'l' : 'b';
    if (segment->type == TYPE_UTF) {
        if (is_sized || segment->size_kind == SIZE_ALL || segment->unit)
            return "a utf segment has neither size nor unit";
        return NULL;
    }
    if (segment->size_kind == SIZE_UNDEFINED ||
        (segment->size_kind == SIZE_ALL && segment->type != TYPE_BINARY))
        return "a segment size is an integer from 0 on";
    if (segment->type == TYPE_BINARY) {
        segment->unit = segment->unit ? segment->unit : 8;
        return segment->is_string ? "a string is no binary: write it in << >>" : NULL;
    }
    if (!is_sized && segment->unit)
        return "a segment with a unit needs a size";
    if (!is_sized)
        segment->size = segment->type == TYPE_FLOAT ? 64 : 8;
    segment->unit = segment->unit ? segment->unit : 1;
    return NULL;
}

/* The number of bits that size and unit ask for, within the budget. */
static int segment_bits(struct reader *reader, struct segment *segment, size_t values,
                        size_t *bits)
{
    size_t limit = reader->bits_budget;
    if (segment->unit && (uint64_t)segment->size > limit / (uint64_t)segment->unit)
        return segment_error(reader, segment, "binaries are too large");
    *bits = (size_t)segment->size * (size_t)segment->unit;
    if (segment->type == TYPE_FLOAT && *bits != 16 && *bits != 32 && *bits != 64)
        return segment_error(reader, segment, "a float segment has 16, 32 or 64 bits");
    if (segment->size_kind != SIZE_NUMBER || *bits == 0)
        return 0;
    if (values > limit / *bits)
        return segment_error(reader, segment, "binaries are too large");
    reader->bits_budget -= *bits * values;
    return 0;
}

/* Writes the value on top of the stack, and pops it. */
static int put_segment(struct reader *reader, struct bit_end *end,
                       struct segment *segment)
{
    struct term value = reader->stack.items[--reader->stack.count];
    const struct term *values = segment->is_string ? value.as.list.items : &value;
    size_t count = segment->is_string ? value.as.list.count : 1, bits = 0;
    const char *fault = complete(segment);
    if (fault)
        return segment_error(reader, segment, fault);
    if (segment_bits(reader, segment, count, &bits) != 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (put_value(reader, end, segment, &values[i], bits) != 0)
            return -1;
    }
    return 0;
}

/* The value, which may stand in parentheses; a string is told from a list. */
static int read_value(struct reader *reader, struct segment *segment, int depth)
{
    int kind = reader->scan.token.kind;
    size_t parentheses = 0;
    for (; kind == '('; kind = reader->scan.token.kind) {
        parentheses++;
        if (scan_next(&reader->scan) != 0)
            return -1;
    }
    segment->is_string = kind == TOKEN_STRING || kind == TOKEN_STRING_SIGIL;
    if (read_term(reader, depth + 1) != 0)
        return -1;
    for (; parentheses; parentheses--) {
        if (read_skip(reader, ')', "')'") != 0)
            return -1;
    }
    return 0;
}

static int read_segment(struct reader *reader, struct bit_end *end, int depth)
{
    struct segment segment = {.start = reader->scan.token.from};
    if (read_value(reader, &segment, depth) != 0)
        return -1;
    if (reader->scan.token.kind == ':' && read_size(reader, &segment, depth) != 0)
        return -1;
    if (reader->scan.token.kind == '/' && read_types(reader, &segment) != 0)
        return -1;
    return put_segment(reader, end, &segment);
}

/* Moves the bits from the end of reader->bits into the arena. */
static void push_binary(struct reader *reader, const struct bit_end *end)
{
    struct term binary = {.kind = TERM_BINARY};
    str bytes = {end->buf->ptr + end->base, (end->bits + 7) / 8};
    binary.as.binary.bytes =
        (const unsigned char *)arena_str(reader->scan.arena, bytes).ptr;
    binary.as.binary.bits = end->bits;
    scan_cut(end->buf, end->base);
    stack_push(&reader->stack, binary);
}

int read_binary(struct reader *reader, int depth)
{
    const char *open = reader->scan.token.from;
    struct bit_end end = {&reader->bits, reader->bits.len, 0};
    if (scan_next(&reader->scan) != 0)
        return -1;
    bool more = reader->scan.token.kind != TOKEN_CLOSE_BINARY;
    while (more) {
        if (read_segment(reader, &end, depth) != 0)
            return -1;
        more = reader->scan.token.kind == ',';
        if (more && scan_next(&reader->scan) != 0)
            return -1;
    }
    if (reader->scan.token.kind != TOKEN_CLOSE_BINARY)
        return read_expected_in(reader, "',' or '>>' in binary", open);
    push_binary(reader, &end);
    return scan_next(&reader->scan);
}

void read_sigil_binary(struct reader *reader)
{
    struct bit_end end = {&reader->bits, reader->bits.len, 0};
    char bytes[4];
    for (size_t i = 0; i < reader->scan.code_count; i++) {
        size_t len = utf8_encode(bytes, reader->scan.codes[i]);
        put_bit_string(&end, (const unsigned char *)bytes, len * 8);
    }
    push_binary(reader, &end);
}
