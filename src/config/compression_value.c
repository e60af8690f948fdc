/* The setting compression: fast, default or best. */
#include "value_parts.h"

static const char *const names[] = {
    [SETTING_COMPRESSION_DEFAULT] = "default",
    [SETTING_COMPRESSION_FAST] = "fast",
    [SETTING_COMPRESSION_BEST] = "best",
};

enum { NAME_COUNT = sizeof names / sizeof *names };

bool compression_is_set(const void *field)
{
    return ((const struct setting_compression *)field)->set;
}

static int unknown_name(const struct value_place *place, str name, struct err *err)
{
    const char *nearest = str_nearest(name, names, NAME_COUNT);
    err_set(err, ERR_INPUT, "unknown compression '%s'", name.ptr);
    if (nearest)
        err_hint(err, "did you mean '%s'?", nearest);
    else
        err_hint(err, "there are fast, default and best");
    return value_refused(place, place->node, err);
}

int compression_read(const struct value_place *place, void *field, struct err *err)
{
    struct setting_compression *compression = field;
    str name;
    if (value_text(place, place->node, &name, err) != 0)
        return -1;
    *compression = (struct setting_compression){.set = true};
    for (int i = 0; i < NAME_COUNT && name.ptr; i++)
        if (str_eqz(name, names[i])) {
            compression->value = (enum setting_compression_value)i;
            return 0;
        }
    return name.ptr ? unknown_name(place, name, err) : 0;
}
