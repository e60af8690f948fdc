/*
 * The settings overlays and overlay_vars.
 */
#include "value_parts.h"

/* The words of the setting; those with two paths want a list of them. */
static const struct overlay_form {
    const char *name;
    enum overlay_kind kind;
    bool two_paths;
} forms[] = {
    {"copy", OVERLAY_COPY, true},
    {"link", OVERLAY_LINK, true},
    {"template", OVERLAY_TEMPLATE, true},
    {"mkdir", OVERLAY_MKDIR, false},
};
enum { FORM_COUNT = sizeof forms / sizeof *forms };

bool overlays_is_set(const void *field)
{
    return ((const struct setting_overlays *)field)->set;
}

static int bad_overlay(const struct value_place *place, const struct yaml_node *node,
                       struct err *err)
{
    err_set(err, ERR_INPUT,
            "an overlay is {copy: [FROM, TO]}, {link: [FROM, TO]}, "
            "{template: [FROM, TO]}, {mkdir: PATH} or the path of a folder, not %s",
            yaml_describe(place->source->arena, node));
    return value_refused(place, node, err);
}

static int find_form(const struct value_place *place, const struct yaml_node *key,
                     const struct overlay_form **form, struct err *err)
{
    const char *names[FORM_COUNT];
    for (size_t i = 0; i < FORM_COUNT; i++) {
        names[i] = forms[i].name;
        *form = &forms[i];
        if (str_eqz(key->text, forms[i].name))
            return 0;
    }
    err_set(err, ERR_INPUT, "unknown overlay '%s'", key->text.ptr);
    const char *nearest = str_nearest(key->text, names, FORM_COUNT);
    if (nearest)
        err_hint(err, "did you mean '%s'?", nearest);
    else
        err_hint(err, "the overlays are copy, link, template and mkdir");
    return value_refused(place, key, err);
}

static int overlay_read(const struct value_place *place, const struct yaml_node *node,
                        struct setting_overlay *overlay, struct err *err)
{
    const struct overlay_form *form;
    overlay->place = value_node_place(place, node);
    overlay->kind = OVERLAY_FOLDER;
    if (node->kind == YAML_SCALAR)
        return value_path(place, node, &overlay->from, err);
    if (node->kind != YAML_MAPPING || node->count != 1)
        return bad_overlay(place, node, err);
    const struct yaml_node *value = node->pairs[0].value;
    if (find_form(place, node->pairs[0].key, &form, err) != 0)
        return -1;
    overlay->kind = form->kind;
    if (!form->two_paths)
        return value_path(place, value, &overlay->to, err);
    if (value->kind != YAML_SEQUENCE || value->count != 2) {
        err_set(err, ERR_INPUT, "an overlay '%s' wants two paths, [FROM, TO]",
                form->name);
        return value_refused(place, value, err);
    }
    return value_path(place, value->items[0], &overlay->from, err) != 0
               ? -1
               : value_path(place, value->items[1], &overlay->to, err);
}

int overlays_read(const struct value_place *place, void *field, struct err *err)
{
    struct setting_overlays *overlays = field;
    const struct yaml_node *list = place->node;
    if (list->kind != YAML_SEQUENCE)
        return value_wrong_type(place, list, err);
    overlays->items =
        arena_array(place->source->arena, list->count, sizeof *overlays->items);
    overlays->count = list->count;
    overlays->set = true;
    for (size_t i = 0; i < list->count; i++)
        if (overlay_read(place, list->items[i], &overlays->items[i], err) != 0)
            return -1;
    return 0;
}

bool variables_is_set(const void *field)
{
    return ((const struct setting_variables *)field)->set;
}

/* The name of a variable as it can stand in <%= name %>. */
static bool is_variable(str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && (i == 0 || c < '0' || c > '9'))
            return false;
    }
    return name.len > 0;
}

/* Any scalar: here true and false are text like any other. */
static int variable_value(const struct value_place *place, const struct yaml_node *node,
                          str *text, struct err *err)
{
    const struct yaml_node *value;
    if (config_resolve(place->source, node, &value, err) != 0)
        return -1;
    if (value && (value->kind != YAML_SCALAR || yaml_is_null(value)))
        return value_wrong_type(place, value, err);
    *text = value ? value->text : STR("");
    return 0;
}

int variables_read(const struct value_place *place, void *field, struct err *err)
{
    struct setting_variables *variables = field;
    const struct yaml_node *node = place->node;
    if (node->kind != YAML_MAPPING)
        return value_wrong_type(place, node, err);
    variables->items =
        arena_array(place->source->arena, node->count, sizeof *variables->items);
    variables->count = node->count;
    variables->set = true;
    for (size_t i = 0; i < node->count; i++) {
        struct setting_variable *item = &variables->items[i];
        const struct yaml_node *key = node->pairs[i].key;
        item->name = key->text;
        item->place = value_node_place(place, key);
        if (!is_variable(item->name)) {
            err_set(err, ERR_INPUT, "'%s' cannot be the name of a variable",
                    item->name.ptr);
            err_hint(err, "a variable's name is letters, digits and underscores");
            return value_refused(place, key, err);
        }
        if (variable_value(place, node->pairs[i].value, &item->value, err) != 0)
            return -1;
    }
    return 0;
}
