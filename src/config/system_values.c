/*
 * The setting include_executables_for: a list of unix and windows.
 */
#include "value_parts.h"

bool systems_is_set(const void *field)
{
    return ((const struct setting_systems *)field)->set;
}

static int system_read(const struct value_place *place, const struct yaml_node *node,
                       struct setting_systems *systems, struct err *err)
{
    str name;
    if (value_text(place, node, &name, err) != 0)
        return -1;
    if (!name.ptr)
        return 0;
    bool *field = str_eqz(name, "unix")      ? &systems->unix_scripts
                  : str_eqz(name, "windows") ? &systems->windows_scripts
                                             : NULL;
    if (field) {
        *field = true;
        return 0;
    }
    err_set(err, ERR_INPUT, "unknown system '%s'", name.ptr);
    err_hint(err, "the systems are unix and windows");
    return value_refused(place, node, err);
}

int systems_read(const struct value_place *place, void *field, struct err *err)
{
    struct setting_systems *systems = field;
    *systems = (struct setting_systems){.set = true};
    systems->place = value_node_place(place, place->node);
    if (place->node->kind != YAML_SEQUENCE)
        return value_wrong_type(place, place->node, err);
    for (size_t i = 0; i < place->node->count; i++)
        if (system_read(place, place->node->items[i], systems, err) != 0)
            return -1;
    return 0;
}
