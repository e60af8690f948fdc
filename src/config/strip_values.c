/*
 * The setting strip_beams: true, false, or {keep: [CHUNK...], compress: FLAG}.
 */
#include "value_parts.h"

bool strip_is_set(const void *field)
{
    return ((const struct setting_strip *)field)->set;
}

/* The name of a chunk of a BEAM file: four printable ASCII characters. */
static bool is_chunk_name(str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] < ' ' || name.ptr[i] > '~')
            return false;
    return name.len == 4;
}

static int chunk_read(const struct value_place *place, const struct yaml_node *node,
                      struct setting_strip *strip, struct err *err)
{
    str name;
    if (value_text(place, node, &name, err) != 0)
        return -1;
    if (!name.ptr)
        return 0;
    if (!is_chunk_name(name)) {
        err_set(err, ERR_INPUT, "'%s' cannot be the name of a chunk of a BEAM file",
                name.ptr);
        err_hint(err, "a chunk's name has four characters: Dbgi, Docs");
        return value_refused(place, node, err);
    }
    strip->keep[strip->keep_count++] = name;
    return 0;
}

static int keep_read(const struct value_place *place, const struct yaml_node *list,
                     struct setting_strip *strip, struct err *err)
{
    if (list->kind != YAML_SEQUENCE)
        return value_wrong_type(place, list, err);
    strip->keep = arena_array(place->source->arena, list->count, sizeof *strip->keep);
    for (size_t i = 0; i < list->count; i++)
        if (chunk_read(place, list->items[i], strip, err) != 0)
            return -1;
    return 0;
}

static int option_read(const struct value_place *place, const struct yaml_pair *pair,
                       struct setting_strip *strip, struct err *err)
{
    if (str_eqz(pair->key->text, "keep"))
        return keep_read(place, pair->value, strip, err);
    if (str_eqz(pair->key->text, "compress"))
        return value_flag(place, pair->value, &strip->compress, err);
    err_set(err, ERR_INPUT, "unknown option '%s'", pair->key->text.ptr);
    err_hint(err, "the options are keep and compress");
    return value_refused(place, pair->key, err);
}

int strip_read(const struct value_place *place, void *field, struct err *err)
{
    struct setting_strip *strip = field;
    *strip = (struct setting_strip){.set = true, .on = true};
    strip->place = value_node_place(place, place->node);
    if (place->node->kind != YAML_MAPPING)
        return value_flag(place, place->node, &strip->on, err);
    for (size_t i = 0; i < place->node->count; i++)
        if (option_read(place, &place->node->pairs[i], strip, err) != 0)
            return -1;
    return 0;
}
