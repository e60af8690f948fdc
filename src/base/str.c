#include "relc/base/str.h"

#include <limits.h>
#include <string.h>

enum { DISTANCE_MAX_LENGTH = 64 };

int str_printf_len(str s)
{
    return s.len > INT_MAX ? INT_MAX : (int)s.len;
}

str str_of(const char *text)
{
    if (!text)
        return (str){NULL, 0};
    return (str){text, strlen(text)};
}

bool str_eq(str a, str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool str_eqz(str a, const char *b)
{
    return str_eq(a, str_of(b));
}

int str_cmp(str a, str b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common ? memcmp(a.ptr, b.ptr, common) : 0;
    if (order)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

bool str_starts(str s, str prefix)
{
    return s.len >= prefix.len && str_eq((str){s.ptr, prefix.len}, prefix);
}

bool str_ends(str s, str suffix)
{
    return s.len >= suffix.len && str_eq(str_slice(s, s.len - suffix.len, s.len), suffix);
}

size_t str_find(str s, char c)
{
    const char *found = s.len ? memchr(s.ptr, c, s.len) : NULL;
    return found ? (size_t)(found - s.ptr) : s.len;
}

size_t str_rfind(str s, char c)
{
    for (size_t i = s.len; i > 0; i--)
        if (s.ptr[i - 1] == c)
            return i - 1;
    return s.len;
}

str str_slice(str s, size_t from, size_t to)
{
    if (to > s.len)
        to = s.len;
    if (from > to)
        from = to;
    return s.ptr ? (str){s.ptr + from, to - from} : s;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

str str_trim(str s)
{
    size_t from = 0, to = s.len;
    while (from < to && is_blank(s.ptr[from]))
        from++;
    while (to > from && is_blank(s.ptr[to - 1]))
        to--;
    return str_slice(s, from, to);
}

str str_split(str *rest, char sep)
{
    size_t at = str_find(*rest, sep);
    str part = str_slice(*rest, 0, at);
    *rest = at < rest->len ? str_slice(*rest, at + 1, rest->len) : (str){NULL, 0};
    return part;
}

/* Optimal string alignment distance, three rows at a time. */
size_t str_distance(str a, str b)
{
    size_t rows[3][DISTANCE_MAX_LENGTH + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];

    if (a.len > DISTANCE_MAX_LENGTH || b.len > DISTANCE_MAX_LENGTH)
        return str_eq(a, b) ? 0 : DISTANCE_MAX_LENGTH;
    for (size_t j = 0; j <= b.len; j++)
        above[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t cost = a.ptr[i - 1] != b.ptr[j - 1];
            size_t best = above[j - 1] + cost;
            if (above[j] + 1 < best)
                best = above[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] &&
                a.ptr[i - 2] == b.ptr[j - 1] && before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            row[j] = best;
        }
        size_t *oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return above[b.len];
}

const char *str_nearest(str wanted, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    size_t best = wanted.len / 3 + 2;
    for (size_t i = 0; i < count; i++) {
        size_t distance = str_distance(wanted, str_of(names[i]));
        if (distance < best && distance < strlen(names[i])) {
            best = distance;
            nearest = names[i];
        }
    }
    return nearest;
}
