#pragma once
/*
 * The values of rel/config.yaml that come from elsewhere: !env from the build's
 * environment, !file from a file of the project.
 */
#include "relc/config/yaml.h"

/* The configuration file that values are read from. */
struct config_source {
    struct arena *arena;
    const char *file; /* for messages */
    str root;         /* the project's folder, which !file is relative to */
    bool resolve;     /* false: tagged values are not looked at, only the rest checked */
};

/*
 * The scalar that a node with a tag stands for, at the same place, as if it stood in
 * the file without quotes; a node without tag is returned as it is. *value is NULL
 * when the source says not to resolve.
 */
int config_resolve(const struct config_source *source, const struct yaml_node *node,
                   const struct yaml_node **value, struct err *err) ERR_MUST_CHECK;

/* Adds the place of a node to an err that was just set; returns -1. */
int config_error_at(const struct config_source *source, const struct yaml_node *node,
                    struct err *err);
