/*
 * The setting executable: true, false, or {enabled: FLAG, transient: FLAG}.
 */
#include "value_parts.h"

bool executable_is_set(const void *field)
{
    return ((const struct setting_executable *)field)->set;
}

static int option_read(const struct value_place *place, const struct yaml_pair *pair,
                       struct setting_executable *executable, struct err *err)
{
    if (str_eqz(pair->key->text, "enabled"))
        return value_flag(place, pair->value, &executable->enabled, err);
    if (str_eqz(pair->key->text, "transient"))
        return value_flag(place, pair->value, &executable->transient, err);
    err_set(err, ERR_INPUT, "unknown option '%s'", pair->key->text.ptr);
    err_hint(err, "the options are enabled and transient");
    return value_refused(place, pair->key, err);
}

int executable_read(const struct value_place *place, void *field, struct err *err)
{
    struct setting_executable *executable = field;
    *executable = (struct setting_executable){.set = true, .enabled = true};
    executable->place = value_node_place(place, place->node);
    if (place->node->kind != YAML_MAPPING)
        return value_flag(place, place->node, &executable->enabled, err);
    for (size_t i = 0; i < place->node->count; i++)
        if (option_read(place, &place->node->pairs[i], executable, err) != 0)
            return -1;
    return 0;
}
