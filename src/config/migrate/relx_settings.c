/*
 * What a relx configuration sets, as settings of relc.
 */
#include "config/migrate/relx.h"

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

unsigned relx_find_line(const struct moved *moved, str name)
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

void relx_set_flag(struct moved *moved, struct moved_profile *profile, const char *name,
                   bool value)
{
    if (!moved_has(profile, name))
        moved_set_yaml(moved, profile, name, value ? STR("true") : STR("false"), 0);
}

/* {mode, Mode}: what is not set beside it. */
void relx_set_mode(struct moved *moved, struct moved_profile *profile, str mode)
{
    bool dev = str_eqz(mode, "dev");
    relx_set_flag(moved, profile, "dev_mode", dev);
    relx_set_flag(moved, profile, "include_erts", str_eqz(mode, "prod"));
    relx_set_flag(moved, profile, "include_src", dev);
    relx_set_flag(moved, profile, "strip_debug_info", !dev);
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
    unsigned line = relx_find_line(moved, name);
    if (str_eqz(name, "overlay"))
        set_overlays(moved, profile, value, line);
    else if (str_eqz(name, "overlay_vars"))
        set_variables(moved, profile, value, line);
    else if (str_eqz(name, "output_dir"))
        set_output_dir(moved, profile, value, line);
    else if (str_eqz(name, "debug_info"))
        relx_set_flag(moved, profile, "strip_debug_info", term_is_atom(value, "strip"));
    else if (!set_files(moved, profile, name, value, line) &&
             !set_renamed(moved, profile, name, value, line) &&
             !moved_advise(moved, profile, advices, name, line))
        moved_note(moved, profile, line, "this has no counterpart");
}

bool relx_is_definition(const struct term *term)
{
    return term_is_tuple(term, "release", 3) || term_is_tuple(term, "release", 4) ||
           term_is_tuple(term, "release", 5) ||
           term_is_tuple(term, "default_release", 2) || term_is_tuple(term, "mode", 2);
}

/* Everything of a relx configuration but the releases themselves. */
void relx_set_terms(struct moved *moved, struct moved_profile *profile,
                    const struct term *config)
{
    for (size_t i = 0; i < config->as.list.count; i++) {
        const struct term *term = &config->as.list.items[i];
        if (relx_is_definition(term))
            continue;
        if (term_is_tuple(term, NULL, 2) && term->as.list.items[0].kind == TERM_ATOM)
            set_term(moved, profile, term);
        else
            moved_note(moved, profile, relx_find_line(moved, STR("relx")),
                       "a term of relx has no counterpart");
    }
    const struct term *mode = term_lookup(config, "mode");
    if (mode && mode->kind == TERM_ATOM)
        relx_set_mode(moved, profile, mode->as.atom);
}

/* Files that relx looks for when nothing names one. */
void relx_set_usual_files(struct moved *moved, struct moved_profile *release)
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
