#include "relc/config/resolve.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"

#include <stdlib.h>

int config_error_at(const struct config_source *source, const struct yaml_node *node,
                    struct err *err)
{
    return err_at(err, source->file, node->line, node->column);
}

static bool is_variable_name(str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
        if (!letter && (i == 0 || c < '0' || c > '9'))
            return false;
    }
    return name.len > 0;
}

/* NAME or NAME:-DEFAULT; as in the shell, an empty variable counts as unset then. */
static int resolve_env(const struct config_source *source, const struct yaml_node *node,
                       str *text, struct err *err)
{
    str rest = node->text;
    size_t colon = str_find(rest, ':');
    str name = str_slice(rest, 0, colon), after = str_slice(rest, colon, rest.len);
    bool has_default = str_starts(after, STR(":-"));
    if (!is_variable_name(name) || (after.len && !has_default)) {
        err_set(err, ERR_INPUT, "'!env %s' is not '!env NAME' or '!env NAME:-DEFAULT'",
                rest.ptr);
        return config_error_at(source, node, err);
    }
    const char *value = getenv(arena_strz(source->arena, name));
    if (has_default && (!value || !*value)) {
        *text = arena_str(source->arena, str_slice(after, 2, after.len));
        return 0;
    }
    if (value) {
        *text = arena_str(source->arena, str_of(value));
        return 0;
    }
    err_set(err, ERR_INPUT, "environment variable '%.*s' is not set", STR_ARG(name));
    err_hint(err, "set it, or give a default: !env %.*s:-DEFAULT", STR_ARG(name));
    return config_error_at(source, node, err);
}

static str without_final_newline(str text)
{
    if (text.len && text.ptr[text.len - 1] == '\n')
        text.len--;
    if (text.len && text.ptr[text.len - 1] == '\r')
        text.len--;
    return text;
}

static int resolve_file(const struct config_source *source, const struct yaml_node *node,
                        str *text, struct err *err)
{
    str content;
    if (!node->text.len) {
        err_set(err, ERR_INPUT, "'!file' wants the path of a file");
        return config_error_at(source, node, err);
    }
    str path =
        path_normalize(source->arena, path_join(source->arena, source->root, node->text));
    if (fs_read(source->arena, path.ptr, YAML_MAX_BYTES, &content, err) != 0)
        return config_error_at(source, node, err);
    if (str_find(content, '\0') < content.len) {
        err_set(err, ERR_INPUT, "file '%s' is not text: it holds a NUL byte", path.ptr);
        return config_error_at(source, node, err);
    }
    *text = arena_str(source->arena, without_final_newline(content));
    return 0;
}

int config_resolve(const struct config_source *source, const struct yaml_node *node,
                   const struct yaml_node **value, struct err *err)
{
    *value = node;
    if (node->kind != YAML_SCALAR || node->tag == YAML_TAG_NONE)
        return 0;
    *value = NULL;
    if (node->tag == YAML_TAG_TERM) {
        err_set(err, ERR_INPUT, "'!term' can stand only in an argument of a provider");
        return config_error_at(source, node, err);
    }
    if (!source->resolve)
        return 0;
    struct yaml_node *copy = arena_alloc(source->arena, sizeof *copy);
    *copy = *node;
    copy->tag = YAML_TAG_NONE;
    copy->quoted = false;
    int result = node->tag == YAML_TAG_ENV ? resolve_env(source, node, &copy->text, err)
                                           : resolve_file(source, node, &copy->text, err);
    if (result == 0)
        *value = copy;
    return result;
}
