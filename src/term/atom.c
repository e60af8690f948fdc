#include "atom.h"

#include <string.h>

static bool is_ascii_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '@';
}

/* The letters of Latin-1 are C3 80 .. C3 BF in UTF-8, but for the signs C3 97, C3 B7. */
static bool is_latin_letter(const char *at, const char *end)
{
    if (end - at < 2 || (unsigned char)at[0] != 0xC3)
        return false;
    unsigned char second = (unsigned char)at[1];
    return second >= 0x80 && second <= 0xBF && second != 0x97 && second != 0xB7;
}

size_t atom_name_length(const char *at, const char *end)
{
    const char *from = at;
    while (at < end) {
        if (is_ascii_name(*at))
            at++;
        else if (is_latin_letter(at, end))
            at += 2;
        else
            break;
    }
    return (size_t)(at - from);
}

bool atom_starts(const char *at, const char *end)
{
    if (*at >= 'a' && *at <= 'z')
        return true;
    return is_latin_letter(at, end) && (unsigned char)at[1] >= 0x9F;
}

static bool is_among(str name, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (words[i][0] == name.ptr[0] && str_eqz(name, words[i]))
            return true;
    }
    return false;
}

bool atom_is_word(str name)
{
    static const char *const words[] = {
        "after", "and",  "andalso", "band",   "begin", "bnot",    "bor", "bsl",  "bsr",
        "bxor",  "case", "catch",   "cond",   "div",   "end",     "fun", "if",   "let",
        "not",   "of",   "or",      "orelse", "rem",   "receive", "try", "when", "xor",
    };
    if (name.len < 2 || name.len > 7)
        return false;
    return is_among(name, words, sizeof words / sizeof *words);
}

bool atom_is_new_word(str name)
{
    static const char *const words[] = {"maybe", "else"};
    return name.len >= 4 && is_among(name, words, sizeof words / sizeof *words);
}

bool atom_is_plain(str name, int otp)
{
    const char *end = name.ptr + name.len;
    if (name.len == 0 || !atom_starts(name.ptr, end))
        return false;
    if (atom_name_length(name.ptr, end) != name.len || atom_is_word(name))
        return false;
    return !((otp == 0 || otp >= 27) && atom_is_new_word(name));
}
