#include "relc/base/json.h"

#include "relc/base/utf8.h"

json_t *json_text(str text)
{
    struct buf valid;
    const char *at = text.ptr, *end = text.ptr + text.len;
    if (!text.ptr)
        return json_null();
    buf_init(&valid);
    while (at < end) {
        const char *bad = utf8_check(at, end);
        buf_add(&valid, at, (size_t)(bad - at));
        at = bad;
        if (at < end) {
            buf_str(&valid, STR("\xef\xbf\xbd"));
            at++;
        }
    }
    json_t *string = json_stringn(valid.ptr, valid.len);
    buf_release(&valid);
    return string;
}

static int append(const char *bytes, size_t len, void *out)
{
    buf_add(out, bytes, len);
    return 0;
}

void json_print(struct buf *out, const json_t *value)
{
    json_dump_callback(value, append, out, JSON_INDENT(2) | JSON_ENCODE_ANY);
    buf_putc(out, '\n');
}
