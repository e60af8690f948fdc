#include "config/migrate/moved.h"

#include "relc/base/buf.h"
#include "relc/base/utf8.h"
#include "relc/config/settings.h"
#include "relc/term/print.h"

#include <string.h>

/* Letters, digits and marks that need no quotes, beginning with a letter or a slash. */
static bool is_plain(str text)
{
    bool flag;
    const struct yaml_node node = {.kind = YAML_SCALAR, .text = text};
    if (!text.len || yaml_is_bool(&node, &flag) || yaml_is_null(&node))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        bool mark = (c >= '0' && c <= '9') || (c && strchr("./@+-", c));
        if (!letter && !(mark && (i > 0 || c == '/')) && !(i == 0 && c == '.'))
            return false;
    }
    return !(text.ptr[0] == '.' && text.len > 1 && text.ptr[1] != '/' &&
             text.ptr[1] != '.');
}

str yaml_scalar(struct arena *arena, str text)
{
    struct buf out;
    if (is_plain(text))
        return arena_str(arena, text);
    buf_init(&out);
    buf_putc(&out, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c == '"' || c == '\\')
            buf_printf(&out, "\\%c", c);
        else if (c < ' ' || c == 0x7f)
            buf_printf(&out, "\\x%02x", c);
        else
            buf_putc(&out, (char)c);
    }
    buf_putc(&out, '"');
    str quoted = arena_str(arena, buf_view(&out));
    buf_release(&out);
    return quoted;
}

str module_text(str atom)
{
    const str prefix = STR("Elixir.");
    return str_starts(atom, prefix) ? str_slice(atom, prefix.len, atom.len) : atom;
}

bool moved_text(struct arena *arena, const struct term *term, str *text)
{
    if (term->kind == TERM_ATOM) {
        *text = term->as.atom;
        return true;
    }
    if (term->kind == TERM_INTEGER) {
        *text = arena_printf(arena, "%lld", (long long)term->as.integer);
        return true;
    }
    if (term->kind != TERM_BINARY)
        return term->kind == TERM_LIST && term_to_text(arena, term, text);
    *text = (str){(const char *)term->as.binary.bytes, term->as.binary.bits / 8};
    return term->as.binary.bits % 8 == 0 &&
           utf8_check(text->ptr, text->ptr + text->len) == text->ptr + text->len;
}

static bool is_bool(const struct term *term)
{
    return term_is_atom(term, "true") || term_is_atom(term, "false");
}

static bool text_yaml(struct arena *arena, const struct term *value, str *yaml)
{
    str text;
    if (is_bool(value) || term_is_atom(value, "nil") || !moved_text(arena, value, &text))
        return false;
    *yaml = yaml_scalar(arena, text);
    return true;
}

static bool switch_yaml(struct arena *arena, const struct term *value, str *yaml)
{
    *yaml = value->as.atom;
    return is_bool(value) || text_yaml(arena, value, yaml);
}

/* [a, b] */
static bool list_yaml(struct arena *arena, const struct term *value, str *yaml)
{
    str list = STR("["), item;
    if (!term_is_proper_list(value))
        return false;
    for (size_t i = 0; i < value->as.list.count; i++) {
        if (!moved_text(arena, &value->as.list.items[i], &item))
            return false;
        item = yaml_scalar(arena, module_text(item));
        list = arena_printf(arena, "%.*s%s%.*s", STR_ARG(list), i ? ", " : "",
                            STR_ARG(item));
    }
    *yaml = arena_printf(arena, "%.*s]", STR_ARG(list));
    return true;
}

static bool is_pair(const struct term *term)
{
    return term_is_tuple(term, NULL, 2);
}

/* Lines "NAME: VALUE" of pairs. */
static bool pairs_yaml(struct arena *arena, const struct term *value,
                       bool (*write)(struct arena *, const struct term *, str *),
                       str *yaml)
{
    str key, text, lines = STR("");
    *yaml = STR("{}");
    if (!term_is_proper_list(value))
        return false;
    for (size_t i = 0; i < value->as.list.count; i++) {
        const struct term *pair = &value->as.list.items[i];
        if (!is_pair(pair) || !moved_text(arena, &pair->as.list.items[0], &key) ||
            !write(arena, &pair->as.list.items[1], &text))
            return false;
        *yaml = arena_printf(arena, "%.*s\n%.*s: %.*s", STR_ARG(lines),
                             STR_ARG(yaml_scalar(arena, key)), STR_ARG(text));
        lines = *yaml;
    }
    return true;
}

/* A template's variable: text, a number, true or false. */
static bool variable_yaml(struct arena *arena, const struct term *value, str *yaml)
{
    str text;
    if (value->kind == TERM_LIST && !value->as.list.count)
        text = STR("");
    else if (!moved_text(arena, value, &text))
        return false;
    *yaml = is_bool(value) ? arena_printf(arena, "\"%.*s\"", STR_ARG(text))
                           : yaml_scalar(arena, text);
    return true;
}

/* {copy, From, To} and the like: "copy: [FROM, TO]"; a folder alone. */
static bool overlay_yaml(struct arena *arena, const struct term *overlay, str *yaml)
{
    static const char *const kinds[] = {"mkdir", "copy", "link", "template"};
    str path, to;
    if (overlay->kind != TERM_TUPLE)
        return text_yaml(arena, overlay, yaml);
    const struct term *items = overlay->as.list.items;
    for (size_t i = 0; i < 4; i++) {
        size_t count = i == 0 ? 2 : 3;
        if (!term_is_tuple(overlay, kinds[i], count) ||
            !text_yaml(arena, &items[1], &path) ||
            (count == 3 && !text_yaml(arena, &items[2], &to)))
            continue;
        *yaml = count == 2 ? arena_printf(arena, "mkdir: %.*s", STR_ARG(path))
                           : arena_printf(arena, "%s: [%.*s, %.*s]", kinds[i],
                                          STR_ARG(path), STR_ARG(to));
        return true;
    }
    return false;
}

/* MODULE, or MODULE: ARGUMENT with any term. */
static bool provider_yaml(struct arena *arena, const struct term *provider, str *yaml)
{
    struct buf term;
    const struct term *module = provider;
    if (is_pair(provider))
        module = &provider->as.list.items[0];
    if (module->kind != TERM_ATOM)
        return false;
    *yaml = module_text(module->as.atom);
    if (module == provider || term_is_nil(&provider->as.list.items[1]))
        return true;
    const struct term *argument = &provider->as.list.items[1];
    str text;
    if (argument->kind == TERM_BINARY && moved_text(arena, argument, &text)) {
        *yaml = arena_printf(arena, "%.*s: %.*s", STR_ARG(*yaml),
                             STR_ARG(yaml_scalar(arena, text)));
        return true;
    }
    buf_init(&term);
    term_print_line(&term, argument, 0);
    *yaml = arena_printf(arena, "%.*s: !term %.*s", STR_ARG(*yaml),
                         STR_ARG(yaml_scalar(arena, buf_view(&term))));
    buf_release(&term);
    return true;
}

/* APP, APP: TYPE, or what the reader has made of it: {app, Text}. */
static bool app_yaml(struct arena *arena, const struct term *app, str *yaml)
{
    str name, type;
    if (!is_pair(app))
        return text_yaml(arena, app, yaml);
    if (!moved_text(arena, &app->as.list.items[0], &name) ||
        !moved_text(arena, &app->as.list.items[1], &type))
        return false;
    *yaml = arena_printf(arena, "%.*s: %.*s", STR_ARG(yaml_scalar(arena, name)),
                         STR_ARG(type));
    return true;
}

/* Lines "- ITEM". */
static bool items_yaml(struct arena *arena, const struct term *value,
                       bool (*write)(struct arena *, const struct term *, str *),
                       str *yaml)
{
    str item, lines = STR("");
    *yaml = STR("[]");
    if (!term_is_proper_list(value))
        return false;
    for (size_t i = 0; i < value->as.list.count; i++) {
        if (!write(arena, &value->as.list.items[i], &item))
            return false;
        *yaml = arena_printf(arena, "%.*s\n- %.*s", STR_ARG(lines), STR_ARG(item));
        lines = *yaml;
    }
    return true;
}

/* true, false, or a keyword list as {key: value}. */
static bool options_yaml(struct arena *arena, const struct term *value, str *yaml)
{
    str list = STR("{"), key, text;
    *yaml = value->as.atom;
    if (is_bool(value))
        return true;
    if (!term_is_proper_list(value))
        return false;
    for (size_t i = 0; i < value->as.list.count; i++) {
        const struct term *pair = &value->as.list.items[i];
        if (!is_pair(pair) || !moved_text(arena, &pair->as.list.items[0], &key) ||
            !(list_yaml(arena, &pair->as.list.items[1], &text) ||
              switch_yaml(arena, &pair->as.list.items[1], &text)))
            return false;
        list = arena_printf(arena, "%.*s%s%.*s: %.*s", STR_ARG(list), i ? ", " : "",
                            STR_ARG(key), STR_ARG(text));
    }
    *yaml = arena_printf(arena, "%.*s}", STR_ARG(list));
    return true;
}

static const struct setting *find_setting(const char *name)
{
    for (size_t i = 0; i < setting_count; i++)
        if (strcmp(settings[i].name, name) == 0)
            return &settings[i];
    return NULL;
}

bool moved_yaml(struct arena *arena, const char *name, const struct term *value,
                str *yaml)
{
    const struct setting *setting = find_setting(name);
    if (!setting)
        return false;
    switch (setting->type) {
    case SETTING_FLAG:
        *yaml = value->as.atom;
        return is_bool(value);
    case SETTING_SWITCH:
        return switch_yaml(arena, value, yaml);
    case SETTING_PATHS:
    case SETTING_APP_NAMES:
    case SETTING_SYSTEMS:
        return list_yaml(arena, value, yaml);
    case SETTING_NAMED_PATHS:
    case SETTING_APP_PATHS:
        return pairs_yaml(arena, value, text_yaml, yaml);
    case SETTING_MODULES:
        return pairs_yaml(arena, value, list_yaml, yaml);
    case SETTING_VARIABLES:
        return pairs_yaml(arena, value, variable_yaml, yaml);
    case SETTING_OVERLAYS:
        return items_yaml(arena, value, overlay_yaml, yaml);
    case SETTING_PROVIDERS:
        return items_yaml(arena, value, provider_yaml, yaml);
    case SETTING_APPS:
        return items_yaml(arena, value, app_yaml, yaml);
    case SETTING_STRIP:
    case SETTING_EXECUTABLE:
        return options_yaml(arena, value, yaml);
    case SETTING_TEXT:
    case SETTING_PATH:
    case SETTING_COOKIE:
    case SETTING_VERSION:
        return text_yaml(arena, value, yaml);
    default:
        return false;
    }
}
