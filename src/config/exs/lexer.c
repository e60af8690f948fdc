#include "config/exs/lexer.h"

#include "relc/base/utf8.h"

#include <string.h>

/* Longer ones first where one begins as another does. Elixir: "Operators reference". */
static const struct operator_info operators[] = {
    {"<<<", 160, false, true}, {">>>", 160, false, true}, {"<<~", 160, false, true},
    {"~>>", 160, false, true}, {"<~>", 160, false, true}, {"<|>", 160, false, true},
    {"|||", 120, false, true}, {"&&&", 130, false, true}, {"===", 140, false, true},
    {"!==", 140, false, true}, {"^^^", 180, false, true}, {"+++", 200, true, true},
    {"---", 200, true, true},  {"<-", 40, false, true},   {"\\\\", 40, false, true},
    {"::", 60, true, true},    {"=>", 80, true, true},    {"||", 120, false, true},
    {"&&", 130, false, true},  {"==", 140, false, true},  {"!=", 140, false, true},
    {"=~", 140, false, true},  {"<=", 150, false, true},  {">=", 150, false, true},
    {"|>", 160, false, true},  {"<~", 160, false, true},  {"~>", 160, false, true},
    {"//", 190, true, true},   {"++", 200, true, true},   {"--", 200, true, true},
    {"<>", 200, true, true},   {"..", 200, true, true},   {"**", 230, false, true},
    {"|", 70, true, true},     {"=", 100, true, true},    {"<", 150, false, true},
    {">", 150, false, true},   {"+", 210, false, false},  {"-", 210, false, false},
    {"*", 220, false, true},   {"/", 220, false, true},   {"when", 50, true, true},
    {"or", 120, false, true},  {"and", 130, false, true}, {"not in", 170, false, true},
    {"in", 170, false, true},
};

static const size_t operator_count = sizeof operators / sizeof *operators;

static const char *const words[] = {"do",    "end",   "fn",   "else",  "rescue",
                                    "catch", "after", "true", "false", "nil"};

const struct operator_info *operator_find(const struct token *token)
{
    for (size_t i = 0; token->kind == TOKEN_OPERATOR && i < operator_count; i++)
        if (str_eqz(token->text, operators[i].text))
            return &operators[i];
    return NULL;
}

void lexer_init(struct lexer *lexer, struct arena *arena, const char *file, str text,
                struct err *err)
{
    *lexer = (struct lexer){.arena = arena,
                            .file = file,
                            .next = text.ptr,
                            .end = text.ptr + text.len,
                            .line_start = text.ptr,
                            .line = 1,
                            .err = err};
}

unsigned lexer_column(const struct lexer *lexer)
{
    return (unsigned)utf8_count(lexer->line_start, lexer->next) + 1;
}

int lexer_fail(struct lexer *lexer, unsigned line, unsigned column, const char *format,
               ...)
{
    va_list args;
    va_start(args, format);
    str message = arena_vprintf(lexer->arena, format, args);
    va_end(args);
    err_set(lexer->err, ERR_FORMAT, "%s", message.ptr);
    return err_at(lexer->err, lexer->file, line, column);
}

static int fail_here(struct lexer *lexer, const char *what)
{
    return lexer_fail(lexer, lexer->line, lexer_column(lexer), "%s", what);
}

static bool is_small(char c)
{
    return (c >= 'a' && c <= 'z') || c == '_';
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool is_name_char(char c)
{
    return is_small(c) || is_capital(c) || is_digit(c);
}

bool lexer_at(const struct lexer *lexer, const char *text)
{
    size_t len = strlen(text);
    return (size_t)(lexer->end - lexer->next) >= len &&
           memcmp(lexer->next, text, len) == 0;
}

char lexer_peek(const struct lexer *lexer, size_t ahead)
{
    return (size_t)(lexer->end - lexer->next) > ahead ? lexer->next[ahead] : '\0';
}

bool lexer_escape(char letter, char *code)
{
    static const char letters[] = "abdefnrstv0";
    static const char codes[] = {7, 8, 127, 27, 12, 10, 13, 32, 9, 11, 0};
    const char *at = letter ? strchr(letters, letter) : NULL;
    if (at)
        *code = codes[at - letters];
    return at != NULL;
}

static void take_line_end(struct lexer *lexer)
{
    lexer->next += *lexer->next == '\r' ? 2 : 1;
    lexer->line++;
    lexer->line_start = lexer->next;
}

static bool at_line_end(const struct lexer *lexer)
{
    return lexer_peek(lexer, 0) == '\n' || lexer_at(lexer, "\r\n");
}

/* Blanks, comments and line ends; true when there was a line end. */
static bool skip_blanks(struct lexer *lexer)
{
    bool lines = false;
    while (lexer->next < lexer->end) {
        char c = *lexer->next;
        if (c == ' ' || c == '\t') {
            lexer->next++;
        } else if (c == '#') {
            while (lexer->next < lexer->end && *lexer->next != '\n')
                lexer->next++;
        } else if (at_line_end(lexer)) {
            take_line_end(lexer);
            lines = true;
        } else {
            break;
        }
    }
    return lines;
}

static size_t name_length(const struct lexer *lexer)
{
    size_t len = 0;
    while (is_name_char(lexer_peek(lexer, len)))
        len++;
    return len;
}

/* "in" after "not" and blanks; how many bytes that is, or 0. */
static size_t not_in_length(const struct lexer *lexer)
{
    size_t len = 3;
    while (lexer_peek(lexer, len) == ' ')
        len++;
    if (len == 3 || lexer_peek(lexer, len) != 'i' || lexer_peek(lexer, len + 1) != 'n' ||
        is_name_char(lexer_peek(lexer, len + 2)) || lexer_peek(lexer, len + 2) == ':')
        return 0;
    return len + 2;
}

/* The word operator at the lexer's place; *len is its length. */
static const struct operator_info *word_operator(const struct lexer *lexer, size_t *len)
{
    str name = {lexer->next, name_length(lexer)};
    bool key =
        lexer_peek(lexer, name.len) == ':' && lexer_peek(lexer, name.len + 1) != ':';
    *len = name.len;
    if (!name.len || key)
        return NULL;
    if (str_eqz(name, "not") && not_in_length(lexer)) {
        *len = not_in_length(lexer);
        name = STR("not in");
    }
    struct token token = {.kind = TOKEN_OPERATOR, .text = name};
    return operator_find(&token);
}

/* The binary operator at the lexer's place, of signs. */
static const struct operator_info *sign_operator(const struct lexer *lexer)
{
    for (size_t i = 0; i < operator_count; i++)
        if (!is_small(operators[i].text[0]) && lexer_at(lexer, operators[i].text))
            return &operators[i];
    return NULL;
}

/* True when what follows a line end goes on with the expression before it. */
static bool line_continues(const struct lexer *lexer)
{
    size_t len;
    const struct operator_info *op = is_small(lexer_peek(lexer, 0))
                                         ? word_operator(lexer, &len)
                                         : sign_operator(lexer);
    if (lexer_at(lexer, "->") ||
        (lexer_peek(lexer, 0) == '.' && lexer_peek(lexer, 1) != '.'))
        return true;
    if (lexer_at(lexer, "<<") && !(op && strlen(op->text) == 3))
        return false;
    return op && op->continues && !lexer_at(lexer, "...");
}

/* Line ends, with at most one semicolon among them. */
static bool take_separator(struct lexer *lexer, struct token *token)
{
    bool lines = skip_blanks(lexer);
    if (lexer_peek(lexer, 0) == ';') {
        token->line = lexer->line;
        token->column = lexer_column(lexer);
        token->text = STR(";");
        lexer->next++;
        skip_blanks(lexer);
        return true;
    }
    token->text = STR("\n");
    return lines && lexer->next < lexer->end && !line_continues(lexer);
}

static void take(struct lexer *lexer, struct token *token, enum token_kind kind,
                 size_t len)
{
    token->kind = kind;
    token->text = (str){lexer->next, len};
    lexer->next += len;
}

/* A colon with a blank after it turns a name into a key. */
static bool at_key_colon(const struct lexer *lexer, size_t ahead)
{
    char after = lexer_peek(lexer, ahead + 1);
    return lexer_peek(lexer, ahead) == ':' && after && strchr(" \t\r\n", after);
}

static bool is_word(str name)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eqz(name, words[i]))
            return true;
    return false;
}

static int lex_name(struct lexer *lexer, struct token *token)
{
    size_t len = name_length(lexer), operator_len;
    bool alias = is_capital(*lexer->next);
    char mark = lexer_peek(lexer, len);
    if (!alias && (mark == '?' || (mark == '!' && lexer_peek(lexer, len + 1) != '=')))
        len++;
    if (at_key_colon(lexer, len)) {
        take(lexer, token, TOKEN_KEY, len);
        lexer->next++;
        return 0;
    }
    if ((unsigned char)lexer_peek(lexer, len) >= 0x80 || lexer_peek(lexer, len) == '@')
        return fail_here(lexer, "a name that is not of ASCII letters");
    const struct operator_info *op = word_operator(lexer, &operator_len);
    if (op) {
        take(lexer, token, TOKEN_OPERATOR, operator_len);
        token->text = str_of(op->text);
        return 0;
    }
    take(lexer, token, alias ? TOKEN_ALIAS : TOKEN_NAME, len);
    if (is_word(token->text))
        token->kind = TOKEN_WORD;
    else if (str_eqz(token->text, "not"))
        token->kind = TOKEN_OPERATOR;
    return 0;
}

/* :name, :"text", :+ */
static int lex_atom(struct lexer *lexer, struct token *token)
{
    static const char *const marks[] = {"...", "<<>>", "%{}", "{}", "->", "%",
                                        "!",   "^",    "&",   ".",  "@"};
    const size_t long_marks = 5, mark_count = sizeof marks / sizeof *marks;
    lexer->next++;
    char c = lexer_peek(lexer, 0);
    if (c == '"' || c == '\'') {
        take(lexer, token, TOKEN_TEXT, 1);
        token->text = str_of(c == '"' ? ":\"" : ":'");
        return 0;
    }
    size_t len = 0;
    if (is_small(c) || is_capital(c)) {
        while (is_name_char(lexer_peek(lexer, len)) || lexer_peek(lexer, len) == '@')
            len++;
        len += lexer_peek(lexer, len) == '?' || lexer_peek(lexer, len) == '!';
    }
    for (size_t i = 0; !len && i < long_marks; i++)
        if (lexer_at(lexer, marks[i]))
            len = strlen(marks[i]);
    const struct operator_info *op = len ? NULL : sign_operator(lexer);
    if (op)
        len = strlen(op->text);
    for (size_t i = long_marks; !len && i < mark_count; i++)
        if (lexer_at(lexer, marks[i]))
            len = strlen(marks[i]);
    if (!len || (unsigned char)lexer_peek(lexer, len) >= 0x80)
        return fail_here(lexer, "this atom cannot be read");
    take(lexer, token, TOKEN_ATOM, len);
    return 0;
}

/* The mark that can't be the beginning of something else, or an operator. */
static int lex_sign(struct lexer *lexer, struct token *token)
{
    static const char *const unary[] = {"~~~", "!", "^", "&", "@"};
    static const char *const marks[] = {"->", "<<", ">>", "(", ")", "[",
                                        "]",  "{",  "}",  ",", ".", "%"};
    const struct operator_info *op = sign_operator(lexer);
    size_t op_len = op ? strlen(op->text) : 0;
    if (op_len == 3 || (op_len && !lexer_at(lexer, "<<") && !lexer_at(lexer, ">>") &&
                        !lexer_at(lexer, "->"))) {
        take(lexer, token, TOKEN_OPERATOR, op_len);
        return 0;
    }
    for (size_t i = 0; i < sizeof unary / sizeof *unary; i++)
        if (lexer_at(lexer, unary[i])) {
            take(lexer, token, TOKEN_OPERATOR, strlen(unary[i]));
            return 0;
        }
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (lexer_at(lexer, marks[i])) {
            take(lexer, token, TOKEN_MARK, strlen(marks[i]));
            return 0;
        }
    return fail_here(lexer, "this character cannot be read");
}

static int lex_token(struct lexer *lexer, struct token *token)
{
    char c = *lexer->next;
    bool letter_next = is_small(lexer_peek(lexer, 1)) || is_capital(lexer_peek(lexer, 1));
    if (is_small(c) || is_capital(c))
        return lex_name(lexer, token);
    if (is_digit(c))
        return lex_number(lexer, token);
    if (c == '?')
        return lex_character(lexer, token);
    if (c == ':' && lexer_peek(lexer, 1) != ':')
        return lex_atom(lexer, token);
    if (c == '"' || c == '\'' || (c == '~' && letter_next)) {
        take(lexer, token, TOKEN_TEXT, c == '~' ? 2 : 1);
        return 0;
    }
    return lex_sign(lexer, token);
}

int lexer_next(struct lexer *lexer, struct token *token)
{
    const char *start = lexer->next;
    *token = (struct token){.kind = TOKEN_EOL, .line = lexer->line};
    token->column = lexer_column(lexer);
    if (take_separator(lexer, token))
        return 0;
    token->spaced = lexer->next > start;
    token->line = lexer->line;
    token->column = lexer_column(lexer);
    if (lexer->next < lexer->end)
        return lex_token(lexer, token);
    token->kind = TOKEN_END;
    token->text = STR("end of file");
    return 0;
}
