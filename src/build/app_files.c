#include "build/app_files.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/beam/beam.h"

#include <fcntl.h>
#include <unistd.h>

enum { BEGIN_LEN = 1024 };

static const str beam_suffix = {".beam", 5};

static int wrong_module(const char *path, str module, str name, struct err *err)
{
    err_set(err, ERR_FORMAT, "the file holds module '%.*s' instead of '%.*s'",
            STR_ARG(name), STR_ARG(module));
    return err_at(err, path, 0, 0);
}

/* The file is a BEAM file to its end, and of the module that it is named after. */
static int check_beam(struct arena *arena, const char *path, str module, struct err *err)
{
    str bytes, name;
    if (fs_map(path, &bytes, err) != 0)
        return -1;
    int result = beam_check_size(bytes, bytes.len, path, err);
    if (result == 0)
        result = beam_module_name(arena, bytes, path, &name, err);
    if (result == 0 && !str_eq(name, module))
        result = wrong_module(path, module, name, err);
    fs_unmap(bytes);
    if (result != 0 && !err->hint)
        err_hint(err, "compile the application again");
    return result;
}

/* The same from the file's begin, which nearly always has all that it takes. */
static bool begins_well(struct arena *arena, const char *path, str module)
{
    char begin[BEGIN_LEN];
    struct stat st;
    struct err ignored;
    str name;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return false;
    err_init(&ignored);
    ssize_t got =
        fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? read(fd, begin, BEGIN_LEN) : -1;
    const str bytes = {begin, got > 0 ? (size_t)got : 0};
    bool good = got > 0 &&
                beam_check_size(bytes, (uint64_t)st.st_size, path, &ignored) == 0 &&
                beam_module_name(arena, bytes, path, &name, &ignored) == 0 &&
                str_eq(name, module);
    close(fd);
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
static int check_once(struct arena *arena, const char *path, str module,
                      const struct listing_entry *entry, struct cache *cache,
                      struct err *err)
{
    struct cache_check check = {0};
    struct stat st;
    if (cache && state_of(entry, path, &st) &&
        cache_has_passed(cache, "module", path, &st, &check))
        return 0;
    if (!begins_well(arena, path, module) && check_beam(arena, path, module, err) != 0)
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

static struct listing_entry *find_module(struct arena *arena, const struct listing *ebin,
                                         str module)
{
    return listing_find(ebin,
                        arena_printf(arena, "%.*s%s", STR_ARG(module), beam_suffix.ptr));
}

/* Marks those of ebin that are listed. */
static int check_listed(struct arena *arena, const struct app *app, str folder,
                        const struct listing *ebin, bool *listed, struct cache *cache,
                        struct err *err)
{
    for (size_t i = 0; i < app->modules.count; i++) {
        str module = app->modules.items[i];
        const struct listing_entry *entry = find_module(arena, ebin, module);
        if (!entry)
            return missing_module(app, module, err);
        listed[entry - ebin->entries] = true;
        if (check_once(arena, path_join(arena, folder, entry->name).ptr, module, entry,
                       cache, err) != 0)
            return -1;
    }
    return 0;
}

static void warn_of_unlisted(const struct app *app, str folder,
                             const struct listing *ebin, const bool *listed,
                             const struct report *report)
{
    for (size_t i = 0; i < ebin->count; i++) {
        str file = ebin->entries[i].name;
        if (str_ends(file, beam_suffix) && !listed[i] &&
            !names_have(&app->left_out, str_slice(file, 0, file.len - beam_suffix.len)))
            report_say(report, REPORT_WARNING,
                       "'%.*s/%.*s' is not in the modules of '%s': it is not loaded at "
                       "boot",
                       STR_ARG(folder), STR_ARG(file), app->file);
    }
}

int app_files_check(struct arena *arena, const struct app *app,
                    const struct report *report, const struct app_files_means *means,
                    struct err *err)
{
    str folder = path_join(arena, str_of(app->dir), STR("ebin"));
    struct listing ebin;
    if (listings_need(means->ahead, arena, folder.ptr, &ebin, err) != 0)
        return -1;
    bool *listed = arena_array(arena, ebin.count, sizeof *listed);
    if (check_listed(arena, app, folder, &ebin, listed, means->cache, err) != 0)
        return -1;
    warn_of_unlisted(app, folder, &ebin, listed, report);
    return 0;
}
