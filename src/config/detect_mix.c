#include "detect.h"

#include "relc/base/path.h"

#include "mixfile.h"

/* The applications of an umbrella: every folder under apps_path that has a mix.exs. */
static int umbrella_apps(struct app_list *apps, str root, const char *folder,
                         struct err *err)
{
    str *names;
    size_t count;
    if (project_folders(apps->arena, root, folder, &names, &count, err) != 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        str text, child = path_join(apps->arena, str_of(folder), names[i]);
        if (project_file(apps->arena, path_join(apps->arena, root, child), "mix.exs",
                         &text, err) != 0)
            return -1;
        if (!text.ptr)
            continue;
        struct mix_file file = mix_file_read(apps->arena, text);
        app_list_add(apps, file.app.ptr ? file.app : names[i], file.version);
    }
    return 0;
}

int mix_detect(struct app_list *apps, str text, struct project *project, struct err *err)
{
    struct mix_file file = mix_file_read(apps->arena, text);
    project->kind = PROJECT_MIX;
    project->build_path = file.build_path;
    project->one_build_folder = file.one_build_folder;
    if (file.app.ptr && !file.has_apps_path) {
        app_list_add(apps, file.app, file.version);
        return 0;
    }
    const char *folder = file.apps_path.ptr ? file.apps_path.ptr : "apps";
    if (umbrella_apps(apps, project->root, folder, err) != 0)
        return -1;
    if (file.has_apps_path || apps->count)
        project->kind = PROJECT_UMBRELLA;
    return 0;
}
