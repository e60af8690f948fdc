#include "relc/build/diff.h"

#include "relc/base/fs.h"
#include "relc/base/map.h"
#include "relc/base/path.h"
#include "relc/beam/facts.h"
#include "relc/term/read.h"

#include <stdlib.h>

struct differ {
    struct arena *arena;
    const struct inspection *from;
    const struct inspection *to;
    struct diff *diff;
    size_t capacity;
    struct err *err;
};

static struct diff_item *add(struct differ *differ, enum diff_what what,
                             enum diff_change change, str app, str name)
{
    struct diff *diff = differ->diff;
    diff->items = arena_grow(differ->arena, diff->items, diff->count, &differ->capacity,
                             sizeof *diff->items);
    struct diff_item *item = &diff->items[diff->count++];
    *item = (struct diff_item){.what = what, .change = change, .app = app, .name = name};
    return item;
}

static const struct inspected_app *find_app(const struct inspection *inspection, str name)
{
    for (size_t i = 0; i < inspection->app_count; i++)
        if (str_eq(inspection->apps[i].name, name))
            return &inspection->apps[i];
    return NULL;
}

static void compare_app(struct differ *differ, const struct inspected_app *from,
                        const struct inspected_app *to)
{
    const str none = {NULL, 0};
    struct diff_item *item;
    if (from && to && str_eq(from->vsn, to->vsn) && from->type == to->type)
        return;
    item = add(differ, DIFF_APP,
               !from ? DIFF_ADDED
               : !to ? DIFF_REMOVED
                     : DIFF_CHANGED,
               from ? from->name : to->name, none);
    bool types = from && to && str_eq(from->vsn, to->vsn);
    if (from)
        item->from = types ? str_of(start_type_name(from->type)) : from->vsn;
    if (to)
        item->to = types ? str_of(start_type_name(to->type)) : to->vsn;
}

static void compare_apps(struct differ *differ)
{
    const struct inspection *from = differ->from, *to = differ->to;
    for (size_t i = 0; i < from->app_count; i++)
        compare_app(differ, &from->apps[i], find_app(to, from->apps[i].name));
    for (size_t i = 0; i < to->app_count; i++)
        if (!find_app(from, to->apps[i].name))
            compare_app(differ, NULL, &to->apps[i]);
}

static void compare_erts(struct differ *differ)
{
    const struct release *from = &differ->from->view->release,
                         *to = &differ->to->view->release;
    const str none = {NULL, 0};
    if (str_eq(from->erts_vsn, to->erts_vsn))
        return;
    struct diff_item *item = add(differ, DIFF_ERTS, DIFF_CHANGED, none, none);
    item->from = from->erts_vsn;
    item->to = to->erts_vsn;
}

/* A file as both releases may have it. */
struct spot {
    str app;  /* ptr NULL: it is of none */
    str path; /* in the application's folder, or in the release with VSN for the version
               */
};

static struct spot spot_of(struct arena *arena, const struct inspection *inspection,
                           str path)
{
    str vsn_dir = release_vsn_dir(arena, &inspection->view->release);
    str rest = path;
    if (str_starts(path, STR("lib/"))) {
        str_split(&rest, '/');
        str folder = str_split(&rest, '/');
        return (struct spot){str_slice(folder, 0, str_find(folder, '-')), rest};
    }
    if (str_starts(path, vsn_dir))
        return (struct spot){
            .path = arena_printf(arena, "releases/VSN%s", path.ptr + vsn_dir.len)};
    return (struct spot){.path = path};
}

/* What is made from other things that are compared, or is compared by its meaning. */
static bool is_derived(const struct differ *differ, const struct spot *spot)
{
    static const char *const suffixes[] = {".boot", ".script",       ".rel",
                                           ".app",  ".appup",        "/relup",
                                           ".info", "VSN/sys.config"};
    str manager = arena_printf(differ->arena, "releases/VSN/%.*s.sh",
                               STR_ARG(differ->to->view->release.name));
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        if (str_ends(spot->path, str_of(suffixes[i])))
            return true;
    return str_eq(spot->path, manager) || str_starts(spot->path, STR("erts-"));
}

/* False for what has no file to compare, or is of an application that one lacks. */
static bool is_compared(const struct differ *differ, const struct image_entry *entry,
                        const struct spot *spot)
{
    if (entry->kind == IMAGE_DIR || is_derived(differ, spot))
        return false;
    return !spot->app.ptr ||
           (find_app(differ->from, spot->app) && find_app(differ->to, spot->app));
}

static str key_of(struct arena *arena, const struct spot *spot)
{
    return arena_printf(arena, "%.*s:%.*s", STR_ARG(spot->app), STR_ARG(spot->path));
}

static bool is_module(const struct spot *spot)
{
    return spot->app.ptr && str_starts(spot->path, STR("ebin/")) &&
           str_ends(spot->path, STR(".beam"));
}

static void add_file(struct differ *differ, enum diff_change change,
                     const struct spot *spot)
{
    const str elixir = STR("Elixir."), suffix = STR(".beam");
    if (!is_module(spot)) {
        add(differ, DIFF_FILE, change, spot->app, spot->path);
        return;
    }
    str name = path_basename(spot->path);
    name =
        str_slice(name, str_starts(name, elixir) ? elixir.len : 0, name.len - suffix.len);
    add(differ, DIFF_MODULE, change, spot->app, name);
}

/* Of files of a release: no other program changes them while they are compared. */
static int same_module(struct differ *differ, str from, str to, bool *same)
{
    struct beam beams[2];
    struct arena arena;
    arena_init(&arena);
    int result = beam_open(&arena, from, "", &beams[0], differ->err);
    if (result == 0)
        result = beam_open(&arena, to, "", &beams[1], differ->err);
    if (result == 0)
        *same = beam_same_code(&beams[0], &beams[1]);
    arena_release(&arena);
    return result;
}

static int same_bytes(struct differ *differ, const struct spot *spot,
                      const struct image_entry *from, const struct image_entry *to,
                      bool *same)
{
    str bytes[2];
    if (fs_map(from->source.ptr, &bytes[0], differ->err) != 0)
        return -1;
    if (fs_map(to->source.ptr, &bytes[1], differ->err) != 0) {
        fs_unmap(bytes[0]);
        return -1;
    }
    int result = 0;
    *same = str_eq(bytes[0], bytes[1]);
    if (!*same && is_module(spot)) {
        result = same_module(differ, bytes[0], bytes[1], same);
        if (result != 0)
            err_at(differ->err, to->source.ptr, 0, 0);
    }
    fs_unmap(bytes[0]);
    fs_unmap(bytes[1]);
    return result;
}

static int compare_entry(struct differ *differ, const struct spot *spot,
                         const struct image_entry *from, const struct image_entry *to)
{
    bool same = from->kind == to->kind && str_eq(from->content, to->content);
    if (from->kind == IMAGE_FILE && to->kind == IMAGE_FILE &&
        same_bytes(differ, spot, from, to, &same) != 0)
        return -1;
    if (!same)
        add_file(differ, DIFF_CHANGED, spot);
    return 0;
}

static void index_files(struct differ *differ, const struct inspection *inspection,
                        struct map *files)
{
    map_init(files, differ->arena);
    for (size_t i = 0; i < inspection->image.count; i++) {
        struct image_entry *entry = inspection->image.entries[i];
        struct spot spot = spot_of(differ->arena, inspection, entry->path);
        if (is_compared(differ, entry, &spot))
            map_put(files, key_of(differ->arena, &spot), entry);
    }
}

static int compare_files(struct differ *differ)
{
    struct map from, to;
    index_files(differ, differ->from, &from);
    index_files(differ, differ->to, &to);
    for (size_t i = 0; i < from.count; i++) {
        const struct image_entry *old = from.entries[i].value,
                                 *new = map_get(&to, from.entries[i].key);
        struct spot spot = spot_of(differ->arena, differ->from, old->path);
        if (!new)
            add_file(differ, DIFF_REMOVED, &spot);
        else if (compare_entry(differ, &spot, old, new) != 0)
            return -1;
    }
    for (size_t i = 0; i < to.count; i++) {
        const struct image_entry *new = to.entries[i].value;
        struct spot spot = spot_of(differ->arena, differ->to, new->path);
        if (!map_has(&from, to.entries[i].key))
            add_file(differ, DIFF_ADDED, &spot);
    }
    return 0;
}

/* The settings of sys.config as "APP:KEY" to value; names of further files are none. */
static int read_config(struct differ *differ, const struct inspection *inspection,
                       struct map *settings)
{
    struct term config;
    str file = path_join(differ->arena, inspection->view->rel_dir, STR("sys.config"));
    map_init(settings, differ->arena);
    if (!fs_is_file(file.ptr))
        return 0;
    if (term_read_file_first(differ->arena, file.ptr, &config, differ->err) != 0)
        return -1;
    for (size_t i = 0; term_is_proper_list(&config) && i < config.as.list.count; i++) {
        const struct term *app = &config.as.list.items[i];
        if (!term_is_tuple(app, NULL, 2) || app->as.list.items[0].kind != TERM_ATOM ||
            !term_is_proper_list(&app->as.list.items[1]))
            continue;
        const struct term *pairs = &app->as.list.items[1];
        for (size_t j = 0; j < pairs->as.list.count; j++) {
            const struct term *pair = &pairs->as.list.items[j];
            if (!term_is_tuple(pair, NULL, 2) || pair->as.list.items[0].kind != TERM_ATOM)
                continue;
            struct spot spot = {app->as.list.items[0].as.atom,
                                pair->as.list.items[0].as.atom};
            map_put(settings, key_of(differ->arena, &spot),
                    (void *)&pair->as.list.items[1]);
        }
    }
    return 0;
}

static void add_setting(struct differ *differ, enum diff_change change, str key)
{
    str name = key;
    str app = str_split(&name, ':');
    add(differ, DIFF_CONFIG, change, app, name);
}

static int compare_config(struct differ *differ)
{
    struct map from, to;
    if (read_config(differ, differ->from, &from) != 0 ||
        read_config(differ, differ->to, &to) != 0)
        return -1;
    for (size_t i = 0; i < from.count; i++) {
        const struct term *new = map_get(&to, from.entries[i].key);
        if (!new)
            add_setting(differ, DIFF_REMOVED, from.entries[i].key);
        else if (!term_equal(from.entries[i].value, new))
            add_setting(differ, DIFF_CHANGED, from.entries[i].key);
    }
    for (size_t i = 0; i < to.count; i++)
        if (!map_has(&from, to.entries[i].key))
            add_setting(differ, DIFF_ADDED, to.entries[i].key);
    return 0;
}

static int by_place(const void *left, const void *right)
{
    const struct diff_item *a = left, *b = right;
    if (!a->app.ptr != !b->app.ptr)
        return a->app.ptr ? -1 : 1;
    int order = str_cmp(a->app, b->app);
    if (order == 0)
        order = (int)a->what - (int)b->what;
    return order ? order : str_cmp(a->name, b->name);
}

int diff_releases(struct arena *arena, const struct inspection *from,
                  const struct inspection *to, struct diff *diff, struct err *err)
{
    struct differ differ = {
        .arena = arena, .from = from, .to = to, .diff = diff, .err = err};
    *diff = (struct diff){0};
    compare_erts(&differ);
    compare_apps(&differ);
    if (compare_files(&differ) != 0 || compare_config(&differ) != 0)
        return -1;
    if (diff->count)
        qsort(diff->items, diff->count, sizeof *diff->items, by_place);
    return 0;
}
