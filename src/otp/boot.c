#include "relc/otp/boot.h"

#include <stdlib.h>

/* What a clean start starts: the language itself, nothing of the release's. */
static const char *const clean_apps[] = {"kernel", "stdlib", "compiler", "elixir"};

struct writer {
    struct arena *arena;
    const struct target *target;
    const struct boot_options *options;
    const struct rel_app **order; /* start order */
    size_t count;
    struct map never_loaded; /* preloaded and mandatory modules */
    struct map included;     /* applications that another one includes */
    struct term_builder out;
};

static struct term atom(const char *name)
{
    return term_atom(str_of(name));
}

static void add_progress(struct writer *writer, const char *stage)
{
    term_add(&writer->out, term_pair(writer->arena, atom("progress"), atom(stage)));
}

/* {apply, {Module, Function, Arguments}}. */
static void add_apply(struct writer *writer, const char *module, const char *function,
                      const struct term *args, size_t count)
{
    struct term list = term_list(writer->arena, args, count);
    struct term call = term_triple(writer->arena, atom(module), atom(function), list);
    term_add(&writer->out, term_pair(writer->arena, atom("apply"), call));
}

static struct term app_path(const struct writer *writer, const struct rel_app *app)
{
    str path = arena_printf(writer->arena, "%.*s/%.*s-%.*s/ebin", STR_ARG(app->lib),
                            STR_ARG(app->app->name), STR_ARG(app->app->vsn));
    return term_string(writer->arena, path);
}

/* {path, [...]}, the application that must always be first before the others. */
static void add_path(struct writer *writer, const struct rel_app *const *apps,
                     size_t count, bool may_have_first)
{
    const struct rel_app *first = may_have_first ? writer->options->first : NULL;
    struct term_builder paths = {.arena = writer->arena};
    if (first)
        term_add(&paths, app_path(writer, first));
    for (size_t i = 0; i < count; i++)
        if (apps[i] != first)
            term_add(&paths, app_path(writer, apps[i]));
    term_add(&writer->out,
             term_pair(writer->arena, atom("path"), term_built_list(&paths)));
}

static int name_order(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

static void add_prim_load(struct writer *writer, const struct app *app)
{
    struct names modules = {
        .items = arena_array(writer->arena, app->modules.count, sizeof(str))};
    for (size_t i = 0; i < app->modules.count; i++)
        if (!map_has(&writer->never_loaded, app->modules.items[i]))
            modules.items[modules.count++] = app->modules.items[i];
    if (modules.count)
        qsort(modules.items, modules.count, sizeof(str), name_order);
    term_add(&writer->out, term_pair(writer->arena, atom("primLoad"),
                                     names_term(writer->arena, &modules)));
}

/* {application, Name, Keys} as application:load/1 gets it. */
static struct term app_term(const struct writer *writer, const struct rel_app *rel)
{
    struct arena *arena = writer->arena;
    const struct app *app = rel->app;
    struct term_builder keys = {.arena = arena};
    term_add(&keys, term_pair(arena, atom("description"), app->description));
    term_add(&keys, term_pair(arena, atom("vsn"), term_string(arena, app->vsn)));
    term_add(&keys, term_pair(arena, atom("id"), app->id));
    term_add(&keys, term_pair(arena, atom("modules"), names_term(arena, &app->modules)));
    term_add(&keys,
             term_pair(arena, atom("registered"), names_term(arena, &app->registered)));
    term_add(&keys, term_pair(arena, atom("applications"),
                              names_term(arena, &rel->applications)));
    if (writer->target->has_optional)
        term_add(&keys, term_pair(arena, atom("optional_applications"),
                                  names_term(arena, &app->optional)));
    term_add(&keys, term_pair(arena, atom("included_applications"),
                              names_term(arena, &rel->included)));
    term_add(&keys, term_pair(arena, atom("env"), app->env));
    term_add(&keys, term_pair(arena, atom("maxT"), app->max_t));
    term_add(&keys, term_pair(arena, atom("maxP"), app->max_p));
    if (!term_is_atom(&app->start_phases, "undefined"))
        term_add(&keys, term_pair(arena, atom("start_phases"), app->start_phases));
    if (!term_is_nil(&app->mod))
        term_add(&keys, term_pair(arena, atom("mod"), app->mod));
    return term_triple(arena, atom("application"), term_atom(app->name),
                       term_built_list(&keys));
}

static const struct rel_app *find(const struct writer *writer, const char *name)
{
    for (size_t i = 0; i < writer->count; i++)
        if (str_eqz(writer->order[i]->app->name, name))
            return writer->order[i];
    return NULL;
}

static bool is_kernel(const struct rel_app *app)
{
    return str_eqz(app->app->name, "kernel");
}

static void add_loading(struct writer *writer)
{
    const struct rel_app *base[2];
    size_t base_count = 0;
    for (size_t i = 0; i < writer->count; i++)
        if (is_kernel(writer->order[i]) || str_eqz(writer->order[i]->app->name, "stdlib"))
            base[base_count++] = writer->order[i];
    term_add(&writer->out,
             term_pair(writer->arena, atom("preLoaded"), writer->target->preloaded));
    add_progress(writer, "preloaded");
    add_path(writer, base, base_count, false);
    term_add(&writer->out,
             term_pair(writer->arena, atom("primLoad"), writer->target->mandatory));
    struct term completed = atom("kernel_load_completed");
    term_add(&writer->out, term_tuple(writer->arena, &completed, 1));
    add_progress(writer, "kernel_load_completed");
    for (size_t i = 0; i < writer->count; i++) {
        add_path(writer, &writer->order[i], 1, true);
        add_prim_load(writer, writer->order[i]->app);
    }
    add_progress(writer, "modules_loaded");
    add_path(writer, writer->order, writer->count, true);
}

/* The target's kernel processes; application_controller gets this release's kernel. */
static void add_kernel_processes(struct writer *writer)
{
    const struct term *procs = &writer->target->kernel_procs;
    for (size_t i = 0; i < procs->as.list.count; i++) {
        const struct term *proc = &procs->as.list.items[i];
        const struct term *parts = proc->as.list.items;
        if (!term_is_atom(&parts[1], "application_controller")) {
            term_add(&writer->out, *proc);
            continue;
        }
        struct term kernel = app_term(writer, find(writer, "kernel"));
        struct term args = term_list(writer->arena, &kernel, 1);
        struct term call = term_triple(writer->arena, parts[1], atom("start"), args);
        term_add(&writer->out, term_triple(writer->arena, parts[0], parts[1], call));
    }
    add_progress(writer, "init_kernel_started");
}

static void add_load_apps(struct writer *writer)
{
    for (size_t i = 0; i < writer->count; i++) {
        const struct rel_app *app = writer->order[i];
        if (is_kernel(app) || app->type == START_NONE)
            continue;
        struct term term = app_term(writer, app);
        add_apply(writer, "application", "load", &term, 1);
    }
    add_progress(writer, "applications_loaded");
}

static bool is_started(const struct writer *writer, const struct rel_app *app)
{
    if (map_has(&writer->included, app->app->name) || app->type == START_NONE ||
        app->type == START_LOAD)
        return false;
    if (writer->options->kind == BOOT_START)
        return true;
    for (size_t i = 0; i < sizeof clean_apps / sizeof *clean_apps; i++)
        if (str_eqz(app->app->name, clean_apps[i]))
            return true;
    return false;
}

static void add_start_apps(struct writer *writer)
{
    for (size_t i = 0; i < writer->count; i++) {
        const struct rel_app *app = writer->order[i];
        const char *type = start_type_name(app->type);
        if (!is_started(writer, app))
            continue;
        const struct term args[] = {term_atom(app->app->name),
                                    atom(type ? type : "permanent")};
        add_apply(writer, "application", "start_boot", args, 2);
        if (writer->options->config_provider && str_eqz(app->app->name, "stdlib"))
            add_apply(writer, "Elixir.Config.Provider", "boot", NULL, 0);
    }
    if (!writer->options->no_dot_erlang && !term_is_nil(&writer->target->erlangrc))
        term_add(&writer->out, writer->target->erlangrc);
    add_progress(writer, "started");
}

static void note_modules(struct map *map, const struct term *list)
{
    for (size_t i = 0; i < list->as.list.count; i++)
        if (list->as.list.items[i].kind == TERM_ATOM)
            map_put(map, list->as.list.items[i].as.atom, map);
}

static void writer_init(struct writer *writer, const struct release *release)
{
    map_init(&writer->never_loaded, writer->arena);
    note_modules(&writer->never_loaded, &writer->target->preloaded);
    note_modules(&writer->never_loaded, &writer->target->mandatory);
    map_init(&writer->included, writer->arena);
    for (size_t i = 0; i < release->app_count; i++)
        for (size_t j = 0; j < release->apps[i].included.count; j++)
            map_put(&writer->included, release->apps[i].included.items[j], writer);
    writer->out = (struct term_builder){.arena = writer->arena};
}

int boot_script(struct arena *arena, const struct release *release,
                const struct target *target, const struct boot_options *options,
                struct term *script, struct err *err)
{
    struct writer writer = {.arena = arena,
                            .target = target,
                            .options = options,
                            .count = release->app_count};
    if (release_start_order(arena, release, &writer.order, err) != 0)
        return -1;
    writer_init(&writer, release);
    add_loading(&writer);
    add_kernel_processes(&writer);
    add_load_apps(&writer);
    add_start_apps(&writer);
    struct term id = term_pair(arena, term_string(arena, release->name),
                               term_string(arena, release->vsn));
    *script = term_triple(arena, atom("script"), id, term_built_list(&writer.out));
    return 0;
}
