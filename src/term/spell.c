#include "spell.h"

#include "atom.h"
#include "number.h"
#include "relc/base/utf8.h"

#include <string.h>

static char escape_letter(uint32_t code)
{
    switch (code) {
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    case '\v':
        return 'v';
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case 27:
        return 'e';
    case 127:
        return 'd';
    default:
        return 0;
    }
}

static void put_code(struct buf *out, uint32_t code)
{
    char bytes[4];
    buf_add(out, bytes, utf8_encode(bytes, code));
}

/* One character between quotes. */
static void put_quoted(struct buf *out, uint32_t code, char quote)
{
    char letter = code < 0x80 ? escape_letter(code) : 0;
    if (letter) {
        buf_putc(out, '\\');
        buf_putc(out, letter);
    } else if (code == (uint32_t)quote || code == '\\') {
        buf_putc(out, '\\');
        buf_putc(out, (char)code);
    } else if (code < ' ' || (code >= 0x80 && code < 0xA0)) {
        buf_printf(out, "\\%03o", (unsigned)code);
    } else {
        put_code(out, code);
    }
}

void spell_atom(struct buf *out, str name, int otp)
{
    const char *at = name.ptr, *end = name.ptr + name.len;
    if (atom_is_plain(name, otp)) {
        buf_str(out, name);
        return;
    }
    buf_putc(out, '\'');
    while (at < end) {
        uint32_t code = (unsigned char)*at;
        size_t len = utf8_decode(at, end, &code);
        put_quoted(out, code, '\'');
        at += len ? len : 1;
    }
    buf_putc(out, '\'');
}

void spell_fun(struct buf *out, const struct term *fun, int otp)
{
    buf_str(out, STR("fun "));
    spell_atom(out, fun->as.fun[0].as.atom, otp);
    buf_putc(out, ':');
    spell_atom(out, fun->as.fun[1].as.atom, otp);
    buf_putc(out, '/');
    integer_print(out, &fun->as.fun[2]);
}

/* Printable in Latin-1, which is what a VM takes for printable unless told otherwise. */
static bool is_printable(int64_t code)
{
    return (code >= 32 && code <= 126) || (code >= 160 && code <= 255) ||
           (code >= 8 && code <= 13) || code == 27;
}

bool spell_string(struct buf *out, const struct term *list)
{
    const struct term *items = list->as.list.items;
    size_t count = list->as.list.count;
    if (count == 0 || list->as.list.tail)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (items[i].kind != TERM_INTEGER || !is_printable(items[i].as.integer))
            return false;
    }
    buf_putc(out, '"');
    for (size_t i = 0; i < count; i++)
        put_quoted(out, (uint32_t)items[i].as.integer, '"');
    buf_putc(out, '"');
    return true;
}

enum text_kind { TEXT_NONE, TEXT_ASCII, TEXT_UTF8, TEXT_LATIN1 };

static enum text_kind latin1_kind(str bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        if (!is_printable((unsigned char)bytes.ptr[i]))
            return TEXT_NONE;
    }
    return TEXT_LATIN1;
}

/*
 * What the bytes can be printed as. Up to OTP 27 invalid UTF-8 anywhere makes them
 * Latin-1; later releases stop at the first character that is not printable.
 */
static enum text_kind text_kind(str bytes, int otp)
{
    const char *at = bytes.ptr, *end = bytes.ptr + bytes.len;
    enum text_kind kind = TEXT_ASCII;
    bool from_left = otp == 0 || otp >= 28, printable = true;
    uint32_t code;
    while (at < end) {
        size_t len = utf8_decode(at, end, &code);
        if (len == 0)
            return latin1_kind(bytes);
        printable = printable && is_printable(code);
        if (!printable && from_left)
            return TEXT_NONE;
        if (code >= 0x80)
            kind = TEXT_UTF8;
        at += len;
    }
    return printable ? kind : TEXT_NONE;
}

bool spell_text_binary(struct buf *out, const struct term *binary, int otp)
{
    str bytes = {(const char *)binary->as.binary.bytes, binary->as.binary.bits / 8};
    if (bytes.len == 0 || binary->as.binary.bits % 8)
        return false;
    enum text_kind kind = text_kind(bytes, otp);
    if (kind == TEXT_NONE)
        return false;
    buf_str(out, STR("<<\""));
    for (size_t i = 0; i < bytes.len;) {
        uint32_t code = (unsigned char)bytes.ptr[i];
        i += kind == TEXT_UTF8 ? utf8_decode(bytes.ptr + i, bytes.ptr + bytes.len, &code)
                               : 1;
        put_quoted(out, code, '"');
    }
    buf_str(out, kind == TEXT_UTF8 ? STR("\"/utf8>>") : STR("\">>"));
    return true;
}

static void put_byte(struct buf *out, unsigned char byte)
{
    if (byte >= 100)
        buf_putc(out, (char)('0' + byte / 100));
    if (byte >= 10)
        buf_putc(out, (char)('0' + byte / 10 % 10));
    buf_putc(out, (char)('0' + byte % 10));
}

void spell_bits(struct buf *out, const struct term *binary)
{
    size_t bits = binary->as.binary.bits;
    const unsigned char *bytes = binary->as.binary.bytes;
    buf_str(out, STR("<<"));
    for (size_t i = 0; i < bits / 8; i++) {
        if (i)
            buf_putc(out, ',');
        put_byte(out, bytes[i]);
    }
    if (bits % 8)
        buf_printf(out, "%s%u:%u", bits / 8 ? "," : "", bytes[bits / 8] >> (8 - bits % 8),
                   (unsigned)(bits % 8));
    buf_str(out, STR(">>"));
}
