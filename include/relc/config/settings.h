#pragma once
/*
 * The table of settings of rel/config.yaml and their reading into a struct profile.
 *
 * A new setting is a line in the table (settings.c) and a field in struct profile; a
 * test holds the table, docs/config.md and docs/config.schema.json together. Which
 * release and environment count is decided in profile.c, not here.
 */
#include "relc/config/profile.h"
#include "relc/config/resolve.h"

enum setting_scope {
    SETTING_TOP,     /* at the top level of the file */
    SETTING_RELEASE, /* in a release only */
    SETTING_BOTH,    /* in a release or an environment */
};

enum setting_type {
    SETTING_NAME,        /* top level: default_release, default_environment */
    SETTING_PROFILES,    /* top level: releases, environments */
    SETTING_FLAG,        /* struct setting_flag */
    SETTING_TEXT,        /* struct setting_text */
    SETTING_PATH,        /* struct setting_text */
    SETTING_COOKIE,      /* struct setting_text */
    SETTING_PATHS,       /* struct setting_texts */
    SETTING_SWITCH,      /* struct setting_switch */
    SETTING_VERSION,     /* struct setting_version */
    SETTING_APPS,        /* struct setting_apps */
    SETTING_NAMED_PATHS, /* struct setting_named_paths */
    SETTING_APP_PATHS,   /* struct setting_named_paths */
    SETTING_APP_NAMES,   /* struct setting_texts */
    SETTING_MODULES,     /* struct setting_modules */
    SETTING_STRIP,       /* struct setting_strip */
    SETTING_COMPRESSION,
    SETTING_PROVIDERS,  /* struct setting_providers */
    SETTING_TRANSFORMS, /* struct setting_transforms */
    SETTING_OVERLAYS,   /* struct setting_overlays */
    SETTING_VARIABLES,  /* struct setting_variables */
    SETTING_PLUGINS,    /* struct setting_plugins */
    SETTING_SECONDS,    /* struct setting_number */
    SETTING_EXECUTABLE, /* struct setting_executable */
    SETTING_SYSTEMS,    /* struct setting_systems */
};

struct setting {
    const char *name;
    enum setting_type type;
    enum setting_scope scope;
    size_t offset; /* of the field in struct profile; 0 for the top level */
    const char *doc;
};

extern const struct setting settings[];
extern const size_t setting_count;

/* What a value of the type is, in words: "true or false". */
const char *setting_type_name(enum setting_type type);

/*
 * Reads the body of a release or an environment (scope SETTING_RELEASE or SETTING_BOTH;
 * "nothing" is an empty body) into the profile, whose other fields stay as they are.
 */
int settings_read(const struct config_source *source, const struct yaml_node *body,
                  enum setting_scope scope, struct profile *profile,
                  struct err *err) ERR_MUST_CHECK;

/* The text of one of the top level's names; *text is not set when it is not there. */
int settings_read_name(const struct config_source *source, const struct yaml_node *root,
                       const char *name, struct setting_text *text,
                       struct err *err) ERR_MUST_CHECK;

/* Checks that the keys of a mapping are settings that may stand at that scope. */
int settings_check_keys(const struct config_source *source,
                        const struct yaml_node *mapping, enum setting_scope scope,
                        struct err *err) ERR_MUST_CHECK;

/*
 * Every setting that is set in over replaces the profile's: also false and []. Only
 * plugins come after the profile's.
 */
void settings_merge(struct arena *arena, struct profile *profile,
                    const struct profile *over);
