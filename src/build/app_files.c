#include "build/app_files.h"

#include "relc/base/fs.h"
#include "relc/base/map.h"
#include "relc/base/path.h"
#include "relc/beam/beam.h"

static const str beam_suffix = {".beam", 5};

/* The file is a BEAM file to its end, and of the module that it is named after. */
static int check_beam(struct arena *arena, const char *path, str module, struct err *err)
{
    str bytes, name;
    if (fs_map(path, &bytes, err) != 0)
        return -1;
    int result = beam_check_size(bytes, path, err);
    if (result == 0)
        result = beam_module_name(arena, bytes, path, &name, err);
    if (result == 0 && !str_eq(name, module)) {
        err_set(err, ERR_FORMAT, "the file holds module '%.*s' instead of '%.*s'",
                STR_ARG(name), STR_ARG(module));
        result = err_at(err, path, 0, 0);
    }
    fs_unmap(bytes);
    if (result != 0 && !err->hint)
        err_hint(err, "compile the application again");
    return result;
}

/* Files that were good before, and are the same, are not opened. */
static int check_once(struct arena *arena, const char *path, str module,
                      struct cache *cache, struct err *err)
{
    struct cache_check check;
    if (cache_has_passed(cache, "module", path, &check))
        return 0;
    if (check_beam(arena, path, module, err) != 0)
        return -1;
    cache_passed(cache, &check);
    return 0;
}

static int missing_module(const struct app *app, str module, struct err *err)
{
    err_set(err, ERR_INPUT,
            "application '%.*s' lists module '%.*s', but '%s/ebin' has no "
            "'%.*s.beam'",
            STR_ARG(app->name), STR_ARG(module), app->dir, STR_ARG(module));
    err_hint(err, "compile the application again, or take the module out of its .app");
    return err_at(err, app->file, 0, 0);
}

static int check_listed(struct arena *arena, const struct app *app,
                        const struct map *present, struct cache *cache, struct err *err)
{
    for (size_t i = 0; i < app->modules.count; i++) {
        str module = app->modules.items[i];
        const char *path = map_get(present, module);
        if (!path)
            return missing_module(app, module, err);
        if (check_once(arena, path, module, cache, err) != 0)
            return -1;
    }
    return 0;
}

/* The modules in ebin/: name -> path. */
static int list_ebin(struct arena *arena, const struct app *app, struct map *present,
                     struct err *err)
{
    struct fs_list list;
    str ebin = path_join(arena, str_of(app->dir), STR("ebin"));
    map_init(present, arena);
    if (fs_list(arena, ebin.ptr, &list, err) != 0)
        return -1;
    for (size_t i = 0; i < list.count; i++) {
        str file = list.entries[i].name;
        if (str_ends(file, beam_suffix))
            map_put(present, str_slice(file, 0, file.len - beam_suffix.len),
                    (void *)path_join(arena, ebin, file).ptr);
    }
    return 0;
}

static void warn_of_unlisted(struct arena *arena, const struct app *app,
                             const struct map *present, const struct report *report)
{
    struct map listed;
    map_init(&listed, arena);
    for (size_t i = 0; i < app->modules.count; i++)
        map_put(&listed, app->modules.items[i], &listed);
    for (size_t i = 0; i < present->count; i++)
        if (!map_has(&listed, present->entries[i].key) &&
            !names_have(&app->left_out, present->entries[i].key))
            report_say(report, REPORT_WARNING,
                       "'%s' is not in the modules of '%s': it is not loaded at boot",
                       (const char *)present->entries[i].value, app->file);
}

int app_files_check(struct arena *arena, const struct app *app,
                    const struct report *report, struct cache *cache, struct err *err)
{
    struct map present;
    if (list_ebin(arena, app, &present, err) != 0 ||
        check_listed(arena, app, &present, cache, err) != 0)
        return -1;
    warn_of_unlisted(arena, app, &present, report);
    return 0;
}
