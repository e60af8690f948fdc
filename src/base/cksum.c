/*
 * A CRC as POSIX has it (XCU, cksum): the polynomial of ISO/IEC 8802-3, the highest bit
 * first, over the bytes and then those of their count, the lowest first; complemented.
 */
#include "relc/base/cksum.h"

enum { POLYNOMIAL = 0x04C11DB7, SLICES = 8 };

/* table[n][b]: what the byte b does to the sum when n more bytes follow it. */
struct tables {
    uint32_t of[SLICES][256];
};

static void tables_fill(struct tables *tables)
{
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t sum = byte << 24;
        for (int bit = 0; bit < 8; bit++)
            sum = sum & 0x80000000U ? sum << 1 ^ (uint32_t)POLYNOMIAL : sum << 1;
        tables->of[0][byte] = sum;
    }
    for (int n = 1; n < SLICES; n++)
        for (uint32_t byte = 0; byte < 256; byte++) {
            uint32_t sum = tables->of[n - 1][byte];
            tables->of[n][byte] = sum << 8 ^ tables->of[0][sum >> 24];
        }
}

static uint32_t add_byte(const struct tables *tables, uint32_t sum, unsigned char byte)
{
    return sum << 8 ^ tables->of[0][sum >> 24 ^ byte];
}

static uint32_t add_eight(const struct tables *tables, uint32_t sum,
                          const unsigned char *bytes)
{
    uint32_t next = 0;
    for (int i = 0; i < SLICES; i++) {
        unsigned char byte = bytes[i];
        if (i < 4)
            byte ^= (unsigned char)(sum >> (24 - 8 * i));
        next ^= tables->of[SLICES - 1 - i][byte];
    }
    return next;
}

uint32_t cksum(str bytes)
{
    struct tables tables;
    const unsigned char *next = (const unsigned char *)bytes.ptr;
    size_t left = bytes.len;
    uint32_t sum = 0;
    tables_fill(&tables);
    for (; left >= SLICES; left -= SLICES, next += SLICES)
        sum = add_eight(&tables, sum, next);
    while (left--)
        sum = add_byte(&tables, sum, *next++);
    for (size_t count = bytes.len; count; count >>= 8)
        sum = add_byte(&tables, sum, (unsigned char)(count & 0xff));
    return ~sum;
}
