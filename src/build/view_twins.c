#include "build/view_twins.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"

#include <errno.h>
#include <unistd.h>

/* What was seen of an entry. */
enum seen { SEEN_DIR = 1, SEEN_SAME, SEEN_OTHER };

struct twin {
    const struct app *app; /* of the next release */
    struct map seen;       /* "ebin/a.beam" -> enum seen * */
    bool differs;
    bool known; /* to be the same, whatever is seen */
    bool same;  /* settled */
};

static const char *const parts[] = {"ebin", "priv"};

void view_twins_init(struct view_twins *twins, struct arena *arena,
                     const struct release *next)
{
    twins->arena = arena;
    map_init(&twins->by_dir, arena);
    for (size_t i = 0; next && i < next->app_count; i++) {
        const struct app *app = next->apps[i].app;
        /* Of what relc adjusts the files are not those of the release. */
        if (!app->dir || app->adjusted)
            continue;
        struct twin *twin = arena_alloc(arena, sizeof *twin);
        twin->app = app;
        map_init(&twin->seen, arena);
        map_put(&twins->by_dir, release_app_dir(arena, app), twin);
    }
}

/* The twin that has the path, and the path in it. */
static struct twin *twin_of(const struct view_twins *twins, str path, str *inner)
{
    size_t lib = str_find(path, '/') + 1;
    str rest = str_slice(path, lib, path.len);
    size_t end = lib + str_find(rest, '/');
    *inner = str_slice(path, end + 1, path.len);
    return map_get(&twins->by_dir, str_slice(path, 0, end));
}

static bool is_in_part(str inner)
{
    str first = str_slice(inner, 0, str_find(inner, '/'));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (str_eqz(first, parts[i]))
            return true;
    return false;
}

/* Of entries with one path it is not known which one counts: then all is made. */
static void see(const struct view_twins *twins, struct twin *twin, str inner,
                enum seen what)
{
    enum seen *seen = arena_alloc(twins->arena, sizeof *seen);
    *seen = what;
    twin->differs = twin->differs || what == SEEN_OTHER;
    if (map_put(&twin->seen, arena_str(twins->arena, inner), seen))
        twin->differs = true;
}

static bool is_app_file(const struct app *app, str inner)
{
    str name = path_basename(inner);
    return str_eqz(path_above(inner), "ebin") && str_ends(name, STR(".app")) &&
           str_eq(str_slice(name, 0, name.len - 4), app->name);
}

bool view_twins_know(struct view_twins *twins, str dir)
{
    struct twin *twin = map_get(&twins->by_dir, dir);
    if (!twin)
        return false;
    twin->known = twin->same = true;
    return true;
}

bool view_twins_take(struct view_twins *twins, str path, enum unpack_kind kind,
                     enum unpack_take *take, const char **other)
{
    str inner;
    struct twin *twin = twin_of(twins, path, &inner);
    *take = UNPACK_WRITE;
    if (!twin)
        return false;
    if (!is_in_part(inner)) {
        twin->differs = twin->differs || (!inner.len && kind != UNPACK_A_DIR);
        return false;
    }
    if (kind == UNPACK_A_DIR) {
        see(twins, twin, inner, SEEN_DIR);
        *take = UNPACK_NOTHING;
    } else if (kind != UNPACK_A_FILE) {
        see(twins, twin, inner, SEEN_OTHER);
    } else if (!is_app_file(twin->app, inner)) {
        *take = UNPACK_COMPARE;
        *other = path_join(twins->arena, str_of(twin->app->dir), inner).ptr;
    }
    return true;
}

void view_twins_compared(struct view_twins *twins, str path, bool same)
{
    str inner;
    struct twin *twin = twin_of(twins, path, &inner);
    see(twins, twin, inner, same ? SEEN_SAME : SEEN_OTHER);
}

/* Counts what is below a folder of the next release; false when it is not the same. */
static bool has_same(struct arena *arena, const struct twin *twin, str inner,
                     size_t *count)
{
    struct fs_list list;
    struct err ignored;
    str folder = path_join(arena, str_of(twin->app->dir), inner);
    const enum seen *seen = map_get(&twin->seen, inner);
    if (!fs_is_dir(folder.ptr) && !seen)
        return true;
    err_init(&ignored);
    if (!seen || *seen != SEEN_DIR || fs_list(arena, folder.ptr, &list, &ignored) != 0) {
        err_release(&ignored);
        return false;
    }
    ++*count;
    for (size_t i = 0; i < list.count; i++) {
        str path = path_join(arena, inner, list.entries[i].name);
        if (list.entries[i].kind == FS_DIR) {
            if (!has_same(arena, twin, path, count))
                return false;
        } else if (!is_app_file(twin->app, path)) {
            seen = map_get(&twin->seen, path);
            if (list.entries[i].kind != FS_FILE || !seen || *seen != SEEN_SAME)
                return false;
            ++*count;
        }
    }
    return true;
}

static bool has_same_app_file(struct arena *arena, const struct twin *twin, str dir)
{
    struct err ignored;
    bool same = false;
    str file =
        arena_printf(arena, "%.*s/ebin/%.*s.app", STR_ARG(dir), STR_ARG(twin->app->name));
    err_init(&ignored);
    if (fs_same_content(file.ptr, twin->app->file, &same, &ignored) != 0)
        err_release(&ignored);
    return same;
}

static bool is_same(struct arena *arena, const struct twin *twin, str dir)
{
    size_t count = 0;
    if (twin->differs || !has_same_app_file(arena, twin, dir))
        return false;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!has_same(arena, twin, str_of(parts[i]), &count))
            return false;
    return count == twin->seen.count;
}

static int link_file(struct arena *arena, const char *from, str path, struct err *err)
{
    if (fs_mkdirs(path_dirname(arena, path).ptr, err) != 0)
        return -1;
    if ((unlink(path.ptr) != 0 && errno != ENOENT) || symlink(from, path.ptr) != 0)
        return err_errno(err, errno, "cannot create '%s'", path.ptr);
    return 0;
}

static int complete(struct arena *arena, const struct twin *twin, str next, str dir,
                    struct err *err)
{
    for (size_t i = 0; i < twin->seen.count; i++) {
        const struct map_entry *entry = &twin->seen.entries[i];
        const enum seen seen = *(const enum seen *)entry->value;
        str path = path_join(arena, dir, entry->key);
        str from = path_join(arena, next, entry->key);
        if ((seen == SEEN_DIR && fs_mkdirs(path.ptr, err) != 0) ||
            (seen == SEEN_SAME && link_file(arena, from.ptr, path, err) != 0))
            return -1;
    }
    return 0;
}

/* What is known is a link as a whole: the catalogue finds the .app file through it. */
static int settle(struct arena *arena, struct twin *twin, str dir, struct err *err)
{
    if (!twin->known && !twin->seen.count)
        return 0;
    twin->same = twin->known || is_same(arena, twin, dir);
    if (twin->same && !twin->known)
        return 0;
    const char *next = fs_real_path(arena, twin->app->dir);
    if (!next)
        return err_errno(err, errno, "cannot open '%s'", twin->app->dir);
    return twin->known ? link_file(arena, next, dir, err)
                       : complete(arena, twin, str_of(next), dir, err);
}

int view_twins_settle(struct view_twins *twins, str root, struct err *err)
{
    for (size_t i = 0; i < twins->by_dir.count; i++) {
        const struct map_entry *entry = &twins->by_dir.entries[i];
        str dir = path_join(twins->arena, root, entry->key);
        if (settle(twins->arena, entry->value, dir, err) != 0)
            return -1;
    }
    return 0;
}

const struct app *view_twins_get(const struct view_twins *twins, const struct app *app)
{
    const struct twin *twin = map_get(&twins->by_dir, release_app_dir(twins->arena, app));
    return twin && twin->same ? twin->app : NULL;
}
