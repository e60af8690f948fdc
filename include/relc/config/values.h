#pragma once
/*
 * Readers of typed values: one for each type of setting (settings.h), all with the same
 * shape. They check the value and put it with its place into the field that they are
 * given, a struct of profile.h; a value with a tag that is not to be resolved is left
 * unset.
 */
#include "relc/config/profile.h"
#include "relc/config/resolve.h"

/* The value of a setting, with what messages about it need. */
struct value_place {
    const struct config_source *source;
    const char *name;     /* of the setting */
    const char *expected; /* what its values are */
    const struct yaml_node *node;
};

/* struct setting_flag */
bool flag_is_set(const void *field);
int flag_read(const struct value_place *place, void *field, struct err *err);

/* struct setting_text: any text, a path, a cookie */
bool text_is_set(const void *field);
int text_read(const struct value_place *place, void *field, struct err *err);
int path_read(const struct value_place *place, void *field, struct err *err);
int cookie_read(const struct value_place *place, void *field, struct err *err);

/* struct setting_texts */
bool texts_is_set(const void *field);
int paths_read(const struct value_place *place, void *field, struct err *err);

/* struct setting_switch */
bool switch_is_set(const void *field);
int switch_read(const struct value_place *place, void *field, struct err *err);

/* struct setting_named_paths */
bool named_paths_is_set(const void *field);
int named_paths_read(const struct value_place *place, void *field, struct err *err);

/* struct setting_named_paths, the names those of applications */
int app_paths_read(const struct value_place *place, void *field, struct err *err);

/* struct setting_texts, names of applications */
int app_names_read(const struct value_place *place, void *field, struct err *err);

/* struct setting_modules */
bool modules_is_set(const void *field);
int modules_read(const struct value_place *place, void *field, struct err *err);

/* struct setting_providers */
bool providers_is_set(const void *field);
int providers_read(const struct value_place *place, void *field, struct err *err);

/* struct setting_transforms */
bool transforms_is_set(const void *field);
int transforms_read(const struct value_place *place, void *field, struct err *err);

/* struct setting_version */
bool version_is_set(const void *field);
int version_read(const struct value_place *place, void *field, struct err *err);

/* struct setting_apps */
bool apps_is_set(const void *field);
int apps_read(const struct value_place *place, void *field, struct err *err);

/* struct setting_strip */
bool strip_is_set(const void *field);
int strip_read(const struct value_place *place, void *field, struct err *err);

/* struct setting_compression: fast, default or best */
bool compression_is_set(const void *field);
int compression_read(const struct value_place *place, void *field, struct err *err);

/* struct setting_plugins; merge puts those of over after those that are there */
bool plugins_is_set(const void *field);
int plugins_read(const struct value_place *place, void *field, struct err *err);
void plugins_merge(struct arena *arena, void *field, const void *over);

/* struct setting_number */
bool number_is_set(const void *field);
int seconds_read(const struct value_place *place, void *field, struct err *err);

/* struct setting_overlays */
bool overlays_is_set(const void *field);
int overlays_read(const struct value_place *place, void *field, struct err *err);

/* struct setting_variables */
bool variables_is_set(const void *field);
int variables_read(const struct value_place *place, void *field, struct err *err);
/* struct setting_systems */
bool systems_is_set(const void *field);
int systems_read(const struct value_place *place, void *field, struct err *err);

/* struct setting_executable */
bool executable_is_set(const void *field);
int executable_read(const struct value_place *place, void *field, struct err *err);
