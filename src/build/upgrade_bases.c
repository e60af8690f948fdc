#include "build/upgrade_bases.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"

struct finder {
    struct arena *arena;
    const struct plan *plan;
    const struct upgrade_search *search;
    struct upgrade_bases *bases;
    struct err *err;
};

static str in_output(const struct finder *finder, str vsn, const char *suffix)
{
    return arena_printf(finder->arena, "%.*s/releases/%.*s/%.*s%s",
                        STR_ARG(finder->plan->output_dir), STR_ARG(vsn),
                        STR_ARG(finder->plan->release.name), suffix);
}

/* A build with --tar-only leaves a tarball alone. */
static bool is_built(const struct finder *finder, str vsn)
{
    return fs_is_file(in_output(finder, vsn, ".rel").ptr) ||
           fs_is_file(in_output(finder, vsn, ".tar.gz").ptr);
}

/* The other versions in the output folder, sorted. */
static int built_versions(struct finder *finder, str **versions, size_t *count)
{
    struct fs_list list;
    str folder = path_join(finder->arena, finder->plan->output_dir, STR("releases"));
    *versions = NULL;
    *count = 0;
    if (!fs_is_dir(folder.ptr))
        return 0;
    if (fs_list(finder->arena, folder.ptr, &list, finder->err) != 0)
        return -1;
    *versions = arena_array(finder->arena, list.count, sizeof **versions);
    for (size_t i = 0; i < list.count; i++)
        if (!str_eq(list.entries[i].name, finder->plan->release.vsn) &&
            is_built(finder, list.entries[i].name))
            (*versions)[(*count)++] = list.entries[i].name;
    versions_sort(*versions, *count);
    return 0;
}

static int hint_at_versions(struct finder *finder, const str *versions, size_t count)
{
    if (count)
        return err_hint(finder->err,
                        "'%.*s' has %.*s; --upfrom takes one of them, or a tarball",
                        STR_ARG(finder->plan->output_dir),
                        STR_ARG(arena_list(finder->arena, versions, count)));
    return err_hint(finder->err,
                    "name the tarball of a release that runs: --upfrom %.*s-0.1.0.tar.gz",
                    STR_ARG(finder->plan->release.name));
}

/* The version without its build metadata, which has no order ("1.0.0+a1b2c3"). */
static str precedence(str vsn)
{
    return str_slice(vsn, 0, str_find(vsn, '+'));
}

/* The highest version below the one that is built; of equal ones nobody knows. */
static int version_before(struct finder *finder, str *before)
{
    str *versions;
    size_t count, below = 0;
    str own = finder->plan->release.vsn;
    if (built_versions(finder, &versions, &count) != 0)
        return -1;
    while (below < count && (version_compare(precedence(versions[below]), own) < 0 ||
                             str_eq(precedence(versions[below]), precedence(own))))
        below++;
    if (!below) {
        err_set(finder->err, ERR_INPUT,
                "there is no version before %.*s of release '%.*s' in '%.*s' to upgrade "
                "from",
                STR_ARG(own), STR_ARG(finder->plan->release.name),
                STR_ARG(finder->plan->output_dir));
        return hint_at_versions(finder, versions, count);
    }
    *before = versions[below - 1];
    if (below == 1 || !str_eq(precedence(versions[below - 2]), precedence(*before)))
        return 0;
    err_set(finder->err, ERR_INPUT,
            "%.*s and %.*s differ in build metadata alone: which one came before %.*s?",
            STR_ARG(versions[below - 2]), STR_ARG(*before), STR_ARG(own));
    return err_hint(finder->err, "say it with --upfrom");
}

static int check_view(struct finder *finder, const struct release_view *view)
{
    const struct release *old = &view->release, *release = &finder->plan->release;
    if (!str_eq(old->name, release->name)) {
        err_set(finder->err, ERR_INPUT,
                "'%.*s' holds release '%.*s', which cannot become '%.*s'",
                STR_ARG(view->source), STR_ARG(old->name), STR_ARG(release->name));
        return err_hint(finder->err, "an upgrade leads from one version of a release to "
                                     "another");
    }
    if (str_eq(old->vsn, release->vsn)) {
        err_set(finder->err, ERR_INPUT,
                "'%.*s' holds version %.*s, the one that is being built",
                STR_ARG(view->source), STR_ARG(old->vsn));
        return err_hint(finder->err,
                        "raise the version of the release, or upgrade from another one");
    }
    for (size_t i = 0; i < finder->bases->count; i++)
        if (str_eq(finder->bases->views[i].release.vsn, old->vsn))
            return err_set(finder->err, ERR_USAGE,
                           "version %.*s is given twice to upgrade from",
                           STR_ARG(old->vsn));
    if (view->has_erts)
        return 0;
    err_set(finder->err, ERR_INPUT,
            "version %.*s in '%.*s' has no ERTS of its own: it cannot be upgraded",
            STR_ARG(old->vsn), STR_ARG(view->source));
    return err_hint(finder->err, "releases for hot upgrades need include_erts");
}

static int open_view(struct finder *finder, const char *path,
                     const struct release_choice *choice)
{
    struct release_view *view = &finder->bases->views[finder->bases->count];
    int result = release_view_open_base(finder->arena, path, choice,
                                        &finder->search->next, view, finder->err);
    if (result == 0)
        result = check_view(finder, view);
    if (result != 0) {
        release_view_close(view);
        return -1;
    }
    finder->bases->count++;
    return 0;
}

static int open_version(struct finder *finder, str vsn)
{
    const struct release_choice choice = {finder->plan->release.name, vsn};
    str *versions, tarball = in_output(finder, vsn, ".tar.gz");
    size_t count;
    if (str_eq(vsn, finder->plan->release.vsn)) {
        err_set(finder->err, ERR_INPUT, "%.*s is the version that is being built",
                STR_ARG(vsn));
        return err_hint(finder->err,
                        "raise the version of the release, or upgrade from another one");
    }
    if (path_is_safe_name(vsn) && fs_is_file(in_output(finder, vsn, ".rel").ptr))
        return open_view(finder, finder->plan->output_dir.ptr, &choice);
    if (path_is_safe_name(vsn) && fs_is_file(tarball.ptr))
        return open_view(finder, tarball.ptr, &choice);
    if (built_versions(finder, &versions, &count) != 0)
        return -1;
    err_set(finder->err, ERR_INPUT,
            "there is no version '%.*s' of release '%.*s' in '%.*s'", STR_ARG(vsn),
            STR_ARG(finder->plan->release.name), STR_ARG(finder->plan->output_dir));
    return hint_at_versions(finder, versions, count);
}

/* A tarball or folder is told from a version by a slash, its suffix, or being there. */
static bool is_path(str wanted)
{
    return str_find(wanted, '/') < wanted.len || str_ends(wanted, STR(".tar.gz")) ||
           fs_is_file(wanted.ptr);
}

static int open_wanted(struct finder *finder, const char *wanted)
{
    const struct release_choice any = {finder->plan->release.name, {NULL, 0}};
    const struct release_choice whatever = {{NULL, 0}, {NULL, 0}};
    if (!is_path(str_of(wanted)))
        return open_version(finder, str_of(wanted));
    /* A tarball holds one release; that it is another one is told in those words. */
    return open_view(finder, wanted, fs_is_file(wanted) ? &whatever : &any);
}

int upgrade_bases_open(struct arena *arena, const struct plan *plan,
                       const struct upgrade_search *search, struct upgrade_bases *bases,
                       struct err *err)
{
    const size_t count = search->from_count;
    struct finder finder = {arena, plan, search, bases, err};
    str before;
    *bases = (struct upgrade_bases){
        .views = arena_array(arena, count ? count : 1, sizeof *bases->views)};
    if (!count)
        return version_before(&finder, &before) != 0 ? -1 : open_version(&finder, before);
    for (size_t i = 0; i < count; i++)
        if (open_wanted(&finder, search->from[i]) != 0)
            return -1;
    return 0;
}

void upgrade_bases_close(struct upgrade_bases *bases)
{
    for (size_t i = 0; i < bases->count; i++)
        release_view_close(&bases->views[i]);
}
