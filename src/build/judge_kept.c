/*
 * Code that outlives its module. When an upgrade becomes permanent release_handler
 * removes the old code: processes that still run it are killed, and funs of it cannot be
 * called any more (badfun).
 */
#include "build/judge_process.h"

/* Calls that keep a value longer than the calling function: all arguments are kept. */
static const struct {
    const char *module;
    const char *name;
} stores[] = {
    {"persistent_term", "put"},
    {"ets", "insert"},
    {"ets", "insert_new"},
    {"application", "set_env"},
    {"Elixir.Application", "put_env"},
    {"Elixir.Process", "put"},
    {"erlang", "put"},
    {"telemetry", "attach"},
    {"telemetry", "attach_many"},
    {"timer", "apply_interval"},
};

/* False stops the walk: a fun of this module was found. */
static bool is_no_fun(void *context, const struct code *code)
{
    unsigned *line = context;
    if (code->kind != CODE_FUN && !(code->kind == CODE_CAPTURE && !code->module.ptr))
        return true;
    *line = code->line;
    return false;
}

bool check_kept_fun(struct checker *checker, struct module_pair *module,
                    const struct code *code, const char *where)
{
    unsigned line = 0;
    if (code_walk(code, is_no_fun, &line))
        return false;
    struct spot spot = spot_in(checker, module, pair_side(checker, module, false), line);
    finding_add(checker, FUN_KEPT, &spot,
                "keep {Module, Function, Arguments} or `fun M:F/A` instead, which always "
                "mean the newest code",
                "the running version keeps a fun of this module in %s; the upgrade "
                "removes its code, and a call of it fails with badfun",
                where);
    return true;
}

struct fun_finder {
    struct checker *checker;
    struct module_pair *module;
    bool in_state; /* said so */
};

static bool visit_call(void *context, const struct code *code)
{
    struct fun_finder *finder = context;
    for (size_t i = 0; i < sizeof stores / sizeof *stores; i++) {
        if (!code_is_call(code, stores[i].module, stores[i].name, SIZE_MAX))
            continue;
        str where = arena_printf(&finder->checker->scratch, "%.*s.%s",
                                 STR_ARG(module_shown(code->module)), stores[i].name);
        for (size_t j = 0; j < code->count; j++)
            if (check_kept_fun(finder->checker, finder->module, &code->items[j],
                               where.ptr))
                break;
    }
    return true;
}

static void check_state_part(void *context, const struct scope *scope,
                             const struct code *code, bool known)
{
    struct fun_finder *finder = context;
    (void)scope;
    if (known && code->kind != CODE_CALL && !finder->in_state)
        finder->in_state = check_kept_fun(finder->checker, finder->module, code,
                                          "the state of its process");
}

static void check_state_funs(struct fun_finder *finder, struct side_module *side)
{
    const struct process_kind *kind = process_kind_of(side);
    struct scope scope = values_scope(finder->checker, side, false);
    if (kind)
        process_states(&scope, kind, true, check_state_part, finder);
}

struct loop_finder {
    const struct side_module *side;
    const struct code_function *function;
    bool receives, calls_itself, leaves;
};

static bool visit_loop(void *context, const struct code *code)
{
    struct loop_finder *finder = context;
    const struct code_function *function = finder->function;
    if (code->kind == CODE_RECEIVE)
        finder->receives = true;
    if (code->kind == CODE_CALL && code->count == function->arity &&
        str_eq(code->name, function->name)) {
        if (!code->module.ptr)
            finder->calls_itself = true;
        else if (str_eq(code->module, finder->side->facts.name))
            finder->leaves = true;
    }
    /* sys and proc_lib know how to change code. */
    if (code_is_call(code, "sys", "handle_system_msg", SIZE_MAX))
        finder->leaves = true;
    return true;
}

/* What is looked for in all clauses of a module, in one pass. */
struct clause_finder {
    struct side_module *side;
    struct fun_finder funs;
    struct loop_finder loop; /* of the function that the clauses are of */
};

/* After the last clause of a function. */
static void check_loop(struct clause_finder *finder)
{
    const struct loop_finder *loop = &finder->loop;
    struct checker *checker = finder->funs.checker;
    if (!loop->receives || !loop->calls_itself || loop->leaves)
        return;
    struct spot spot =
        spot_in(checker, finder->funs.module, finder->side, loop->function->line);
    finding_add(checker, LOOP_KEEPS_OLD_CODE, &spot,
                "call it with the module's name, or make it a gen_server",
                "%.*s/%u receives and calls itself without the module's name: a "
                "process in it runs the old code, and is killed with it",
                STR_ARG(loop->function->name), loop->function->arity);
}

static void visit_clause(void *context, const struct code_function *function,
                         const struct code_clause *clause)
{
    struct clause_finder *finder = context;
    if (function != finder->loop.function) {
        check_loop(finder);
        finder->loop = (struct loop_finder){.side = finder->side, .function = function};
    }
    if (!function->generated)
        code_walk_clause(clause, visit_call, &finder->funs);
    code_walk_clause(clause, visit_loop, &finder->loop);
}

static int check_module(struct checker *checker, struct module_pair *module)
{
    struct clause_finder finder = {.side = pair_side(checker, module, false),
                                   .funs = {.checker = checker, .module = module}};
    if (!finder.side)
        return -1;
    debug_each_clause(side_debug(checker, finder.side), visit_clause, &finder);
    check_loop(&finder);
    check_state_funs(&finder.funs, finder.side);
    pairs_forget(checker);
    return 0;
}

int check_kept_code(struct checker *checker)
{
    for (size_t i = 0; i < checker->app_count; i++) {
        const struct app_pair *app = &checker->apps[i];
        if (!pair_is_upgraded(app) || acts_restart(checker, app))
            continue;
        for (size_t j = 0; j < app->module_count; j++)
            if (app->modules[j].changed && check_module(checker, &app->modules[j]) != 0)
                return -1;
    }
    return 0;
}
