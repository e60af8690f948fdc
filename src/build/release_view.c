#include "relc/build/release_view.h"

#include "build/package_info.h"
#include "build/view_package.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/image/parts.h"
#include "relc/term/read.h"

#include <errno.h>
#include <unistd.h>

/* Releases that installations and builders add to a release's folder. */
static const char *const helper_releases[] = {"start_clean", "no_dot_erlang",
                                              "start_sasl"};

struct opener {
    struct arena *arena;
    struct release_view *view;
    struct release_choice choice;
    const struct release_next *next; /* or NULL */
    bool whole;                      /* of a tarball everything is wanted */
    struct view_twins twins;
    struct err *err;
};

static str in_root(const struct opener *opener, const char *path)
{
    return path_join(opener->arena, opener->view->root, str_of(path));
}

static int not_a_release(struct opener *opener, const char *why)
{
    err_set(opener->err, ERR_INPUT, "'%.*s' is no release: %s",
            STR_ARG(opener->view->source), why);
    return err_hint(opener->err, "give the folder that has lib/ and releases/, or the "
                                 "tarball of a release");
}

/* Of a folder that a build wrote the cache may know what its applications are made of. */
static void know_twins(struct opener *opener)
{
    const struct release_next *next = opener->next;
    struct map same;
    if (!next || !next->apps || !next->cache)
        return;
    folder_parts_same(opener->twins.arena, next->apps, opener->view->root.ptr,
                      next->cache, &same);
    for (size_t i = 0; i < same.count; i++)
        view_twins_know(&opener->twins, same.entries[i].key);
}

static int find_root(struct opener *opener, const char *path)
{
    struct release_view *view = opener->view;
    view->source = str_of(arena_strz(opener->arena, str_of(path)));
    view->root = view->source;
    if (fs_is_file(path)) {
        const struct view_package package = {path, opener->next, &opener->twins,
                                             opener->whole};
        if (view_unpack(opener->arena, &package, view, opener->err) != 0)
            return -1;
    } else {
        const char *real = fs_real_path(opener->arena, path);
        if (!real)
            return err_errno(opener->err, errno, "cannot open the release '%s'", path);
        view->root = str_of(real);
        know_twins(opener);
    }
    if (!fs_is_dir(in_root(opener, "lib").ptr))
        return not_a_release(opener, "it has no folder 'lib'");
    if (!fs_is_dir(in_root(opener, "releases").ptr))
        return not_a_release(opener, "it has no folder 'releases'");
    return 0;
}

static bool is_helper(str name)
{
    for (size_t i = 0; i < sizeof helper_releases / sizeof *helper_releases; i++)
        if (str_eqz(name, helper_releases[i]))
            return true;
    return false;
}

/* The file NAME.rel in a folder; without a name the only one. ptr NULL: none, or several.
 */
static int find_rel(struct opener *opener, const char *folder, str *file)
{
    struct fs_list list;
    size_t count = 0;
    *file = (str){NULL, 0};
    if (fs_list(opener->arena, folder, &list, opener->err) != 0)
        return -1;
    for (size_t i = 0; i < list.count; i++) {
        str entry = list.entries[i].name;
        str name = str_slice(entry, 0, entry.len - (entry.len < 4 ? entry.len : 4));
        if (list.entries[i].kind != FS_FILE || !str_ends(entry, STR(".rel")) ||
            is_helper(name))
            continue;
        if (opener->choice.name.ptr && !str_eq(name, opener->choice.name))
            continue;
        *file = path_join(opener->arena, str_of(folder), entry);
        count++;
    }
    if (count != 1)
        *file = (str){NULL, 0};
    return 0;
}

/* The version that start_erl.data names; ptr NULL when it does not. */
static int version_that_starts(struct opener *opener, str *vsn)
{
    str content, path = in_root(opener, "releases/start_erl.data");
    *vsn = (str){NULL, 0};
    if (!fs_is_file(path.ptr))
        return 0;
    if (fs_read(opener->arena, path.ptr, 4096, &content, opener->err) != 0)
        return -1;
    str rest = str_trim(content);
    str_split(&rest, ' ');
    if (rest.ptr)
        *vsn = arena_str(opener->arena, str_trim(rest));
    return 0;
}

/* The only folder of releases/ that holds a .rel. */
static int only_version(struct opener *opener, str *vsn)
{
    struct fs_list list;
    size_t count = 0;
    str folder = in_root(opener, "releases"), file;
    if (fs_list(opener->arena, folder.ptr, &list, opener->err) != 0)
        return -1;
    for (size_t i = 0; i < list.count; i++) {
        str path = path_join(opener->arena, folder, list.entries[i].name);
        if (!fs_is_dir(path.ptr))
            continue;
        if (find_rel(opener, path.ptr, &file) != 0)
            return -1;
        if (file.ptr) {
            *vsn = list.entries[i].name;
            count++;
        }
    }
    if (count == 1)
        return 0;
    return not_a_release(opener, count ? "it holds several versions and does not say "
                                         "which one starts (releases/start_erl.data)"
                                       : "no folder of 'releases' holds a .rel file");
}

static int no_such_version(struct opener *opener, str vsn)
{
    struct arena *arena = opener->arena;
    str *versions;
    size_t count;
    str name = opener->choice.name;
    if (!name.ptr)
        return not_a_release(
            opener,
            arena_printf(arena, "there is no releases/%.*s/*.rel", STR_ARG(vsn)).ptr);
    err_set(opener->err, ERR_INPUT,
            "there is no version '%.*s' of release '%.*s' in '%.*s'", STR_ARG(vsn),
            STR_ARG(name), STR_ARG(opener->view->source));
    struct err ignored;
    err_init(&ignored);
    if (release_view_versions(arena, opener->view->root.ptr, name, &versions, &count,
                              &ignored) != 0)
        count = 0;
    err_release(&ignored);
    return count ? err_hint(opener->err, "it has %.*s",
                            STR_ARG(arena_list(arena, versions, count)))
                 : err_hint(opener->err, "it has no version of it");
}

/* Distillery's packages keep the .rel in releases/ alone once they are unpacked. */
static int find_rel_file(struct opener *opener, str *file)
{
    struct release_view *view = opener->view;
    str vsn = opener->choice.vsn;
    if (!vsn.ptr && version_that_starts(opener, &vsn) != 0)
        return -1;
    if (!vsn.ptr && only_version(opener, &vsn) != 0)
        return -1;
    view->rel_dir = arena_printf(opener->arena, "%.*s/releases/%.*s", STR_ARG(view->root),
                                 STR_ARG(vsn));
    if (!path_is_safe_name(vsn) || !fs_is_dir(view->rel_dir.ptr))
        return no_such_version(opener, vsn);
    if (find_rel(opener, view->rel_dir.ptr, file) != 0)
        return -1;
    if (!file->ptr && find_rel(opener, in_root(opener, "releases").ptr, file) != 0)
        return -1;
    return file->ptr ? 0 : no_such_version(opener, vsn);
}

/* Does it lack what the versions before have? */
static bool is_delta(struct opener *opener)
{
    struct err ignored;
    str kind, otp;
    err_init(&ignored);
    bool known = package_info_read(opener->arena, opener->view->rel_dir, &kind, &otp,
                                   &ignored) == 0;
    err_release(&ignored);
    return known && str_eqz(kind, "delta");
}

static int no_delta(struct opener *opener)
{
    err_release(opener->err);
    err_set(opener->err, ERR_INPUT,
            "'%.*s' is a delta package, which holds a part of the release",
            STR_ARG(opener->view->source));
    return err_hint(opener->err, "give the whole package: %.*s.tar.gz",
                    STR_ARG(opener->view->release.name));
}

static int read_release(struct opener *opener, const char *file)
{
    struct release_view *view = opener->view;
    struct term term;
    catalogue_init(&view->catalogue, opener->arena, 0);
    if (catalogue_add(&view->catalogue, in_root(opener, "lib").ptr, ORIGIN_LIB_DIR,
                      opener->err) != 0 ||
        term_read_file_first(opener->arena, file, &term, opener->err) != 0)
        return -1;
    if (release_of_term(opener->arena, &term, file, &view->catalogue, &view->release,
                        opener->err) != 0)
        return is_delta(opener)
                   ? no_delta(opener)
                   : err_wrap(opener->err, "cannot read the release in '%.*s'",
                              STR_ARG(view->source));
    return release_check(opener->arena, &view->release, NULL, opener->err);
}

/* What the next release has, too, is where that has it. */
static void share_twins(struct opener *opener)
{
    const struct release *release = &opener->view->release;
    for (size_t i = 0; i < release->app_count; i++) {
        const struct app *twin = view_twins_get(&opener->twins, release->apps[i].app);
        if (!twin)
            continue;
        struct app *app = arena_alloc(opener->arena, sizeof *app);
        *app = *release->apps[i].app;
        app->dir = twin->dir;
        app->file = twin->file;
        release->apps[i].app = app;
    }
}

/* mix release keeps them beside the .rel, Distillery in the main application. */
static void find_protocols(struct opener *opener)
{
    struct release_view *view = opener->view;
    const struct release *release = &view->release;
    struct arena *arena = opener->arena;
    view->protocols = release_app(
        release, arena_printf(arena, "%.*s_protocols", STR_ARG(release->name)));
    str mix = path_join(arena, view->rel_dir, STR("consolidated"));
    str distillery =
        arena_printf(arena, "%.*s/lib/%.*s-%.*s/consolidated", STR_ARG(view->root),
                     STR_ARG(release->name), STR_ARG(release->vsn));
    if (fs_is_dir(mix.ptr))
        view->consolidated_dir = mix.ptr;
    else if (fs_is_dir(distillery.ptr))
        view->consolidated_dir = distillery.ptr;
}

static int open_view(struct opener *opener, const char *path)
{
    struct release_view *view = opener->view;
    str file;
    *view = (struct release_view){.lock = -1};
    if (find_root(opener, path) != 0 || find_rel_file(opener, &file) != 0 ||
        read_release(opener, file.ptr) != 0)
        return -1;
    share_twins(opener);
    const struct rel_app *elixir = release_app(&view->release, STR("elixir"));
    view->elixir_vsn = elixir ? elixir->app->vsn : STR("");
    str erts = arena_printf(opener->arena, "erts-%.*s", STR_ARG(view->release.erts_vsn));
    view->has_erts = fs_is_dir(in_root(opener, erts.ptr).ptr);
    find_protocols(opener);
    return 0;
}

static int open_with(struct opener *opener, const char *path)
{
    struct arena scratch;
    arena_init(&scratch);
    view_twins_init(&opener->twins, &scratch,
                    opener->next ? opener->next->release : NULL);
    int status = open_view(opener, path);
    arena_release(&scratch);
    return status;
}

int release_view_open(struct arena *arena, const char *path,
                      const struct release_choice *choice, struct release_view *view,
                      struct err *err)
{
    return release_view_open_base(arena, path, choice, NULL, view, err);
}

int release_view_open_base(struct arena *arena, const char *path,
                           const struct release_choice *choice,
                           const struct release_next *next, struct release_view *view,
                           struct err *err)
{
    struct opener opener = {
        .arena = arena, .view = view, .choice = *choice, .next = next, .err = err};
    return open_with(&opener, path);
}

int release_view_open_whole(struct arena *arena, const char *path,
                            const struct release_choice *choice,
                            struct release_view *view, struct err *err)
{
    struct opener opener = {
        .arena = arena, .view = view, .choice = *choice, .whole = true, .err = err};
    return open_with(&opener, path);
}

void release_view_close(struct release_view *view)
{
    struct err ignored;
    if (!view->unpacked)
        return;
    err_init(&ignored);
    /* It is in the folder for temporary files: nothing depends on its removal. */
    if (fs_remove_tree(view->unpacked, &ignored) != 0)
        err_release(&ignored);
    view->unpacked = NULL;
    if (view->lock >= 0)
        close(view->lock);
    view->lock = -1;
}

int release_view_versions(struct arena *arena, const char *root, str name, str **versions,
                          size_t *count, struct err *err)
{
    struct fs_list list;
    str folder = path_join(arena, str_of(root), STR("releases"));
    *count = 0;
    if (!fs_is_dir(folder.ptr))
        return 0;
    if (fs_list(arena, folder.ptr, &list, err) != 0)
        return -1;
    *versions = arena_array(arena, list.count, sizeof **versions);
    for (size_t i = 0; i < list.count; i++) {
        str vsn = list.entries[i].name;
        str file = arena_printf(arena, "%.*s/%.*s/%.*s.rel", STR_ARG(folder),
                                STR_ARG(vsn), STR_ARG(name));
        if (fs_is_file(file.ptr))
            (*versions)[(*count)++] = vsn;
    }
    versions_sort(*versions, *count);
    return 0;
}
