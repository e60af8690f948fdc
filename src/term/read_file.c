#include "relc/term/read.h"

#include "relc/base/fs.h"

#include "reader.h"

#include <stdlib.h>
#include <string.h>

static const size_t file_limit = (size_t)64 << 20;
static const size_t bits_budget = (size_t)4 << 23; /* 4 MiB */

/* ---- encoding: 'coding', blanks, ':' or '=', blanks, a name, in an early comment ----
 */

enum { ENCODING_BYTES = 512, ENCODING_LINES = 2 };

static str skip_spaces(str text)
{
    while (text.len && *text.ptr == ' ')
        text = str_slice(text, 1, text.len);
    return text;
}

/* True when the text begins with name, letter case aside, and no more of a name. */
static bool names_encoding(str text, str name)
{
    for (size_t i = 0; i < name.len; i++) {
        if (i >= text.len)
            return false;
        char c = text.ptr[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (c != name.ptr[i])
            return false;
    }
    char next = text.len > name.len ? text.ptr[name.len] : ' ';
    return !((next >= '0' && next <= '9') || (next >= 'a' && next <= 'z') ||
             (next >= 'A' && next <= 'Z'));
}

/* What follows the first 'coding:' of a comment, or an empty str without ptr. */
static str find_encoding(str comment)
{
    static const str mark = {"coding", 6};
    while (comment.len >= mark.len) {
        if (str_starts(comment, mark)) {
            str rest = skip_spaces(str_slice(comment, mark.len, comment.len));
            if (rest.len && (*rest.ptr == ':' || *rest.ptr == '='))
                return skip_spaces(str_slice(rest, 1, rest.len));
        }
        comment = str_slice(comment, 1, comment.len);
    }
    return (str){NULL, 0};
}

static bool is_latin1(str text)
{
    str rest = str_slice(text, 0, ENCODING_BYTES);
    for (int i = 0; i < ENCODING_LINES && rest.ptr; i++) {
        str line = str_split(&rest, '\n');
        str found = find_encoding(str_slice(line, str_find(line, '%'), line.len));
        if (found.ptr)
            return names_encoding(found, STR("latin-1"));
    }
    return false;
}

/* The text as UTF-8 in the arena. */
static str to_utf8(struct arena *arena, str text)
{
    size_t high = 0;
    for (size_t i = 0; i < text.len; i++)
        high += (unsigned char)text.ptr[i] >= 0x80;
    char *bytes = arena_alloc(arena, text.len + high + 1), *at = bytes;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c >= 0x80)
            *at++ = (char)(0xC0 | c >> 6);
        *at++ = (char)(c < 0x80 ? c : 0x80 | (c & 0x3F));
    }
    return (str){bytes, (size_t)(at - bytes)};
}

/* ---- reading ---- */

/* The text must live as long as the arena, atoms refer to it. */
static void reader_init(struct reader *reader, struct arena *arena,
                        const struct term_source *source, struct err *err)
{
    str text = source->text;
    if (is_latin1(text))
        text = to_utf8(arena, text);
    *reader = (struct reader){.bits_budget = bits_budget};
    reader->scan = (struct scanner){
        .arena = arena,
        .err = err,
        .file = source->file,
        .text = text.ptr,
        .end = text.ptr + text.len,
        .at = text.ptr,
        .otp = source->otp,
    };
    buf_init(&reader->scan.scratch);
    buf_init(&reader->bits);
    stack_init(&reader->stack);
}

static void reader_release(struct reader *reader)
{
    buf_release(&reader->bits);
    buf_release(&reader->scan.scratch);
    free(reader->scan.codes);
    stack_release(&reader->stack);
}

/* Scans the first token. */
static int reader_start(struct reader *reader)
{
    struct scanner *scan = &reader->scan;
    if (scan->end - scan->at >= 3 && memcmp(scan->at, "\xEF\xBB\xBF", 3) == 0)
        return scan_error(scan, scan->at,
                          "the file starts with a byte order mark, which Erlang refuses");
    return scan_next(scan);
}

/* A term up to its dot; the token after the dot is not scanned. */
static int read_ended_term(struct reader *reader)
{
    if (read_term(reader, 1) != 0)
        return -1;
    if (reader->scan.token.kind == '.') {
        scan_error(&reader->scan, reader->scan.token.from,
                   "expected a blank after the dot that ends the term");
        return -1;
    }
    if (reader->scan.token.kind != TOKEN_DOT)
        return read_expected(reader, "'.' after the term");
    return 0;
}

static int read_all(struct reader *reader, struct term **terms, size_t *count)
{
    if (reader_start(reader) != 0)
        return -1;
    while (reader->scan.token.kind != TOKEN_END) {
        if (read_ended_term(reader) != 0 || scan_next(&reader->scan) != 0)
            return -1;
    }
    *count = reader->stack.count;
    *terms = arena_array(reader->scan.arena, *count, sizeof **terms);
    if (*count)
        memcpy(*terms, reader->stack.items, *count * sizeof **terms);
    return 0;
}

static int read_first(struct reader *reader, struct term *term)
{
    if (reader_start(reader) != 0)
        return -1;
    if (reader->scan.token.kind == TOKEN_END)
        return scan_error(&reader->scan, reader->scan.text,
                          "there is no term in the file");
    if (read_ended_term(reader) != 0)
        return -1;
    *term = reader->stack.items[0];
    return 0;
}

static int read_only(struct reader *reader, struct term *term)
{
    if (read_first(reader, term) != 0 || scan_next(&reader->scan) != 0)
        return -1;
    if (reader->scan.token.kind == TOKEN_END)
        return 0;
    return scan_error(&reader->scan, reader->scan.token.from,
                      "expected the end of the file after its first term");
}

/* The source with its text in the arena. */
static struct term_source keep(struct arena *arena, const struct term_source *source)
{
    struct term_source kept = *source;
    kept.text = arena_str(arena, source->text);
    return kept;
}

int term_read_all(struct arena *arena, const struct term_source *source,
                  struct term **terms, size_t *count, struct err *err)
{
    struct term_source kept = keep(arena, source);
    struct reader reader;
    reader_init(&reader, arena, &kept, err);
    int result = read_all(&reader, terms, count);
    reader_release(&reader);
    return result;
}

int term_read_first(struct arena *arena, const struct term_source *source,
                    struct term *term, struct err *err)
{
    struct term_source kept = keep(arena, source);
    struct reader reader;
    reader_init(&reader, arena, &kept, err);
    int result = read_first(&reader, term);
    reader_release(&reader);
    return result;
}

static int read_file(struct arena *arena, const char *path, bool only, struct term *term,
                     struct err *err)
{
    struct term_source source = {.file = path};
    struct reader reader;
    if (fs_read(arena, path, file_limit, &source.text, err) != 0)
        return -1;
    reader_init(&reader, arena, &source, err);
    int result = only ? read_only(&reader, term) : read_first(&reader, term);
    reader_release(&reader);
    return result;
}

int term_read_file_one(struct arena *arena, const char *path, struct term *term,
                       struct err *err)
{
    return read_file(arena, path, true, term, err);
}

int term_read_file_first(struct arena *arena, const char *path, struct term *term,
                         struct err *err)
{
    return read_file(arena, path, false, term, err);
}
