#include "relc/base/buf.h"

#include "relc/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What an empty buffer points to; nobody writes to it. */
static const char empty_text[1];

void buf_init(struct buf *buf)
{
    *buf = (struct buf){.ptr = (char *)empty_text};
}

void buf_release(struct buf *buf)
{
    if (buf->capacity)
        free(buf->ptr);
    buf_init(buf);
}

void buf_clear(struct buf *buf)
{
    buf->len = 0;
    if (buf->capacity)
        buf->ptr[0] = '\0';
}

char *buf_reserve(struct buf *buf, size_t extra)
{
    size_t needed = mem_add(mem_add(buf->len, extra), 1);
    if (needed > buf->capacity) {
        size_t capacity = buf->capacity ? mem_mul(buf->capacity, 2) : 64;
        if (capacity < needed)
            capacity = needed;
        buf->ptr = mem_resize(buf->capacity ? buf->ptr : NULL, capacity);
        buf->capacity = capacity;
    }
    return buf->ptr + buf->len;
}

void buf_add(struct buf *buf, const void *bytes, size_t len)
{
    if (!len)
        return;
    memcpy(buf_reserve(buf, len), bytes, len);
    buf->len += len;
    buf->ptr[buf->len] = '\0';
}

void buf_str(struct buf *buf, str s)
{
    buf_add(buf, s.ptr, s.len);
}

void buf_putc(struct buf *buf, char c)
{
    buf_add(buf, &c, 1);
}

void buf_fill(struct buf *buf, char c, size_t count)
{
    memset(buf_reserve(buf, count), c, count);
    buf->len += count;
    buf->ptr[buf->len] = '\0';
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_vprintf(buf, format, args);
    va_end(args);
}

void buf_vprintf(struct buf *buf, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (len <= 0)
        return;
    vsnprintf(buf_reserve(buf, (size_t)len), (size_t)len + 1, format, args);
    buf->len += (size_t)len;
}

static void buf_big_endian(struct buf *buf, uint64_t value, size_t bytes)
{
    char encoded[8];
    for (size_t i = 0; i < bytes; i++)
        encoded[i] = (char)(unsigned char)(value >> (8 * (bytes - 1 - i)));
    buf_add(buf, encoded, bytes);
}

void buf_u8(struct buf *buf, uint8_t value)
{
    buf_big_endian(buf, value, 1);
}

void buf_u16(struct buf *buf, uint16_t value)
{
    buf_big_endian(buf, value, 2);
}

void buf_u32(struct buf *buf, uint32_t value)
{
    buf_big_endian(buf, value, 4);
}

void buf_u64(struct buf *buf, uint64_t value)
{
    buf_big_endian(buf, value, 8);
}

str buf_view(const struct buf *buf)
{
    return (str){buf->ptr, buf->len};
}
