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
    {"include_erts", SETTING_SWITCH, SETTING_BOTH, FIELD(include_erts),
     "Put the Erlang runtime system into the release."},
    {"include_system_libs", SETTING_SWITCH, SETTING_BOTH, FIELD(include_system_libs),
     "Has no effect: Erlang's own libraries go where its runtime system goes."},
    {"include_src", SETTING_FLAG, SETTING_BOTH, FIELD(include_src),
     "Put the sources of the applications into the release."},
    {"full_erts", SETTING_FLAG, SETTING_BOTH, FIELD(full_erts),
     "Include all of the runtime system, also what no release runs."},
    {"strip_debug_info", SETTING_FLAG, SETTING_BOTH, FIELD(strip_debug_info),
     "Take out of the modules what no running system needs."},
    {"strip_beams", SETTING_STRIP, SETTING_BOTH, FIELD(strip_beams),
     "The same, with a say in what stays and in whether modules are compressed."},
    {"compression", SETTING_COMPRESSION, SETTING_BOTH, FIELD(compression),
     "How hard tarballs are compressed: fast, default or best."},
    {"no_dot_erlang", SETTING_FLAG, SETTING_BOTH, FIELD(no_dot_erlang),
     "Do not run the file .erlang of the user's home folder at boot."},
    {"vm_args", SETTING_PATH, SETTING_BOTH, FIELD(vm_args),
     "The file with the arguments of the virtual machine."},
    {"remote_vm_args", SETTING_PATH, SETTING_BOTH, FIELD(remote_vm_args),
     "The file with the arguments of the virtual machines of remote shells and calls."},
    {"env_sh", SETTING_PATH, SETTING_BOTH, FIELD(env_sh),
     "A shell script that sets environment variables for every command."},
    {"config", SETTING_SWITCH, SETTING_BOTH, FIELD(config),
     "The Elixir file that is evaluated to make sys.config, or false for none."},
    {"config_at_boot", SETTING_FLAG, SETTING_BOTH, FIELD(config_at_boot),
     "Put the file of config into the release, to be evaluated at every boot."},
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
    {"code_paths", SETTING_PATHS, SETTING_BOTH, FIELD(code_paths),
     "The same as lib_dirs, searched after them; an ebin folder is its application's."},
    {"overrides", SETTING_APP_PATHS, SETTING_BOTH, FIELD(overrides),
     "Folders to take applications from, wherever they are found otherwise."},
    {"exclude_applications", SETTING_APP_NAMES, SETTING_BOTH, FIELD(exclude_applications),
     "Applications that do not go into the release, whoever needs them."},
    {"exclude_modules", SETTING_MODULES, SETTING_BOTH, FIELD(exclude_modules),
     "Modules of applications that do not go into the release."},
    {"erlang_root", SETTING_PATH, SETTING_BOTH, FIELD(erlang_root),
     "The root of the Erlang installation to take applications from."},
    {"elixir_root", SETTING_PATH, SETTING_BOTH, FIELD(elixir_root),
     "The root of the Elixir installation to take applications from."},

    {"included_configs", SETTING_PATHS, SETTING_BOTH, FIELD(included_configs),
     "Files of Erlang terms on the target that the node reads after sys.config."},
    {"runtime_config_path", SETTING_SWITCH, SETTING_BOTH, FIELD(runtime_config_path),
     "The Elixir file that configures the release at boot, or false for none."},
    {"config_providers", SETTING_PROVIDERS, SETTING_BOTH, FIELD(config_providers),
     "Modules that configure the release at boot (Elixir's Config.Provider)."},
    {"reboot_system_after_config", SETTING_FLAG, SETTING_BOTH,
     FIELD(reboot_system_after_config),
     "Boot twice, so that what runs at boot can configure kernel and stdlib too."},
    {"validate_compile_env", SETTING_FLAG, SETTING_BOTH, FIELD(validate_compile_env),
     "Check at boot that what was configured when compiling is so still."},
    {"erl_opts", SETTING_TEXT, SETTING_BOTH, FIELD(erl_opts),
     "Arguments of the virtual machine when ERL_OPTS is not set."},
    {"run_erl_env", SETTING_TEXT, SETTING_BOTH, FIELD(run_erl_env),
     "Environment of run_erl, as NAME=VALUE NAME=VALUE."},
    {"pre_configure_hooks", SETTING_PATH, SETTING_BOTH, FIELD(hooks[HOOK_PRE_CONFIGURE]),
     "Shell scripts that run before the configuration is made."},
    {"post_configure_hooks", SETTING_PATH, SETTING_BOTH,
     FIELD(hooks[HOOK_POST_CONFIGURE]),
     "Shell scripts that run after the configuration is made."},
    {"pre_start_hooks", SETTING_PATH, SETTING_BOTH, FIELD(hooks[HOOK_PRE_START]),
     "Shell scripts that run before the node starts."},
    {"post_start_hooks", SETTING_PATH, SETTING_BOTH, FIELD(hooks[HOOK_POST_START]),
     "Shell scripts that run once the node is up."},
    {"pre_stop_hooks", SETTING_PATH, SETTING_BOTH, FIELD(hooks[HOOK_PRE_STOP]),
     "Shell scripts that run before the node stops."},
    {"post_stop_hooks", SETTING_PATH, SETTING_BOTH, FIELD(hooks[HOOK_POST_STOP]),
     "Shell scripts that run after the node has stopped."},
    {"pre_upgrade_hooks", SETTING_PATH, SETTING_BOTH, FIELD(hooks[HOOK_PRE_UPGRADE]),
     "Shell scripts that run before an upgrade is installed."},
    {"post_upgrade_hooks", SETTING_PATH, SETTING_BOTH, FIELD(hooks[HOOK_POST_UPGRADE]),
     "Shell scripts that run after an upgrade was installed."},
    {"status_hooks", SETTING_PATH, SETTING_BOTH, FIELD(hooks[HOOK_STATUS]),
     "Shell scripts that say for the command status whether all is well."},
    {"appup_transforms", SETTING_TRANSFORMS, SETTING_BOTH, FIELD(appup_transforms),
     "Changes to the appups that relc generates: purge modes, programs."},
    {"commands", SETTING_NAMED_PATHS, SETTING_BOTH, FIELD(commands),
     "Further commands of bin/NAME, each a shell script."},
    {"overlays", SETTING_OVERLAYS, SETTING_BOTH, FIELD(overlays),
     "Files, folders and links that are laid over the release."},
    {"overlay_vars", SETTING_VARIABLES, SETTING_BOTH, FIELD(overlay_vars),
     "Further variables of templates."},
    {"plugins", SETTING_PLUGINS, SETTING_BOTH, FIELD(plugins),
     "Programs that take part in building the release."},
    {"plugin_timeout", SETTING_SECONDS, SETTING_BOTH, FIELD(plugin_timeout),
     "How long a plugin may take, in seconds."},
    {"executable", SETTING_EXECUTABLE, SETTING_BOTH, FIELD(executable),
     "Make a file that unpacks itself and runs the release."},
    {"include_executables_for", SETTING_SYSTEMS, SETTING_BOTH,
     FIELD(include_executables_for), "The systems whose start scripts are included."},
};

const size_t setting_count = sizeof settings / sizeof *settings;

/* How the values of a type are read, kept and described. */
struct setting_kind {
    const char *name;
    size_t size; /* of the field in struct profile */
    bool (*is_set)(const void *field);
    int (*read)(const struct value_place *place, void *field, struct err *err);
    /* For lists that grow; what is set replaces the field where there is none. */
    void (*merge)(struct arena *arena, void *field, const void *over);
};

static const struct setting_kind kinds[] = {
    [SETTING_NAME] = {.name = "a name"},
    [SETTING_PROFILES] = {.name = "names, each with settings"},
    [SETTING_FLAG] = {"true or false", sizeof(struct setting_flag), flag_is_set,
                      flag_read, NULL},
    [SETTING_TEXT] = {"text", sizeof(struct setting_text), text_is_set, text_read, NULL},
    [SETTING_PATH] = {"a path", sizeof(struct setting_text), text_is_set, path_read,
                      NULL},
    [SETTING_COOKIE] = {"text", sizeof(struct setting_text), text_is_set, cookie_read,
                        NULL},
    [SETTING_PATHS] = {"a list of paths", sizeof(struct setting_texts), texts_is_set,
                       paths_read, NULL},
    [SETTING_SWITCH] = {"true, false or a path", sizeof(struct setting_switch),
                        switch_is_set, switch_read, NULL},
    [SETTING_VERSION] = {"text, current or {current: APP}",
                         sizeof(struct setting_version), version_is_set, version_read,
                         NULL},
    [SETTING_APPS] = {"a list of applications", sizeof(struct setting_apps), apps_is_set,
                      apps_read, NULL},
    [SETTING_NAMED_PATHS] = {"names, each with a path",
                             sizeof(struct setting_named_paths), named_paths_is_set,
                             named_paths_read, NULL},
    [SETTING_APP_PATHS] = {"applications, each with a path",
                           sizeof(struct setting_named_paths), named_paths_is_set,
                           app_paths_read, NULL},
    [SETTING_APP_NAMES] = {"a list of applications", sizeof(struct setting_texts),
                           texts_is_set, app_names_read, NULL},
    [SETTING_MODULES] = {"applications, each with a list of modules",
                         sizeof(struct setting_modules), modules_is_set, modules_read,
                         NULL},
    [SETTING_STRIP] = {"true, false or options", sizeof(struct setting_strip),
                       strip_is_set, strip_read, NULL},
    [SETTING_COMPRESSION] = {"fast, default or best", sizeof(struct setting_compression),
                             compression_is_set, compression_read, NULL},
    [SETTING_PROVIDERS] = {"a list of modules", sizeof(struct setting_providers),
                           providers_is_set, providers_read, NULL},
    [SETTING_TRANSFORMS] = {"a list of changes to appups",
                            sizeof(struct setting_transforms), transforms_is_set,
                            transforms_read, NULL},
    [SETTING_OVERLAYS] = {"a list of overlays", sizeof(struct setting_overlays),
                          overlays_is_set, overlays_read, NULL},
    [SETTING_VARIABLES] = {"names, each with text", sizeof(struct setting_variables),
                           variables_is_set, variables_read, NULL},
    [SETTING_PLUGINS] = {"a list of programs", sizeof(struct setting_plugins),
                         plugins_is_set, plugins_read, plugins_merge},
    [SETTING_SECONDS] = {"a number of seconds", sizeof(struct setting_number),
                         number_is_set, seconds_read, NULL},
    [SETTING_SYSTEMS] = {"a list of systems", sizeof(struct setting_systems),
                         systems_is_set, systems_read, NULL},
    [SETTING_EXECUTABLE] = {"true, false or options", sizeof(struct setting_executable),
                            executable_is_set, executable_read, NULL},
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

void settings_merge(struct arena *arena, struct profile *profile,
                    const struct profile *over)
{
    for (size_t i = 0; i < setting_count; i++) {
        const struct setting_kind *kind = &kinds[settings[i].type];
        char *field = (char *)profile + settings[i].offset;
        const char *wanted = (const char *)over + settings[i].offset;
        if (settings[i].scope == SETTING_TOP || !kind->is_set(wanted))
            continue;
        if (kind->merge && kind->is_set(field))
            kind->merge(arena, field, wanted);
        else
            memcpy(field, wanted, kind->size);
    }
}
