/*
 * The relx section of a rebar.config, or a relx.config: releases, and what is set for all
 * of them; what profiles set becomes environments.
 */
#include "config/migrate/moved.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/term/read.h"

#include "config/detect.h"

#include <string.h>

/* What says nothing here, or has no counterpart. */
static const struct moved_advice advices[] = {
    {"extended_start_script", NULL},
    {"generate_start_script", NULL},
    {"include_nodetool", NULL},
    {"include_start_scripts_for", NULL},
    {"check_for_undefined_functions", NULL},
    {"warnings_as_errors", "use relc build --warnings-as-errors"},
    {"upfrom", "use relc build --upgrade --upfrom VSN"},
    {"root_dir", "run relc in that folder"},
    {"extended_start_script_hooks",
     "put the scripts into folders and name these with 'pre_start_hooks' and so on"},
    {"extended_start_script_extensions",
     "name the scripts, as they are in the project, with 'commands'"},
    {"overlay_vars_values", "set 'overlay_vars'"},
    {NULL, NULL},
};

/* Terms that are settings of relc under another name. */
static const struct {
    const char *relx, *name;
} renamed[] = {
    {"include_erts", "include_erts"},
    {"include_src", "include_src"},
    {"dev_mode", "dev_mode"},
    {"system_libs", "include_system_libs"},
    {"exclude_apps", "exclude_applications"},
    {"exclude_modules", "exclude_modules"},
    {"overrides", "overrides"},
    {"lib_dirs", "lib_dirs"},
};

/* relx says nothing of places: the line of the first {NAME after another one. */
static unsigned find_line(const struct moved *moved, str name)
{
    unsigned line = 1;
    str text = moved->text;
    for (size_t i = 0; i + name.len + 1 < text.len; i++) {
        if (text.ptr[i] == '\n')
            line++;
        if (text.ptr[i] == '{' && memcmp(text.ptr + i + 1, name.ptr, name.len) == 0 &&
            strchr(", \n", text.ptr[i + 1 + name.len]))
            return line;
    }
    return 0;
}

static void set_flag(struct moved *moved, struct moved_profile *profile, const char *name,
                     bool value)
{
    if (!moved_has(profile, name))
        moved_set_yaml(moved, profile, name, value ? STR("true") : STR("false"), 0);
}

/* {mode, Mode}: what is not set beside it. */
static void set_mode(struct moved *moved, struct moved_profile *profile, str mode)
{
    bool dev = str_eqz(mode, "dev");
    if (dev)
        set_flag(moved, profile, "dev_mode", true);
    set_flag(moved, profile, "include_erts", str_eqz(mode, "prod"));
    set_flag(moved, profile, "include_src", dev);
    set_flag(moved, profile, "strip_debug_info", !dev);
}

/* {{name}} of mustache as <%= name %>. */
static str with_variables(struct arena *arena, str text)
{
    str out = STR("");
    while (text.len) {
        size_t open = 0;
        while (open + 1 < text.len && memcmp(text.ptr + open, "{{", 2) != 0)
            open++;
        str rest = str_slice(text, open + 2, text.len);
        size_t close = str_find(rest, '}');
        if (open + 1 >= text.len || close == rest.len)
            return arena_printf(arena, "%.*s%.*s", STR_ARG(out), STR_ARG(text));
        out = arena_printf(arena, "%.*s%.*s<%%= %.*s %%>", STR_ARG(out),
                           STR_ARG(str_slice(text, 0, open)),
                           STR_ARG(str_trim(str_slice(rest, 0, close))));
        text = str_slice(rest, close + 2, rest.len);
    }
    return out;
}

/* An overlay with its paths as relc writes them; false for what is none here. */
static bool convert_overlay(struct moved *moved, const struct term *overlay,
                            struct term *converted)
{
    struct term_builder parts = {.arena = moved->arena};
    str text;
    if (overlay->kind != TERM_TUPLE || overlay->as.list.count < 2)
        return false;
    term_add(&parts, overlay->as.list.items[0]);
    for (size_t i = 1; i < overlay->as.list.count; i++) {
        if (!moved_text(moved->arena, &overlay->as.list.items[i], &text))
            return false;
        term_add(&parts, term_binary(moved->arena, with_variables(moved->arena, text)));
    }
    *converted = term_built_tuple(&parts);
    return !term_is_atom(&overlay->as.list.items[0], "chmod");
}

static void set_overlays(struct moved *moved, struct moved_profile *profile,
                         const struct term *value, unsigned line)
{
    struct term_builder list = {.arena = moved->arena};
    struct term one;
    str yaml;
    bool templates = false;
    for (size_t i = 0; term_is_proper_list(value) && i < value->as.list.count; i++) {
        const struct term *overlay = &value->as.list.items[i];
        struct term alone;
        bool good = convert_overlay(moved, overlay, &one);
        alone = term_list(moved->arena, &one, good);
        if (good && moved_yaml(moved->arena, "overlays", &alone, &yaml))
            term_add(&list, one);
        else
            moved_note(moved, profile, line, "overlay %zu of the list has no counterpart",
                       i + 1);
        templates = templates || term_is_tuple(overlay, "template", 3);
    }
    struct term overlays = term_built_list(&list);
    if (templates)
        moved_say(moved, profile,
                  "In the files of templates, write <%= name %> for {{name}}.");
    moved_set(moved, profile, "overlays", &overlays, line);
}

/* Variables stand here, or in files. */
static void set_variables(struct moved *moved, struct moved_profile *profile,
                          const struct term *value, unsigned line)
{
    struct term *terms;
    struct err ignored;
    str path, text;
    size_t count;
    struct term list = *value;
    err_init(&ignored);
    if (moved_text(moved->arena, value, &path) && path.len) {
        str file = path_join(moved->arena, moved->project->root, path);
        struct term_source source = {file.ptr, {NULL, 0}, 0};
        list = term_nil();
        if (fs_read(moved->arena, file.ptr, 0, &text, &ignored) == 0) {
            source.text = text;
            if (term_read_all(moved->arena, &source, &terms, &count, &ignored) == 0)
                list = term_list(moved->arena, terms, count);
        }
    }
    err_release(&ignored);
    if (term_is_nil(&list))
        moved_note(moved, profile, line, "set 'overlay_vars' by hand");
    else
        moved_set(moved, profile, "overlay_vars", &list, line);
}

/* A configuration with ${VAR} in it may be no Erlang term before it is replaced. */
static bool is_term_file(struct moved *moved, str path)
{
    struct term term;
    struct err ignored;
    err_init(&ignored);
    str file = path_join(moved->arena, moved->project->root, path);
    bool good = term_read_file_one(moved->arena, file.ptr, &term, &ignored) == 0;
    err_release(&ignored);
    return good;
}

static void set_file(struct moved *moved, struct moved_profile *profile,
                     const char *setting, str path, bool replaced, unsigned line)
{
    bool config = strcmp(setting, "sys_config") == 0;
    if (!project_has_file(moved->arena, moved->project->root,
                          arena_strz(moved->arena, path))) {
        moved_note(moved, profile, line, "there is no file '%.*s'", STR_ARG(path));
        return;
    }
    if (config && !is_term_file(moved, path)) {
        moved_note(moved, profile, line,
                   "%.*s is no Erlang term as it stands: put quotes around its ${VAR}, "
                   "or configure at boot; then name it with 'sys_config'",
                   STR_ARG(path));
        return;
    }
    if (replaced)
        moved_say(moved, profile,
                  "The release must run with REPLACE_OS_VARS=true for ${VAR} in it.");
    moved_set_yaml(moved, profile, setting, yaml_scalar(moved->arena, path), line);
}

/* {sys_config, File}, {vm_args_src, File} and so on; false is none. */
static bool set_files(struct moved *moved, struct moved_profile *profile, str name,
                      const struct term *value, unsigned line)
{
    static const char *const names[] = {"sys_config", "vm_args"};
    str path;
    for (size_t i = 0; i < 2; i++) {
        size_t len = strlen(names[i]);
        str suffix = str_slice(name, len, name.len);
        if (!str_starts(name, str_of(names[i])) ||
            (suffix.len && !str_eqz(suffix, "_src")))
            continue;
        if (value->kind == TERM_LIST && moved_text(moved->arena, value, &path))
            set_file(moved, profile, names[i], path, suffix.len > 0, line);
        return true;
    }
    return false;
}

static bool set_renamed(struct moved *moved, struct moved_profile *profile, str name,
                        const struct term *value, unsigned line)
{
    for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++) {
        if (!str_eqz(name, renamed[i].relx))
            continue;
        moved_set(moved, profile, renamed[i].name, value, line);
        return true;
    }
    return false;
}

/* relx makes OUTPUT_DIR/NAME. */
static void set_output_dir(struct moved *moved, struct moved_profile *profile,
                           const struct term *value, unsigned line)
{
    str path;
    if (moved_text(moved->arena, value, &path))
        moved_set_yaml(
            moved, profile, "output_dir",
            yaml_scalar(moved->arena,
                        path_join(moved->arena, path,
                                  profile->is_release ? profile->name
                                                      : STR("<%= release_name %>"))),
            line);
}

static void set_term(struct moved *moved, struct moved_profile *profile,
                     const struct term *term)
{
    const struct term *value = &term->as.list.items[1];
    str name = term->as.list.items[0].as.atom;
    unsigned line = find_line(moved, name);
    if (str_eqz(name, "overlay"))
        set_overlays(moved, profile, value, line);
    else if (str_eqz(name, "overlay_vars"))
        set_variables(moved, profile, value, line);
    else if (str_eqz(name, "output_dir"))
        set_output_dir(moved, profile, value, line);
    else if (str_eqz(name, "debug_info"))
        set_flag(moved, profile, "strip_debug_info", term_is_atom(value, "strip"));
    else if (!set_files(moved, profile, name, value, line) &&
             !set_renamed(moved, profile, name, value, line) &&
             !moved_advise(moved, profile, advices, name, line))
        moved_note(moved, profile, line, "this has no counterpart");
}

static bool is_definition(const struct term *term)
{
    return term_is_tuple(term, "release", 3) || term_is_tuple(term, "release", 4) ||
           term_is_tuple(term, "release", 5) ||
           term_is_tuple(term, "default_release", 2) || term_is_tuple(term, "mode", 2);
}

/* Everything of a relx configuration but the releases themselves. */
static void set_terms(struct moved *moved, struct moved_profile *profile,
                      const struct term *config)
{
    for (size_t i = 0; i < config->as.list.count; i++) {
        const struct term *term = &config->as.list.items[i];
        if (is_definition(term))
            continue;
        if (term_is_tuple(term, NULL, 2) && term->as.list.items[0].kind == TERM_ATOM)
            set_term(moved, profile, term);
        else
            moved_note(moved, profile, find_line(moved, STR("relx")),
                       "a term of relx has no counterpart");
    }
    const struct term *mode = term_lookup(config, "mode");
    if (mode && mode->kind == TERM_ATOM)
        set_mode(moved, profile, mode->as.atom);
}

/* app, {app, Type}, {app, Vsn}, {app, Vsn, Type} as relc writes them. */
static bool convert_app(struct moved *moved, const struct term *app,
                        struct term *converted)
{
    str version = {NULL, 0}, type = {NULL, 0};
    const struct term *items = app->as.list.items;
    *converted = *app;
    if (app->kind == TERM_ATOM)
        return true;
    if (app->kind != TERM_TUPLE || app->as.list.count < 2 || app->as.list.count > 3 ||
        items[0].kind != TERM_ATOM)
        return false;
    for (size_t i = 1; i < app->as.list.count; i++) {
        if (items[i].kind == TERM_ATOM)
            type = items[i].as.atom;
        else if (term_is_nil(&items[i]) || items[i].kind != TERM_LIST ||
                 !moved_text(moved->arena, &items[i], &version))
            return false;
    }
    str options = type;
    if (version.ptr)
        options =
            arena_printf(moved->arena, "{%s%.*s%sversion: %.*s}",
                         type.ptr ? "type: " : "", STR_ARG(type), type.ptr ? ", " : "",
                         STR_ARG(yaml_scalar(moved->arena, version)));
    *converted = term_pair(moved->arena, items[0], term_atom(options));
    return true;
}

static void set_apps(struct moved *moved, struct moved_profile *release,
                     const struct term *apps, unsigned line)
{
    struct term_builder list = {.arena = moved->arena};
    struct term one;
    for (size_t i = 0; term_is_proper_list(apps) && i < apps->as.list.count; i++) {
        if (convert_app(moved, &apps->as.list.items[i], &one))
            term_add(&list, one);
        else
            moved_note(moved, release, line,
                       "application %zu of the list has a form "
                       "without counterpart: name it by hand",
                       i + 1);
    }
    struct term value = term_built_list(&list);
    moved_set(moved, release, "applications", &value, line);
}

static bool project_has_app(const struct project *project, str name)
{
    for (size_t i = 0; i < project->app_count; i++)
        if (str_eq(project->apps[i].name, name))
            return true;
    return false;
}

static void set_version(struct moved *moved, struct moved_profile *release,
                        const struct term *vsn, unsigned line)
{
    if (vsn->kind == TERM_LIST) {
        moved_set(moved, release, "version", vsn, line);
        return;
    }
    moved_note(moved, release, line,
               "relc asks no version control system: give the version here, as "
               "`!env VERSION`, or that of an application as {current: APP}");
    if (!project_has_app(moved->project, release->name))
        moved_set_yaml(moved, release, "version", STR("\"0.0.0\""), line);
}

/* Files that relx looks for when nothing names one. */
static void set_usual_files(struct moved *moved, struct moved_profile *release)
{
    static const char *const usual[][2] = {
        {"vm_args", "config/vm.args.src"},
        {"vm_args", "config/vm.args"},
        {"sys_config", "config/sys.config.src"},
        {"sys_config", "config/sys.config"},
    };
    for (size_t i = 0; i < 4; i++)
        if (!moved_has(release, usual[i][0]) &&
            project_has_file(moved->arena, moved->project->root, usual[i][1]))
            set_file(moved, release, usual[i][0], str_of(usual[i][1]), i % 2 == 0, 0);
}

/* {release, {Name, Vsn}, [{erts, Vsn},] Apps [, Config]} */
static void read_release(struct moved *moved, const struct term *term,
                         const struct term *config)
{
    const struct term *items = term->as.list.items, *name = &items[1];
    size_t apps = term_is_tuple(&items[2], "erts", 2) ? 3 : 2;
    bool extends = term_is_tuple(name, NULL, 3);
    bool named = (extends || term_is_tuple(name, NULL, 2)) &&
                 name->as.list.items[0].kind == TERM_ATOM;
    unsigned line =
        find_line(moved, named ? name->as.list.items[0].as.atom : STR("release"));
    if (!named || apps >= term->as.list.count) {
        moved_note(moved, &moved->top, line, "this release cannot be read");
        return;
    }
    struct moved_profile *release = moved_release(moved, name->as.list.items[0].as.atom);
    set_version(moved, release, &name->as.list.items[1], line);
    if (extends)
        moved_note(moved, release, line, "add the applications of the other release");
    set_apps(moved, release, &items[apps], line);
    set_terms(moved, release, config);
    if (apps + 1 < term->as.list.count && term_is_proper_list(&items[apps + 1]))
        set_terms(moved, release, &items[apps + 1]);
    set_usual_files(moved, release);
    /* Without a mode, relx leaves ERTS out and has the sources in. */
    set_flag(moved, release, "include_erts", false);
    set_flag(moved, release, "include_src", true);
    if (moved_has(release, "include_erts") &&
        str_eqz(moved_get(release, "include_erts")->text, "false"))
        set_flag(moved, release, "include_system_libs", true);
}

static void read_default(struct moved *moved, const struct term *config)
{
    const struct term *name = term_lookup(config, "default_release");
    if (name && term_is_tuple(name, NULL, 2))
        name = &name->as.list.items[0];
    if (name && name->kind == TERM_ATOM)
        moved->default_release = name->as.atom;
}

static void read_config(struct moved *moved, const struct term *config)
{
    for (size_t i = 0; i < config->as.list.count; i++) {
        const struct term *term = &config->as.list.items[i];
        if (is_definition(term) && term->as.list.count > 2)
            read_release(moved, term, config);
    }
    read_default(moved, config);
}

/* {profiles, [{Name, [{relx, Config}]}]}; rebar3's prod has relx's mode prod. */
static void read_profiles(struct moved *moved, const struct term *profiles)
{
    moved_environment(moved, STR("default"));
    for (size_t i = 0;
         profiles && term_is_proper_list(profiles) && i < profiles->as.list.count; i++) {
        const struct term *pair = &profiles->as.list.items[i];
        if (!term_is_tuple(pair, NULL, 2) || pair->as.list.items[0].kind != TERM_ATOM)
            continue;
        const struct term *config = term_is_proper_list(&pair->as.list.items[1])
                                        ? term_lookup(&pair->as.list.items[1], "relx")
                                        : NULL;
        if (config && term_is_proper_list(config))
            set_terms(moved, moved_environment(moved, pair->as.list.items[0].as.atom),
                      config);
    }
    struct moved_profile *prod =
        moved_find(moved->environments, moved->environment_count, STR("prod"));
    if (!prod)
        prod = moved_environment(moved, STR("prod"));
    set_mode(moved, prod, STR("prod"));
}

int move_relx(struct moved *moved, bool *found)
{
    struct term *terms, all;
    size_t count;
    struct term_source source = {moved->source.ptr, moved->text, 0};
    *found = false;
    if (term_read_all(moved->arena, &source, &terms, &count, moved->err) != 0)
        return -1;
    all = term_list(moved->arena, terms, count);
    bool alone = str_eqz(path_basename(moved->source), "relx.config");
    const struct term *relx = alone ? &all : term_lookup(&all, "relx");
    if (!relx || !term_is_proper_list(relx))
        return 0;
    read_config(moved, relx);
    *found = moved->release_count > 0;
    if (*found)
        read_profiles(moved, alone ? NULL : term_lookup(&all, "profiles"));
    return 0;
}
