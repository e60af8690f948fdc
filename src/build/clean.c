#include "relc/build/clean.h"

#include "build/builder.h"
#include "build/running.h"
#include "relc/base/fs.h"
#include "relc/base/map.h"
#include "relc/base/path.h"
#include "relc/term/read.h"

/* One .rel file of the output folder: a version of this release or of another one. */
struct installed {
    str name;
    str vsn;
    str *folders; /* "lib/APP-VSN"..., "erts-VSN": what it needs */
    size_t folder_count;
    bool goes;
};

struct cleaner {
    struct arena *arena;
    struct cleaning *cleaning;
    struct installed *installed;
    size_t count;
    size_t capacity;
    struct err *err;
};

static str in_root(const struct cleaner *cleaner, str path)
{
    return path_join(cleaner->arena, cleaner->cleaning->root, path);
}

/* The folder must not be followed where it is a link, as in dev_mode. */
static bool is_there(const struct cleaner *cleaner, str path)
{
    struct stat st;
    return lstat(in_root(cleaner, path).ptr, &st) == 0;
}

/* {release, {Name, Vsn}, {erts, ErtsVsn}, [{App, Vsn}...]}; what is else leaves it out.
 */
static void read_folders(struct cleaner *cleaner, const struct term *rel,
                         struct installed *installed)
{
    const struct term *apps = &rel->as.list.items[3], *erts = &rel->as.list.items[2];
    struct arena *arena = cleaner->arena;
    str text;
    if (term_is_tuple(erts, "erts", 2) &&
        term_to_text(arena, &erts->as.list.items[1], &text))
        installed->folders[installed->folder_count++] =
            arena_printf(arena, "erts-%.*s", STR_ARG(text));
    for (size_t i = 0; i < apps->as.list.count; i++) {
        const struct term *app = &apps->as.list.items[i];
        if (app->kind != TERM_TUPLE || app->as.list.count < 2 ||
            app->as.list.items[0].kind != TERM_ATOM ||
            !term_to_text(arena, &app->as.list.items[1], &text))
            continue;
        installed->folders[installed->folder_count++] =
            arena_printf(arena, "lib/%.*s-%.*s", STR_ARG(app->as.list.items[0].as.atom),
                         STR_ARG(text));
    }
}

static int read_rel(struct cleaner *cleaner, str vsn, str file_name)
{
    struct arena *arena = cleaner->arena;
    struct term rel;
    str file = in_root(cleaner, arena_printf(arena, "releases/%.*s/%.*s", STR_ARG(vsn),
                                             STR_ARG(file_name)));
    if (term_read_file_first(arena, file.ptr, &rel, cleaner->err) != 0)
        return -1;
    if (!term_is_tuple(&rel, "release", 4) ||
        !term_is_proper_list(&rel.as.list.items[3])) {
        err_set(cleaner->err, ERR_FORMAT,
                "it describes no release, so that what may go cannot be told");
        return err_at(cleaner->err, file.ptr, 0, 0);
    }
    cleaner->installed = arena_grow(arena, cleaner->installed, cleaner->count,
                                    &cleaner->capacity, sizeof *cleaner->installed);
    struct installed *installed = &cleaner->installed[cleaner->count++];
    *installed = (struct installed){
        .name = str_slice(file_name, 0, file_name.len - 4),
        .vsn = vsn,
        .folders = arena_array(arena, rel.as.list.items[3].as.list.count + 1,
                               sizeof *installed->folders),
    };
    read_folders(cleaner, &rel, installed);
    return 0;
}

static int read_version(struct cleaner *cleaner, str vsn)
{
    struct fs_list list;
    str folder =
        in_root(cleaner, arena_printf(cleaner->arena, "releases/%.*s", STR_ARG(vsn)));
    if (fs_list(cleaner->arena, folder.ptr, &list, cleaner->err) != 0)
        return -1;
    for (size_t i = 0; i < list.count; i++)
        if (list.entries[i].kind == FS_FILE &&
            str_ends(list.entries[i].name, STR(".rel")) &&
            read_rel(cleaner, vsn, list.entries[i].name) != 0)
            return -1;
    return 0;
}

static int read_installed(struct cleaner *cleaner)
{
    struct fs_list list;
    str folder = in_root(cleaner, STR("releases"));
    if (!fs_is_dir(folder.ptr))
        return 0;
    if (fs_list(cleaner->arena, folder.ptr, &list, cleaner->err) != 0)
        return -1;
    for (size_t i = 0; i < list.count; i++)
        if (list.entries[i].kind == FS_DIR &&
            read_version(cleaner, list.entries[i].name) != 0)
            return -1;
    return 0;
}

static struct installed *highest(const struct cleaner *cleaner, bool staying)
{
    struct installed *found = NULL;
    for (size_t i = 0; i < cleaner->count; i++) {
        struct installed *one = &cleaner->installed[i];
        if (!str_eq(one->name, cleaner->cleaning->profile.release) ||
            (staying && one->goes))
            continue;
        if (!found || version_compare(one->vsn, found->vsn) > 0)
            found = one;
    }
    return found;
}

/* The version that start_erl.data names, else the highest one; NULL: none is there. */
static struct installed *last_version(const struct cleaner *cleaner)
{
    struct err ignored;
    str content;
    err_init(&ignored);
    str file = in_root(cleaner, STR("releases/start_erl.data"));
    if (fs_read(cleaner->arena, file.ptr, 4096, &content, &ignored) != 0) {
        err_release(&ignored);
        return highest(cleaner, false);
    }
    str rest = str_trim(content);
    str_split(&rest, ' ');
    str vsn = str_trim(rest);
    for (size_t i = 0; i < cleaner->count; i++)
        if (str_eq(cleaner->installed[i].name, cleaner->cleaning->profile.release) &&
            str_eq(cleaner->installed[i].vsn, vsn))
            return &cleaner->installed[i];
    return highest(cleaner, false);
}

static void choose_versions(struct cleaner *cleaner)
{
    struct cleaning *cleaning = cleaner->cleaning;
    const struct installed *last = last_version(cleaner);
    cleaning->versions.items =
        arena_array(cleaner->arena, cleaner->count, sizeof *cleaning->versions.items);
    cleaning->empties = last != NULL;
    for (size_t i = 0; i < cleaner->count; i++) {
        struct installed *one = &cleaner->installed[i];
        one->goes = str_eq(one->name, cleaning->profile.release) &&
                    (one == last) == (cleaning->extent == CLEAN_LAST);
        if (one->goes)
            cleaning->versions.items[cleaning->versions.count++] = one->vsn;
        else
            cleaning->empties = false;
    }
    const struct installed *next = highest(cleaner, true);
    if (next && cleaning->extent == CLEAN_LAST && cleaning->versions.count)
        cleaning->next = next->vsn;
}

static void add_path(struct cleaner *cleaner, struct map *seen, str path,
                     size_t *capacity)
{
    struct names *paths = &cleaner->cleaning->paths;
    if (!is_there(cleaner, path) || map_put(seen, path, seen))
        return;
    paths->items = arena_grow(cleaner->arena, paths->items, paths->count, capacity,
                              sizeof *paths->items);
    paths->items[paths->count++] = path;
}

/* What relc writes once for all versions. */
static void add_common_paths(struct cleaner *cleaner, struct map *seen, size_t *capacity)
{
    static const char *const fixed[] = {
        "bin/start",         "bin/start_clean.boot",    "bin/no_dot_erlang.boot",
        "releases/RELEASES", "releases/start_erl.data", "releases/COOKIE"};
    static const struct {
        const char *folder;
        const char *suffix;
    } named[] = {{"bin", ""}, {"bin", ".bat"}, {"releases", ".rel"}};
    str name = cleaner->cleaning->profile.release;
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        add_path(cleaner, seen, str_of(fixed[i]), capacity);
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        add_path(cleaner, seen,
                 arena_printf(cleaner->arena, "%s/%.*s%s", named[i].folder, STR_ARG(name),
                              named[i].suffix),
                 capacity);
}

static void choose_paths(struct cleaner *cleaner)
{
    struct arena *arena = cleaner->arena;
    struct cleaning *cleaning = cleaner->cleaning;
    struct map seen;
    size_t capacity = 0;
    map_init(&seen, arena);
    for (size_t i = 0; i < cleaner->count; i++)
        for (size_t j = 0;
             !cleaner->installed[i].goes && j < cleaner->installed[i].folder_count; j++)
            map_put(&seen, cleaner->installed[i].folders[j], cleaner);
    for (size_t i = 0; i < cleaner->count; i++) {
        const struct installed *one = &cleaner->installed[i];
        if (!one->goes)
            continue;
        add_path(cleaner, &seen, arena_printf(arena, "releases/%.*s", STR_ARG(one->vsn)),
                 &capacity);
        for (size_t j = 0; j < one->folder_count; j++)
            add_path(cleaner, &seen, one->folders[j], &capacity);
    }
    if (cleaning->extent == CLEAN_LAST && cleaning->versions.count)
        add_path(cleaner, &seen,
                 arena_printf(arena, "bin/%.*s.run", STR_ARG(cleaning->profile.release)),
                 &capacity);
    if (cleaning->empties)
        add_common_paths(cleaner, &seen, &capacity);
}

static int check_not_running(struct cleaner *cleaner)
{
    const struct cleaning *cleaning = cleaner->cleaning;
    long pid = running_in(cleaner->arena, cleaning->root.ptr);
    if (!pid)
        return 0;
    err_set(cleaner->err, ERR_INPUT,
            "process %ld runs out of '%.*s', nothing was removed", pid,
            STR_ARG(cleaning->root));
    return err_hint(cleaner->err, "stop the node first: %.*s/bin/%.*s stop",
                    STR_ARG(cleaning->root), STR_ARG(cleaning->profile.release));
}

/* A mistaken output_dir must not cost anybody their files. */
static int check_whole(struct cleaner *cleaner)
{
    const struct cleaning *cleaning = cleaner->cleaning;
    struct fs_list list;
    str inside = arena_printf(cleaner->arena, "%.*s/", STR_ARG(cleaning->root));
    str project = arena_printf(cleaner->arena, "%.*s/", STR_ARG(cleaning->project.root));
    if (str_starts(project, inside))
        return err_set(cleaner->err, ERR_INPUT,
                       "cannot remove '%.*s': the project is in it",
                       STR_ARG(cleaning->root));
    if (fs_list(cleaner->arena, cleaning->root.ptr, &list, cleaner->err) != 0)
        return -1;
    if (!list.count || is_there(cleaner, STR("releases")))
        return 0;
    err_set(cleaner->err, ERR_INPUT, "'%.*s' holds no release, nothing was removed",
            STR_ARG(cleaning->root));
    return err_hint(cleaner->err,
                    "if it is the folder that you mean, remove it yourself");
}

static struct build_options settings_only(const struct clean_options *options)
{
    return (struct build_options){.folder = options->folder, .choice = options->choice};
}

int clean_releases(struct arena *arena, const struct clean_options *options,
                   struct names *names, struct err *err)
{
    struct build_options build = settings_only(options);
    struct builder builder;
    builder_init(&builder, arena, &build, NULL, err);
    if (builder_settings(&builder) != 0)
        return -1;
    return profile_releases(arena, builder.config_file.ptr, names, err);
}

int clean_decide(struct arena *arena, const struct clean_options *options,
                 struct cleaning *cleaning, struct err *err)
{
    struct cleaner cleaner = {.arena = arena, .cleaning = cleaning, .err = err};
    struct build_options build = settings_only(options);
    struct builder builder;
    builder_init(&builder, arena, &build, NULL, err);
    if (builder_settings(&builder) != 0)
        return -1;
    *cleaning = (struct cleaning){.project = builder.project,
                                  .profile = builder.profile,
                                  .extent = options->extent};
    str root = plan_output_dir(arena, &cleaning->project, &cleaning->profile);
    if (!fs_is_dir(root.ptr))
        return 0;
    cleaning->root = root;
    if (check_not_running(&cleaner) != 0)
        return -1;
    if (cleaning->extent == CLEAN_ALL)
        return check_whole(&cleaner);
    if (read_installed(&cleaner) != 0)
        return -1;
    choose_versions(&cleaner);
    choose_paths(&cleaner);
    return 0;
}
