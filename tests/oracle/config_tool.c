/*
 * What config/ knows of a project, for config_oracle.sh:
 *
 *     config_tool FOLDER ENVIRONMENT
 *
 * prints "kind KIND", "app NAME VERSION" for each application, "dir PATH" for each
 * folder of compiled applications (or "error MESSAGE" and "hint HINT"), "output PATH".
 */
#include "relc/config/project.h"

#include <stdio.h>

static int print_failure(const struct err *err)
{
    printf("error %s\n", err->message);
    if (err->hint)
        printf("hint %s\n", err->hint);
    return 1;
}

static int print_dirs(struct arena *arena, const struct project *project, str environment,
                      struct err *err)
{
    str *dirs;
    size_t count;
    if (project_build_dirs(arena, project, environment, &dirs, &count, err) != 0)
        return print_failure(err);
    for (size_t i = 0; i < count; i++)
        printf("dir %s\n", dirs[i].ptr);
    return 0;
}

static int print_project(struct arena *arena, const char *folder, str environment,
                         struct err *err)
{
    struct project project;
    if (project_detect(arena, folder, &project, err) != 0)
        return print_failure(err);
    printf("kind %s\n", project_kind_name(project.kind));
    for (size_t i = 0; i < project.app_count; i++) {
        str version = project.apps[i].version;
        printf("app %s %s\n", project.apps[i].name.ptr,
               version.ptr ? version.ptr : "unknown");
    }
    str output = project_output_dir(arena, &project, environment, STR("rel1"));
    printf("output %s\n", output.ptr);
    return print_dirs(arena, &project, environment, err);
}

int main(int argc, char **argv)
{
    struct arena arena;
    struct err err;
    if (argc != 3) {
        fputs("usage: config_tool FOLDER ENVIRONMENT\n", stderr);
        return 2;
    }
    arena_init(&arena);
    err_init(&err);
    int status = print_project(&arena, argv[1], str_of(argv[2]), &err);
    err_release(&err);
    arena_release(&arena);
    return status;
}
