#include "reader.h"

#include "relc/base/buf.h"

struct beam_reader beam_reader_of(str bytes)
{
    return (struct beam_reader){bytes.ptr, bytes.len};
}

bool beam_take(struct beam_reader *reader, size_t len, str *part)
{
    if (len > reader->left)
        return false;
    *part = (str){reader->next, len};
    if (len)
        reader->next += len;
    reader->left -= len;
    return true;
}

static uint32_t big_endian(str bytes)
{
    uint32_t value = 0;
    for (size_t i = 0; i < bytes.len; i++)
        value = value << 8 | (unsigned char)bytes.ptr[i];
    return value;
}

static bool take_number(struct beam_reader *reader, size_t len, uint32_t *value)
{
    str bytes;
    if (!beam_take(reader, len, &bytes))
        return false;
    *value = big_endian(bytes);
    return true;
}

bool beam_take_u8(struct beam_reader *reader, uint32_t *value)
{
    return take_number(reader, 1, value);
}

bool beam_take_u32(struct beam_reader *reader, uint32_t *value)
{
    return take_number(reader, 4, value);
}

bool beam_take_compact(struct beam_reader *reader, uint32_t *value)
{
    struct beam_reader ahead = *reader;
    uint32_t first, low;
    if (!beam_take_u8(&ahead, &first) || (first & 7) != 0)
        return false;
    if (!(first & 8)) {
        *value = first >> 4;
    } else if (!(first & 16)) {
        if (!beam_take_u8(&ahead, &low))
            return false;
        *value = first >> 5 << 8 | low;
    } else {
        uint32_t size = (first >> 5) + 2;
        if (size > 4 || !take_number(&ahead, size, value))
            return false;
    }
    *reader = ahead;
    return true;
}

int beam_damaged(struct err *err, const char *file, const char *format, ...)
{
    struct buf text;
    va_list args;
    buf_init(&text);
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    err_set(err, ERR_FORMAT, "'%s' %s", file, text.ptr);
    buf_release(&text);
    return err_hint(err, "compile the application that it belongs to again");
}
