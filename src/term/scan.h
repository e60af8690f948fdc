#pragma once
/*
 * Tokens of Erlang text, as erl_scan cuts it (otp.md 2.2), one at a time and straight
 * from the bytes. The text is valid UTF-8 only as far as it has been scanned.
 *
 * scan.c: blanks, words and signs; scan_number.c: numbers; scan_text.c: whatever stands
 * in quotes. Each scan_* function below starts at scanner->at and leaves it after what it
 * has taken; on failure the err is set and -1 returned.
 */
#include "relc/base/buf.h"
#include "relc/base/err.h"
#include "relc/term/term.h"

/* A token that is one character is that character; the others are: */
enum token_kind {
    TOKEN_END = 256, /* of the text */
    TOKEN_DOT,       /* the dot that ends a term */
    TOKEN_ATOM,
    TOKEN_INTEGER,
    TOKEN_CHARACTER,
    TOKEN_FLOAT,
    TOKEN_STRING,
    TOKEN_STRING_SIGIL,
    TOKEN_BINARY_SIGIL,
    TOKEN_WORD, /* a reserved word */
    TOKEN_VARIABLE,
    TOKEN_OPEN_BINARY,  /* << */
    TOKEN_CLOSE_BINARY, /* >> */
    TOKEN_ARROW,        /* => */
    TOKEN_OPERATOR,     /* longer signs that no term has */
};

struct token {
    int kind;
    const char *from;
    const char *to;
    struct term value; /* of atoms and numbers */
};

struct scanner {
    struct arena *arena;
    struct err *err;
    const char *file;
    const char *text; /* the whole text, for line numbers */
    const char *end;
    const char *at;
    int otp;
    struct token token; /* the one that was scanned last */
    uint32_t *codes;    /* the code points of the last quoted text */
    size_t code_count;
    size_t code_capacity;
    struct buf scratch;
};

/* Scans the next token into scanner->token. */
int scan_next(struct scanner *scanner) ERR_MUST_CHECK;

/* Line and column (in characters) of `at`, both from 1. */
void scan_place(const struct scanner *scanner, const char *at, unsigned *line,
                unsigned *column);

/* Sets the err with the place of the character at `at`; returns -1. */
int scan_error(struct scanner *scanner, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Decodes the character at `at`; its length, or 0 with the err set. */
size_t scan_code(struct scanner *scanner, const char *at, uint32_t *code);

/* A number; its first digit is at scanner->at. */
int scan_number(struct scanner *scanner) ERR_MUST_CHECK;

/* "...", '...', $c and ~... ; the first character is at scanner->at. */
int scan_string(struct scanner *scanner) ERR_MUST_CHECK;
int scan_quoted_atom(struct scanner *scanner) ERR_MUST_CHECK;
int scan_character(struct scanner *scanner) ERR_MUST_CHECK;
int scan_sigil(struct scanner *scanner) ERR_MUST_CHECK;

/*
 * One escape sequence, whose backslash is at `at`, in a text that starts at `start`.
 * Its length, or 0 with the err set.
 */
size_t scan_escape(struct scanner *scanner, const char *at, const char *start,
                   uint32_t *code);

/* Adds a code point to scanner->codes. */
void scan_add_code(struct scanner *scanner, uint32_t code);

/* A triple-quoted text after its opening quotes, of which there were count at start. */
int scan_triple_quoted(struct scanner *scanner, const char *start, size_t count,
                       bool verbatim) ERR_MUST_CHECK;

/* Shortens a buffer to len bytes. */
void scan_cut(struct buf *buf, size_t len);

/* True for the code points that Erlang lets stand in texts. */
bool scan_is_valid_code(uint32_t code);
