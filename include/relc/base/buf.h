#pragma once
/*
 * Growing buffers of bytes, for output.
 *
 * Invariant: ptr is never NULL and ptr[len] is always NUL, so that a buffer can be
 * given to functions that want a C string; it may hold NUL bytes as well. The
 * memory is the buffer's own: release it with buf_release.
 */
#include "relc/base/str.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
    char *ptr;
    size_t len;
    size_t capacity; /* bytes allocated; 0 while ptr is the shared empty string */
};

void buf_init(struct buf *buf);
void buf_release(struct buf *buf);

/* Empties the buffer and keeps its memory. */
void buf_clear(struct buf *buf);

/* Makes room for extra more bytes; returns where they go (buf->ptr + buf->len). */
char *buf_reserve(struct buf *buf, size_t extra);

void buf_add(struct buf *buf, const void *bytes, size_t len);
void buf_str(struct buf *buf, str s);
void buf_putc(struct buf *buf, char c);
void buf_fill(struct buf *buf, char c, size_t count);
void buf_printf(struct buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *buf, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* Big-endian integers, as in the external term format. */
void buf_u8(struct buf *buf, uint8_t value);
void buf_u16(struct buf *buf, uint16_t value);
void buf_u32(struct buf *buf, uint32_t value);
void buf_u64(struct buf *buf, uint64_t value);

/* A view of the content, valid until the buffer changes. */
str buf_view(const struct buf *buf);
