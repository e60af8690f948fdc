#include "build/app_files.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/beam/beam.h"

#include <fcntl.h>
#include <unistd.h>

enum { BEGIN_LEN = 1024 };

static const str beam_suffix = {".beam", 5};

/* An application's ebin/ at work. */
struct checker {
    struct arena *arena;
    const struct app *app;
    str folder;
    int fd; /* of the folder; -1 before a file is looked at */
    struct listing ebin;
    bool *listed; /* which of its entries are modules of the .app */
    struct cache *cache;
    struct err *err;
};

/* The file is a BEAM file to its end, and of the module that it is named after. */
static int check_beam(struct checker *checker, const char *path, str module)
{
    struct err *err = checker->err;
    str bytes, name;
    if (fs_map(path, &bytes, err) != 0)
        return -1;
    int result = beam_check_size(bytes, bytes.len, path, err);
    if (result == 0)
        result = beam_module_name(checker->arena, bytes, path, &name, err);
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

static ssize_t read_begin(struct checker *checker, const char *name, char *begin)
{
    if (checker->fd < 0)
        checker->fd = open(checker->folder.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int fd = openat(checker->fd, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return -1;
    ssize_t got = read(fd, begin, BEGIN_LEN);
    close(fd);
    return got;
}

/* The same from the file's begin, which nearly always has all that it takes. */
static bool begins_well(struct checker *checker, const struct listing_entry *entry,
                        str module)
{
    char begin[BEGIN_LEN];
    struct err ignored;
    const char *file = entry->name.ptr;
    str name;
    ssize_t got = S_ISREG(entry->st.st_mode) ? read_begin(checker, file, begin) : -1;
    const str bytes = {begin, got > 0 ? (size_t)got : 0};
    err_init(&ignored);
    bool good =
        got > 0 &&
        beam_check_size(bytes, (uint64_t)entry->st.st_size, file, &ignored) == 0 &&
        beam_module_name(checker->arena, bytes, file, &name, &ignored) == 0 &&
        str_eq(name, module);
    err_release(&ignored);
    return good;
}

/* What a link leads to counts, not the link. */
static bool state_of(const struct listing_entry *entry, const char *path, struct stat *st)
{
    *st = entry->st;
    return !S_ISLNK(st->st_mode) || stat(path, st) == 0;
}

/* Files that were good before, and are the same, are not opened. */
static int check_once(struct checker *checker, const struct listing_entry *entry,
                      str module)
{
    const char *path = path_join(checker->arena, checker->folder, entry->name).ptr;
    struct cache_check check = {0};
    struct stat st;
    if (checker->cache && state_of(entry, path, &st) &&
        cache_has_passed(checker->cache, "module", path, &st, &check))
        return 0;
    if (!begins_well(checker, entry, module) && check_beam(checker, path, module) != 0)
        return -1;
    cache_passed(checker->cache, &check);
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

static int check_listed(struct checker *checker)
{
    const struct names *modules = &checker->app->modules;
    for (size_t i = 0; i < modules->count; i++) {
        str module = modules->items[i];
        str file =
            arena_printf(checker->arena, "%.*s%s", STR_ARG(module), beam_suffix.ptr);
        const struct listing_entry *entry = listing_find(&checker->ebin, file);
        if (!entry)
            return missing_module(checker->app, module, checker->err);
        checker->listed[entry - checker->ebin.entries] = true;
        if (check_once(checker, entry, module) != 0)
            return -1;
    }
    return 0;
}

static void warn_of_unlisted(const struct checker *checker, const struct report *report)
{
    for (size_t i = 0; i < checker->ebin.count; i++) {
        str file = checker->ebin.entries[i].name;
        str module = str_slice(file, 0, file.len - beam_suffix.len);
        if (str_ends(file, beam_suffix) && !checker->listed[i] &&
            !names_have(&checker->app->left_out, module))
            report_say(report, REPORT_WARNING,
                       "'%.*s/%.*s' is not in the modules of '%s': it is not loaded at "
                       "boot",
                       STR_ARG(checker->folder), STR_ARG(file), checker->app->file);
    }
}

int app_files_check(struct arena *arena, const struct app *app,
                    const struct report *report, const struct app_files_means *means,
                    struct err *err)
{
    struct checker checker = {
        .arena = arena,
        .app = app,
        .folder = path_join(arena, str_of(app->dir), STR("ebin")),
        .fd = -1,
        .cache = means->cache,
        .err = err,
    };
    if (listings_need(means->ahead, arena, checker.folder.ptr, &checker.ebin, err) != 0)
        return -1;
    checker.listed = arena_array(arena, checker.ebin.count, sizeof *checker.listed);
    int result = check_listed(&checker);
    if (result == 0)
        warn_of_unlisted(&checker, report);
    if (checker.fd >= 0)
        close(checker.fd);
    return result;
}
