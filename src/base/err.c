#include "relc/base/err.h"

#include "relc/base/buf.h"
#include "relc/base/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void err_init(struct err *err)
{
    *err = (struct err){0};
}

void err_release(struct err *err)
{
    free(err->message);
    free(err->hint);
    free(err->file);
    err_init(err);
}

/* The formatted text in memory of its own. */
static __attribute__((format(printf, 1, 0))) char *text_new(const char *format,
                                                            va_list args)
{
    struct buf buf;
    buf_init(&buf);
    buf_vprintf(&buf, format, args);
    char *text = mem_strdup(buf.ptr);
    buf_release(&buf);
    return text;
}

int err_set(struct err *err, enum err_kind kind, const char *format, ...)
{
    assert(err->kind == ERR_NONE);
    va_list args;
    va_start(args, format);
    err->kind = kind;
    err->message = text_new(format, args);
    va_end(args);
    return -1;
}

static void err_append(struct err *err, const char *text)
{
    size_t len = strlen(err->message);
    err->message = mem_resize(err->message, len + strlen(text) + 3);
    strcpy(err->message + len, ": ");
    strcat(err->message, text);
}

int err_errno(struct err *err, int errnum, const char *format, ...)
{
    assert(err->kind == ERR_NONE);
    va_list args;
    va_start(args, format);
    err->kind = ERR_IO;
    err->message = text_new(format, args);
    va_end(args);
    err_append(err, strerror(errnum));
    return -1;
}

int err_at(struct err *err, const char *file, unsigned line, unsigned column)
{
    free(err->file);
    err->file = file ? mem_strdup(file) : NULL;
    err->line = line;
    err->column = column;
    return -1;
}

int err_hint(struct err *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    free(err->hint);
    err->hint = text_new(format, args);
    va_end(args);
    return -1;
}

int err_wrap(struct err *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *inner = err->message;
    err->message = text_new(format, args);
    va_end(args);
    err_append(err, inner);
    free(inner);
    return -1;
}
