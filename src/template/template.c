#include "relc/template/template.h"

/* The text that is left, and where it stands in the file. */
struct cursor {
    str rest;
    const char *file;
    unsigned line;
    unsigned column; /* in characters */
};

static void cursor_skip(struct cursor *cursor, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        unsigned char c = (unsigned char)cursor->rest.ptr[i];
        if (c == '\n') {
            cursor->line++;
            cursor->column = 1;
        } else if ((c & 0xc0) != 0x80) {
            cursor->column++;
        }
    }
    cursor->rest = str_slice(cursor->rest, bytes, cursor->rest.len);
}

static size_t find_pair(str text, char first, char second)
{
    for (size_t i = 0; i + 1 < text.len; i++)
        if (text.ptr[i] == first && text.ptr[i + 1] == second)
            return i;
    return text.len;
}

static int error_here(const struct cursor *cursor, struct err *err)
{
    return err_at(err, cursor->file, cursor->line, cursor->column);
}

static int unknown_variable(const struct cursor *cursor, str name, const struct map *vars,
                            struct err *err)
{
    const char **names = arena_array(vars->arena, vars->count, sizeof *names);
    for (size_t i = 0; i < vars->count; i++)
        names[i] = arena_strz(vars->arena, vars->entries[i].key);
    err_set(err, ERR_INPUT, "unknown variable '%.*s'", STR_ARG(name));
    const char *nearest = str_nearest(name, names, vars->count);
    if (nearest)
        err_hint(err, "did you mean '%s'?", nearest);
    return error_here(cursor, err);
}

/* The name in the tag that the cursor stands before, and the tag's length. */
static int tag_read(const struct cursor *cursor, str *name, size_t *length,
                    struct err *err)
{
    str inside = str_slice(cursor->rest, 3, cursor->rest.len);
    size_t end = find_pair(inside, '%', '>');
    if (end == inside.len || find_pair(str_slice(inside, 0, end), '<', '%') < end) {
        err_set(err, ERR_INPUT, "'<%%=' without '%%>' after it");
        return error_here(cursor, err);
    }
    *name = str_trim(str_slice(inside, 0, end));
    *length = 3 + end + 2;
    return 0;
}

static int tag_render(struct buf *out, struct cursor *cursor, const struct map *vars,
                      struct err *err)
{
    str name = {NULL, 0};
    size_t length = 0;
    if (tag_read(cursor, &name, &length, err) != 0)
        return -1;
    if (!name.len) {
        err_set(err, ERR_INPUT, "a tag without the name of a variable");
        return error_here(cursor, err);
    }
    const char *value = map_get(vars, name);
    if (!value)
        return unknown_variable(cursor, name, vars, err);
    buf_str(out, str_of(value));
    cursor_skip(cursor, length);
    return 0;
}

int template_render(struct buf *out, str text, const char *file, const struct map *vars,
                    struct err *err)
{
    struct cursor cursor = {text, file, 1, 1};
    while (cursor.rest.len) {
        size_t plain = find_pair(cursor.rest, '<', '%');
        buf_str(out, str_slice(cursor.rest, 0, plain));
        cursor_skip(&cursor, plain);
        if (!cursor.rest.len)
            break;
        if (cursor.rest.len > 2 && cursor.rest.ptr[2] == '=') {
            if (tag_render(out, &cursor, vars, err) != 0)
                return -1;
            continue;
        }
        bool escape = cursor.rest.len > 2 && cursor.rest.ptr[2] == '%';
        buf_str(out, STR("<%"));
        cursor_skip(&cursor, escape ? 3 : 2);
    }
    return 0;
}
