#include "mixfile.h"

#include "relc/base/map.h"

#include <string.h>

/*
 * A small part of Elixir's lexical grammar: enough to tell code from comments, strings
 * and sigils, and to see keys with literal values.
 */
enum token_kind {
    TOKEN_END,
    TOKEN_KEY,       /* name: */
    TOKEN_ATOM,      /* :name */
    TOKEN_STRING,    /* "text" */
    TOKEN_DYNAMIC,   /* a string with interpolation, a heredoc, a sigil, a character */
    TOKEN_ATTRIBUTE, /* @name */
    TOKEN_WORD,
    TOKEN_MARK, /* any other character */
};

struct token {
    enum token_kind kind;
    str text;       /* without quotes and sign; escapes as written */
    unsigned depth; /* of brackets; a bracket counts as outside of itself */
};

struct lexer {
    const char *next, *end;
    unsigned depth;
};

static bool is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_name_char(char c)
{
    return is_name_start(c) || (c >= '0' && c <= '9') || c == '?' || c == '!' || c == '@';
}

static bool lexer_at(const struct lexer *lexer, const char *text)
{
    size_t len = strlen(text);
    return (size_t)(lexer->end - lexer->next) >= len &&
           memcmp(lexer->next, text, len) == 0;
}

static void skip_blanks(struct lexer *lexer)
{
    while (lexer->next < lexer->end) {
        char c = *lexer->next;
        if (c == '#')
            while (lexer->next < lexer->end && *lexer->next != '\n')
                lexer->next++;
        else if (strchr(" \t\r\n", c))
            lexer->next++;
        else
            break;
    }
}

static str take_name(struct lexer *lexer)
{
    const char *start = lexer->next;
    while (lexer->next < lexer->end && is_name_char(*lexer->next))
        lexer->next++;
    return (str){start, (size_t)(lexer->next - start)};
}

/* Goes past the brace that closes an interpolation; strings in it are skipped flatly. */
static void skip_interpolation(struct lexer *lexer)
{
    unsigned braces = 0;
    bool quoted = false;
    for (; lexer->next < lexer->end; lexer->next++) {
        char c = *lexer->next;
        if (c == '\\' && lexer->end - lexer->next > 1)
            lexer->next++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && c == '{')
            braces++;
        else if (!quoted && c == '}' && --braces == 0)
            break;
    }
}

/* Goes past closing; true when there was nothing to evaluate before it. */
static bool skip_to(struct lexer *lexer, const char *closing)
{
    bool literal = true;
    while (lexer->next < lexer->end && !lexer_at(lexer, closing)) {
        if (*lexer->next == '\\' || lexer_at(lexer, "#{"))
            literal = false;
        if (lexer_at(lexer, "#{"))
            skip_interpolation(lexer);
        else if (*lexer->next == '\\')
            lexer->next++;
        if (lexer->next < lexer->end)
            lexer->next++;
    }
    if (lexer->next < lexer->end)
        lexer->next += strlen(closing);
    return literal;
}

static struct token take_string(struct lexer *lexer)
{
    static const char *const heredocs[] = {"\"\"\"", "'''"};
    for (size_t i = 0; i < 2; i++) {
        if (!lexer_at(lexer, heredocs[i]))
            continue;
        lexer->next += 3;
        skip_to(lexer, heredocs[i]);
        return (struct token){.kind = TOKEN_DYNAMIC};
    }
    const char closing[] = {*lexer->next++, '\0'};
    const char *start = lexer->next;
    bool literal = skip_to(lexer, closing);
    struct token token = {.kind = literal ? TOKEN_STRING : TOKEN_DYNAMIC};
    if (literal && lexer->next > start)
        token.text = (str){start, (size_t)(lexer->next - start) - 1};
    return token;
}

/* ~w(...), ~s"..." and the like; the lexer stands on the '~'. */
static struct token take_sigil(struct lexer *lexer)
{
    static const char opening[] = "([{</|\"'", closing[] = ")]}>/|\"'";
    lexer->next++;
    take_name(lexer);
    if (lexer_at(lexer, "\"\"\"") || lexer_at(lexer, "'''"))
        return take_string(lexer);
    const char *at = lexer->next < lexer->end ? strchr(opening, *lexer->next) : NULL;
    if (at && *at) {
        const char end[] = {closing[at - opening], '\0'};
        lexer->next++;
        skip_to(lexer, end);
    }
    return (struct token){.kind = TOKEN_DYNAMIC};
}

/* :name, :"name"; else the character alone. */
static struct token take_colon(struct lexer *lexer)
{
    lexer->next++;
    if (lexer_at(lexer, "\"")) {
        struct token token = take_string(lexer);
        token.kind = token.kind == TOKEN_STRING ? TOKEN_ATOM : token.kind;
        return token;
    }
    if (lexer->next < lexer->end && is_name_start(*lexer->next))
        return (struct token){.kind = TOKEN_ATOM, .text = take_name(lexer)};
    if (lexer_at(lexer, ":"))
        lexer->next++;
    return (struct token){.kind = TOKEN_MARK, .text = STR(":")};
}

static struct token take_word(struct lexer *lexer)
{
    struct token token = {.kind = TOKEN_WORD, .text = take_name(lexer)};
    if (lexer_at(lexer, ":") && !lexer_at(lexer, "::")) {
        lexer->next++;
        token.kind = TOKEN_KEY;
    }
    return token;
}

static struct token take_mark(struct lexer *lexer)
{
    struct token token = {.kind = TOKEN_MARK, .text = {lexer->next++, 1}};
    char c = token.text.ptr[0];
    if (strchr("([{", c) && c)
        lexer->depth++;
    else if (strchr(")]}", c) && c && lexer->depth)
        lexer->depth--;
    return token;
}

static struct token take_character(struct lexer *lexer)
{
    lexer->next++;
    if (lexer_at(lexer, "\\"))
        lexer->next++;
    if (lexer->next < lexer->end)
        lexer->next++;
    return (struct token){.kind = TOKEN_DYNAMIC};
}

static struct token take_token(struct lexer *lexer, char c)
{
    if (c == '"' || c == '\'')
        return take_string(lexer);
    if (c == '~' && lexer->end - lexer->next > 1 && is_name_start(lexer->next[1]))
        return take_sigil(lexer);
    if (c == ':')
        return take_colon(lexer);
    if (c == '?')
        return take_character(lexer);
    if (is_name_start(c))
        return take_word(lexer);
    if (c == '@' && lexer->end - lexer->next > 1 && is_name_start(lexer->next[1])) {
        lexer->next++;
        return (struct token){.kind = TOKEN_ATTRIBUTE, .text = take_name(lexer)};
    }
    return take_mark(lexer);
}

static struct token lexer_next(struct lexer *lexer)
{
    unsigned depth = lexer->depth;
    skip_blanks(lexer);
    if (lexer->next == lexer->end)
        return (struct token){.kind = TOKEN_END};
    struct token token = take_token(lexer, *lexer->next);
    token.depth = depth < lexer->depth ? depth : lexer->depth;
    return token;
}

/* True when an expression ends before the token: no operator or call goes on with it. */
static bool ends_expression(const struct token *token)
{
    return token->kind != TOKEN_MARK || strchr(",)]}", token->text.ptr[0]);
}

/* A literal, or an attribute that is one; else an empty token of kind TOKEN_DYNAMIC. */
static struct token take_value(struct lexer *lexer, const struct map *attributes)
{
    struct token value = lexer_next(lexer);
    struct lexer ahead = *lexer;
    struct token after = lexer_next(&ahead);
    bool literal = value.kind == TOKEN_ATOM || value.kind == TOKEN_STRING ||
                   value.kind == TOKEN_WORD;
    if (value.kind == TOKEN_ATTRIBUTE) {
        const struct token *known = map_get(attributes, value.text);
        literal = known != NULL;
        if (known)
            value = *known;
    }
    if (!literal || !ends_expression(&after))
        return (struct token){.kind = TOKEN_DYNAMIC};
    return value;
}

/* A key of project/0 that is wanted; the outermost of several of its name counts. */
struct wanted {
    const char *name;
    struct token value;
    unsigned depth;
    bool found;
};

enum { WANT_APP, WANT_VERSION, WANT_APPS_PATH, WANT_BUILD_PATH, WANT_PER_ENV, WANTED };

static void note_key(struct wanted *wanted, const struct token *key, struct lexer *lexer,
                     const struct map *attributes)
{
    for (size_t i = 0; i < WANTED; i++) {
        struct wanted *one = &wanted[i];
        if (!str_eqz(key->text, one->name) || (one->found && one->depth <= key->depth))
            continue;
        struct lexer ahead = *lexer;
        one->value = take_value(&ahead, attributes);
        one->depth = key->depth;
        one->found = true;
    }
}

static void note_attribute(struct arena *arena, struct map *attributes, str name,
                           struct lexer *lexer)
{
    struct lexer ahead = *lexer;
    struct token value = take_value(&ahead, attributes);
    if (value.kind != TOKEN_ATOM && value.kind != TOKEN_STRING)
        return;
    struct token *kept = arena_alloc(arena, sizeof *kept);
    *kept = value;
    map_put(attributes, name, kept);
}

static void scan(struct arena *arena, str text, struct wanted *wanted)
{
    struct lexer lexer = {text.ptr, text.ptr + text.len, 0};
    struct map attributes;
    bool inside = false;
    map_init(&attributes, arena);
    for (struct token token; (token = lexer_next(&lexer)).kind != TOKEN_END;) {
        if (token.kind == TOKEN_WORD &&
            (str_eqz(token.text, "def") || str_eqz(token.text, "defp"))) {
            struct lexer ahead = lexer;
            inside = str_eqz(lexer_next(&ahead).text, "project");
        } else if (token.kind == TOKEN_ATTRIBUTE) {
            note_attribute(arena, &attributes, token.text, &lexer);
        } else if (inside && token.kind == TOKEN_KEY) {
            note_key(wanted, &token, &lexer, &attributes);
        }
    }
}

static str text_of(struct arena *arena, const struct wanted *wanted, enum token_kind kind)
{
    if (!wanted->found || wanted->value.kind != kind)
        return (str){NULL, 0};
    return arena_str(arena, wanted->value.text);
}

struct mix_file mix_file_read(struct arena *arena, str text)
{
    struct wanted wanted[WANTED] = {
        [WANT_APP] = {.name = "app"},
        [WANT_VERSION] = {.name = "version"},
        [WANT_APPS_PATH] = {.name = "apps_path"},
        [WANT_BUILD_PATH] = {.name = "build_path"},
        [WANT_PER_ENV] = {.name = "build_per_environment"},
    };
    if (text.len)
        scan(arena, text, wanted);
    return (struct mix_file){
        .app = text_of(arena, &wanted[WANT_APP], TOKEN_ATOM),
        .version = text_of(arena, &wanted[WANT_VERSION], TOKEN_STRING),
        .apps_path = text_of(arena, &wanted[WANT_APPS_PATH], TOKEN_STRING),
        .build_path = text_of(arena, &wanted[WANT_BUILD_PATH], TOKEN_STRING),
        .has_apps_path = wanted[WANT_APPS_PATH].found,
        .one_build_folder = str_eqz(wanted[WANT_PER_ENV].value.text, "false"),
    };
}
