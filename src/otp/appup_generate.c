/*
 * Appups made from two versions of an application.
 *
 * What is done with a module that changed in code:
 *
 * - supervisors: {update, M, supervisor}. Their processes are suspended, and the new
 *   M:init tells the supervisor its new specification. That is the contract of OTP's
 *   supervisor and of Elixir's Supervisor and DynamicSupervisor, whose code_change calls
 *   M:init likewise; a supervisor_bridge does not.
 * - modules that export code_change/3, /4 or system_code_change/4:
 *   {update, M, {advanced, []}}. The new version's exports decide in both directions. On
 *   the way up code_change runs when the new code is loaded; on the way down it runs
 *   before the old code is, again in the new one. Old code's code_change never runs, and
 *   a call of one that the new code lacks would fail the upgrade.
 * - other modules: {load_module, M}.
 *
 * Dependencies. While an upgrade goes on, some modules are new and others old. It is safe
 * for an old module to call new ones that still serve it, but not for a new one to call
 * something that is not there yet. So what a changed or added module calls (in the new
 * version, among what changes) is loaded before it on the way up and goes after it on
 * the way down. A supervisor of Elixir calls its children by names that are values to its
 * code: Supervisor.init asks each for its child_spec/1. So every module that has one
 * counts as called, but for other supervisors that change, which might depend on it
 * likewise. A deleted module, the other way round, must outlive those that called it in
 * the old version: it depends on them. systools does the ordering; it must be told of
 * both kinds. In the script, too, what is needed stands first, the way down being the
 * mirror image: instructions that do not depend on each other keep that order.
 */
#include "relc/otp/appup.h"

#include "graph.h"
#include "module_changes.h"

#include "relc/base/fs.h"
#include "relc/base/map.h"

#include <stdlib.h>

struct generator {
    struct arena *arena;   /* for the appup */
    struct arena *scratch; /* for what is found out to make it */
    struct module_changes changes;
    struct map by_name; /* module -> struct module_change * */
    struct graph graph; /* module -> what it depends on */
    struct graph users; /* the same edges, turned round */
};

static bool is_supervisor(const struct module_change *change)
{
    static const char *const behaviours[] = {"supervisor", "Elixir.Supervisor",
                                             "Elixir.DynamicSupervisor"};
    for (size_t i = 0; i < sizeof behaviours / sizeof *behaviours; i++)
        if (module_has_behaviour(&change->new_facts, behaviours[i]))
            return true;
    return false;
}

static size_t number_of(const struct generator *generator,
                        const struct module_change *change)
{
    return (size_t)(change - generator->changes.items);
}

static void depend(struct generator *generator, const struct module_change *user,
                   const struct module_change *used)
{
    graph_add(&generator->graph, number_of(generator, user), number_of(generator, used));
    graph_add(&generator->users, number_of(generator, used), number_of(generator, user));
}

static void depend_on_calls(struct generator *generator,
                            const struct module_change *change)
{
    for (size_t i = 0; i < change->new_facts.import_count; i++) {
        const struct module_change *used =
            map_get(&generator->by_name, change->new_facts.imports[i]);
        if (used && used->is)
            depend(generator, change, used);
    }
}

static bool is_child(const struct module_change *change)
{
    bool both = change->was && change->is;
    const struct module_facts *facts =
        change->is ? &change->new_facts : &change->old_facts;
    return facts->has_child_spec && !(both && is_supervisor(change));
}

static void depend_on_children(struct generator *generator,
                               const struct module_change *supervisor)
{
    if (!supervisor->was || !supervisor->is ||
        !module_has_behaviour(&supervisor->new_facts, "Elixir.Supervisor"))
        return;
    for (size_t i = 0; i < generator->changes.count; i++) {
        const struct module_change *child = &generator->changes.items[i];
        if (is_child(child) && child->is)
            depend(generator, supervisor, child);
        else if (is_child(child))
            depend(generator, child, supervisor);
    }
}

static void outlive_callers(struct generator *generator,
                            const struct module_change *caller)
{
    for (size_t i = 0; i < caller->old_facts.import_count; i++) {
        const struct module_change *used =
            map_get(&generator->by_name, caller->old_facts.imports[i]);
        if (used && !used->is)
            depend(generator, used, caller);
    }
}

static void find_dependencies(struct generator *generator)
{
    struct module_changes *changes = &generator->changes;
    graph_init(&generator->graph, generator->scratch, changes->count);
    graph_init(&generator->users, generator->scratch, changes->count);
    map_init(&generator->by_name, generator->scratch);
    for (size_t i = 0; i < changes->count; i++)
        map_put(&generator->by_name, changes->items[i].name, &changes->items[i]);
    for (size_t i = 0; i < changes->count; i++) {
        depend_on_calls(generator, &changes->items[i]);
        depend_on_children(generator, &changes->items[i]);
        outlive_callers(generator, &changes->items[i]);
    }
}

static int by_number(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

/* What a module depends on, in the order of names. */
static struct term dependencies(struct generator *generator, size_t number)
{
    const struct graph_node *node = &generator->graph.nodes[number];
    struct term_builder list = {.arena = generator->arena};
    if (node->count > 0)
        qsort(node->uses, node->count, sizeof *node->uses, by_number);
    for (size_t i = 0; i < node->count; i++)
        if (i == 0 || node->uses[i] != node->uses[i - 1])
            term_add(&list, term_atom(generator->changes.items[node->uses[i]].name));
    return term_built_list(&list);
}

/* {Tag, M [, What] [, Deps]}, Deps only if there are some. */
static struct term instruction(struct arena *arena, const char *tag, str module,
                               const struct term *what, const struct term *deps)
{
    struct term_builder tuple = {.arena = arena};
    term_add(&tuple, term_atom(str_of(tag)));
    term_add(&tuple, term_atom(module));
    if (what)
        term_add(&tuple, *what);
    if (!term_is_nil(deps))
        term_add(&tuple, *deps);
    return term_built_tuple(&tuple);
}

/* The short form cannot say what a supervisor's init calls. */
static struct term update_supervisor(struct arena *arena, str module,
                                     const struct term *deps)
{
    const struct term purge = term_atom(STR("brutal_purge"));
    const struct term supervisor = term_atom(STR("supervisor"));
    const struct term full[] = {
        term_atom(STR("update")),
        term_atom(module),
        term_atom(STR("static")),
        term_atom(STR("default")),
        term_pair(arena, term_atom(STR("advanced")), term_nil()),
        purge,
        purge,
        *deps,
    };
    if (term_is_nil(deps))
        return instruction(arena, "update", module, &supervisor, deps);
    return term_tuple(arena, full, 8);
}

static struct term change_instruction(struct generator *generator, size_t number, bool up)
{
    const struct module_change *change = &generator->changes.items[number];
    struct arena *arena = generator->arena;
    const struct term deps = dependencies(generator, number);
    const struct term advanced = term_pair(arena, term_atom(STR("advanced")), term_nil());
    if (!change->was || !change->is)
        return instruction(arena, change->is == up ? "add_module" : "delete_module",
                           change->name, NULL, &deps);
    if (is_supervisor(change))
        return update_supervisor(arena, change->name, &deps);
    if (change->new_facts.has_code_change)
        return instruction(arena, "update", change->name, &advanced, &deps);
    return instruction(arena, "load_module", change->name, NULL, &deps);
}

/* What is needed comes first on the way up and last on the way down. */
static struct term script(struct generator *generator, const size_t *order, bool up)
{
    struct term_builder list = {.arena = generator->arena};
    size_t count = generator->changes.count;
    for (size_t i = 0; i < count; i++)
        term_add(&list, change_instruction(generator, order[up ? i : count - 1 - i], up));
    return term_built_list(&list);
}

/* {Vsn, [{OldVsn, Up}], [{OldVsn, Down}]}. */
static struct term appup_term(struct arena *arena, str new_vsn, str old_vsn,
                              struct term up, struct term down)
{
    struct term old_term = term_string(arena, old_vsn);
    struct term ups = term_pair(arena, old_term, up);
    struct term downs = term_pair(arena, old_term, down);
    return term_triple(arena, term_string(arena, new_vsn), term_list(arena, &ups, 1),
                       term_list(arena, &downs, 1));
}

static void generate(struct generator *generator, str old_vsn, str new_vsn,
                     struct term *appup)
{
    find_dependencies(generator);
    const size_t *order = graph_order(&generator->users);
    *appup = appup_term(generator->arena, new_vsn, old_vsn,
                        script(generator, order, true), script(generator, order, false));
}

int appup_generate(struct arena *arena, const struct app_version *old_app,
                   const struct app_version *new_app, const struct names *left_out,
                   struct term *appup, struct err *err)
{
    struct arena scratch;
    struct generator generator = {.arena = arena, .scratch = &scratch};
    struct module_set old_set = {&old_app->app->modules, old_app->ebin};
    struct module_set new_set = {&new_app->app->modules, new_app->ebin};
    arena_init(&scratch);
    int status =
        module_changes(&scratch, &old_set, &new_set, left_out, &generator.changes, err);
    if (status == 0)
        generate(&generator, old_app->app->vsn, new_app->app->vsn, appup);
    else
        err_wrap(err, "application '%.*s'", STR_ARG(new_app->app->name));
    arena_release(&scratch);
    return status;
}

/* The modules of a folder, by the names of their files. */
static int list_modules(struct arena *arena, const char *ebin, struct names *modules,
                        struct err *err)
{
    struct fs_list list;
    *modules = (struct names){0};
    if (!fs_is_dir(ebin))
        return 0;
    if (fs_list(arena, ebin, &list, err) != 0)
        return -1;
    modules->items = arena_array(arena, list.count, sizeof *modules->items);
    for (size_t i = 0; i < list.count; i++) {
        str name = list.entries[i].name;
        if (str_ends(name, STR(".beam")))
            modules->items[modules->count++] = str_slice(name, 0, name.len - 5);
    }
    return 0;
}

/* The way to one of two versions, in low-level terms: systools knows no such module. */
static struct term protocols_script(struct arena *arena, str name, str vsn,
                                    const struct module_changes *changes, bool up)
{
    const struct term purge = term_atom(STR("brutal_purge"));
    struct term_builder list = {.arena = arena}, read = {.arena = arena},
                        steps = {.arena = arena}, removed = {.arena = arena};
    for (size_t i = 0; i < changes->count; i++) {
        const struct module_change *change = &changes->items[i];
        struct term module = term_atom(change->name);
        bool stays = up ? change->is : change->was;
        term_add(stays ? &read : &removed, module);
        term_add(&steps, term_pair(arena, term_atom(stays ? STR("load") : STR("remove")),
                                   term_triple(arena, module, purge, purge)));
    }
    if (changes->count == 0)
        return term_nil();
    if (read.count > 0)
        term_add(&list,
                 term_pair(arena, term_atom(STR("load_object_code")),
                           term_triple(arena, term_atom(name), term_string(arena, vsn),
                                       term_built_list(&read))));
    term_add(&list, term_atom(STR("point_of_no_return")));
    for (size_t i = 0; i < steps.count; i++)
        term_add(&list, steps.items[i]);
    if (removed.count > 0)
        term_add(&list,
                 term_pair(arena, term_atom(STR("purge")), term_built_list(&removed)));
    return term_built_list(&list);
}

int appup_generate_protocols(struct arena *arena, str name, str old_vsn,
                             const char *old_ebin, str new_vsn, const char *new_ebin,
                             struct term *appup, struct err *err)
{
    struct module_changes changes;
    struct names old_names, new_names;
    if (list_modules(arena, old_ebin, &old_names, err) != 0 ||
        list_modules(arena, new_ebin, &new_names, err) != 0)
        return -1;
    struct module_set old_set = {&old_names, old_ebin}, new_set = {&new_names, new_ebin};
    if (module_changes(arena, &old_set, &new_set, NULL, &changes, err) != 0)
        return -1;
    *appup = appup_term(arena, new_vsn, old_vsn,
                        protocols_script(arena, name, new_vsn, &changes, true),
                        protocols_script(arena, name, old_vsn, &changes, false));
    return 0;
}
