#include "relc/otp/catalogue.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"

#include <stdlib.h>
#include <string.h>

/* One folder that may hold the application of a name. */
struct candidate {
    const char *dir;
    enum origin origin;
    size_t folder; /* number of the searched folder that it is in */
};

struct candidates {
    struct candidate *items;
    size_t count;
    size_t capacity;
};

void catalogue_init(struct catalogue *catalogue, struct arena *arena, int otp)
{
    *catalogue = (struct catalogue){.arena = arena, .otp = otp};
    map_init(&catalogue->by_name, arena);
    map_init(&catalogue->read, arena);
    map_init(&catalogue->overrides, arena);
    map_init(&catalogue->chosen, arena);
    map_init(&catalogue->probed, arena);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Takes a run of digits or of other bytes up to the next '.', '-' or '+'. */
static str version_part(str *rest, char *sep)
{
    size_t n = 0;
    *sep = rest->len && !is_digit(rest->ptr[0]) ? rest->ptr[0] : '.';
    if (rest->len && strchr(".-+", rest->ptr[0]))
        *rest = str_slice(*rest, 1, rest->len);
    while (n < rest->len && !strchr(".-+", rest->ptr[n]) &&
           (n == 0 || is_digit(rest->ptr[n]) == is_digit(rest->ptr[0])))
        n++;
    str part = str_slice(*rest, 0, n);
    *rest = str_slice(*rest, n, rest->len);
    return part;
}

static int part_compare(str a, str b)
{
    bool a_number = a.len && is_digit(a.ptr[0]), b_number = b.len && is_digit(b.ptr[0]);
    if (a_number != b_number)
        return a_number ? 1 : -1;
    if (!a_number)
        return str_cmp(a, b);
    while (a.len > 1 && a.ptr[0] == '0')
        a = str_slice(a, 1, a.len);
    while (b.len > 1 && b.ptr[0] == '0')
        b = str_slice(b, 1, b.len);
    return a.len != b.len ? (a.len > b.len ? 1 : -1) : str_cmp(a, b);
}

int version_compare(str a, str b)
{
    str whole_a = a, whole_b = b;
    while (a.len && b.len) {
        char sep_a, sep_b;
        str part_a = version_part(&a, &sep_a), part_b = version_part(&b, &sep_b);
        /* "1.0-rc1" is below "1.0.1", and "1.0-rc1" below "1.0". */
        if ((sep_a == '-') != (sep_b == '-'))
            return sep_a == '-' ? -1 : 1;
        int order = part_compare(part_a, part_b);
        if (order)
            return order;
    }
    if (a.len)
        return a.ptr[0] == '-' ? -1 : 1;
    if (b.len)
        return b.ptr[0] == '-' ? 1 : -1;
    return str_cmp(whole_a, whole_b);
}

static int by_version(const void *a, const void *b)
{
    return version_compare(*(const str *)a, *(const str *)b);
}

void versions_sort(str *versions, size_t count)
{
    if (count)
        qsort(versions, count, sizeof *versions, by_version);
}

static void add_candidate(struct catalogue *catalogue, str name, struct candidate item)
{
    struct candidates *list = map_get(&catalogue->by_name, name);
    if (!list) {
        list = arena_alloc(catalogue->arena, sizeof *list);
        map_put(&catalogue->by_name, name, list);
    }
    list->items = arena_grow(catalogue->arena, list->items, list->count, &list->capacity,
                             sizeof *list->items);
    list->items[list->count++] = item;
}

/* A folder "NAME" or "NAME-VSN" of a folder of applications. */
static void add_app_folder(struct catalogue *catalogue, const char *folder, str entry,
                           enum origin origin)
{
    struct candidate item = {
        .dir = arena_strz(catalogue->arena,
                          path_join(catalogue->arena, str_of(folder), entry)),
        .origin = origin,
        .folder = catalogue->folders.count,
    };
    add_candidate(catalogue, str_slice(entry, 0, str_find(entry, '-')), item);
}

/* Enters a folder that is itself an application under the name of each ebin/NAME.app. */
static int add_by_files(struct catalogue *catalogue, struct candidate item,
                        struct err *err)
{
    struct fs_list list;
    str ebin = path_join(catalogue->arena, str_of(item.dir), STR("ebin"));
    if (!fs_is_dir(ebin.ptr))
        return 0;
    if (fs_list(catalogue->arena, ebin.ptr, &list, err) != 0)
        return -1;
    for (size_t i = 0; i < list.count; i++) {
        str file = list.entries[i].name;
        str name = str_slice(file, 0, file.len - 4);
        if (str_ends(file, STR(".app")))
            add_candidate(catalogue, name, item);
    }
    return 0;
}

static void remember_folder(struct catalogue *catalogue, const char *folder)
{
    struct names *folders = &catalogue->folders;
    str *items = arena_array(catalogue->arena, folders->count + 1, sizeof *items);
    if (folders->count)
        memcpy(items, folders->items, folders->count * sizeof *items);
    items[folders->count] = arena_str(catalogue->arena, str_of(folder));
    folders->items = items;
    folders->count++;
}

int catalogue_add(struct catalogue *catalogue, const char *folder, enum origin origin,
                  struct err *err)
{
    struct fs_list list;
    struct candidate itself = {
        .dir = arena_strz(catalogue->arena, str_of(folder)),
        .origin = origin,
        .folder = catalogue->folders.count,
    };
    if (add_by_files(catalogue, itself, err) != 0 ||
        fs_list(catalogue->arena, folder, &list, err) != 0)
        return -1;
    for (size_t i = 0; i < list.count; i++) {
        enum fs_kind kind = list.entries[i].kind;
        if (kind == FS_DIR || kind == FS_LINK)
            add_app_folder(catalogue, folder, list.entries[i].name, origin);
    }
    remember_folder(catalogue, folder);
    map_init(&catalogue->probed, catalogue->arena);
    return 0;
}

static str app_file(struct arena *arena, const struct candidate *candidate, str name)
{
    return arena_printf(arena, "%s/ebin/%.*s.app", candidate->dir, STR_ARG(name));
}

static bool is_own(enum origin origin)
{
    return origin == ORIGIN_PROJECT || origin == ORIGIN_LIB_DIR;
}

/* Reads the candidate's .app, once; *found is NULL when the folder has none. */
static int read_candidate(struct catalogue *catalogue, const struct candidate *candidate,
                          str name, const struct found **found, struct err *err)
{
    struct arena *arena = catalogue->arena;
    str file = app_file(arena, candidate, name);
    *found = map_get(&catalogue->read, file);
    if (*found || !fs_is_file(file.ptr))
        return 0;
    struct found *made = arena_alloc(arena, sizeof *made);
    made->origin = candidate->origin;
    if (app_read(arena, candidate->dir, name, catalogue->otp, &made->app, err) != 0)
        return -1;
    if (catalogue->adjust)
        catalogue->adjust(catalogue->context, &made->app);
    map_put(&catalogue->read, file, made);
    *found = made;
    return 0;
}

int catalogue_override(struct catalogue *catalogue, str name, const char *dir,
                       enum origin origin, struct err *err)
{
    const struct candidate candidate = {.dir = dir, .origin = origin};
    const struct found *found;
    if (read_candidate(catalogue, &candidate, name, &found, err) != 0)
        return -1;
    if (!found) {
        err_set(err, ERR_INPUT,
                "'%s' is not the application '%.*s': it has no ebin/%.*s.app", dir,
                STR_ARG(name), STR_ARG(name));
        return err_hint(err, "name the folder that ebin/ is in; it must be compiled");
    }
    map_put(&catalogue->overrides, name, (void *)found);
    return 0;
}

/* With own set only of the project's folders and lib_dirs. */
static int find_candidate(struct catalogue *catalogue, str name, str version, bool own,
                          const struct found **found, struct err *err)
{
    const struct candidates *list = map_get(&catalogue->by_name, name);
    size_t folder = 0;
    *found = NULL;
    for (size_t i = 0; list && i < list->count; i++) {
        const struct candidate *candidate = &list->items[i];
        const struct found *seen;
        if (own && !is_own(candidate->origin))
            continue;
        if (*found && (version.ptr || candidate->folder != folder))
            break;
        if (read_candidate(catalogue, candidate, name, &seen, err) != 0)
            return -1;
        if (!seen || (version.ptr && !str_eq(seen->app.vsn, version)))
            continue;
        if (!*found || version_compare(seen->app.vsn, (*found)->app.vsn) > 0)
            *found = seen;
        folder = candidate->folder;
    }
    return 0;
}

/*
 * Folders need not be named after their application (Debian keeps fast_yaml in
 * p1_yaml-VSN): enters those that have the name's .app file. Only done when a name is not
 * found otherwise.
 */
static void probe_folders(struct catalogue *catalogue, str name, bool own)
{
    for (size_t i = 0, names = catalogue->by_name.count; i < names; i++) {
        const struct candidates *list = catalogue->by_name.entries[i].value;
        if (str_eq(catalogue->by_name.entries[i].key, name))
            continue;
        for (size_t j = 0; j < list->count; j++) {
            const struct candidate item = list->items[j];
            if ((!own || is_own(item.origin)) &&
                fs_is_file(app_file(catalogue->arena, &item, name).ptr))
                add_candidate(catalogue, name, item);
        }
    }
}

static int search(struct catalogue *catalogue, str name, str version, bool own,
                  const struct found **found, struct err *err)
{
    if (find_candidate(catalogue, name, version, own, found, err) != 0)
        return -1;
    if (*found || map_has(&catalogue->probed, name))
        return 0;
    if (!own)
        map_put(&catalogue->probed, name, catalogue);
    probe_folders(catalogue, name, own);
    return find_candidate(catalogue, name, version, own, found, err);
}

static int find(struct catalogue *catalogue, str name, str version, bool own,
                const struct found **found, struct err *err)
{
    const struct found *known = map_get(&catalogue->overrides, name);
    bool fits = !version.ptr || (known && str_eq(known->app.vsn, version));
    /* A choice holds: folders that are entered later must not change it. */
    if (!known && !version.ptr)
        known = map_get(&catalogue->chosen, name);
    if (known) {
        *found = fits && (!own || is_own(known->origin)) ? known : NULL;
        return 0;
    }
    if (search(catalogue, name, version, own, found, err) != 0)
        return -1;
    if (*found && !version.ptr)
        map_put(&catalogue->chosen, name, (void *)*found);
    return 0;
}

int catalogue_find(struct catalogue *catalogue, str name, str version,
                   const struct found **found, struct err *err)
{
    return find(catalogue, name, version, false, found, err);
}

int catalogue_find_own(struct catalogue *catalogue, str name, const struct found **found,
                       struct err *err)
{
    return find(catalogue, name, (str){NULL, 0}, true, found, err);
}

/* "1.0 in '/a', 1.1 in '/b'": the versions of an application that there are. */
static str known_versions(struct catalogue *catalogue, str name)
{
    const struct candidates *list = map_get(&catalogue->by_name, name);
    struct err ignored;
    str text = STR("");
    err_init(&ignored);
    for (size_t i = 0; list && i < list->count; i++) {
        const struct found *seen;
        if (read_candidate(catalogue, &list->items[i], name, &seen, &ignored) != 0)
            err_release(&ignored);
        else if (seen)
            text =
                arena_printf(catalogue->arena, "%.*s%s%.*s in '%s'", STR_ARG(text),
                             text.len ? ", " : "", STR_ARG(seen->app.vsn), seen->app.dir);
    }
    return text;
}

/* A folder that has the application's name, and no .app file: it is not compiled. */
static int not_compiled(const struct candidate *candidate, str name, struct err *err)
{
    err_set(err, ERR_INPUT,
            "application '%.*s' is not compiled: '%s' has no ebin/%.*s.app",
            STR_ARG(name), candidate->dir, STR_ARG(name));
    return err_hint(err, "compile it first");
}

static int not_found(struct catalogue *catalogue, str name, struct err *err)
{
    const struct candidates *same = map_get(&catalogue->by_name, name);
    if (same && same->count)
        return not_compiled(&same->items[0], name, err);
    const struct map *known = &catalogue->by_name;
    const char **names = arena_array(catalogue->arena, known->count, sizeof *names);
    for (size_t i = 0; i < known->count; i++)
        names[i] = arena_strz(catalogue->arena, known->entries[i].key);
    const char *nearest = str_nearest(name, names, known->count);
    str folders = STR("");
    for (size_t i = 0; i < catalogue->folders.count; i++)
        folders = arena_printf(catalogue->arena, "%.*s%s'%.*s'", STR_ARG(folders),
                               i ? ", " : "", STR_ARG(catalogue->folders.items[i]));
    err_set(err, ERR_INPUT, "application '%.*s' was not found in %.*s", STR_ARG(name),
            STR_ARG(folders));
    if (nearest)
        return err_hint(err, "did you mean '%s'?", nearest);
    return err_hint(err, "compile it, or add the folder that holds it to lib_dirs");
}

int catalogue_get(struct catalogue *catalogue, str name, str version,
                  const struct found **found, struct err *err)
{
    if (catalogue_find(catalogue, name, version, found, err) != 0)
        return -1;
    if (*found)
        return 0;
    str versions = version.ptr ? known_versions(catalogue, name) : STR("");
    if (!versions.len)
        return not_found(catalogue, name, err);
    return err_set(err, ERR_INPUT,
                   "version %.*s of application '%.*s' was not found; there is %.*s",
                   STR_ARG(version), STR_ARG(name), STR_ARG(versions));
}
