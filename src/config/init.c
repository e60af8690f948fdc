#include "relc/config/init.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/config/check.h"
#include "relc/config/yaml.h"
#include "relc/template/builtin.h"
#include "relc/template/template.h"

#include "detect.h"

static bool has_app(const struct project *project, str name)
{
    for (size_t i = 0; i < project->app_count; i++)
        if (str_eq(project->apps[i].name, name))
            return true;
    return false;
}

/* A name as YAML text: quoted when it would read as true, false or nothing. */
static const char *yaml_name(struct arena *arena, str name)
{
    bool flag;
    struct yaml_node plain = {.kind = YAML_SCALAR, .text = name};
    bool special = yaml_is_bool(&plain, &flag) || yaml_is_null(&plain);
    const char *quote = special ? "\"" : "";
    return arena_printf(arena, "%s%.*s%s", quote, STR_ARG(name), quote).ptr;
}

static str release_name(struct arena *arena, const struct project *project)
{
    if (project->kind == PROJECT_UMBRELLA || !project->app_count)
        return project_folder_name(arena, project->root);
    return project->apps[0].name;
}

static int check_name(str name, struct err *err)
{
    if (check_release_name(name, err) == 0)
        return 0;
    return err_hint(err, "give the release a name of lower-case letters, digits and "
                         "underscores: relc init --name NAME");
}

/* The project's applications as a YAML list after "applications:". */
static const char *application_list(struct arena *arena, const struct project *project,
                                    str release)
{
    str list = STR("");
    for (size_t i = 0; i < project->app_count; i++)
        list = arena_printf(arena, "%s\n      - %s", list.ptr,
                            yaml_name(arena, project->apps[i].name));
    if (!project->app_count && project->kind == PROJECT_NONE)
        return " [] # [my_app, runtime_tools]";
    if (!project->app_count)
        list = arena_printf(arena, "\n      - %s", yaml_name(arena, release));
    return arena_printf(arena, "%s\n      # - runtime_tools", list.ptr).ptr;
}

static void put_text(struct map *vars, str name, const char *text)
{
    map_put(vars, name, arena_strz(vars->arena, str_of(text)));
}

static void put_version(struct map *vars, const struct project *project, str release)
{
    struct arena *arena = vars->arena;
    const char *version = "\"0.1.0\"", *note = "Raise it for every release.";
    if (has_app(project, release)) {
        version = "current";
        note = "That of the application with the release's name.";
    } else if (project->app_count == 1) {
        version =
            arena_printf(arena, "{current: %s}", yaml_name(arena, project->apps[0].name))
                .ptr;
        note = "That of the application.";
    }
    put_text(vars, STR("version"), version);
    put_text(vars, STR("version_note"), note);
}

/* Settings that depend on what is in the project's folder. */
static const char *setting_lines(struct arena *arena, const struct project *project)
{
    if (project->kind == PROJECT_NONE)
        return "    # Where compiled applications are: folders that hold them as "
               "APP/ebin or\n"
               "    # APP-VSN/ebin, or that are one. Those of the Erlang installation "
               "are known.\n"
               "    lib_dirs: []\n";
    if (project_has_file(arena, project->root, "config/sys.config"))
        return "    sys_config: config/sys.config\n";
    return "";
}

/* rebar3's template for releases keeps the node's name in config/vm.args. */
static const char *vm_args_path(struct arena *arena, const struct project *project)
{
    return project_has_file(arena, project->root, "config/vm.args") ? "config/vm.args"
                                                                    : "rel/vm.args";
}

static const char *project_words(struct arena *arena, const struct project *project)
{
    if (project->kind == PROJECT_NONE)
        return "this folder";
    return arena_printf(arena, "this project (%s)", project_kind_name(project->kind)).ptr;
}

static const char *commands(struct arena *arena, const struct project *project)
{
    str compile = project_compile_command(arena, project, STR("prod"));
    return arena_printf(arena, "%.*s%srelc build --env=prod", STR_ARG(compile),
                        compile.len ? "\n#     " : "")
        .ptr;
}

static void put_all(struct map *vars, const struct project *project, str name)
{
    struct arena *arena = vars->arena;
    put_text(vars, STR("project"), project_words(arena, project));
    put_text(vars, STR("commands"), commands(arena, project));
    put_text(vars, STR("release"), yaml_name(arena, name));
    put_version(vars, project, name);
    put_text(vars, STR("applications"), application_list(arena, project, name));
    put_text(vars, STR("vm_args"), vm_args_path(arena, project));
    put_text(vars, STR("settings"), setting_lines(arena, project));
}

static int render(struct arena *arena, const struct init_options *options,
                  const struct map *vars, struct buf *out, struct err *err)
{
    const char *file = options->template_file;
    str text;
    if (!file)
        return template_render(out, builtin_get("init/config.yaml"), "init/config.yaml",
                               vars, err);
    return fs_read(arena, file, 0, &text, err) == 0
               ? template_render(out, text, file, vars, err)
               : -1;
}

static void remove_comments(struct arena *arena, struct buf *text)
{
    str rest = arena_str(arena, buf_view(text));
    bool blank = true; /* no empty line at the start, nor two together */
    buf_clear(text);
    while (rest.len) {
        str line = str_split(&rest, '\n'), words = str_trim(line);
        if (str_starts(words, STR("#")) || (!words.len && blank))
            continue;
        blank = !words.len;
        buf_str(text, line);
        buf_putc(text, '\n');
    }
}

int init_config_text(struct arena *arena, const struct project *project,
                     const struct init_options *options, struct buf *out, struct err *err)
{
    struct map vars;
    str name = options->name.ptr ? options->name : release_name(arena, project);
    if (check_name(name, err) != 0)
        return -1;
    map_init(&vars, arena);
    put_all(&vars, project, name);
    if (render(arena, options, &vars, out, err) != 0)
        return -1;
    if (options->without_comments)
        remove_comments(arena, out);
    return 0;
}
