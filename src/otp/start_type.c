#include "relc/otp/start_type.h"

static const char *const names[] = {
    [START_PERMANENT] = "permanent", [START_TRANSIENT] = "transient",
    [START_TEMPORARY] = "temporary", [START_LOAD] = "load",
    [START_NONE] = "none",
};

const char *start_type_name(enum start_type type)
{
    return names[type];
}

enum start_type start_type_of(str name)
{
    for (enum start_type type = START_PERMANENT; type <= START_NONE; type++)
        if (str_eqz(name, names[type]))
            return type;
    return START_DEFAULT;
}
