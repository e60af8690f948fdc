/*
 * The settings that name applications and their modules.
 */
#include "value_parts.h"

#include "relc/base/map.h"
#include "relc/config/check.h"

#include <string.h>

bool apps_is_set(const void *field)
{
    return ((const struct setting_apps *)field)->set;
}

static int start_type_read(const struct value_place *place, const struct yaml_node *node,
                           struct setting_app *app, struct err *err)
{
    static const char *const names[] = {"permanent", "transient", "temporary", "load",
                                        "none"};
    str text;
    if (value_text(place, node, &text, err) != 0)
        return -1;
    app->type = text.ptr ? start_type_of(text) : START_DEFAULT;
    if (!text.ptr || app->type != START_DEFAULT)
        return 0;
    err_set(err, ERR_INPUT, "unknown start type '%s' of application '%s'", text.ptr,
            app->name.ptr);
    const char *nearest = str_nearest(text, names, sizeof names / sizeof *names);
    if (nearest)
        err_hint(err, "did you mean '%s'?", nearest);
    else
        err_hint(err,
                 "the start types are permanent, transient, temporary, load and "
                 "none; a version is written {%s: {version: VSN}}",
                 app->name.ptr);
    return value_refused(place, node, err);
}

static int pinned_version_read(const struct value_place *place,
                               const struct yaml_node *node, struct setting_app *app,
                               struct err *err)
{
    if (value_text(place, node, &app->version, err) != 0)
        return -1;
    if (app->version.ptr && check_version(app->version, err) != 0)
        return value_refused(place, node, err);
    return 0;
}

/* {type: TYPE, version: VSN, cascade: FLAG}, each of them optional */
static int app_options_read(const struct value_place *place, const struct yaml_node *node,
                            struct setting_app *app, struct err *err)
{
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_node *key = node->pairs[i].key, *value = node->pairs[i].value;
        int result;
        if (str_eqz(key->text, "type")) {
            result = start_type_read(place, value, app, err);
        } else if (str_eqz(key->text, "version")) {
            result = pinned_version_read(place, value, app, err);
        } else if (str_eqz(key->text, "cascade")) {
            result = value_flag(place, value, &app->cascade, err);
        } else {
            err_set(err, ERR_INPUT, "unknown option '%s' of application '%s'",
                    key->text.ptr, app->name.ptr);
            err_hint(err, "the options are type, version and cascade");
            result = value_refused(place, key, err);
        }
        if (result != 0)
            return -1;
    }
    return 0;
}

/* APP, {APP: TYPE} or {APP: {type: TYPE, version: VSN}} */
static int app_read(const struct value_place *place, const struct yaml_node *node,
                    struct setting_app *app, struct err *err)
{
    const struct yaml_node *name = node, *options = NULL;
    if (node->kind == YAML_MAPPING && node->count == 1) {
        name = node->pairs[0].key;
        options = node->pairs[0].value;
    } else if (node->kind != YAML_SCALAR) {
        err_set(err, ERR_INPUT,
                "an application must be APP, {APP: TYPE} or "
                "{APP: {type: TYPE, version: VSN}}, not %s",
                node->kind == YAML_MAPPING ? "a mapping of several names"
                                           : yaml_describe(place->source->arena, node));
        return value_refused(place, node, err);
    }
    app->place = value_node_place(place, name);
    if (value_text(place, name, &app->name, err) != 0)
        return -1;
    if (app->name.ptr && check_app_name(app->name, err) != 0)
        return value_refused(place, name, err);
    if (!options)
        return 0;
    return options->kind == YAML_MAPPING ? app_options_read(place, options, app, err)
                                         : start_type_read(place, options, app, err);
}

int apps_read(const struct value_place *place, void *field, struct err *err)
{
    struct setting_apps *apps = field;
    const struct yaml_node *list = place->node;
    if (list->kind != YAML_SEQUENCE)
        return value_wrong_type(place, list, err);
    struct map seen;
    map_init(&seen, place->source->arena);
    apps->items = arena_array(place->source->arena, list->count, sizeof *apps->items);
    apps->count = 0;
    apps->set = true;
    for (size_t i = 0; i < list->count; i++) {
        struct setting_app *app = &apps->items[apps->count];
        if (app_read(place, list->items[i], app, err) != 0)
            return -1;
        if (!app->name.ptr)
            continue;
        struct setting_app *first = map_put(&seen, app->name, app);
        if (first) {
            err_set(err, ERR_INPUT, "application '%s' is listed twice, first in line %u",
                    app->name.ptr, first->place.line);
            return value_refused(place, list->items[i], err);
        }
        apps->count++;
    }
    return 0;
}

int app_names_read(const struct value_place *place, void *field, struct err *err)
{
    struct setting_texts *names = field;
    const struct yaml_node *list = place->node;
    if (list->kind != YAML_SEQUENCE)
        return value_wrong_type(place, list, err);
    names->items = arena_array(place->source->arena, list->count, sizeof *names->items);
    names->count = 0;
    names->set = true;
    for (size_t i = 0; i < list->count; i++) {
        struct setting_text *name = &names->items[names->count];
        name->place = value_node_place(place, list->items[i]);
        if (value_text(place, list->items[i], &name->value, err) != 0)
            return -1;
        if (name->value.ptr && check_app_name(name->value, err) != 0)
            return value_refused(place, list->items[i], err);
        names->count += name->value.ptr != NULL;
    }
    return 0;
}

bool modules_is_set(const void *field)
{
    return ((const struct setting_modules *)field)->set;
}

static int app_modules_read(const struct value_place *place, const struct yaml_pair *pair,
                            struct setting_app_modules *item, struct err *err)
{
    const struct yaml_node *list = pair->value;
    struct setting_texts *modules = &item->modules;
    item->app = pair->key->text;
    item->place = value_node_place(place, pair->key);
    if (check_app_name(item->app, err) != 0)
        return value_refused(place, pair->key, err);
    if (list->kind != YAML_SEQUENCE)
        return value_wrong_type(place, list, err);
    modules->items =
        arena_array(place->source->arena, list->count, sizeof *modules->items);
    for (size_t i = 0; i < list->count; i++) {
        struct setting_text *module = &modules->items[modules->count];
        module->place = value_node_place(place, list->items[i]);
        if (value_text(place, list->items[i], &module->value, err) != 0)
            return -1;
        modules->count += module->value.ptr != NULL;
    }
    return 0;
}

int modules_read(const struct value_place *place, void *field, struct err *err)
{
    struct setting_modules *modules = field;
    const struct yaml_node *node = place->node;
    if (node->kind != YAML_MAPPING)
        return value_wrong_type(place, node, err);
    modules->items =
        arena_array(place->source->arena, node->count, sizeof *modules->items);
    modules->count = node->count;
    modules->set = true;
    for (size_t i = 0; i < node->count; i++)
        if (app_modules_read(place, &node->pairs[i], &modules->items[i], err) != 0)
            return -1;
    return 0;
}
