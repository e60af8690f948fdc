#include "detect.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/term/read.h"

str app_file_version(struct arena *arena, const char *path)
{
    struct err ignored;
    struct term term;
    str version = {NULL, 0};
    err_init(&ignored);
    if (term_read_file_first(arena, path, &term, &ignored) != 0) {
        err_release(&ignored);
        return version;
    }
    if (!term_is_tuple(&term, "application", 3))
        return version;
    const struct term *vsn = term_lookup(&term.as.list.items[2], "vsn");
    if (!vsn || !term_to_text(arena, vsn, &version))
        return (str){NULL, 0};
    return version;
}

/* rebar3 makes these from the version control system, also when they are strings. */
static bool is_version_rule(str version)
{
    return str_eqz(version, "git") || str_eqz(version, "semver");
}

static int add_source_apps(struct app_list *apps, str app_root, struct err *err)
{
    struct arena *arena = apps->arena;
    struct fs_list files;
    str folder = path_join(arena, app_root, STR("src"));
    if (!fs_is_dir(folder.ptr))
        return 0;
    if (fs_list(arena, folder.ptr, &files, err) != 0)
        return -1;
    for (size_t i = 0; i < files.count; i++) {
        str name = files.entries[i].name;
        if (str_ends(name, STR(".script")))
            name.len -= sizeof ".script" - 1;
        if (!str_ends(name, STR(".app.src")))
            continue;
        str path = path_join(arena, folder, arena_str(arena, name));
        str version = app_file_version(arena, path.ptr);
        if (is_version_rule(version))
            version = (str){NULL, 0};
        name.len -= sizeof ".app.src" - 1;
        app_list_add(apps, name, version);
    }
    return 0;
}

/* An application without sources of its own: ebin/NAME.app. */
static int add_compiled_apps(struct app_list *apps, str app_root, struct err *err)
{
    struct arena *arena = apps->arena;
    struct fs_list files;
    str folder = path_join(arena, app_root, STR("ebin"));
    if (!fs_is_dir(folder.ptr))
        return 0;
    if (fs_list(arena, folder.ptr, &files, err) != 0)
        return -1;
    for (size_t i = 0; i < files.count; i++) {
        str name = files.entries[i].name;
        if (!str_ends(name, STR(".app")))
            continue;
        str path = path_join(arena, folder, name);
        name.len -= sizeof ".app" - 1;
        app_list_add(apps, name, app_file_version(arena, path.ptr));
    }
    return 0;
}

static int add_apps_at(struct app_list *apps, str app_root, struct err *err)
{
    return add_source_apps(apps, app_root, err) != 0 ||
                   add_compiled_apps(apps, app_root, err) != 0
               ? -1
               : 0;
}

/* The applications at a pattern of rebar3's: FOLDER, or FOLDER with a star after it. */
static int add_apps_by_pattern(struct app_list *apps, str root, str pattern,
                               struct err *err)
{
    str *names;
    size_t count, star = str_find(pattern, '*');
    if (star == pattern.len)
        return add_apps_at(apps, path_join(apps->arena, root, pattern), err);
    str folder = arena_str(apps->arena, str_slice(pattern, 0, star));
    if (project_folders(apps->arena, root, folder.ptr, &names, &count, err) != 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        str app = path_join(apps->arena, folder, names[i]);
        if (add_apps_at(apps, path_join(apps->arena, root, app), err) != 0)
            return -1;
    }
    return 0;
}

/* The value of {project_app_dirs, [Pattern]} in rebar.config, or NULL. */
static const struct term *app_dirs_setting(struct arena *arena, str root)
{
    struct term *terms;
    size_t count;
    struct err ignored;
    str text, path = path_join(arena, root, STR("rebar.config"));
    err_init(&ignored);
    struct term_source source = {.file = path.ptr};
    if (fs_read(arena, path.ptr, PROJECT_FILE_MAX_BYTES, &text, &ignored) != 0 ||
        (source.text = text,
         term_read_all(arena, &source, &terms, &count, &ignored) != 0)) {
        err_release(&ignored);
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        if (term_is_tuple(&terms[i], "project_app_dirs", 2) &&
            term_is_proper_list(&terms[i].as.list.items[1]))
            return &terms[i].as.list.items[1];
    return NULL;
}

int rebar3_detect(struct app_list *apps, str root, struct err *err)
{
    static const char *const usual[] = {".", "apps/*", "lib/*"};
    const struct term *dirs = app_dirs_setting(apps->arena, root);
    for (size_t i = 0; !dirs && i < sizeof usual / sizeof *usual; i++)
        if (add_apps_by_pattern(apps, root, str_of(usual[i]), err) != 0)
            return -1;
    for (size_t i = 0; dirs && i < dirs->as.list.count; i++) {
        str pattern;
        if (term_to_text(apps->arena, &dirs->as.list.items[i], &pattern) &&
            add_apps_by_pattern(apps, root, pattern, err) != 0)
            return -1;
    }
    return 0;
}

/* The makefile that make would read. */
static int makefile_read(struct arena *arena, str root, str *text, struct err *err)
{
    static const char *const names[] = {"GNUmakefile", "makefile", "Makefile"};
    *text = (str){NULL, 0};
    for (size_t i = 0; i < sizeof names / sizeof *names && !text->ptr; i++)
        if (project_file(arena, root, names[i], text, err) != 0)
            return -1;
    return 0;
}

static bool is_include_of_erlang_mk(str line)
{
    line = str_trim(str_slice(line, 0, str_find(line, '#')));
    if (str_starts(line, STR("-")))
        line = str_slice(line, 1, line.len);
    else if (str_starts(line, STR("s")))
        line = str_slice(line, 1, line.len);
    return str_starts(line, STR("include ")) && str_ends(line, STR("erlang.mk"));
}

int erlang_mk_used(struct arena *arena, str root, bool *used, struct err *err)
{
    str text;
    *used = false;
    if (makefile_read(arena, root, &text, err) != 0)
        return -1;
    for (str rest = text; rest.ptr && !*used;)
        *used = is_include_of_erlang_mk(str_split(&rest, '\n'));
    return 0;
}

/*
 * The value that a makefile gives to a variable with = := ::= or ?=; ptr NULL when it
 * gives none, or one that make would have to compute.
 */
static str makefile_variable(struct arena *arena, str text, const char *name)
{
    str value = {NULL, 0};
    for (str rest = text; rest.ptr;) {
        str line = str_split(&rest, '\n');
        line = str_slice(line, 0, str_find(line, '#'));
        size_t equals = str_find(line, '=');
        if (equals == line.len || line.ptr[0] == '\t')
            continue;
        str left = str_trim(str_slice(line, 0, equals));
        while (left.len &&
               (left.ptr[left.len - 1] == ':' || left.ptr[left.len - 1] == '?'))
            left = str_trim(str_slice(left, 0, left.len - 1));
        if (str_eqz(left, name))
            value = arena_str(arena, str_trim(str_slice(line, equals + 1, line.len)));
    }
    return str_find(value, '$') < value.len ? (str){NULL, 0} : value;
}

/* One application: PROJECT and PROJECT_VERSION, else the folder's name and .app.src. */
static int add_erlang_mk_app(struct app_list *apps, str root, struct err *err)
{
    struct arena *arena = apps->arena;
    str text;
    if (makefile_read(arena, root, &text, err) != 0)
        return -1;
    str name = makefile_variable(arena, text, "PROJECT");
    str version = makefile_variable(arena, text, "PROJECT_VERSION");
    if (!name.len)
        name = path_basename(root);
    if (!version.len) {
        str source = arena_printf(arena, "src/%.*s.app.src", STR_ARG(name));
        version = app_file_version(arena, path_join(arena, root, source).ptr);
    }
    app_list_add(apps, name, version);
    return 0;
}

int erlang_mk_detect(struct app_list *apps, str root, struct err *err)
{
    struct arena *arena = apps->arena;
    str *names;
    size_t count;
    bool own = fs_is_dir(path_join(arena, root, STR("src")).ptr) ||
               fs_is_dir(path_join(arena, root, STR("ebin")).ptr);
    if (own && add_erlang_mk_app(apps, root, err) != 0)
        return -1;
    if (project_folders(arena, root, "apps", &names, &count, err) != 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        bool used;
        str app = path_join(arena, path_join(arena, root, STR("apps")), names[i]);
        if (erlang_mk_used(arena, app, &used, err) != 0 ||
            (used && add_erlang_mk_app(apps, app, err) != 0))
            return -1;
    }
    return 0;
}
