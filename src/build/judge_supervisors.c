/*
 * Supervisors take a new specification when they are upgraded, but start and stop no
 * child for it (supervisor:code_change/3); what Application.start/2 starts is not even
 * looked at again.
 */
#include "build/judge_process.h"

#include "relc/term/print.h"

struct child {
    const struct code *id;
    const struct code *spec;
    const struct code *start;   /* {M, F, A}, or NULL */
    const struct code *modules; /* or NULL */
};

struct children {
    struct checker *checker;
    struct child *items;
    size_t count;
    size_t capacity;
    bool found;       /* there is a list */
    bool complete;    /* every child is shown */
    unsigned line;    /* of the function that has it */
    bool is_template; /* simple_one_for_one: the specification is a template */
};

/* --- reading -------------------------------------------------------------------------
 */

/* The value of a key in a literal list of pairs. */
static const struct code *option(const struct code *list, const char *key)
{
    for (size_t i = 0; list->kind == CODE_LIST && i < list->count; i++)
        if (list->items[i].kind == CODE_TUPLE && list->items[i].count == 2 &&
            code_is_atom(&list->items[i].items[0], key))
            return &list->items[i].items[1];
    return NULL;
}

static bool is_literal(const struct code *code)
{
    return code->kind == CODE_TERM;
}

static struct child read_child(const struct code *code)
{
    struct child child = {.spec = code};
    if (code_is_atom(code, NULL)) {
        child.id = code;
    } else if (code->kind == CODE_TUPLE && code->count == 6) {
        child.id = &code->items[0];
        child.start = &code->items[1];
        child.modules = &code->items[5];
    } else if (code->kind == CODE_TUPLE && code->count == 2) {
        child.id = &code->items[0];
    } else if (code->kind == CODE_MAP && !code->base) {
        child.id = code_field(code, "id");
        child.start = code_field(code, "start");
        child.modules = code_field(code, "modules");
    } else if (code_is_call(code, "Elixir.Supervisor", "child_spec", 2)) {
        child = read_child(&code->items[0]);
        child.spec = code;
        if (option(&code->items[1], "id"))
            child.id = option(&code->items[1], "id");
    }
    if (child.id && !is_literal(child.id))
        child.id = NULL;
    return child;
}

static void add_child(void *context, const struct scope *scope, const struct code *code,
                      bool known)
{
    struct children *children = context;
    struct child child = known ? read_child(code) : (struct child){0};
    (void)scope;
    if (!child.id) {
        children->complete = false;
        return;
    }
    children->items =
        arena_grow(&children->checker->scratch, children->items, children->count,
                   &children->capacity, sizeof *children->items);
    children->items[children->count++] = child;
}

static void add_list(void *context, const struct scope *scope, const struct code *code,
                     bool known)
{
    struct children *children = context;
    if (known && code_is_call(code, "erlang", "++", 2)) {
        values_of(scope, &code->items[0], add_list, children);
        values_of(scope, &code->items[1], add_list, children);
        return;
    }
    if (!known || code->kind != CODE_LIST) {
        children->complete = false;
        return;
    }
    children->found = true;
    for (size_t i = 0; i < code->count; i++)
        values_of(scope, &code->items[i], add_child, children);
    if (code->base)
        values_of(scope, code->base, add_list, children);
}

static bool is_no_template(void *context, const struct code *code)
{
    (void)context;
    return !code_is_atom(code, "simple_one_for_one");
}

/* {ok, {Flags, Children}}, Supervisor.init(Children, ..), Supervisor.start_link(..). */
static void find_list(void *context, const struct scope *scope, const struct code *code,
                      bool known)
{
    struct children *children = context;
    const struct code *list = NULL;
    if (known && code->kind == CODE_TUPLE && code->count == 2 &&
        code_is_atom(&code->items[0], "ok") && code->items[1].kind == CODE_TUPLE &&
        code->items[1].count == 2)
        list = &code->items[1].items[1];
    else if (known && (code_is_call(code, "Elixir.Supervisor", "init", 2) ||
                       code_is_call(code, "Elixir.Supervisor", "start_link", 2)))
        list = &code->items[0];
    if (!list)
        return;
    if (!code_walk(code, is_no_template, NULL))
        children->is_template = true;
    values_of(scope, list, add_list, children);
}

static bool read_children(struct checker *checker, struct side_module *side,
                          bool new_side, const char *function, uint32_t arity,
                          struct children *children)
{
    struct scope scope = values_scope(checker, side, new_side);
    const struct code_function *found =
        debug_function(side_debug(checker, side), str_of(function), arity);
    *children = (struct children){.checker = checker, .complete = true};
    if (!found)
        return false;
    children->line = found->line;
    values_of_function(&scope, found, find_list, children);
    return children->found;
}

/* --- comparing -----------------------------------------------------------------------
 */

static const struct child *find_child(const struct children *children,
                                      const struct child *wanted)
{
    for (size_t i = 0; i < children->count; i++)
        if (code_equal(children->items[i].id, wanted->id))
            return &children->items[i];
    return NULL;
}

/* Names of variables say nothing of their values. */
static bool is_shown(void *context, const struct code *code)
{
    (void)context;
    return code->kind != CODE_VAR && code->kind != CODE_OTHER;
}

static str id_text(struct checker *checker, const struct child *child)
{
    struct buf text;
    if (child->id->term.kind == TERM_ATOM)
        return module_shown(child->id->term.as.atom);
    buf_init(&text);
    term_print_line(&text, &child->id->term, 0);
    str copy = arena_str(&checker->scratch, buf_view(&text));
    buf_release(&text);
    return copy;
}

struct supervisor {
    struct checker *checker;
    const struct app_pair *app;
    struct module_pair *module;
    struct side_module *old_side, *new_side;
    bool of_application; /* started by Application.start/2 */
    struct children olds, news;
};

static struct spot spot_of(struct supervisor *supervisor, const struct child *child)
{
    const struct code *id = child->id;
    unsigned line = id->line            ? id->line
                    : child->spec->line ? child->spec->line
                                        : supervisor->news.line;
    struct spot spot =
        spot_in(supervisor->checker, supervisor->module, supervisor->new_side, line);
    return spot;
}

static void check_added(struct supervisor *supervisor, const struct child *child)
{
    struct checker *checker = supervisor->checker;
    const struct acts *acts = acts_of(checker, supervisor->app);
    struct spot spot = spot_of(supervisor, child);
    str id = id_text(checker, child);
    if (find_child(&supervisor->olds, child) || !supervisor->olds.complete ||
        (acts && acts->applies))
        return;
    finding_add(
        checker, CHILD_NOT_STARTED, &spot,
        supervisor->of_application
            ? "start it in an appup of your own: {apply, {supervisor, "
              "start_child, [Supervisor, Spec]}}"
            : "start it in an appup of your own, after the update of the "
              "supervisor: {apply, {supervisor, restart_child, [Supervisor, Id]}}",
        "the new child %.*s is started only when the node restarts", STR_ARG(id));
}

static void check_removed(struct supervisor *supervisor, const struct child *child)
{
    struct checker *checker = supervisor->checker;
    const struct acts *acts = acts_of(checker, supervisor->app);
    struct spot spot = spot_of(supervisor, child);
    str id = id_text(checker, child);
    if (!supervisor->news.complete || (acts && acts->applies))
        return;
    spot.line = 0;
    finding_add(checker, CHILD_NOT_STOPPED, &spot,
                "stop it in an appup of your own, before the update of the supervisor: "
                "{apply, {supervisor, terminate_child, [Supervisor, Id]}}",
                "the child %.*s is no more in the supervisor, but goes on running until "
                "the node restarts",
                STR_ARG(id));
}

static void check_specs(struct supervisor *supervisor, const struct child *old_child,
                        const struct child *new_child)
{
    struct checker *checker = supervisor->checker;
    struct spot spot = spot_of(supervisor, new_child);
    str id = id_text(checker, new_child);
    if (code_equal(old_child->spec, new_child->spec) || supervisor->news.is_template ||
        !code_walk(old_child->spec, is_shown, NULL) ||
        !code_walk(new_child->spec, is_shown, NULL))
        return;
    finding_add(checker, CHILD_KEEPS_OLD_SPEC, &spot,
                "restart the child when the new values shall hold",
                "the specification of the child %.*s changes, but the running process "
                "was started with the old one",
                STR_ARG(id));
}

/* release_handler finds processes by the list of modules in their specification. */
static void check_found(struct supervisor *supervisor, const struct child *child)
{
    struct checker *checker = supervisor->checker;
    const struct code *start = child->start, *modules = child->modules;
    if (!start || start->kind != CODE_TUPLE || start->count != 3 ||
        !code_is_atom(&start->items[0], NULL) || !modules || modules->kind != CODE_LIST ||
        modules->base)
        return;
    str name = start->items[0].term.as.atom;
    struct module_pair *module = map_get(&checker->index, name);
    struct side_module *side =
        module && module->changed ? pair_side(checker, module, true) : NULL;
    if (!side || !process_kind_of(side))
        return;
    for (size_t i = 0; i < modules->count; i++)
        if (!code_is_atom(&modules->items[i], NULL) ||
            str_eq(modules->items[i].term.as.atom, name))
            return;
    struct spot spot = spot_of(supervisor, child);
    finding_add(checker, PROCESS_NOT_FOUND, &spot,
                "name the callback module in the specification's list of modules",
                "the running child %.*s does not name its module %.*s: it is not "
                "suspended and its code_change is not called",
                STR_ARG(id_text(checker, child)), STR_ARG(module_shown(name)));
}

static void compare_children(struct supervisor *supervisor)
{
    const struct children *olds = &supervisor->olds, *news = &supervisor->news;
    for (size_t i = 0; i < news->count; i++)
        check_added(supervisor, &news->items[i]);
    for (size_t i = 0; i < olds->count; i++) {
        const struct child *same = find_child(news, &olds->items[i]);
        if (same)
            check_specs(supervisor, &olds->items[i], same);
        else
            check_removed(supervisor, &olds->items[i]);
    }
}

static const struct {
    const char *behaviour;
    const char *function;
    uint32_t arity;
    bool of_application;
} kinds[] = {
    {"supervisor", "init", 1, false},
    {"Elixir.Supervisor", "init", 1, false},
    {"Elixir.Application", "start", 2, true},
};

static void check_kind(struct supervisor *supervisor, const char *function,
                       uint32_t arity)
{
    struct checker *checker = supervisor->checker;
    if (!read_children(checker, supervisor->old_side, false, function, arity,
                       &supervisor->olds))
        return;
    for (size_t i = 0; i < supervisor->olds.count; i++) {
        check_found(supervisor, &supervisor->olds.items[i]);
        if (supervisor->module->changed)
            check_kept_fun(checker, supervisor->module, supervisor->olds.items[i].spec,
                           "a child's specification");
    }
    if (supervisor->module->changed && read_children(checker, supervisor->new_side, true,
                                                     function, arity, &supervisor->news))
        compare_children(supervisor);
}

static int check_module(struct checker *checker, const struct app_pair *app,
                        struct module_pair *module)
{
    struct supervisor supervisor = {.checker = checker, .app = app, .module = module};
    supervisor.old_side = pair_side(checker, module, false);
    supervisor.new_side = pair_side(checker, module, true);
    if (!supervisor.old_side || !supervisor.new_side)
        return -1;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        supervisor.of_application = kinds[i].of_application;
        if (module_has_behaviour(&supervisor.new_side->facts, kinds[i].behaviour))
            check_kind(&supervisor, kinds[i].function, kinds[i].arity);
    }
    return 0;
}

int check_supervisors(struct checker *checker)
{
    for (size_t i = 0; i < checker->app_count; i++) {
        const struct app_pair *app = &checker->apps[i];
        if (!pair_is_upgraded(app) || acts_restart(checker, app))
            continue;
        for (size_t j = 0; j < app->module_count; j++) {
            struct module_pair *module = &app->modules[j];
            if (module->in_old && module->in_new &&
                check_module(checker, app, module) != 0)
                return -1;
            pairs_forget(checker);
        }
    }
    return 0;
}
