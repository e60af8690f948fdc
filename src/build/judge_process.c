#include "build/judge_process.h"

static const struct process_kind kinds[] = {
    {"gen_server", 3, 1},
    {"Elixir.GenServer", 3, 1},
    {"gen_statem", 4, 2},
    {"gen_event", 3, 1},
};

const struct process_kind *process_kind_of(const struct side_module *side)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (module_has_behaviour(&side->facts, kinds[i].behaviour))
            return &kinds[i];
    return NULL;
}

/* Where callbacks give the state back: {Tag, ..., State, ...}. */
static const struct state_place {
    const char *function;
    uint32_t arity;
    const char *tag;
    size_t index;
} places[] = {
    {"init", 1, "ok", 1},
    {"handle_call", 3, "reply", 2},
    {"handle_call", 3, "noreply", 1},
    {"handle_cast", 2, "noreply", 1},
    {"handle_info", 2, "noreply", 1},
    {"handle_continue", 2, "noreply", 1},
};

struct state_finder {
    const struct process_kind *kind;
    const struct code_function *function;
    value_sink *sink;
    void *context;
};

static void find_state(void *context, const struct scope *scope, const struct code *code,
                       bool known)
{
    const struct state_finder *finder = context;
    bool statem = finder->kind->state_argument == 2;
    if (!known || code->kind != CODE_TUPLE || !code->count)
        return;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        size_t index = places[i].index + (statem ? 1 : 0);
        if (str_eqz(finder->function->name, places[i].function) &&
            code_is_atom(&code->items[0], places[i].tag) && index < code->count)
            values_of(scope, &code->items[index], finder->sink, finder->context);
    }
}

void process_states(const struct scope *scope, const struct process_kind *kind,
                    bool init_only, value_sink *sink, void *context)
{
    struct debug_info *debug = side_debug(scope->checker, scope->module);
    bool statem = kind->state_argument == 2;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const struct state_place *place = &places[i];
        if (i > 0 && (init_only || statem))
            break;
        /* Two places may be of one function. */
        if (i > 0 && str_eqz(str_of(place->function), places[i - 1].function))
            continue;
        struct state_finder finder = {.kind = kind, .sink = sink, .context = context};
        finder.function = debug_function(debug, str_of(place->function), place->arity);
        if (finder.function && !finder.function->generated)
            values_of_function(scope, finder.function, find_state, &finder);
    }
}

struct agent_finder {
    const struct scope *scope;
    struct debug_info *debug;
    value_sink *sink;
    void *context;
    const struct code_function *seen; /* the last function with an agent */
};

static bool is_agent(const struct code *code)
{
    return code_is_call(code, "Elixir.Agent", "start_link", SIZE_MAX) && code->count &&
           code->items[0].kind == CODE_FUN;
}

static bool is_no_agent(void *context, const struct code *code)
{
    (void)context;
    return !is_agent(code);
}

static bool visit_agent(void *context, const struct code *code)
{
    const struct agent_finder *finder = context;
    if (!is_agent(code))
        return true;
    const struct code_function made = {.clauses = code->items[0].clauses,
                                       .clause_count = code->items[0].clause_count};
    values_of_function(finder->scope, &made, finder->sink, finder->context);
    return true;
}

/* Values are found in functions that stay: those with an agent are read for good. */
static void find_agents(void *context, const struct code_function *function,
                        const struct code_clause *clause)
{
    struct agent_finder *finder = context;
    if (code_walk_clause(clause, is_no_agent, NULL))
        return;
    const struct code_function *kept =
        debug_function(finder->debug, function->name, function->arity);
    for (size_t i = 0; kept && kept != finder->seen && i < kept->clause_count; i++)
        code_walk_clause(&kept->clauses[i], visit_agent, finder);
    finder->seen = kept;
}

void agent_states(const struct scope *scope, value_sink *sink, void *context)
{
    struct debug_info *debug = side_debug(scope->checker, scope->module);
    struct agent_finder finder = {scope, debug, sink, context, NULL};
    debug_each_clause(debug, find_agents, &finder);
}

static bool is_text(const struct term *list)
{
    for (size_t i = 0; i < list->as.list.count; i++) {
        const struct term *item = &list->as.list.items[i];
        if (item->kind != TERM_INTEGER || item->as.integer < ' ' ||
            item->as.integer > 255)
            return false;
    }
    return list->as.list.count > 0;
}

struct term vsn_value(const struct term *vsn)
{
    if (vsn->kind == TERM_LIST && vsn->as.list.count == 1 && !is_text(vsn))
        return vsn->as.list.items[0];
    return *vsn;
}

/* --- does a pattern match? -----------------------------------------------------------
 */

enum match { MATCH_NO, MATCH_MAYBE, MATCH_YES };

static enum match both(enum match a, enum match b)
{
    return a < b ? a : b;
}

static enum match match_term(const struct code *pattern, const struct term *term);

static enum match match_items(const struct code *pattern, const struct term *term)
{
    enum match result = MATCH_YES;
    if (term->as.list.count != pattern->count || term->as.list.tail)
        return MATCH_NO;
    for (size_t i = 0; i < pattern->count; i++)
        result = both(result, match_term(&pattern->items[i], &term->as.list.items[i]));
    return result;
}

static enum match match_term(const struct code *pattern, const struct term *term)
{
    switch (pattern->kind) {
    case CODE_VAR:
        return MATCH_YES;
    case CODE_TERM:
        return term_equal(&pattern->term, term) ? MATCH_YES : MATCH_NO;
    case CODE_MATCH:
        return both(match_term(&pattern->items[0], term),
                    match_term(&pattern->items[1], term));
    case CODE_TUPLE:
        return term->kind == TERM_TUPLE ? match_items(pattern, term) : MATCH_NO;
    case CODE_LIST:
        if (term->kind != TERM_LIST)
            return MATCH_NO;
        return pattern->base ? MATCH_MAYBE : match_items(pattern, term);
    case CODE_MAP:
    case CODE_RECORD:
        return term->kind == TERM_INTEGER || term->kind == TERM_BINARY ? MATCH_NO
                                                                       : MATCH_MAYBE;
    default:
        return MATCH_MAYBE;
    }
}

/* A map pattern matches what has its keys; how they are bound is not looked at. */
static enum match match_map(const struct code *pattern, const struct shape *shape)
{
    const struct code *name = code_field(pattern, "__struct__");
    if (shape->kind != SHAPE_MAP && shape->kind != SHAPE_STRUCT)
        return MATCH_NO;
    if (!name)
        return pattern->count ? MATCH_MAYBE : MATCH_YES;
    if (!code_is_atom(name, NULL))
        return MATCH_MAYBE;
    if (shape->kind != SHAPE_STRUCT || !str_eq(shape->name, name->term.as.atom))
        return MATCH_NO;
    return pattern->count == 2 ? MATCH_YES : MATCH_MAYBE;
}

static enum match match_shape(const struct code *pattern, const struct shape *shape)
{
    switch (pattern->kind) {
    case CODE_VAR:
        return MATCH_YES;
    case CODE_MATCH:
        return both(match_shape(&pattern->items[0], shape),
                    match_shape(&pattern->items[1], shape));
    case CODE_MAP:
        return match_map(pattern, shape);
    case CODE_RECORD:
        return shape->kind == SHAPE_RECORD || shape->kind == SHAPE_TUPLE ? MATCH_MAYBE
                                                                         : MATCH_NO;
    case CODE_TUPLE:
        if (shape->kind == SHAPE_TUPLE && shape->count == pattern->count)
            return MATCH_MAYBE;
        return shape->kind == SHAPE_RECORD ? MATCH_MAYBE : MATCH_NO;
    default:
        return MATCH_MAYBE;
    }
}

static enum match match_shapes(const struct code *pattern, const struct shapes *shapes)
{
    enum match result = shapes->count && !shapes->others ? MATCH_NO : MATCH_MAYBE;
    if (pattern->kind == CODE_VAR)
        return MATCH_YES;
    for (size_t i = 0; i < shapes->count; i++) {
        enum match one = match_shape(pattern, &shapes->items[i]);
        result = one > result ? one : result;
    }
    return (shapes->count > 1 || shapes->others) && result == MATCH_YES ? MATCH_MAYBE
                                                                        : result;
}

static enum match match_clause(const struct code_clause *clause,
                               const struct process_kind *kind, const struct term *vsn,
                               const struct shapes *shapes)
{
    enum match result =
        both(match_term(&clause->patterns[0], vsn),
             match_shapes(&clause->patterns[kind->state_argument], shapes));
    return clause->guarded ? both(result, MATCH_MAYBE) : result;
}

/* --- what a clause gives back --------------------------------------------------------
 */

struct result_finder {
    const struct code *state; /* the pattern */
    size_t index;
    bool keeps, other;
};

static bool is_variable_of(const struct code *pattern, const struct code *code)
{
    if (pattern->kind == CODE_MATCH)
        return is_variable_of(&pattern->items[0], code) ||
               is_variable_of(&pattern->items[1], code);
    return pattern->kind == CODE_VAR && code->kind == CODE_VAR &&
           str_eq(pattern->name, code->name) && pattern->number == code->number;
}

static void find_result(void *context, const struct scope *scope, const struct code *code,
                        bool known)
{
    struct result_finder *finder = context;
    (void)scope;
    if (known && code->kind == CODE_TUPLE && code->count > finder->index &&
        code_is_atom(&code->items[0], "ok") &&
        is_variable_of(finder->state, &code->items[finder->index]))
        finder->keeps = true;
    else
        finder->other = true;
}

static bool clause_keeps(const struct scope *scope, const struct code_function *function,
                         size_t clause, const struct process_kind *kind)
{
    struct code_function alone = *function;
    struct result_finder finder = {
        .state = &function->clauses[clause].patterns[kind->state_argument],
        .index = kind->state_argument};
    alone.clauses = &function->clauses[clause];
    alone.clause_count = 1;
    values_of_function(scope, &alone, find_result, &finder);
    return finder.keeps && !finder.other;
}

enum code_change_result code_change_judge(const struct scope *scope,
                                          const struct process_kind *kind,
                                          const struct term *vsn, bool down,
                                          const struct shapes *shapes)
{
    struct checker *checker = scope->checker;
    struct debug_info *debug = side_debug(checker, scope->module);
    struct term given = vsn_value(vsn);
    enum code_change_result result = CODE_CHANGE_NO_CLAUSE;
    if (debug->language == DEBUG_NONE)
        return CODE_CHANGE_UNKNOWN;
    const struct code_function *function =
        debug_function(debug, STR("code_change"), kind->code_change_arity);
    if (!function)
        return CODE_CHANGE_ABSENT;
    if (down)
        given = term_pair(&checker->scratch, term_atom(STR("down")), given);
    for (size_t i = 0; i < function->clause_count; i++) {
        const struct code_clause *clause = &function->clauses[i];
        if (clause->pattern_count != kind->code_change_arity)
            return CODE_CHANGE_UNKNOWN;
        enum match match = match_clause(clause, kind, &given, shapes);
        if (match == MATCH_NO)
            continue;
        if (!clause_keeps(scope, function, i, kind))
            return CODE_CHANGE_CONVERTS;
        result = CODE_CHANGE_KEEPS;
        if (match == MATCH_YES)
            break;
    }
    return result;
}
