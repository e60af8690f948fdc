#include "relc/config/values.h"

#include "value_parts.h"

#include "relc/config/check.h"

struct place value_node_place(const struct value_place *place,
                              const struct yaml_node *node)
{
    return (struct place){place->source->file, node->line, node->column};
}

static struct place place_of(const struct value_place *place)
{
    return value_node_place(place, place->node);
}

int value_wrong_type(const struct value_place *place, const struct yaml_node *node,
                     struct err *err)
{
    err_set(err, ERR_INPUT, "setting '%s' must be %s, not %s", place->name,
            place->expected, yaml_describe(place->source->arena, node));
    if (yaml_is_null(node))
        err_hint(err, "leave the line out to have the default");
    return config_error_at(place->source, node, err);
}

int value_refused(const struct value_place *place, const struct yaml_node *node,
                  struct err *err)
{
    err_wrap(err, "setting '%s'", place->name);
    return config_error_at(place->source, node, err);
}

static bool has_control_character(str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < ' ' || text.ptr[i] == 0x7f)
            return true;
    return false;
}

int value_text(const struct value_place *place, const struct yaml_node *node, str *text,
               struct err *err)
{
    bool flag;
    const struct yaml_node *value;
    *text = (str){NULL, 0};
    if (config_resolve(place->source, node, &value, err) != 0)
        return -1;
    if (!value)
        return 0;
    if (value->kind != YAML_SCALAR)
        return value_wrong_type(place, value, err);
    if (node->tag == YAML_TAG_NONE && yaml_is_null(value))
        return value_wrong_type(place, value, err);
    if (node->tag == YAML_TAG_NONE && yaml_is_bool(value, &flag)) {
        value_wrong_type(place, value, err);
        return err_hint(err, "put quotes around it if it is meant as text");
    }
    *text = value->text;
    return 0;
}

bool flag_is_set(const void *field)
{
    return ((const struct setting_flag *)field)->set;
}

int value_flag(const struct value_place *place, const struct yaml_node *node, bool *flag,
               struct err *err)
{
    const struct yaml_node *value;
    if (config_resolve(place->source, node, &value, err) != 0)
        return -1;
    return !value || yaml_is_bool(value, flag) ? 0 : value_wrong_type(place, value, err);
}

int flag_read(const struct value_place *place, void *field, struct err *err)
{
    struct setting_flag *flag = field;
    if (value_flag(place, place->node, &flag->value, err) != 0)
        return -1;
    flag->set = place->source->resolve || place->node->tag == YAML_TAG_NONE;
    flag->place = place_of(place);
    return 0;
}

bool text_is_set(const void *field)
{
    return ((const struct setting_text *)field)->value.ptr;
}

int text_read(const struct value_place *place, void *field, struct err *err)
{
    struct setting_text *text = field;
    text->place = place_of(place);
    return value_text(place, place->node, &text->value, err);
}

int value_path(const struct value_place *place, const struct yaml_node *node, str *path,
               struct err *err)
{
    if (value_text(place, node, path, err) != 0)
        return -1;
    if (path->ptr && !path->len)
        err_set(err, ERR_INPUT, "the path is empty");
    else if (path->ptr && has_control_character(*path))
        err_set(err, ERR_INPUT, "the path has a line end or another control character");
    else
        return 0;
    return value_refused(place, node, err);
}

int path_read(const struct value_place *place, void *field, struct err *err)
{
    struct setting_text *text = field;
    text->place = place_of(place);
    return value_path(place, place->node, &text->value, err);
}

int cookie_read(const struct value_place *place, void *field, struct err *err)
{
    struct setting_text *text = field;
    if (text_read(place, field, err) != 0)
        return -1;
    if (text->value.ptr && check_cookie(text->value, err) != 0)
        return value_refused(place, place->node, err);
    return 0;
}

bool texts_is_set(const void *field)
{
    return ((const struct setting_texts *)field)->set;
}

int paths_read(const struct value_place *place, void *field, struct err *err)
{
    struct setting_texts *texts = field;
    const struct yaml_node *list = place->node;
    if (list->kind != YAML_SEQUENCE)
        return value_wrong_type(place, list, err);
    texts->items = arena_array(place->source->arena, list->count, sizeof *texts->items);
    texts->count = 0;
    texts->set = true;
    for (size_t i = 0; i < list->count; i++) {
        struct value_place item = {place->source, place->name, place->expected,
                                   list->items[i]};
        struct setting_text *text = &texts->items[texts->count];
        if (path_read(&item, text, err) != 0)
            return -1;
        texts->count += text->value.ptr != NULL;
    }
    return 0;
}

bool named_paths_is_set(const void *field)
{
    return ((const struct setting_named_paths *)field)->set;
}

typedef int check_name_fn(str name, struct err *err);

static int named_path_read(const struct value_place *place, const struct yaml_pair *pair,
                           check_name_fn *check_name, struct setting_named_path *item,
                           struct err *err)
{
    item->place = value_node_place(place, pair->key);
    item->name = pair->key->text;
    if (check_name(item->name, err) != 0)
        return value_refused(place, pair->key, err);
    return value_path(place, pair->value, &item->path, err);
}

static int read_named_paths(const struct value_place *place, check_name_fn *check_name,
                            struct setting_named_paths *paths, struct err *err)
{
    const struct yaml_node *node = place->node;
    if (node->kind != YAML_MAPPING)
        return value_wrong_type(place, node, err);
    paths->items = arena_array(place->source->arena, node->count, sizeof *paths->items);
    paths->count = 0;
    paths->set = true;
    for (size_t i = 0; i < node->count; i++) {
        struct setting_named_path *item = &paths->items[paths->count];
        if (named_path_read(place, &node->pairs[i], check_name, item, err) != 0)
            return -1;
        paths->count += item->path.ptr != NULL;
    }
    return 0;
}

int named_paths_read(const struct value_place *place, void *field, struct err *err)
{
    return read_named_paths(place, check_command_name, field, err);
}

int app_paths_read(const struct value_place *place, void *field, struct err *err)
{
    return read_named_paths(place, check_app_name, field, err);
}

bool switch_is_set(const void *field)
{
    return ((const struct setting_switch *)field)->set;
}

int switch_read(const struct value_place *place, void *field, struct err *err)
{
    struct setting_switch *choice = field;
    const struct yaml_node *value;
    if (config_resolve(place->source, place->node, &value, err) != 0)
        return -1;
    if (!value)
        return 0;
    *choice = (struct setting_switch){.set = true, .place = place_of(place)};
    if (yaml_is_bool(value, &choice->on))
        return 0;
    choice->on = true;
    struct value_place same = {place->source, place->name, place->expected, value};
    return value_path(&same, value, &choice->path, err);
}

bool version_is_set(const void *field)
{
    return ((const struct setting_version *)field)->set;
}

/* {current: APP} */
static int version_of_app(const struct value_place *place,
                          struct setting_version *version, struct err *err)
{
    const struct yaml_node *node = place->node, *app = yaml_get(node, "current");
    if (!app || node->count != 1)
        return value_wrong_type(place, node, err);
    if (value_text(place, app, &version->app, err) != 0)
        return -1;
    if (version->app.ptr && check_app_name(version->app, err) != 0)
        return value_refused(place, app, err);
    return 0;
}

int version_read(const struct value_place *place, void *field, struct err *err)
{
    struct setting_version *version = field;
    *version = (struct setting_version){.set = true, .place = place_of(place)};
    if (place->node->kind == YAML_MAPPING)
        return version_of_app(place, version, err);
    str text;
    if (value_text(place, place->node, &text, err) != 0)
        return -1;
    if (!text.ptr || str_eqz(text, "current"))
        return 0;
    if (check_version(text, err) != 0)
        return value_refused(place, place->node, err);
    version->literal = text;
    return 0;
}
