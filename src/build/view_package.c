#include "build/view_package.h"

#include "relc/base/far_dir.h"
#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/image/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define UNPACKED_PREFIX "relc-release-"

enum { LEFT_OVER_SECONDS = 3600 };

/* Beside the .rel: what configures and describes the release, not what starts it. */
static bool is_of_version(str file, str below)
{
    if (below.ptr)
        return str_eqz(file, "consolidated");
    return !str_ends(file, STR(".boot")) && !str_ends(file, STR(".script"));
}

/* ERTS, sources and scripts are only looked at by their names, if at all. */
static bool is_looked_into(str path)
{
    str rest = path, top = str_split(&rest, '/');
    bool deeper = rest.ptr != NULL;
    str_split(&rest, '/');
    if (str_starts(top, STR("erts-")) || str_eqz(top, "bin"))
        return false;
    if (!deeper || !rest.ptr)
        return true;
    str part = str_split(&rest, '/');
    if (str_eqz(top, "releases"))
        return is_of_version(part, rest);
    return !(str_eqz(top, "lib") && (str_eqz(part, "src") || str_eqz(part, "include")));
}

static enum unpack_take take(void *context, str path, enum unpack_kind kind,
                             const char **other)
{
    enum unpack_take take;
    if (view_twins_take(context, path, kind, &take, other))
        return take;
    return is_looked_into(path) ? UNPACK_WRITE : UNPACK_FOLDER;
}

static void compared(void *context, str path, bool same)
{
    view_twins_compared(context, path, same);
}

/* A folder that nobody works in and that is no new one: what a killed relc left. */
static bool is_left_over(const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool left = fstat(fd, &st) == 0 && st.st_uid == geteuid() &&
                time(NULL) - st.st_mtime > LEFT_OVER_SECONDS &&
                flock(fd, LOCK_EX | LOCK_NB) == 0;
    close(fd);
    return left;
}

/* Nothing depends on their removal: errors do not count. */
static void remove_left_overs(struct arena *arena, str base)
{
    struct fs_list list;
    struct err ignored;
    err_init(&ignored);
    if (fs_list(arena, base.ptr, &list, &ignored) != 0)
        list.count = 0;
    err_release(&ignored);
    for (size_t i = 0; i < list.count; i++) {
        str path = path_join(arena, base, list.entries[i].name);
        if (str_starts(list.entries[i].name, STR(UNPACKED_PREFIX)) &&
            is_left_over(path.ptr) && fs_remove_tree(path.ptr, &ignored) != 0)
            err_release(&ignored);
    }
}

static int make_folder(struct arena *arena, struct release_view *view, struct err *err)
{
    const char *named = getenv("TMPDIR");
    str base = str_of(arena_strz(arena, str_of(named && *named ? named : "/tmp")));
    str pattern = path_join(arena, base, STR(UNPACKED_PREFIX "XXXXXX"));
    remove_left_overs(arena, base);
    char *folder = arena_strz(arena, pattern);
    if (!mkdtemp(folder))
        return err_errno(err, errno, "cannot make a folder '%s'", folder);
    view->unpacked = folder;
    view->lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (view->lock >= 0)
        flock(view->lock, LOCK_EX | LOCK_NB);
    view->root = path_join(arena, str_of(folder), STR("release"));
    const char *root = view->root.ptr;
    if (far_dir_make(root) != 0)
        return err_errno(err, errno, "cannot make a folder '%s'", root);
    return 0;
}

static int by_begin(const void *a, const void *b)
{
    const struct unpack_gap *x = a, *y = b;
    return (x->begin > y->begin) - (x->begin < y->begin);
}

/* Programs of the ERTS; of no interest, whether they are the same or not. */
static str programs(struct arena *arena, const struct release *next)
{
    return arena_printf(arena, "erts-%.*s/bin", STR_ARG(next->erts_vsn));
}

/* What need not be read, as far as the cache knows the package. */
static void find_gaps(const struct view_package *package, struct unpack_rules *rules)
{
    const struct release_next *next = package->next;
    struct arena *arena = package->twins->arena;
    struct tarball_parts tarball;
    struct image_parts apps;
    if (!next || !next->apps || !tarball_parts_open(next->cache, package->path, &tarball))
        return;
    image_parts_find(arena, next->apps, next->cache, &apps);
    struct unpack_gap *gaps = arena_array(arena, apps.by_path.count + 1, sizeof *gaps);
    for (size_t i = 0; i < apps.by_path.count; i++) {
        str dir = apps.by_path.entries[i].key;
        if (tarball_parts_get(&tarball, dir, &apps, &gaps[rules->gap_count]) &&
            view_twins_know(package->twins, dir))
            rules->gap_count++;
    }
    rules->gap_count += tarball_parts_get(&tarball, programs(arena, next->release), NULL,
                                          &gaps[rules->gap_count]);
    qsort(gaps, rules->gap_count, sizeof *gaps, by_begin);
    rules->gaps = gaps;
}

int view_unpack(struct arena *arena, const struct view_package *package,
                struct release_view *view, struct err *err)
{
    struct unpack_rules rules = {
        .context = package->twins, .take = take, .compared = compared};
    if (make_folder(arena, view, err) != 0)
        return -1;
    find_gaps(package, &rules);
    if (unpack_tar(package->path, view->root.ptr, package->whole ? NULL : &rules, err) !=
        0)
        return -1;
    return view_twins_settle(package->twins, view->root, err);
}
