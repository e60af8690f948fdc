#pragma once
/*
 * Private to exs/: Elixir's tokens. The parser asks for one after the other; a token that
 * opens a text (a string, a sigil) is followed by calls of text_part, between which the
 * parser reads the code of interpolations.
 */
#include "config/exs/node.h"

#include "relc/base/buf.h"

enum token_kind {
    TOKEN_END,
    TOKEN_EOL,    /* text: "\n" or ";" */
    TOKEN_NUMBER, /* value */
    TOKEN_ATOM,
    TOKEN_KEY,  /* name: */
    TOKEN_TEXT, /* opens a text: `text` is what it begins with */
    TOKEN_NAME,
    TOKEN_ALIAS, /* one segment */
    TOKEN_WORD,  /* do end fn else rescue catch after true false nil */
    TOKEN_OPERATOR,
    TOKEN_MARK, /* brackets, comma, dot, %, -> */
};

struct token {
    enum token_kind kind;
    str text;
    struct term value;
    unsigned line, column;
    bool spaced; /* blanks or line ends before it */
};

/* A binary operator. */
struct operator_info {
    const char *text;
    unsigned char precedence; /* as in Elixir's grammar: higher binds tighter */
    bool right;               /* a op (b op c) */
    bool continues; /* at the beginning of a line it goes on with the last one */
};

/* NULL when the token is no binary operator. */
const struct operator_info *operator_find(const struct token *token);

struct lexer {
    struct arena *arena;
    const char *file;
    const char *next, *end;
    const char *line_start;
    unsigned line;
    struct err *err;
};

void lexer_init(struct lexer *lexer, struct arena *arena, const char *file, str text,
                struct err *err);

int lexer_next(struct lexer *lexer, struct token *token) ERR_MUST_CHECK;

/* True when the text stands at the lexer's place. */
bool lexer_at(const struct lexer *lexer, const char *text);

/* The character that far ahead, or NUL after the end. */
char lexer_peek(const struct lexer *lexer, size_t ahead);

/* What stands for a control character after a backslash: n, t, s and so on. */
bool lexer_escape(char letter, char *code);

/* Sets the err with the place; -1. */
int lexer_fail(struct lexer *lexer, unsigned line, unsigned column, const char *format,
               ...) __attribute__((format(printf, 4, 5)));

/* The column of the lexer's place, in characters. */
unsigned lexer_column(const struct lexer *lexer);

bool is_name_char(char c);

/* A number; the lexer stands on its first digit. In lexer_number.c. */
int lex_number(struct lexer *lexer, struct token *token) ERR_MUST_CHECK;

/* ?c; the lexer stands on the question mark. */
int lex_character(struct lexer *lexer, struct token *token) ERR_MUST_CHECK;

/* A text that is being read: a string, charlist, quoted atom, sigil or heredoc. */
struct text_source {
    char kind;           /* '"', '\'', ':' or the letter of a sigil */
    const char *closing; /* one character, or three for a heredoc */
    bool raw;            /* no escapes, no interpolation */
    bool heredoc;
    unsigned indentation;  /* of a heredoc, taken off every line */
    const char *body_end;  /* of a heredoc: where its closing line begins */
    const char *file_end;  /* the lexer's end while it reads a heredoc's body */
    unsigned line, column; /* where it was opened */
};

/* Reads what opens the text of a TOKEN_TEXT, which was just read. */
int text_open(struct lexer *lexer, const struct token *token,
              struct text_source *text) ERR_MUST_CHECK;

enum text_end { TEXT_CLOSED, TEXT_CODE /* the lexer stands after #{ */ };

/* Appends the text up to its end or the next interpolation. */
int text_part(struct lexer *lexer, struct text_source *text, struct buf *out,
              enum text_end *how) ERR_MUST_CHECK;
