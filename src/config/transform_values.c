/*
 * The setting appup_transforms: what is done to appups that relc generates, in the
 * order of the list. Each entry is a mapping with purge modes or a program, and the
 * applications and modules that it is for.
 */
#include "relc/config/values.h"

#include <string.h>

enum { MAX_KEYS = 6 };

bool transforms_is_set(const void *field)
{
    return ((const struct setting_transforms *)field)->set;
}

static int bad_entry(const struct value_place *place, const struct yaml_node *node,
                     struct err *err)
{
    err_set(err, ERR_INPUT,
            "setting '%s': an entry is a mapping with purge, pre_purge, post_purge or "
            "program, and with applications and modules, not %s",
            place->name, yaml_describe(place->source->arena, node));
    return config_error_at(place->source, node, err);
}

static int unknown_key(const struct value_place *place, const struct yaml_node *key,
                       struct err *err)
{
    static const char *const known[MAX_KEYS] = {"purge",   "pre_purge",    "post_purge",
                                                "program", "applications", "modules"};
    const char *nearest = str_nearest(key->text, known, MAX_KEYS);
    err_set(err, ERR_INPUT, "setting '%s': an entry has no key '%.*s'", place->name,
            STR_ARG(key->text));
    if (nearest)
        err_hint(err, "did you mean '%s'?", nearest);
    else
        err_hint(err, "the keys are purge, pre_purge, post_purge, program, applications "
                      "and modules");
    return config_error_at(place->source, key, err);
}

static int purge_read(const struct value_place *place, const struct yaml_node *node,
                      enum purge_mode *mode, struct err *err)
{
    if (node->kind == YAML_SCALAR && str_eqz(node->text, "soft"))
        *mode = PURGE_SOFT;
    else if (node->kind == YAML_SCALAR && str_eqz(node->text, "brutal"))
        *mode = PURGE_BRUTAL;
    else {
        err_set(err, ERR_INPUT, "setting '%s': a purge mode is soft or brutal, not %s",
                place->name, yaml_describe(place->source->arena, node));
        return config_error_at(place->source, node, err);
    }
    return 0;
}

static int names_read(const struct value_place *place, const struct yaml_node *node,
                      struct setting_names *names, struct err *err)
{
    if (node->kind != YAML_SEQUENCE || !node->count) {
        err_set(err, ERR_INPUT, "setting '%s': a list of names is expected, not %s",
                place->name, yaml_describe(place->source->arena, node));
        return config_error_at(place->source, node, err);
    }
    names->items = arena_array(place->source->arena, node->count, sizeof *names->items);
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_node *item = node->items[i];
        if (item->kind != YAML_SCALAR || item->tag != YAML_TAG_NONE || !item->text.len)
            return bad_entry(place, item, err);
        names->items[names->count++] = item->text;
    }
    return 0;
}

static int key_read(const struct value_place *place, const struct yaml_pair *pair,
                    struct setting_transform *transform, struct err *err)
{
    str key = pair->key->text;
    struct value_place value = {place->source, place->name, "a path", pair->value};
    int result = 0;
    if (str_eqz(key, "program"))
        result = path_read(&value, &transform->program, err);
    else if (str_eqz(key, "applications"))
        result = names_read(place, pair->value, &transform->applications, err);
    else if (str_eqz(key, "modules"))
        result = names_read(place, pair->value, &transform->modules, err);
    else if (str_eqz(key, "pre_purge"))
        result = purge_read(place, pair->value, &transform->pre_purge, err);
    else if (str_eqz(key, "post_purge"))
        result = purge_read(place, pair->value, &transform->post_purge, err);
    else if (str_eqz(key, "purge")) {
        result = purge_read(place, pair->value, &transform->pre_purge, err);
        transform->post_purge = transform->pre_purge;
    } else
        return unknown_key(place, pair->key, err);
    return result;
}

static int transform_read(const struct value_place *place, const struct yaml_node *node,
                          struct setting_transform *transform, struct err *err)
{
    if (node->kind != YAML_MAPPING)
        return bad_entry(place, node, err);
    transform->place = (struct place){place->source->file, node->line, node->column};
    for (size_t i = 0; i < node->count; i++)
        if (key_read(place, &node->pairs[i], transform, err) != 0)
            return -1;
    bool purges = transform->pre_purge || transform->post_purge;
    if (purges == (transform->program.value.ptr != NULL)) {
        err_set(err, ERR_INPUT,
                "setting '%s': an entry has purge modes or a program, one of the two",
                place->name);
        return config_error_at(place->source, node, err);
    }
    if (transform->program.value.ptr && transform->modules.count) {
        err_set(err, ERR_INPUT,
                "setting '%s': a program gets all instructions of an application",
                place->name);
        err_hint(err, "leave modules out");
        return config_error_at(place->source, node, err);
    }
    return 0;
}

int transforms_read(const struct value_place *place, void *field, struct err *err)
{
    struct setting_transforms *transforms = field;
    const struct yaml_node *list = place->node;
    if (list->kind != YAML_SEQUENCE)
        return bad_entry(place, list, err);
    transforms->items =
        arena_array(place->source->arena, list->count, sizeof *transforms->items);
    transforms->count = 0;
    transforms->set = true;
    for (size_t i = 0; i < list->count; i++, transforms->count++)
        if (transform_read(place, list->items[i], &transforms->items[i], err) != 0)
            return -1;
    return 0;
}
