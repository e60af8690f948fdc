#pragma once
/*
 * How an application of a release is started (application:start/2 and the .rel file).
 */
#include "relc/base/str.h"

enum start_type {
    START_DEFAULT, /* not given: permanent */
    START_PERMANENT,
    START_TRANSIENT,
    START_TEMPORARY,
    START_LOAD, /* loaded, not started */
    START_NONE, /* its modules are loaded, the application is not */
};

/* "permanent", "transient", "temporary", "load", "none"; NULL for START_DEFAULT. */
const char *start_type_name(enum start_type type);

/* The type of that name; START_DEFAULT when there is no such. */
enum start_type start_type_of(str name);
