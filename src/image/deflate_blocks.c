#include "deflate_blocks.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
    CODE_MAX = 15, /* bits of the longest code */
    TABLE_BITS = 10,
    LITERALS = 286,
    LITERALS_FIXED = 288, /* two of them never come */
    DISTANCES = 30,
    LENGTH_CODES = 19,
    END_OF_BLOCK = 256,
    SURELY = 56, /* bits that there are after a refill, unless the end is near */
};

enum block_type { BLOCK_STORED, BLOCK_FIXED, BLOCK_DYNAMIC };

/* What a symbol is followed by. */
enum symbol_kind { SYMBOL_BAD, SYMBOL_LITERAL, SYMBOL_LENGTH, SYMBOL_END };

/* A symbol: all bits that it takes, with its extra bits, and its kind. */
struct step {
    uint8_t bits;
    uint8_t kind;
};

/*
 * A prefix code. Codes of up to TABLE_BITS bits are in the table, under each number
 * that begins with them; of longer ones, counts and symbols are kept by their length.
 */
struct code {
    struct step table[1 << TABLE_BITS];
    uint16_t counts[CODE_MAX + 1];
    struct step steps[LITERALS_FIXED]; /* ordered by code */
};

struct walk {
    const unsigned char *next;
    const unsigned char *end;
    uint64_t bits; /* the next ones, the first lowest */
    unsigned count;
    size_t missing; /* bits taken that the stream does not have */
    bool in_last;   /* the block is the last one */
    bool end_known; /* without walking through it */
    size_t filling; /* then the bits behind its end */
    struct code literals;
    struct code distances;
};

/* In so many words, so that compilers make one load of it. */
static inline uint64_t next_word(const unsigned char *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 |
           (uint64_t)p[3] << 24 | (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 |
           (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56;
}

static inline void refill(struct walk *walk)
{
    if (walk->end - walk->next >= 8) {
        walk->bits |= next_word(walk->next) << walk->count;
        walk->next += (63 - walk->count) >> 3;
        walk->count |= SURELY;
        return;
    }
    for (; walk->count < SURELY; walk->count += 8) {
        if (walk->next < walk->end)
            walk->bits |= (uint64_t)*walk->next++ << walk->count;
        else
            walk->missing += 8;
    }
}

/* At most SURELY bits since the last refill. */
static inline void skip(struct walk *walk, unsigned count)
{
    walk->bits >>= count;
    walk->count -= count;
}

static unsigned take(struct walk *walk, unsigned count)
{
    unsigned value = (unsigned)(walk->bits & ((UINT64_C(1) << count) - 1));
    skip(walk, count);
    return value;
}

static bool ran_out(const struct walk *walk)
{
    return walk->missing > walk->count;
}

static size_t position(const struct walk *walk, const unsigned char *bytes)
{
    return (size_t)(walk->next - bytes) * 8 + walk->missing - walk->count;
}

/* RFC 1951, 3.2.5: extra bits of the length and distance symbols. */
static struct step literal_step(unsigned symbol, unsigned bits)
{
    if (symbol < END_OF_BLOCK)
        return (struct step){(uint8_t)bits, SYMBOL_LITERAL};
    if (symbol == END_OF_BLOCK)
        return (struct step){(uint8_t)bits, SYMBOL_END};
    if (symbol >= LITERALS)
        return (struct step){0, SYMBOL_BAD};
    unsigned extra = symbol < 265 || symbol == 285 ? 0 : (symbol - 261) / 4;
    return (struct step){(uint8_t)(bits + extra), SYMBOL_LENGTH};
}

static struct step distance_step(unsigned symbol, unsigned bits)
{
    if (symbol >= DISTANCES)
        return (struct step){0, SYMBOL_BAD};
    unsigned extra = symbol < 4 ? 0 : symbol / 2 - 1;
    return (struct step){(uint8_t)(bits + extra), SYMBOL_LITERAL};
}

/* Of the lengths of the codes, the symbol itself is what matters. */
static struct step length_step(unsigned symbol, unsigned bits)
{
    return (struct step){(uint8_t)bits, (uint8_t)symbol};
}

typedef struct step make_step(unsigned symbol, unsigned bits);

static unsigned reversed(unsigned code, unsigned bits)
{
    unsigned result = 0;
    for (; bits; bits--, code >>= 1)
        result = result << 1 | (code & 1);
    return result;
}

static void enter(struct code *code, unsigned value, unsigned bits, struct step step)
{
    if (bits <= TABLE_BITS)
        for (unsigned i = reversed(value, bits); i < 1 << TABLE_BITS; i += 1u << bits)
            code->table[i] = step;
}

/* RFC 1951, 3.2.2. Codes that say more than the bits can is an error, less is none. */
static int code_make(struct code *code, const uint8_t *lengths, unsigned count,
                     make_step *make)
{
    unsigned next[CODE_MAX + 2] = {0}, place[CODE_MAX + 2] = {0};
    memset(code->counts, 0, sizeof code->counts);
    memset(code->table, 0, sizeof code->table);
    for (unsigned i = 0; i < count; i++)
        code->counts[lengths[i]]++;
    code->counts[0] = 0;
    for (unsigned bits = 1; bits <= CODE_MAX; bits++) {
        if (next[bits] + code->counts[bits] > 1u << bits)
            return -1;
        next[bits + 1] = (next[bits] + code->counts[bits]) << 1;
        place[bits + 1] = place[bits] + code->counts[bits];
    }
    for (unsigned i = 0; i < count; i++) {
        unsigned bits = lengths[i];
        if (!bits)
            continue;
        struct step step = make(i, bits);
        code->steps[place[bits]++] = step;
        enter(code, next[bits]++, bits, step);
    }
    return 0;
}

/* A code that is longer than the table knows, bit by bit; bits is 0 for none. */
static struct step look_longer(const struct code *code, uint64_t bits)
{
    unsigned value = 0, first = 0, place = 0;
    for (unsigned len = 1; len <= CODE_MAX; len++, bits >>= 1) {
        value |= bits & 1;
        if (value - first < code->counts[len])
            return code->steps[place + value - first];
        place += code->counts[len];
        first = (first + code->counts[len]) << 1;
        value <<= 1;
    }
    return (struct step){0};
}

static inline struct step look(const struct code *code, uint64_t bits)
{
    struct step step = code->table[bits & ((1 << TABLE_BITS) - 1)];
    return step.bits ? step : look_longer(code, bits);
}

static int walk_stored(struct walk *walk)
{
    refill(walk);
    skip(walk, walk->count % 8);
    unsigned len = take(walk, 16), complement = take(walk, 16);
    if ((len ^ complement) != 0xffff || ran_out(walk))
        return -1;
    walk->next -= (walk->count - walk->missing) / 8;
    walk->bits = walk->count = 0;
    walk->missing = 0;
    if ((size_t)(walk->end - walk->next) < len)
        return -1;
    walk->next += len;
    return 0;
}

/* Up to three literals, or fewer and the symbol behind them: at most 50 bits. */
static struct step walk_literals(struct walk *walk)
{
    struct step step = {0};
    for (int i = 0; i < 3; i++) {
        step = look(&walk->literals, walk->bits);
        skip(walk, step.bits);
        if (step.kind != SYMBOL_LITERAL)
            break;
    }
    return step;
}

static int walk_symbols(struct walk *walk)
{
    for (;;) {
        refill(walk);
        struct step step = walk_literals(walk);
        if (step.kind == SYMBOL_LENGTH) {
            refill(walk);
            step = look(&walk->distances, walk->bits);
            skip(walk, step.bits);
        }
        if (step.kind == SYMBOL_BAD || ran_out(walk))
            return -1;
        if (step.kind == SYMBOL_END)
            return 0;
    }
}

static int walk_coded(struct walk *walk, const uint8_t *lengths, unsigned literals,
                      unsigned distances)
{
    if (code_make(&walk->literals, lengths, literals, literal_step) != 0 ||
        code_make(&walk->distances, lengths + literals, distances, distance_step) != 0)
        return -1;
    return walk_symbols(walk);
}

static int walk_fixed(struct walk *walk)
{
    uint8_t lengths[LITERALS_FIXED + DISTANCES];
    for (unsigned i = 0; i < LITERALS_FIXED + DISTANCES; i++)
        lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : i < LITERALS_FIXED ? 8 : 5;
    return walk_coded(walk, lengths, LITERALS_FIXED, DISTANCES);
}

/* RFC 1951, 3.2.2: the first code of its length, and one for each such symbol before. */
static unsigned code_of(const uint8_t *lengths, unsigned count, unsigned symbol)
{
    unsigned counts[CODE_MAX + 1] = {0}, code = 0, before = 0;
    for (unsigned i = 0; i < count; i++) {
        counts[lengths[i]]++;
        before += i < symbol && lengths[i] == lengths[symbol];
    }
    counts[0] = 0;
    for (unsigned bits = 1; bits <= lengths[symbol]; bits++)
        code = (code + counts[bits - 1]) << 1;
    return code + before;
}

/*
 * The last block ends with the code for its end, and then come zeros only: the last bit
 * that is set is the code's last one. So nothing has to be walked, unless that code is
 * all zeros.
 */
static bool find_end(struct walk *walk, const uint8_t *lengths, unsigned literals)
{
    unsigned code = code_of(lengths, literals, END_OF_BLOCK), zeros = 0;
    const unsigned char *last = walk->end;
    while (last > walk->next && !last[-1])
        last--;
    if (!code || last == walk->next)
        return false;
    for (; !(code & 1); code >>= 1)
        zeros++;
    unsigned filled = 8;
    while (!(last[-1] >> (filled - 1)))
        filled--;
    size_t behind = (size_t)(walk->end - last) * 8 + 8 - filled;
    walk->end_known = behind >= zeros && behind - zeros < 8;
    walk->filling = behind - zeros;
    return walk->end_known;
}

/* Lengths 0 to 15 stand for themselves, 16 to 18 for a number of equal ones. */
static int read_lengths(struct walk *walk, uint8_t *lengths, unsigned count)
{
    enum { REPEAT = 16, SOME_ZEROS, MANY_ZEROS };
    for (unsigned done = 0; done < count;) {
        refill(walk);
        struct step step = look(&walk->literals, walk->bits);
        skip(walk, step.bits);
        if (!step.bits || (step.kind == REPEAT && !done) || ran_out(walk))
            return -1;
        unsigned times = step.kind < REPEAT        ? 1
                         : step.kind == REPEAT     ? 3 + take(walk, 2)
                         : step.kind == SOME_ZEROS ? 3 + take(walk, 3)
                                                   : 11 + take(walk, 7);
        uint8_t length = step.kind < REPEAT    ? step.kind
                         : step.kind == REPEAT ? lengths[done - 1]
                                               : 0;
        if (times > count - done)
            return -1;
        memset(lengths + done, length, times);
        done += times;
    }
    return 0;
}

/* RFC 1951, 3.2.7. */
static int walk_dynamic(struct walk *walk)
{
    static const uint8_t order[LENGTH_CODES] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                11, 4,  12, 3, 13, 2, 14, 1, 15};
    uint8_t codes[LENGTH_CODES] = {0}, lengths[LITERALS_FIXED + 32];
    unsigned literals = 257 + take(walk, 5), distances = 1 + take(walk, 5);
    unsigned count = 4 + take(walk, 4);
    if (literals > LITERALS || distances > DISTANCES)
        return -1;
    for (unsigned i = 0; i < count; i++) {
        refill(walk);
        codes[order[i]] = (uint8_t)take(walk, 3);
    }
    if (code_make(&walk->literals, codes, LENGTH_CODES, length_step) != 0 ||
        read_lengths(walk, lengths, literals + distances) != 0 || !lengths[END_OF_BLOCK])
        return -1;
    if (walk->in_last && find_end(walk, lengths, literals))
        return 0;
    return walk_coded(walk, lengths, literals, distances);
}

static int walk_block(struct walk *walk, enum block_type type)
{
    switch (type) {
    case BLOCK_STORED:
        return walk_stored(walk);
    case BLOCK_FIXED:
        return walk_fixed(walk);
    case BLOCK_DYNAMIC:
        return walk_dynamic(walk);
    }
    return -1;
}

int deflate_find_last(const unsigned char *bytes, size_t len, struct deflate_last *last)
{
    struct walk walk = {.next = bytes, .end = bytes + len};
    do {
        last->begin = position(&walk, bytes);
        refill(&walk);
        walk.in_last = take(&walk, 1);
        if (ran_out(&walk) || walk_block(&walk, (enum block_type)take(&walk, 2)) != 0 ||
            ran_out(&walk))
            return -1;
    } while (!walk.in_last);
    last->end = walk.end_known ? len * 8 - walk.filling : position(&walk, bytes);
    return 0;
}
