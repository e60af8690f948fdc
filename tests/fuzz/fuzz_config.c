/*
 * rel/config.yaml from arbitrary bytes: the YAML reader, then every mapping in it as the
 * body of a release and of an environment. Tags are not resolved: no file is opened.
 * Beside crashes it looks for trees that break the promises of yaml.h.
 */
#include "relc/config/settings.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void read_body(struct arena *arena, const struct yaml_node *node, struct err *err)
{
    struct config_source source = {.arena = arena, .file = "fuzz.yaml", .root = STR(".")};
    for (enum setting_scope scope = SETTING_RELEASE; scope <= SETTING_BOTH; scope++) {
        struct profile profile = {0}, merged = {0};
        if (settings_read(&source, node, scope, &profile, err) != 0) {
            require(err->kind == ERR_INPUT && err->line > 0 && err->column > 0);
            err_release(err);
        }
        settings_merge(arena, &merged, &profile);
    }
}

/* Depth first; yaml.h bounds the depth and the number of values, aliases expanded. */
static size_t check_node(struct arena *arena, const struct yaml_node *node, size_t depth,
                         struct err *err)
{
    size_t size = 1;
    require(depth <= YAML_MAX_DEPTH && node->line > 0 && node->column > 0);
    yaml_describe(arena, node);
    if (node->kind == YAML_SCALAR) {
        require(strlen(node->text.ptr) == node->text.len);
        return size;
    }
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_node *value =
            node->kind == YAML_SEQUENCE ? node->items[i] : node->pairs[i].value;
        size += check_node(arena, value, depth + 1, err);
        if (node->kind == YAML_MAPPING)
            size += check_node(arena, node->pairs[i].key, depth + 1, err);
    }
    require(size == node->size && size <= YAML_MAX_VALUES);
    if (node->kind == YAML_MAPPING && depth < 3)
        read_body(arena, node, err);
    return size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct err err;
    struct yaml_node *root;
    arena_init(&arena);
    err_init(&err);
    str text = {(const char *)data, size};
    if (yaml_read(&arena, "fuzz.yaml", text, &root, &err) == 0)
        check_node(&arena, root, 0, &err);
    else
        require(err.kind == ERR_FORMAT && strcmp(err.file, "fuzz.yaml") == 0);
    err_release(&err);
    arena_release(&arena);
    return 0;
}
