#include "relc/base/path.h"

#include "relc/base/mem.h"

#include <string.h>

str path_join(struct arena *arena, str a, str b)
{
    if (!b.len)
        return arena_str(arena, a);
    if (b.ptr[0] == '/' || !a.len)
        return arena_str(arena, b);
    size_t begun = a.ptr[a.len - 1] == '/' ? a.len : a.len + 1;
    char *path = arena_text(arena, mem_add(begun, b.len));
    memcpy(path, a.ptr, a.len);
    path[begun - 1] = '/';
    memcpy(path + begun, b.ptr, b.len);
    return (str){path, begun + b.len};
}

static str without_trailing_slashes(str path)
{
    while (path.len > 1 && path.ptr[path.len - 1] == '/')
        path.len--;
    return path;
}

str path_basename(str path)
{
    path = without_trailing_slashes(path);
    size_t slash = str_rfind(path, '/');
    return slash < path.len ? str_slice(path, slash + 1, path.len) : path;
}

str path_dirname(struct arena *arena, str path)
{
    path = without_trailing_slashes(path);
    size_t slash = str_rfind(path, '/');
    if (slash == path.len)
        return STR(".");
    return arena_str(arena, slash ? str_slice(path, 0, slash) : STR("/"));
}

str path_normalize(struct arena *arena, str path)
{
    bool absolute = path.len && path.ptr[0] == '/';
    char *out = arena_alloc(arena, path.len + 2);
    size_t len = 0;
    if (absolute)
        out[len++] = '/';
    size_t start = len; /* nothing before it is ever taken back */
    for (str rest = path; rest.ptr;) {
        str part = str_split(&rest, '/');
        if (!part.len || str_eqz(part, "."))
            continue;
        if (str_eqz(part, "..")) {
            size_t slash = str_rfind((str){out + start, len - start}, '/');
            if (len > start) {
                len = slash < len - start ? start + slash : start;
                continue;
            }
            if (absolute)
                continue;
        }
        if (len > absolute)
            out[len++] = '/';
        memcpy(out + len, part.ptr, part.len);
        len += part.len;
        if (str_eqz(part, ".."))
            start = len;
    }
    if (!len)
        out[len++] = '.';
    out[len] = '\0';
    return (str){out, len};
}

bool path_is_inside(str path)
{
    if (!path.len || memchr(path.ptr, '\0', path.len))
        return false;
    for (str rest = path; rest.ptr;) {
        str part = str_split(&rest, '/');
        if (!part.len || str_eqz(part, ".") || str_eqz(part, ".."))
            return false;
    }
    return true;
}

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("._-+@~", c));
}

bool path_is_safe_name(str name)
{
    if (!name.len || name.len > 200 || name.ptr[0] == '.' || name.ptr[0] == '-')
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (!is_name_byte(name.ptr[i]))
            return false;
    return true;
}

str path_relative_to(struct arena *arena, str path, str base)
{
    if (str_eq(path, base))
        return STR(".");
    if (str_starts(path, base) && base.len && path.len > base.len) {
        size_t skip = base.ptr[base.len - 1] == '/' ? base.len : base.len + 1;
        if (path.ptr[skip - 1] == '/')
            return arena_str(arena, str_slice(path, skip, path.len));
    }
    return arena_str(arena, path);
}

str path_above(str path)
{
    size_t slash = str_rfind(path, '/');
    return slash == path.len ? STR("") : str_slice(path, 0, slash);
}

bool path_are_in_line(str a, str b)
{
    str shorter = a.len < b.len ? a : b, longer = a.len < b.len ? b : a;
    return !shorter.len ||
           (str_starts(longer, shorter) &&
            (longer.len == shorter.len || longer.ptr[shorter.len] == '/'));
}
