#include "config/migrate/moved.h"

#include "relc/base/buf.h"
#include "relc/base/utf8.h"

#include "config/detect.h"

/* Characters that YAML does not allow, not even in comments, become '?'. */
static void write_printable(struct buf *out, str text)
{
    const char *at = text.ptr, *end = text.ptr + text.len;
    uint32_t code;
    while (at < end) {
        size_t len = utf8_decode(at, end, &code);
        bool good = len && ((code >= ' ' && code < 0x7f) || code == '\t' ||
                            (code >= 0xa0 && code < 0xfff0 && code != 0xfeff));
        if (good)
            buf_add(out, at, len);
        else
            buf_putc(out, '?');
        at += len ? len : 1;
    }
}

/* A comment of several lines. */
static void write_comment(struct buf *out, const char *prefix, str text)
{
    while (text.ptr) {
        str line = str_split(&text, '\n');
        buf_printf(out, "%s# ", prefix);
        write_printable(out, line);
        buf_putc(out, '\n');
    }
}

static void write_setting(struct buf *out, const struct moved_line *line)
{
    str rest = line->text, first = str_split(&rest, '\n');
    buf_printf(out, "    %.*s:%s%.*s\n", STR_ARG(line->name), first.len ? " " : "",
               STR_ARG(first));
    while (rest.ptr) {
        str next = str_split(&rest, '\n');
        buf_printf(out, "      %.*s\n", STR_ARG(next));
    }
}

static void write_profile(struct buf *out, struct arena *arena,
                          const struct moved_profile *profile)
{
    bool empty = true;
    for (size_t i = 0; i < profile->count; i++)
        empty = empty && !profile->lines[i].name.ptr;
    buf_printf(out, "  %.*s:%s\n", STR_ARG(yaml_scalar(arena, profile->name)),
               empty ? " {}" : "");
    for (size_t i = 0; i < profile->count; i++) {
        const struct moved_line *line = &profile->lines[i];
        if (line->name.ptr)
            write_setting(out, line);
        else
            write_comment(out, "    ", line->text);
    }
}

static void write_profiles(struct buf *out, struct arena *arena, const char *name,
                           const struct moved_profile *profiles, size_t count)
{
    if (!count)
        return;
    buf_printf(out, "%s:\n", name);
    for (size_t i = 0; i < count; i++) {
        if (i)
            buf_putc(out, '\n');
        write_profile(out, arena, &profiles[i]);
    }
}

static void write_head(struct buf *out, struct moved *moved)
{
    str compile = project_compile_command(moved->arena, moved->project, STR("prod"));
    buf_printf(out, "# What %.*s says of %s, for relc. Build with:\n#\n",
               STR_ARG(moved->source), migrate_kind_name(moved->kind));
    if (compile.len)
        buf_printf(out, "#     %.*s\n", STR_ARG(compile));
    buf_str(out, STR("#     relc build --env=prod\n#\n"
                     "# Every setting is described in docs/config.md of relc.\n"));
    if (moved->notes)
        buf_str(out, STR("#\n# Lines with the name of that file are about what has no "
                         "counterpart here.\n"));
    buf_putc(out, '\n');
    for (size_t i = 0; i < moved->top.count; i++)
        write_comment(out, "", moved->top.lines[i].text);
    if (moved->top.count)
        buf_putc(out, '\n');
}

static void write_name(struct buf *out, struct arena *arena, const char *setting,
                       str name)
{
    buf_printf(out, "%s: %.*s\n", setting, STR_ARG(yaml_scalar(arena, name)));
}

str moved_write(struct moved *moved)
{
    struct buf out;
    struct arena *arena = moved->arena;
    buf_init(&out);
    write_head(&out, moved);
    bool release =
        moved_find(moved->releases, moved->release_count, moved->default_release) != NULL;
    bool environment = moved_find(moved->environments, moved->environment_count,
                                  moved->default_environment) != NULL;
    if (release)
        write_name(&out, arena, "default_release", moved->default_release);
    if (environment)
        write_name(&out, arena, "default_environment", moved->default_environment);
    if (release || environment)
        buf_putc(&out, '\n');
    write_profiles(&out, arena, "environments", moved->environments,
                   moved->environment_count);
    if (moved->environment_count)
        buf_putc(&out, '\n');
    write_profiles(&out, arena, "releases", moved->releases, moved->release_count);
    str text = arena_str(arena, buf_view(&out));
    buf_release(&out);
    return text;
}
