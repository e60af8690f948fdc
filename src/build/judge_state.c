/*
 * Processes live through an upgrade with the state that the old code made. The new code
 * must be able to work with it, or code_change must convert it.
 */
#include "build/judge_process.h"

struct process {
    struct checker *checker;
    const struct app_pair *app;
    struct module_pair *module;
    struct side_module *old_side, *new_side;
    const struct process_kind *kind;
    struct shapes olds, news;           /* of all callbacks */
    struct shapes old_inits, new_inits; /* of init alone */
};

static void collect_shapes(void *context, const struct scope *scope,
                           const struct code *code, bool known)
{
    struct shapes *shapes = context;
    if (known)
        shapes_of(scope, code, shapes);
    else
        shapes->others = shapes->others || code->kind != CODE_VAR;
}

static void find_shapes(struct process *process, bool new_side, bool init_only,
                        struct shapes *shapes)
{
    struct side_module *side = new_side ? process->new_side : process->old_side;
    struct scope scope = values_scope(process->checker, side, new_side);
    *shapes = (struct shapes){.arena = &process->checker->scratch};
    if (process->kind)
        process_states(&scope, process->kind, init_only, collect_shapes, shapes);
    else
        agent_states(&scope, collect_shapes, shapes);
}

/* An atom stands for a state that is still to come: it says nothing of what comes. */
static const struct shape *telling_shape(const struct shapes *shapes)
{
    for (size_t i = 0; i < shapes->count; i++)
        if (shapes->items[i].kind != SHAPE_ATOM)
            return &shapes->items[i];
    return NULL;
}

/* What changed, for the message; ptr NULL when nothing is shown to have. */
static str state_change(struct process *process, unsigned *line)
{
    struct arena *arena = &process->checker->scratch;
    const struct shapes *olds = &process->olds, *news = &process->news;
    bool common = false;
    for (size_t i = 0; i < olds->count; i++)
        for (size_t j = 0; j < news->count; j++) {
            const struct shape *a = &olds->items[i], *b = &news->items[j];
            if (!shape_same_kind(a, b) || a->kind == SHAPE_ATOM)
                continue;
            common = true;
            *line = b->line;
            if (a->kind == b->kind &&
                (a->kind == SHAPE_RECORD || a->kind == SHAPE_STRUCT) && a->complete &&
                b->complete && !shape_same_fields(a, b))
                return arena_printf(arena, "%.*s has other fields: %.*s",
                                    STR_ARG(shape_text(arena, b)),
                                    STR_ARG(shape_field_changes(arena, a, b)));
        }
    const struct shape *was = telling_shape(olds), *is = telling_shape(news);
    if (common || !was || !is)
        return (str){NULL, 0};
    *line = is->line;
    return arena_printf(arena, "it was %.*s and is now %.*s",
                        STR_ARG(shape_text(arena, was)), STR_ARG(shape_text(arena, is)));
}

/* Keys that only the new init puts into the map; ptr NULL for none. */
static str new_keys(struct process *process, unsigned *line)
{
    const struct shapes *olds = &process->old_inits, *news = &process->new_inits;
    if (olds->count != 1 || news->count != 1 || olds->items[0].kind != SHAPE_MAP ||
        news->items[0].kind != SHAPE_MAP || !olds->items[0].complete)
        return (str){NULL, 0};
    for (size_t i = 0; i < news->items[0].count; i++)
        if (!shape_has_field(&olds->items[0], news->items[0].fields[i])) {
            *line = news->items[0].line;
            return news->items[0].fields[i];
        }
    return (str){NULL, 0};
}

/* Most modules have no agents: those need not be looked into. */
static bool calls_agent(const struct side_module *side)
{
    for (size_t i = 0; i < side->facts.import_count; i++)
        if (str_eqz(side->facts.imports[i], "Elixir.Agent"))
            return true;
    return false;
}

static bool lacks_debug(struct checker *checker, struct side_module *side)
{
    return side_debug(checker, side)->language == DEBUG_NONE;
}

static bool mentions(const struct side_module *side, str atom)
{
    for (size_t i = 0; i < side->beam.atom_count; i++)
        if (str_eq(side->beam.atoms[i], atom))
            return true;
    return false;
}

/* The struct that the state always is, with its fields; NULL when it may be another. */
static const struct shape *only_struct(const struct shapes *shapes)
{
    if (!shapes->count || shapes->others)
        return NULL;
    for (size_t i = 0; i < shapes->count; i++)
        if (shapes->items[i].kind != SHAPE_STRUCT || !shapes->items[i].complete ||
            !str_eq(shapes->items[i].name, shapes->items[0].name))
            return NULL;
    return &shapes->items[0];
}

/*
 * The running code is stripped: of its state no more can be told than that it is not the
 * struct of the new one, or is that struct with the fields that its module's literals
 * show.
 */
static str stripped_state_change(struct process *process, unsigned *line)
{
    struct checker *checker = process->checker;
    const struct shape *is = only_struct(&process->news);
    if (!is)
        return (str){NULL, 0};
    str text = shape_text(checker->arena, is);
    *line = is->line;
    if (!mentions(process->old_side, is->name))
        return arena_printf(checker->arena,
                            "it is now %.*s, of which the running code knows nothing",
                            STR_ARG(text));
    struct side_module *owner = index_side(checker, is->name, false);
    const struct debug_record *record =
        owner ? debug_record(side_debug(checker, owner), is->name) : NULL;
    if (!record)
        return (str){NULL, 0};
    const struct shape was = {.kind = SHAPE_STRUCT,
                              .name = is->name,
                              .fields = record->fields,
                              .count = record->count};
    if (shape_same_fields(&was, is))
        return (str){NULL, 0};
    return arena_printf(checker->arena, "%.*s has other fields: %.*s", STR_ARG(text),
                        STR_ARG(shape_field_changes(checker->arena, &was, is)));
}

static enum code_change_result judge(struct process *process, bool down)
{
    struct scope scope = values_scope(process->checker, process->new_side, true);
    return code_change_judge(&scope, process->kind, &process->old_side->facts.vsn, down,
                             down ? &process->news : &process->olds);
}

static unsigned code_change_line(struct process *process)
{
    const struct code_function *function =
        debug_function(side_debug(process->checker, process->new_side),
                       STR("code_change"), process->kind->code_change_arity);
    return function ? function->line : 0;
}

/* relc's own appups call code_change in changed modules that have it. */
static bool code_change_is_called(const struct process *process)
{
    const struct acts *acts = acts_of(process->checker, process->app);
    if (acts)
        return acts_get(acts, process->module->name) & ACT_CODE_CHANGE;
    return process->module->changed && process->new_side->facts.has_code_change;
}

static str vsn_text(struct process *process)
{
    struct term value = vsn_value(&process->old_side->facts.vsn);
    struct arena *arena = &process->checker->scratch;
    str text;
    if (value.kind == TERM_BINARY)
        return arena_printf(arena, "\"%.*s\"", (int)(value.as.binary.bits / 8),
                            (const char *)value.as.binary.bytes);
    if (term_to_text(arena, &value, &text) && text.len)
        return arena_printf(arena, "\"%.*s\"", STR_ARG(text));
    if (value.kind == TERM_ATOM)
        return value.as.atom;
    return value.kind == TERM_INTEGER
               ? arena_printf(arena, "%lld", (long long)value.as.integer)
               : STR("that of the old code");
}

static void say_state_changed(struct process *process, str change, unsigned line)
{
    struct checker *checker = process->checker;
    struct spot spot = spot_in(checker, process->module, process->new_side, line);
    finding_add(checker, STATE_CHANGED, &spot,
                "write a code_change that turns the old state into the new one",
                "the state of the process changed (%.*s), but no code_change converts "
                "the one that a running process has",
                STR_ARG(change));
}

static void say_not_called(struct process *process, str change, unsigned line)
{
    struct checker *checker = process->checker;
    const struct acts *acts = acts_of(checker, process->app);
    struct spot spot = spot_in(checker, process->module, process->new_side, line);
    if (acts)
        spot = (struct spot){.app = process->app->name,
                             .module = process->module->name,
                             .file = acts->file};
    finding_add(checker, CODE_CHANGE_NOT_CALLED, &spot,
                acts ? "use {update, M, {advanced, []}} for it"
                     : "put {update, M, {advanced, []}} into an appup of your own",
                "the state of the process changed (%.*s), but its code_change is not "
                "called",
                STR_ARG(change));
}

static void say_misses_version(struct process *process)
{
    struct checker *checker = process->checker;
    struct spot spot =
        spot_in(checker, process->module, process->new_side, code_change_line(process));
    str vsn = vsn_text(process);
    finding_add(checker, CODE_CHANGE_MISSES_VERSION, &spot, "add a clause for it",
                "code_change has no clause for the version of the running code, %.*s, "
                "and its state: the upgrade fails",
                STR_ARG(vsn));
}

static void check_down(struct process *process, bool state_changed)
{
    struct checker *checker = process->checker;
    enum code_change_result result = judge(process, true);
    bool keeps = result == CODE_CHANGE_KEEPS && state_changed;
    if (result != CODE_CHANGE_NO_CLAUSE && !keeps)
        return;
    struct spot spot =
        spot_in(checker, process->module, process->new_side, code_change_line(process));
    str vsn = vsn_text(process);
    finding_add(checker, DOWNGRADE_MISSES_VERSION, &spot,
                "add a clause for {down, Vsn} that turns the state back",
                "code_change %s {down, %.*s}: a downgrade %s",
                keeps ? "leaves the state as it is for" : "has no clause for",
                STR_ARG(vsn), keeps ? "breaks the process" : "fails");
}

static void check_vsn_raised(struct process *process)
{
    struct checker *checker = process->checker;
    struct spot spot =
        spot_in(checker, process->module, process->new_side, code_change_line(process));
    str vsn = vsn_text(process);
    if (!process->module->changed ||
        !term_equal(&process->old_side->facts.vsn, &process->new_side->facts.vsn))
        return;
    finding_add(checker, VSN_NOT_RAISED, &spot, "raise vsn whenever the state changes",
                "the state changed, but the attribute vsn is still %.*s: at the next "
                "upgrade code_change cannot tell the two apart",
                STR_ARG(vsn));
}

static void check_keys(struct process *process, enum code_change_result result)
{
    struct checker *checker = process->checker;
    unsigned line = 0;
    str key = new_keys(process, &line);
    if (!key.ptr || (result == CODE_CHANGE_CONVERTS && code_change_is_called(process)))
        return;
    struct spot spot = spot_in(checker, process->module, process->new_side, line);
    finding_add(checker, STATE_KEYS_CHANGED, &spot,
                "convert the state in code_change, or read the key with a default",
                "init puts the key '%.*s' into the state, which a running process does "
                "not have in it",
                STR_ARG(key));
}

/* An agent's callback module is Elixir's own: nothing can convert its state. */
static void check_agent(struct process *process)
{
    struct checker *checker = process->checker;
    unsigned line = 0;
    find_shapes(process, false, true, &process->olds);
    find_shapes(process, true, true, &process->news);
    str change = state_change(process, &line);
    if (!change.ptr)
        return;
    struct spot spot = spot_in(checker, process->module, process->new_side, line);
    finding_add(checker, STATE_CHANGED, &spot,
                "convert it with Agent.update in an appup of your own ({apply, ..}), or "
                "make it a GenServer",
                "the state of the agent changed (%.*s), but a running one keeps what it "
                "has",
                STR_ARG(change));
}

static void check_process(struct process *process)
{
    unsigned line = 0;
    bool stripped = lacks_debug(process->checker, process->old_side);
    str change =
        stripped ? stripped_state_change(process, &line) : state_change(process, &line);
    enum code_change_result result = judge(process, false);
    bool called = code_change_is_called(process);
    if (result == CODE_CHANGE_UNKNOWN)
        return;
    if (change.ptr && (result == CODE_CHANGE_ABSENT || result == CODE_CHANGE_KEEPS))
        say_state_changed(process, change, line);
    else if (change.ptr && !called)
        say_not_called(process, change, line);
    else if (called && result == CODE_CHANGE_NO_CLAUSE)
        say_misses_version(process);
    if (!change.ptr)
        check_keys(process, result);
    else if (result == CODE_CHANGE_CONVERTS)
        check_vsn_raised(process);
    if (called)
        check_down(process, change.ptr != NULL);
}

/* True when the module cannot be looked into. */
static int check_module(struct checker *checker, const struct app_pair *app,
                        struct module_pair *module, bool *blind)
{
    struct process process = {.checker = checker, .app = app, .module = module};
    *blind = false;
    process.old_side = pair_side(checker, module, false);
    process.new_side = pair_side(checker, module, true);
    if (!process.old_side || !process.new_side)
        return -1;
    process.kind = process_kind_of(process.new_side);
    if (!process.kind && calls_agent(process.old_side))
        check_agent(&process);
    if (!process.kind || !process_kind_of(process.old_side))
        return 0;
    *blind = module->changed && (lacks_debug(checker, process.old_side) ||
                                 lacks_debug(checker, process.new_side));
    if (lacks_debug(checker, process.new_side))
        return 0;
    find_shapes(&process, false, false, &process.olds);
    find_shapes(&process, true, false, &process.news);
    find_shapes(&process, false, true, &process.old_inits);
    find_shapes(&process, true, true, &process.new_inits);
    check_process(&process);
    return 0;
}

static int check_app(struct checker *checker, const struct app_pair *app)
{
    struct module_pair *blind = NULL;
    size_t blind_count = 0;
    for (size_t i = 0; i < app->module_count; i++) {
        struct module_pair *module = &app->modules[i];
        bool cannot_see;
        if (!module->in_old || !module->in_new)
            continue;
        if (check_module(checker, app, module, &cannot_see) != 0)
            return -1;
        if (cannot_see && !blind_count++)
            blind = module;
        pairs_forget(checker);
    }
    if (!blind_count)
        return 0;
    struct spot spot = spot_in(checker, blind, NULL, 0);
    finding_add(checker, NO_DEBUG_INFO, &spot,
                "strip with strip_beams: {keep: [Dbgi]}, or compare builds that are not "
                "stripped",
                "%zu changed process module%s cannot be looked into, there is no debug "
                "information",
                blind_count, blind_count == 1 ? "" : "s");
    return 0;
}

int check_state(struct checker *checker)
{
    for (size_t i = 0; i < checker->app_count; i++) {
        const struct app_pair *app = &checker->apps[i];
        if (pair_is_upgraded(app) && !acts_restart(checker, app) &&
            check_app(checker, app) != 0)
            return -1;
    }
    return 0;
}
