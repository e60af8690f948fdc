#pragma once
/*
 * Slices of text or bytes: a pointer and a length, passed by value.
 *
 * A str borrows its bytes: it is valid as long as what it points into (usually an
 * arena or a mapped file). It may hold NUL bytes and need not end with one, except
 * where a function says so. Text is UTF-8 unless a comment says otherwise.
 */
#include <stdbool.h>
#include <stddef.h>

typedef struct str {
    const char *ptr;
    size_t len;
} str;

/* A str of a string literal. */
#define STR(literal) ((str){"" literal, sizeof(literal) - 1})

/* For printf: printf("%.*s", STR_ARG(s)). The length is cut at INT_MAX. */
#define STR_ARG(s) str_printf_len(s), (s).ptr ? (s).ptr : ""

int str_printf_len(str s);

/* A str of a NUL-terminated string; NULL gives the empty str. */
str str_of(const char *text);

bool str_eq(str a, str b);
bool str_eqz(str a, const char *b);

/* Byte order, shorter first when one is a prefix of the other: <0, 0, >0. */
int str_cmp(str a, str b);

bool str_starts(str s, str prefix);
bool str_ends(str s, str suffix);

/* Position of the first (last) byte c, or s.len when there is none. */
size_t str_find(str s, char c);
size_t str_rfind(str s, char c);

/* The part [from, to), both cut to the length of s. */
str str_slice(str s, size_t from, size_t to);

/* s without ASCII blanks, tabs and line ends at both ends. */
str str_trim(str s);

/*
 * Takes the part before the first sep off *rest and returns it; *rest keeps what
 * follows the separator, or becomes empty with ptr NULL when there was none left.
 * Loop with: while (rest.ptr) { part = str_split(&rest, ','); ... }
 */
str str_split(str *rest, char sep);

/* Edit distance (insert, delete, replace, swap of neighbours), for suggestions. */
size_t str_distance(str a, str b);

/*
 * The name of names[count] that is nearest to wanted, or NULL when none is near
 * enough to be worth a suggestion.
 */
const char *str_nearest(str wanted, const char *const *names, size_t count);
