/*
 * The settings about plugins: programs with arguments, and the time that they may take.
 */
#include "value_parts.h"

#include <stdlib.h>
#include <string.h>

enum { SECONDS_MAX = 7 * 24 * 3600, SECONDS_DIGITS = 6 };

bool plugins_is_set(const void *field)
{
    return ((const struct setting_plugins *)field)->set;
}

static int arguments_read(const struct value_place *place, const struct yaml_node *list,
                          struct setting_plugin *plugin, struct err *err)
{
    if (list->kind != YAML_SEQUENCE)
        return value_wrong_type(place, list, err);
    plugin->arguments =
        arena_array(place->source->arena, list->count, sizeof *plugin->arguments);
    for (size_t i = 0; i < list->count; i++) {
        str *argument = &plugin->arguments[plugin->argument_count];
        if (value_text(place, list->items[i], argument, err) != 0)
            return -1;
        plugin->argument_count += argument->ptr != NULL;
    }
    return 0;
}

/* PATH or {PATH: [ARGUMENT...]} */
static int plugin_read(const struct value_place *place, const struct yaml_node *node,
                       struct setting_plugin *plugin, struct err *err)
{
    const struct yaml_node *path = node;
    if (node->kind == YAML_MAPPING && node->count == 1) {
        path = node->pairs[0].key;
        if (arguments_read(place, node->pairs[0].value, plugin, err) != 0)
            return -1;
    } else if (node->kind != YAML_SCALAR) {
        err_set(err, ERR_INPUT, "a plugin is PATH or {PATH: [ARGUMENT...]}, not %s",
                node->kind == YAML_MAPPING ? "a mapping of several paths"
                                           : yaml_describe(place->source->arena, node));
        return value_refused(place, node, err);
    }
    plugin->place = value_node_place(place, path);
    return value_path(place, path, &plugin->path, err);
}

int plugins_read(const struct value_place *place, void *field, struct err *err)
{
    struct setting_plugins *plugins = field;
    const struct yaml_node *list = place->node;
    if (list->kind != YAML_SEQUENCE)
        return value_wrong_type(place, list, err);
    plugins->items =
        arena_array(place->source->arena, list->count, sizeof *plugins->items);
    plugins->count = 0;
    plugins->set = true;
    for (size_t i = 0; i < list->count; i++) {
        struct setting_plugin *plugin = &plugins->items[plugins->count];
        if (plugin_read(place, list->items[i], plugin, err) != 0)
            return -1;
        plugins->count += plugin->path.ptr != NULL;
    }
    return 0;
}

void plugins_merge(struct arena *arena, void *field, const void *over)
{
    struct setting_plugins *plugins = field;
    const struct setting_plugins *more = over;
    size_t count = plugins->count + more->count;
    struct setting_plugin *items = arena_array(arena, count, sizeof *items);
    for (size_t i = 0; i < count; i++)
        items[i] =
            i < plugins->count ? plugins->items[i] : more->items[i - plugins->count];
    plugins->items = items;
    plugins->count = count;
}

bool number_is_set(const void *field)
{
    return ((const struct setting_number *)field)->set;
}

int seconds_read(const struct value_place *place, void *field, struct err *err)
{
    struct setting_number *number = field;
    str text;
    if (value_text(place, place->node, &text, err) != 0)
        return -1;
    if (!text.ptr)
        return 0;
    if (!text.len || strspn(text.ptr, "0123456789") != text.len)
        return value_wrong_type(place, place->node, err);
    number->value = text.len > SECONDS_DIGITS ? SECONDS_MAX + 1
                                              : (unsigned)strtoul(text.ptr, NULL, 10);
    if (!number->value || number->value > SECONDS_MAX) {
        err_set(err, ERR_INPUT, "%s is not a number from 1 to %d", text.ptr, SECONDS_MAX);
        return value_refused(place, place->node, err);
    }
    number->set = true;
    number->place = value_node_place(place, place->node);
    return 0;
}
