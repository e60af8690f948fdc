#include "relc/config/profile.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/config/check.h"
#include "relc/config/settings.h"
#include "relc/otp/app.h"

#include <stdlib.h>

int place_error(struct err *err, const struct place *place)
{
    return err_at(err, place->file, place->line, place->column);
}

const char *hook_name(enum hook hook)
{
    static const char *const names[HOOK_COUNT] = {
        [HOOK_PRE_CONFIGURE] = "pre_configure",
        [HOOK_POST_CONFIGURE] = "post_configure",
        [HOOK_PRE_START] = "pre_start",
        [HOOK_POST_START] = "post_start",
        [HOOK_PRE_STOP] = "pre_stop",
        [HOOK_POST_STOP] = "post_stop",
        [HOOK_PRE_UPGRADE] = "pre_upgrade",
        [HOOK_POST_UPGRADE] = "post_upgrade",
        [HOOK_STATUS] = "status",
    };
    return names[hook];
}

/* What kind of named profiles a section of the file holds. */
struct section {
    const char *name;     /* of the setting that holds them */
    const char *one;      /* of one of them, for messages */
    const char *fallback; /* the setting that names the default one */
    enum setting_scope scope;
    int (*check_name)(str name, struct err *err);
};

static const struct section release_section = {"releases", "release", "default_release",
                                               SETTING_RELEASE, check_release_name};
static const struct section environment_section = {"environments", "environment",
                                                   "default_environment", SETTING_BOTH,
                                                   check_environment_name};

/* The mapping of a section, or NULL when it is missing or empty. */
static int section_find(const struct config_source *source, const struct yaml_node *root,
                        const struct section *section, const struct yaml_node **found,
                        struct err *err)
{
    const struct yaml_node *node = yaml_get(root, section->name);
    *found = NULL;
    if (!node || yaml_is_null(node))
        return 0;
    if (node->kind != YAML_MAPPING) {
        err_set(err, ERR_INPUT, "setting '%s' must be names, each with settings, not %s",
                section->name, yaml_describe(source->arena, node));
        return config_error_at(source, node, err);
    }
    if (node->count)
        *found = node;
    return 0;
}

/* Checks everything in a section, so that mistakes show before they are used. */
static int section_check(const struct config_source *source,
                         const struct section *section, const struct yaml_node *profiles,
                         struct err *err)
{
    struct config_source unresolved = *source;
    unresolved.resolve = false;
    for (size_t i = 0; i < profiles->count; i++) {
        const struct yaml_pair *pair = &profiles->pairs[i];
        struct profile scratch = {0};
        if (section->check_name(pair->key->text, err) != 0)
            return config_error_at(source, pair->key, err);
        if (settings_read(&unresolved, pair->value, section->scope, &scratch, err) != 0)
            return -1;
    }
    return 0;
}

static const struct yaml_pair *section_get(const struct yaml_node *profiles, str name)
{
    for (size_t i = 0; i < profiles->count; i++)
        if (str_eq(profiles->pairs[i].key->text, name))
            return &profiles->pairs[i];
    return NULL;
}

/* The names of a section as a hint: the nearest one, or all of them. */
static int unknown_profile(struct arena *arena, const struct section *section,
                           const struct yaml_node *profiles, str name, struct err *err)
{
    const char **names = arena_array(arena, profiles->count, sizeof *names);
    str all = STR("");
    for (size_t i = 0; i < profiles->count; i++) {
        names[i] = profiles->pairs[i].key->text.ptr;
        if (all.len < 200)
            all = arena_printf(arena, "%.*s%s%s", STR_ARG(all), i ? ", " : "", names[i]);
    }
    err_set(err, ERR_INPUT, "unknown %s '%.*s'", section->one, STR_ARG(name));
    const char *nearest = str_nearest(name, names, profiles->count);
    if (nearest)
        return err_hint(err, "did you mean '%s'?", nearest);
    return err_hint(err, "the %s are: %s", section->name, all.ptr);
}

/* The profile that the choice, else the file's default setting names; NULL: neither. */
static int section_pick_named(const struct config_source *source,
                              const struct yaml_node *root, const struct section *section,
                              const struct yaml_node *profiles, str choice,
                              const struct yaml_pair **picked, struct err *err)
{
    struct setting_text named = {0};
    *picked = NULL;
    if (settings_read_name(source, root, section->fallback, &named, err) != 0)
        return -1;
    if (choice.ptr) {
        *picked = section_get(profiles, choice);
        if (*picked)
            return 0;
        unknown_profile(source->arena, section, profiles, choice, err);
        return err_at(err, source->file, 0, 0);
    }
    if (!named.value.ptr)
        return 0;
    *picked = section_get(profiles, named.value);
    if (*picked)
        return 0;
    unknown_profile(source->arena, section, profiles, named.value, err);
    err_wrap(err, "setting '%s'", section->fallback);
    return err_at(err, named.place.file, named.place.line, named.place.column);
}

static int read_release(const struct config_source *source, const struct yaml_node *root,
                        str choice, struct profile *profile, struct err *err)
{
    const struct yaml_node *releases;
    const struct yaml_pair *picked;
    if (section_find(source, root, &release_section, &releases, err) != 0)
        return -1;
    if (!releases) {
        err_set(err, ERR_INPUT, "no release is configured");
        err_hint(err, "name one under 'releases:'");
        return err_at(err, source->file, 0, 0);
    }
    if (section_check(source, &release_section, releases, err) != 0 ||
        section_pick_named(source, root, &release_section, releases, choice, &picked,
                           err) != 0)
        return -1;
    if (!picked)
        picked = &releases->pairs[0];
    profile->release = picked->key->text;
    profile->release_place =
        (struct place){source->file, picked->key->line, picked->key->column};
    return settings_read(source, picked->value, SETTING_RELEASE, profile, err);
}

/* A file without environments has one, "default", that sets nothing. */
static int read_no_environment(const struct config_source *source,
                               const struct yaml_node *root, str choice,
                               struct profile *profile, struct err *err)
{
    struct setting_text named = {0};
    if (settings_read_name(source, root, environment_section.fallback, &named, err) != 0)
        return -1;
    str name = choice.ptr ? choice : named.value;
    profile->environment = STR("default");
    if (!name.ptr || str_eq(name, profile->environment))
        return 0;
    err_set(err, ERR_INPUT, "unknown environment '%.*s': the file has none",
            STR_ARG(name));
    err_hint(err, "add it under 'environments:'");
    if (choice.ptr)
        return err_at(err, source->file, 0, 0);
    return err_at(err, named.place.file, named.place.line, named.place.column);
}

static int read_environment(const struct config_source *source,
                            const struct yaml_node *root, str choice,
                            struct profile *profile, struct err *err)
{
    const struct yaml_node *environments;
    const struct yaml_pair *picked;
    const char *mix_env = getenv("MIX_ENV");
    struct profile over = {0};
    if (section_find(source, root, &environment_section, &environments, err) != 0)
        return -1;
    if (!environments)
        return read_no_environment(source, root, choice, profile, err);
    if (section_check(source, &environment_section, environments, err) != 0 ||
        section_pick_named(source, root, &environment_section, environments, choice,
                           &picked, err) != 0)
        return -1;
    if (!picked && mix_env)
        picked = section_get(environments, str_of(mix_env));
    if (!picked)
        picked = &environments->pairs[0];
    profile->environment = picked->key->text;
    if (settings_read(source, picked->value, SETTING_BOTH, &over, err) != 0)
        return -1;
    settings_merge(source->arena, profile, &over);
    return 0;
}

static void apply_choice(const struct profile_choice *choice, struct profile *profile)
{
    if (choice->dev_mode.set)
        profile->dev_mode = choice->dev_mode;
    if (choice->output_dir.value.ptr)
        profile->output_dir = choice->output_dir;
    if (choice->erl_opts.value.ptr)
        profile->erl_opts = choice->erl_opts;
    if (choice->run_erl_env.value.ptr)
        profile->run_erl_env = choice->run_erl_env;
    if (choice->version.ptr)
        profile->version =
            (struct setting_version){.set = true, .literal = choice->version};
    profile->executable.enabled |= choice->executable;
    profile->executable.transient |= choice->transient;
}

/* The file's top level, its keys checked. */
static int read_file(struct arena *arena, const char *file, struct config_source *source,
                     struct yaml_node **root, struct err *err)
{
    str text, folder = path_dirname(arena, str_of(file));
    *source = (struct config_source){
        .arena = arena,
        .file = arena_strz(arena, str_of(file)),
        .root = path_normalize(arena, path_join(arena, folder, STR(".."))),
        .resolve = true,
    };
    if (fs_read(arena, file, YAML_MAX_BYTES, &text, err) != 0)
        return -1;
    if (yaml_read(arena, source->file, text, root, err) != 0)
        return -1;
    if ((*root)->kind != YAML_MAPPING) {
        err_set(err, ERR_INPUT, "expected settings, found %s",
                yaml_describe(arena, *root));
        return config_error_at(source, *root, err);
    }
    return settings_check_keys(source, *root, SETTING_TOP, err);
}

int profile_releases(struct arena *arena, const char *file, struct names *names,
                     struct err *err)
{
    struct config_source source;
    struct yaml_node *root;
    const struct yaml_node *releases;
    *names = (struct names){NULL, 0};
    if (read_file(arena, file, &source, &root, err) != 0 ||
        section_find(&source, root, &release_section, &releases, err) != 0)
        return -1;
    if (!releases)
        return 0;
    names->items = arena_array(arena, releases->count, sizeof *names->items);
    for (; names->count < releases->count; names->count++)
        names->items[names->count] = releases->pairs[names->count].key->text;
    return 0;
}

int profile_load(struct arena *arena, const char *file,
                 const struct profile_choice *choice, struct profile *profile,
                 struct err *err)
{
    struct config_source source;
    struct yaml_node *root;
    struct profile loaded = {0};
    if (read_file(arena, file, &source, &root, err) != 0 ||
        read_release(&source, root, choice->release, &loaded, err) != 0 ||
        read_environment(&source, root, choice->environment, &loaded, err) != 0)
        return -1;
    apply_choice(choice, &loaded);
    *profile = loaded;
    return 0;
}
