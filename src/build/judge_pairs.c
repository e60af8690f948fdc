/*
 * The applications and modules of both releases side by side. Only names are kept: what
 * is in a module is read when somebody asks for it, and forgotten again.
 */
#include "build/judge.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"

#include <stdlib.h>
#include <string.h>

/* Some tens of modules with their debug information. */
enum { SCRATCH_LIMIT = 4 * 1024 * 1024 };

static const char *ebin_of(struct checker *checker, const struct upgrade_side *side,
                           const struct rel_app *app)
{
    if (!app)
        return NULL;
    if (app == side->protocols)
        return side->protocols_dir;
    return path_join(checker->arena, str_of(app->app->dir), STR("ebin")).ptr;
}

/* The modules of an application while its folders are listed. */
struct pairing {
    struct arena arena;
    struct app_pair *app;
    struct map by_name; /* -> size_t *, its place among the application's */
    size_t capacity;
};

static struct module_pair *module_named(struct checker *checker, struct pairing *pairing,
                                        str name)
{
    struct app_pair *app = pairing->app;
    const size_t *at = map_get(&pairing->by_name, name);
    if (at)
        return &app->modules[*at];
    size_t *index = arena_alloc(&pairing->arena, sizeof *index);
    *index = app->module_count;
    name = arena_str(checker->arena, name);
    map_put(&pairing->by_name, name, index);
    app->modules = arena_grow(checker->arena, app->modules, app->module_count,
                              &pairing->capacity, sizeof *app->modules);
    app->modules[app->module_count] = (struct module_pair){.name = name, .app = app};
    return &app->modules[app->module_count++];
}

/* Notes the modules of one ebin folder. */
static int list_modules(struct checker *checker, struct pairing *pairing, bool new_side)
{
    const char *ebin = new_side ? pairing->app->new_ebin : pairing->app->old_ebin;
    const str suffix = STR(".beam");
    struct fs_list list;
    if (!ebin || !fs_is_dir(ebin))
        return 0;
    if (fs_list(&pairing->arena, ebin, &list, checker->err) != 0)
        return -1;
    for (size_t i = 0; i < list.count; i++) {
        str file = list.entries[i].name;
        if (!str_ends(file, suffix))
            continue;
        str name = str_slice(file, 0, file.len - suffix.len);
        struct module_pair *module = module_named(checker, pairing, name);
        *(new_side ? &module->in_new : &module->in_old) = true;
    }
    return 0;
}

static int list_both(struct checker *checker, struct app_pair *app)
{
    struct pairing pairing = {.app = app};
    arena_init(&pairing.arena);
    map_init(&pairing.by_name, &pairing.arena);
    int status = list_modules(checker, &pairing, false) != 0 ||
                         list_modules(checker, &pairing, true) != 0
                     ? -1
                     : 0;
    arena_release(&pairing.arena);
    return status;
}

/* NULL with an error when the file cannot be read. */
static struct side_module *open_module(struct checker *checker, const char *ebin,
                                       str name)
{
    struct arena *arena = &checker->scratch;
    struct side_module *side = arena_alloc(arena, sizeof *side);
    str bytes;
    side->file = arena_printf(arena, "%s/%.*s.beam", ebin, STR_ARG(name)).ptr;
    if (fs_read(arena, side->file, 0, &bytes, checker->err) != 0 ||
        beam_open(arena, bytes, side->file, &side->beam, checker->err) != 0 ||
        module_facts(arena, &side->beam, &side->facts, checker->err) != 0)
        return NULL;
    return side;
}

/* The arena is for this one comparison. */
static int same_code(struct checker *checker, struct arena *arena, const char *old_file,
                     str old_bytes, const char *new_file, str new_bytes, bool *same)
{
    struct beam old_beam, new_beam;
    if (beam_open(arena, old_bytes, old_file, &old_beam, checker->err) != 0 ||
        beam_open(arena, new_bytes, new_file, &new_beam, checker->err) != 0)
        return -1;
    *same = beam_same_code(&old_beam, &new_beam);
    return 0;
}

/* Whether two files hold the same code. Most are equal, which takes no more than that. */
static int compare_files(struct checker *checker, struct arena *arena,
                         const char *old_file, const char *new_file, bool *same)
{
    str old_bytes, new_bytes;
    if (fs_same_content(old_file, new_file, same, checker->err) != 0)
        return -1;
    if (*same)
        return 0;
    if (fs_map(old_file, &old_bytes, checker->err) != 0)
        return -1;
    if (fs_map(new_file, &new_bytes, checker->err) != 0) {
        fs_unmap(old_bytes);
        return -1;
    }
    int status =
        same_code(checker, arena, old_file, old_bytes, new_file, new_bytes, same);
    fs_unmap(old_bytes);
    fs_unmap(new_bytes);
    return status;
}

int same_code_in(struct checker *checker, const char *old_dir, const char *new_dir,
                 str name, bool *same)
{
    struct arena arena;
    arena_init(&arena);
    int status =
        compare_files(checker, &arena, path_join(&arena, str_of(old_dir), name).ptr,
                      path_join(&arena, str_of(new_dir), name).ptr, same);
    arena_release(&arena);
    return status;
}

struct side_module *pair_side(struct checker *checker, struct module_pair *module,
                              bool new_side)
{
    struct side_module **side = new_side ? &module->new_module : &module->old_module;
    bool there = new_side ? module->in_new : module->in_old;
    const char *ebin = new_side ? module->app->new_ebin : module->app->old_ebin;
    if (*side || !there || checker->failed)
        return *side;
    if (!module->old_module && !module->new_module) {
        module->next_read = checker->read;
        checker->read = module;
    }
    *side = open_module(checker, ebin, module->name);
    checker->failed = *side == NULL;
    return *side;
}

struct side_module *index_side(struct checker *checker, str name, bool new_side)
{
    struct module_pair *module = map_get(&checker->index, name);
    return module ? pair_side(checker, module, new_side) : NULL;
}

void pairs_forget(struct checker *checker)
{
    if (checker->scratch.size < SCRATCH_LIMIT)
        return;
    for (struct module_pair *module = checker->read; module; module = module->next_read)
        module->old_module = module->new_module = NULL;
    checker->read = NULL;
    arena_release(&checker->scratch);
}

struct debug_info *side_debug(struct checker *checker, struct side_module *side)
{
    if (!side->has_debug)
        debug_info_read(&checker->scratch, &side->beam, &side->debug);
    side->has_debug = true;
    return &side->debug;
}

static int compare_module(struct checker *checker, struct app_pair *app,
                          struct module_pair *module)
{
    bool same = false;
    if (!module->in_old || !module->in_new) {
        app->changed_count++;
        return 0;
    }
    str file = arena_printf(&checker->scratch, "%.*s.beam", STR_ARG(module->name));
    if (same_code_in(checker, app->old_ebin, app->new_ebin, file, &same) != 0)
        return -1;
    pairs_forget(checker);
    module->changed = !same;
    app->changed_count += module->changed;
    return 0;
}

static int by_name(const void *a, const void *b)
{
    return str_cmp(((const struct module_pair *)a)->name,
                   ((const struct module_pair *)b)->name);
}

static int read_modules(struct checker *checker, struct app_pair *app)
{
    if (list_both(checker, app) != 0)
        return -1;
    if (app->module_count)
        qsort(app->modules, app->module_count, sizeof *app->modules, by_name);
    /* One folder for both: the versions are in one place and share the application. */
    if (app->old_ebin && app->new_ebin && strcmp(app->old_ebin, app->new_ebin) == 0)
        return 0;
    for (size_t i = 0; i < app->module_count; i++)
        if (compare_module(checker, app, &app->modules[i]) != 0)
            return -1;
    return 0;
}

static struct app_pair make_pair(struct checker *checker, const struct rel_app *old_app,
                                 const struct rel_app *new_app)
{
    return (struct app_pair){
        .name = (new_app ? new_app : old_app)->app->name,
        .old_app = old_app,
        .new_app = new_app,
        .old_ebin = ebin_of(checker, checker->old_side, old_app),
        .new_ebin = ebin_of(checker, checker->new_side, new_app),
    };
}

static void index_modules(struct checker *checker, struct app_pair *app)
{
    if (!app->changed_count)
        return;
    for (size_t i = 0; i < app->module_count; i++)
        map_put(&checker->index, app->modules[i].name, &app->modules[i]);
}

bool pair_is_upgraded(const struct app_pair *app)
{
    return app->old_app && app->new_app && app->changed_count &&
           !str_eq(app->old_app->app->vsn, app->new_app->app->vsn);
}

int pairs_read(struct checker *checker)
{
    const struct release *old_release = checker->old_side->release,
                         *new_release = checker->new_side->release;
    map_init(&checker->index, checker->arena);
    checker->apps =
        arena_array(checker->arena, old_release->app_count + new_release->app_count,
                    sizeof *checker->apps);
    for (size_t i = 0; i < new_release->app_count; i++) {
        const struct rel_app *app = &new_release->apps[i];
        checker->apps[checker->app_count++] =
            make_pair(checker, release_app(old_release, app->app->name), app);
    }
    for (size_t i = 0; i < old_release->app_count; i++)
        if (!release_app(new_release, old_release->apps[i].app->name))
            checker->apps[checker->app_count++] =
                make_pair(checker, &old_release->apps[i], NULL);
    for (size_t i = 0; i < checker->app_count; i++) {
        if (read_modules(checker, &checker->apps[i]) != 0)
            return -1;
        index_modules(checker, &checker->apps[i]);
    }
    return 0;
}
