#include "build/planner.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"

/* `mix release` names the folder erts-VSN: the installation that it is in is meant. */
static str installation_of(const struct planner *planner, str path)
{
    str root = planner_path(planner, path);
    str plain = path_normalize(planner->arena, root);
    bool is_erts = str_starts(path_basename(plain), STR("erts-")) &&
                   fs_is_dir(path_join(planner->arena, plain, STR("bin")).ptr);
    return is_erts ? path_dirname(planner->arena, plain) : root;
}

int planner_find_erlang(struct planner *planner)
{
    const struct profile *profile = planner->profile;
    const struct place *place = NULL;
    str root = {NULL, 0};
    if (profile->include_erts.path.ptr) {
        root = installation_of(planner, profile->include_erts.path);
        place = &profile->include_erts.place;
    } else if (profile->erlang_root.value.ptr) {
        root = planner_path(planner, profile->erlang_root.value);
        place = &profile->erlang_root.place;
    } else {
        const char *erl = fs_find_program(planner->arena, "erl");
        root = str_of(erl ? target_root_of_program(planner->arena, erl) : NULL);
        if (!root.ptr && erl)
            err_set(planner->err, ERR_INPUT,
                    "'%s' on PATH does not lead to an Erlang installation", erl);
        else if (!root.ptr)
            err_set(planner->err, ERR_INPUT, "no Erlang installation was found on PATH");
        if (!root.ptr)
            return err_hint(planner->err,
                            "set erlang_root (or include_erts) in rel/config.yaml to the "
                            "folder that has erts-VSN/ and lib/");
    }
    if (target_read(planner->arena, root, &planner->plan->target, planner->err) == 0)
        return 0;
    return place && !planner->err->file ? planner_error_at(planner, place) : -1;
}

/* The folder that holds lib/elixir/ebin, above the `elixir` on PATH. */
static str elixir_root_on_path(struct planner *planner)
{
    const char *program = fs_find_program(planner->arena, "elixir");
    const char *real = program ? fs_real_path(planner->arena, program) : NULL;
    if (!real)
        return (str){NULL, 0};
    for (str folder = path_dirname(planner->arena, str_of(real)); folder.len > 1;
         folder = path_dirname(planner->arena, folder)) {
        str ebin = path_join(planner->arena, folder, STR("lib/elixir/ebin"));
        if (fs_is_dir(ebin.ptr))
            return folder;
    }
    return (str){NULL, 0};
}

static int add_elixir(struct planner *planner)
{
    const struct setting_text *setting = &planner->profile->elixir_root;
    str root = setting->value.ptr ? planner_path(planner, setting->value)
                                  : elixir_root_on_path(planner);
    str lib = root.ptr ? path_join(planner->arena, root, STR("lib")) : root;
    if (setting->value.ptr &&
        !fs_is_dir(path_join(planner->arena, lib, STR("elixir/ebin")).ptr)) {
        err_set(planner->err, ERR_INPUT,
                "'%.*s' is no Elixir installation: it has no folder lib/elixir/ebin",
                STR_ARG(root));
        return planner_error_at(planner, &setting->place);
    }
    return lib.ptr
               ? catalogue_add(&planner->catalogue, lib.ptr, ORIGIN_ELIXIR, planner->err)
               : 0;
}

static int add_lib_dirs(struct planner *planner)
{
    const struct setting_texts *dirs = &planner->profile->lib_dirs;
    for (size_t i = 0; i < dirs->count; i++) {
        str path =
            path_normalize(planner->arena, planner_path(planner, dirs->items[i].value));
        if (catalogue_add(&planner->catalogue, path.ptr, ORIGIN_LIB_DIR, planner->err) !=
            0)
            return planner_error_at(planner, &dirs->items[i].place);
    }
    return 0;
}

/* As lib_dirs; who names an ebin folder means the application that it is of. */
static int add_code_paths(struct planner *planner)
{
    const struct setting_texts *paths = &planner->profile->code_paths;
    for (size_t i = 0; i < paths->count; i++) {
        str path =
            path_normalize(planner->arena, planner_path(planner, paths->items[i].value));
        if (str_eqz(path_basename(path), "ebin"))
            path = path_dirname(planner->arena, path);
        if (catalogue_add(&planner->catalogue, path.ptr, ORIGIN_LIB_DIR, planner->err) !=
            0)
            return planner_error_at(planner, &paths->items[i].place);
    }
    return 0;
}

static int add_overrides(struct planner *planner)
{
    const struct setting_named_paths *overrides = &planner->profile->overrides;
    for (size_t i = 0; i < overrides->count; i++) {
        const struct setting_named_path *item = &overrides->items[i];
        str dir = path_normalize(planner->arena, planner_path(planner, item->path));
        if (catalogue_override(&planner->catalogue, item->name, dir.ptr, ORIGIN_LIB_DIR,
                               planner->err) != 0)
            return planner->err->file ? -1 : planner_error_at(planner, &item->place);
    }
    return 0;
}

static int find_build_dirs(struct planner *planner)
{
    const struct setting_text *setting = &planner->profile->build_dir;
    if (!setting->value.ptr)
        return project_build_dirs(planner->arena, planner->plan->project,
                                  planner->profile->environment, &planner->build_dirs,
                                  &planner->build_dir_count, planner->err);
    planner->build_dirs = arena_alloc(planner->arena, sizeof(str));
    planner->build_dirs[0] = planner_path(planner, setting->value);
    planner->build_dir_count = 1;
    if (fs_is_dir(planner->build_dirs[0].ptr))
        return 0;
    err_set(planner->err, ERR_INPUT, "the folder '%.*s' does not exist",
            STR_ARG(planner->build_dirs[0]));
    return planner_error_at(planner, &setting->place);
}

int planner_fill_catalogue(struct planner *planner)
{
    const struct target *target = &planner->plan->target;
    catalogue_init(&planner->catalogue, planner->arena, target->release);
    planner_exclude(planner);
    if (add_overrides(planner) != 0 || find_build_dirs(planner) != 0)
        return -1;
    for (size_t i = 0; i < planner->build_dir_count; i++)
        if (catalogue_add(&planner->catalogue, planner->build_dirs[i].ptr, ORIGIN_PROJECT,
                          planner->err) != 0)
            return -1;
    if (add_lib_dirs(planner) != 0 || add_code_paths(planner) != 0 ||
        add_elixir(planner) != 0)
        return -1;
    str lib = path_join(planner->arena, target->root, STR("lib"));
    return catalogue_add(&planner->catalogue, lib.ptr, ORIGIN_ERLANG, planner->err);
}
