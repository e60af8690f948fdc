#include "relc/config/project.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/config/check.h"

#include "detect.h"

void app_list_add(struct app_list *list, str name, str version)
{
    struct err ignored;
    err_init(&ignored);
    bool good = check_app_name(name, &ignored) == 0;
    err_release(&ignored);
    for (size_t i = 0; i < list->count; i++)
        good = good && !str_eq(list->items[i].name, name);
    if (!good)
        return;
    list->items = arena_grow(list->arena, list->items, list->count, &list->capacity,
                             sizeof *list->items);
    struct project_app *app = &list->items[list->count++];
    app->name = arena_str(list->arena, name);
    app->version = (str){NULL, 0};
    if (path_is_safe_name(version))
        app->version = arena_str(list->arena, version);
}

int project_file(struct arena *arena, str root, const char *name, str *text,
                 struct err *err)
{
    str path = path_join(arena, root, str_of(name));
    *text = (str){NULL, 0};
    if (!fs_is_file(path.ptr))
        return 0;
    return fs_read(arena, path.ptr, PROJECT_FILE_MAX_BYTES, text, err);
}

bool project_has_file(struct arena *arena, str root, const char *name)
{
    return fs_is_file(path_join(arena, root, str_of(name)).ptr);
}

int project_folders(struct arena *arena, str root, const char *name, str **names,
                    size_t *count, struct err *err)
{
    struct fs_list list;
    str path = path_join(arena, root, str_of(name));
    *count = 0;
    if (!fs_is_dir(path.ptr))
        return 0;
    if (fs_list(arena, path.ptr, &list, err) != 0)
        return -1;
    *names = arena_array(arena, list.count, sizeof **names);
    for (size_t i = 0; i < list.count; i++) {
        str entry = list.entries[i].name;
        if (entry.ptr[0] != '.' && fs_is_dir(path_join(arena, path, entry).ptr))
            (*names)[(*count)++] = entry;
    }
    return 0;
}

/* The value of a key before the first table of a TOML file, when it is a plain string. */
static str toml_string(struct arena *arena, str text, const char *key)
{
    for (str rest = text; rest.ptr;) {
        str line = str_trim(str_split(&rest, '\n'));
        if (str_starts(line, STR("[")))
            break;
        size_t equals = str_find(line, '=');
        if (!str_eqz(str_trim(str_slice(line, 0, equals)), key))
            continue;
        str value = str_trim(str_slice(line, equals + 1, line.len));
        char quote = value.len ? value.ptr[0] : '\0';
        value = str_slice(value, 1, value.len);
        size_t end = str_find(value, quote);
        if ((quote == '"' || quote == '\'') && end < value.len)
            return arena_str(arena, str_slice(value, 0, end));
    }
    return (str){NULL, 0};
}

void gleam_detect(struct app_list *apps, str text)
{
    app_list_add(apps, toml_string(apps->arena, text, "name"),
                 toml_string(apps->arena, text, "version"));
}

static bool uses_rebar3(struct arena *arena, str root)
{
    return project_has_file(arena, root, "rebar.config") ||
           project_has_file(arena, root, "rebar.config.script") ||
           project_has_file(arena, root, "rebar.lock");
}

/*
 * A Makefile that includes erlang.mk beside a rebar.config is a library that both can
 * build; what was built with rebar3 has a folder _build.
 */
static int detect_erlang(struct app_list *apps, struct project *project, struct err *err)
{
    struct arena *arena = apps->arena;
    str root = project->root;
    bool by_make, by_rebar3 = uses_rebar3(arena, root);
    if (erlang_mk_used(arena, root, &by_make, err) != 0)
        return -1;
    if (by_make && by_rebar3)
        by_make = !fs_is_dir(path_join(arena, root, STR("_build")).ptr);
    if (by_make) {
        project->kind = PROJECT_ERLANG_MK;
        return erlang_mk_detect(apps, root, err);
    }
    if (!by_rebar3)
        return 0;
    project->kind = PROJECT_REBAR3;
    return rebar3_detect(apps, root, err);
}

static int detect_kind(struct app_list *apps, struct project *project, struct err *err)
{
    str text;
    if (project_file(apps->arena, project->root, "mix.exs", &text, err) != 0)
        return -1;
    if (text.ptr)
        return mix_detect(apps, text, project, err);
    if (detect_erlang(apps, project, err) != 0)
        return -1;
    if (project->kind != PROJECT_NONE)
        return 0;
    if (project_file(apps->arena, project->root, "gleam.toml", &text, err) != 0)
        return -1;
    if (text.ptr) {
        project->kind = PROJECT_GLEAM;
        gleam_detect(apps, text);
    }
    return 0;
}

/* Among several applications, the one with the folder's name is the main one. */
static void main_app_first(struct arena *arena, struct app_list *apps, str root)
{
    str name = project_folder_name(arena, root);
    for (size_t i = 1; i < apps->count; i++) {
        struct project_app app = apps->items[i];
        if (!str_eq(app.name, name))
            continue;
        for (size_t j = i; j > 0; j--)
            apps->items[j] = apps->items[j - 1];
        apps->items[0] = app;
        return;
    }
}

static bool lacks_version(const struct project *project)
{
    for (size_t i = 0; i < project->app_count; i++)
        if (!project->apps[i].version.ptr)
            return true;
    return false;
}

/* Versions that the sources do not tell, from the compiled applications. */
static void versions_from_build(struct arena *arena, struct project *project,
                                const char *environment)
{
    struct err ignored;
    str *dirs;
    size_t count;
    if (!lacks_version(project))
        return;
    err_init(&ignored);
    if (project_build_dirs(arena, project, str_of(environment), &dirs, &count,
                           &ignored) != 0)
        count = 0;
    err_release(&ignored);
    for (size_t i = 0; i < project->app_count; i++) {
        struct project_app *app = &project->apps[i];
        for (size_t j = 0; j < count && !app->version.ptr; j++) {
            str file = project_app_file(arena, dirs[j], app->name);
            str version = file.ptr ? app_file_version(arena, file.ptr) : file;
            if (path_is_safe_name(version))
                app->version = version;
        }
    }
}

int project_detect(struct arena *arena, const char *folder, struct project *project,
                   struct err *err)
{
    struct app_list apps = {.arena = arena};
    char *root = fs_real_path(arena, folder);
    if (!root || !fs_is_dir(root))
        return err_set(err, ERR_INPUT, "'%s' is not a folder", folder);
    *project = (struct project){.kind = PROJECT_NONE, .root = str_of(root)};
    if (detect_kind(&apps, project, err) != 0)
        return -1;
    main_app_first(arena, &apps, project->root);
    project->apps = apps.items;
    project->app_count = apps.count;
    versions_from_build(arena, project, "prod");
    versions_from_build(arena, project, "dev");
    return 0;
}

const char *project_kind_name(enum project_kind kind)
{
    static const char *const names[] = {
        [PROJECT_NONE] = "no project",       [PROJECT_MIX] = "Mix",
        [PROJECT_UMBRELLA] = "Mix umbrella", [PROJECT_REBAR3] = "rebar3",
        [PROJECT_ERLANG_MK] = "erlang.mk",   [PROJECT_GLEAM] = "Gleam",
    };
    return names[kind];
}

str project_folder_name(struct arena *arena, str root)
{
    char *name = arena_strz(arena, path_basename(root));
    for (char *c = name; *c; c++)
        if (*c == '-')
            *c = '_';
    return str_of(name);
}
