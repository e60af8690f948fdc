#include "relc/base/utf8.h"

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

static size_t sequence_length(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xC2 || first > 0xF4)
        return 0;
    return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

size_t utf8_decode(const char *at, const char *end, uint32_t *code)
{
    static const uint32_t lowest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (at >= end)
        return 0;
    unsigned char first = (unsigned char)*at;
    size_t len = sequence_length(first);
    if (len == 0 || (size_t)(end - at) < len)
        return 0;
    uint32_t value = len == 1 ? first : first & (0x7Fu >> len);
    for (size_t i = 1; i < len; i++) {
        if (!is_continuation(at[i]))
            return 0;
        value = value << 6 | ((unsigned char)at[i] & 0x3F);
    }
    if (value < lowest[len] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 0;
    *code = value;
    return len;
}

size_t utf8_encode(char out[4], uint32_t code)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xC0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xE0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3F));
        out[2] = (char)(0x80 | (code & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 0x3F));
    out[2] = (char)(0x80 | (code >> 6 & 0x3F));
    out[3] = (char)(0x80 | (code & 0x3F));
    return 4;
}

const char *utf8_check(const char *at, const char *end)
{
    uint32_t code;
    while (at < end) {
        if ((unsigned char)*at < 0x80) {
            at++;
            continue;
        }
        size_t len = utf8_decode(at, end, &code);
        if (len == 0)
            break;
        at += len;
    }
    return at;
}

size_t utf8_count(const char *at, const char *end)
{
    size_t count = 0;
    for (; at < end; at++)
        count += !is_continuation(*at);
    return count;
}
