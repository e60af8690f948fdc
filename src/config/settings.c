#include "relc/config/settings.h"

#include "relc/config/values.h"

#include <string.h>

#define FIELD(name) offsetof(struct profile, name)

/* In the order of docs/config.md. */
const struct setting settings[] = {
    {"default_release", SETTING_NAME, SETTING_TOP, 0,
     "The release that is built when none is asked for."},
    {"default_environment", SETTING_NAME, SETTING_TOP, 0,
     "The environment that is used when none is asked for."},
    {"releases", SETTING_PROFILES, SETTING_TOP, 0,
     "The releases that can be built, each with its settings."},
    {"environments", SETTING_PROFILES, SETTING_TOP, 0,
     "Settings that override the release's: for development, for production."},

    {"version", SETTING_VERSION, SETTING_RELEASE, FIELD(version),
     "The version of the release."},
    {"applications", SETTING_APPS, SETTING_RELEASE, FIELD(applications),
     "The applications of the release; what they need comes along."},

    {"dev_mode", SETTING_FLAG, SETTING_BOTH, FIELD(dev_mode),
     "Link the applications instead of copying them, and make no tarball."},
    {"include_erts", SETTING_ERTS, SETTING_BOTH, FIELD(include_erts),
     "Put the Erlang runtime system into the release."},
    {"full_erts", SETTING_FLAG, SETTING_BOTH, FIELD(full_erts),
     "Include all of the runtime system, also what no release runs."},
    {"no_dot_erlang", SETTING_FLAG, SETTING_BOTH, FIELD(no_dot_erlang),
     "Do not run the file .erlang of the user's home folder at boot."},
    {"vm_args", SETTING_PATH, SETTING_BOTH, FIELD(vm_args),
     "The file with the arguments of the virtual machine."},
    {"sys_config", SETTING_PATH, SETTING_BOTH, FIELD(sys_config),
     "The file with the configuration of the applications, in Erlang terms."},
    {"cookie", SETTING_COOKIE, SETTING_BOTH, FIELD(cookie),
     "The secret that nodes must share to talk to each other."},
    {"output_dir", SETTING_PATH, SETTING_BOTH, FIELD(output_dir),
     "The folder that the release is made in."},
    {"build_dir", SETTING_PATH, SETTING_BOTH, FIELD(build_dir),
     "The folder that holds the compiled applications, each as APP/ebin."},
    {"lib_dirs", SETTING_PATHS, SETTING_BOTH, FIELD(lib_dirs),
     "More folders that hold applications, or that are one."},
    {"erlang_root", SETTING_PATH, SETTING_BOTH, FIELD(erlang_root),
     "The root of the Erlang installation to take applications from."},
    {"elixir_root", SETTING_PATH, SETTING_BOTH, FIELD(elixir_root),
     "The root of the Elixir installation to take applications from."},
};

const size_t setting_count = sizeof settings / sizeof *settings;

/* How the values of a type are read, kept and described. */
struct setting_kind {
    const char *name;
    size_t size; /* of the field in struct profile */
    bool (*is_set)(const void *field);
    int (*read)(const struct value_place *place, void *field, struct err *err);
};

static const struct setting_kind kinds[] = {
    [SETTING_NAME] = {.name = "a name"},
    [SETTING_PROFILES] = {.name = "names, each with settings"},
    [SETTING_FLAG] = {"true or false", sizeof(struct setting_flag), flag_is_set,
                      flag_read},
    [SETTING_PATH] = {"a path", sizeof(struct setting_text), text_is_set, path_read},
    [SETTING_COOKIE] = {"text", sizeof(struct setting_text), text_is_set, cookie_read},
    [SETTING_PATHS] = {"a list of paths", sizeof(struct setting_texts), texts_is_set,
                       paths_read},
    [SETTING_ERTS] = {"true, false or a path", sizeof(struct setting_erts), erts_is_set,
                      erts_read},
    [SETTING_VERSION] = {"text, current or {current: APP}",
                         sizeof(struct setting_version), version_is_set, version_read},
    [SETTING_APPS] = {"a list of applications", sizeof(struct setting_apps), apps_is_set,
                      apps_read},
};

const char *setting_type_name(enum setting_type type)
{
    return kinds[type].name;
}

static const struct setting *setting_find(str name)
{
    for (size_t i = 0; i < setting_count; i++)
        if (str_eqz(name, settings[i].name))
            return &settings[i];
    return NULL;
}

/* True when a setting may stand in the body of something with that scope. */
static bool setting_fits(const struct setting *setting, enum setting_scope scope)
{
    if (scope == SETTING_RELEASE)
        return setting->scope != SETTING_TOP;
    return setting->scope == scope;
}

static int unknown_setting(const struct config_source *source,
                           const struct yaml_node *key, enum setting_scope scope,
                           struct err *err)
{
    const char **names = arena_array(source->arena, setting_count, sizeof *names);
    size_t count = 0;
    for (size_t i = 0; i < setting_count; i++)
        if (setting_fits(&settings[i], scope))
            names[count++] = settings[i].name;
    err_set(err, ERR_INPUT, "unknown setting '%s'", key->text.ptr);
    const char *nearest = str_nearest(key->text, names, count);
    if (nearest)
        err_hint(err, "did you mean '%s'?", nearest);
    return config_error_at(source, key, err);
}

static int misplaced_setting(const struct config_source *source,
                             const struct yaml_node *key, const struct setting *setting,
                             struct err *err)
{
    static const char *const where[] = {
        [SETTING_TOP] = "at the top level of the file",
        [SETTING_RELEASE] = "in a release only, not in an environment",
        [SETTING_BOTH] = "in a release or an environment",
    };
    const char *place = where[setting->scope];
    err_set(err, ERR_INPUT, "setting '%s' stands %s", setting->name, place);
    return config_error_at(source, key, err);
}

int settings_check_keys(const struct config_source *source,
                        const struct yaml_node *mapping, enum setting_scope scope,
                        struct err *err)
{
    for (size_t i = 0; i < mapping->count; i++) {
        const struct yaml_node *key = mapping->pairs[i].key;
        const struct setting *setting = setting_find(key->text);
        if (!setting)
            return unknown_setting(source, key, scope, err);
        if (!setting_fits(setting, scope))
            return misplaced_setting(source, key, setting, err);
    }
    return 0;
}

static int setting_read(const struct config_source *source, const struct yaml_pair *pair,
                        struct profile *profile, struct err *err)
{
    const struct setting *setting = setting_find(pair->key->text);
    const struct setting_kind *kind = &kinds[setting->type];
    struct value_place place = {
        .source = source,
        .name = setting->name,
        .expected = kind->name,
        .node = pair->value,
    };
    return kind->read(&place, (char *)profile + setting->offset, err);
}

int settings_read(const struct config_source *source, const struct yaml_node *body,
                  enum setting_scope scope, struct profile *profile, struct err *err)
{
    if (yaml_is_null(body))
        return 0;
    if (body->kind != YAML_MAPPING) {
        err_set(err, ERR_INPUT, "expected settings, found %s",
                yaml_describe(source->arena, body));
        return config_error_at(source, body, err);
    }
    if (settings_check_keys(source, body, scope, err) != 0)
        return -1;
    for (size_t i = 0; i < body->count; i++)
        if (setting_read(source, &body->pairs[i], profile, err) != 0)
            return -1;
    return 0;
}

int settings_read_name(const struct config_source *source, const struct yaml_node *root,
                       const char *name, struct setting_text *text, struct err *err)
{
    const struct yaml_node *node = yaml_get(root, name);
    if (!node)
        return 0;
    struct value_place place = {source, name, "a name", node};
    return text_read(&place, text, err);
}

void settings_merge(struct profile *profile, const struct profile *over)
{
    for (size_t i = 0; i < setting_count; i++) {
        const struct setting_kind *kind = &kinds[settings[i].type];
        size_t offset = settings[i].offset;
        if (settings[i].scope != SETTING_TOP && kind->is_set((const char *)over + offset))
            memcpy((char *)profile + offset, (const char *)over + offset, kind->size);
    }
}
