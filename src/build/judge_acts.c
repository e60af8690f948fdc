/*
 * What becomes of each module on the way up: read from the instructions of the relup, or
 * of the appup that an application brings. High-level and low-level instructions alike
 * (otp.md 5.1), since appups may hold both.
 */
#include "build/judge.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/otp/appup.h"
#include "relc/term/read.h"

static void act(struct checker *checker, struct acts *acts, const struct term *module,
                unsigned what)
{
    /* {Module, ...} where an instruction has details. */
    if (module->kind == TERM_TUPLE && module->as.list.count)
        module = &module->as.list.items[0];
    if (module->kind != TERM_ATOM)
        return;
    unsigned *known = map_get(&acts->by_module, module->as.atom);
    if (!known) {
        known = arena_alloc(checker->arena, sizeof *known);
        map_put(&acts->by_module, module->as.atom, known);
    }
    *known |= what;
}

static void act_all(struct checker *checker, struct acts *acts, const struct term *list,
                    unsigned what)
{
    if (list->kind == TERM_LIST)
        for (size_t i = 0; i < list->as.list.count; i++)
            act(checker, acts, &list->as.list.items[i], what);
}

/* {update, M, supervisor | {advanced, _} | ...}: with soft no code_change is called. */
static unsigned update_acts(const struct term *instruction)
{
    const struct term *items = instruction->as.list.items;
    for (size_t i = 2; i < instruction->as.list.count; i++)
        if (term_is_atom(&items[i], "supervisor") ||
            term_is_tuple(&items[i], "advanced", 2))
            return ACT_LOAD | ACT_CODE_CHANGE;
    return ACT_LOAD;
}

static const struct {
    const char *name;
    unsigned what;
} module_instructions[] = {
    {"load_module", ACT_LOAD}, {"add_module", ACT_LOAD},      {"load", ACT_LOAD},
    {"remove", ACT_REMOVE},    {"delete_module", ACT_REMOVE},
};

/* {apply, {application, start, [App | _]}} is how a relup restarts an application. */
static void read_apply(struct acts *acts, const struct term *call)
{
    if (!term_is_tuple(call, NULL, 3))
        return;
    const struct term *part = call->as.list.items, *arguments = &part[2];
    if (!term_is_atom(&part[0], "application"))
        acts->applies = true;
    else if (term_is_atom(&part[1], "start") && arguments->kind == TERM_LIST &&
             arguments->as.list.count && arguments->as.list.items[0].kind == TERM_ATOM)
        map_put(&acts->restarted, arguments->as.list.items[0].as.atom, acts);
}

static void read_instruction(struct checker *checker, struct acts *acts,
                             const struct term *instruction)
{
    if (term_is_atom(instruction, "restart_new_emulator") ||
        term_is_atom(instruction, "restart_emulator"))
        acts->restarts = true;
    if (instruction->kind != TERM_TUPLE || instruction->as.list.count < 2)
        return;
    const struct term *items = instruction->as.list.items;
    const struct term *last = &items[instruction->as.list.count - 1];
    for (size_t i = 0; i < sizeof module_instructions / sizeof *module_instructions; i++)
        if (term_is_atom(&items[0], module_instructions[i].name))
            act(checker, acts, &items[1], module_instructions[i].what);
    if (term_is_atom(&items[0], "update"))
        act(checker, acts, &items[1], update_acts(instruction));
    else if (term_is_atom(&items[0], "code_change"))
        act_all(checker, acts, last, ACT_CODE_CHANGE);
    else if (term_is_atom(&items[0], "apply"))
        read_apply(acts, last);
    else if (term_is_atom(&items[0], "restart_application") && last->kind == TERM_ATOM)
        map_put(&acts->restarted, last->as.atom, acts);
}

static void read_script(struct checker *checker, struct acts *acts,
                        const struct term *script, const char *file)
{
    acts->known = true;
    acts->file = file;
    if (script->kind == TERM_LIST)
        for (size_t i = 0; i < script->as.list.count; i++)
            read_instruction(checker, acts, &script->as.list.items[i]);
}

/* {Vsn, [{From, Description, Script}], Downs} */
static void read_relup(struct checker *checker)
{
    const struct upgrade_question *question = checker->question;
    const struct term *relup = question->relup;
    struct spot spot = {.file = question->relup_file};
    str vsn, new_vsn = checker->new_side->release->vsn;
    str old_vsn = checker->old_side->release->vsn;
    if (!term_is_tuple(relup, NULL, 3))
        return;
    if (term_to_text(checker->arena, &relup->as.list.items[0], &vsn) &&
        !str_eq(vsn, new_vsn))
        finding_add(checker, RELUP_FOR_OTHER_VERSION, &spot,
                    "build the new release with `relc build --upgrade`",
                    "the relup is for version %.*s, not for %.*s", STR_ARG(vsn),
                    STR_ARG(new_vsn));
    const struct term *ups = &relup->as.list.items[1];
    for (size_t i = 0; ups->kind == TERM_LIST && i < ups->as.list.count; i++) {
        const struct term *entry = &ups->as.list.items[i];
        if (term_is_tuple(entry, NULL, 3) &&
            term_to_text(checker->arena, &entry->as.list.items[0], &vsn) &&
            str_eq(vsn, old_vsn)) {
            read_script(checker, &checker->relup, &entry->as.list.items[2],
                        question->relup_file);
            return;
        }
    }
    finding_add(checker, RELUP_LACKS_VERSION, &spot,
                arena_printf(checker->arena, "build it with `relc build --upfrom %.*s`",
                             STR_ARG(old_vsn))
                    .ptr,
                "the relup has no way up from version %.*s", STR_ARG(old_vsn));
}

static void say_not_covered(struct checker *checker, const struct app_pair *app,
                            const char *file)
{
    struct spot spot = {.app = app->name, .file = file};
    finding_add(checker, APPUP_LACKS_VERSION, &spot,
                "add the version to it, or let relc make the appup",
                "the application's own appup does not lead from %.*s to %.*s",
                STR_ARG(app->old_app->app->vsn), STR_ARG(app->new_app->app->vsn));
}

static bool needs_appup(const struct app_pair *app)
{
    return app->old_app && app->new_app && app->new_app->app->dir &&
           !str_eq(app->old_app->app->vsn, app->new_app->app->vsn);
}

static int read_own_appup(struct checker *checker, const struct app_pair *app,
                          struct acts *acts)
{
    struct arena *arena = checker->arena;
    const struct term *script = NULL;
    struct appup appup;
    struct term *term;
    bool covers = false;
    if (!needs_appup(app))
        return 0;
    const char *file = arena_printf(arena, "%s/ebin/%.*s.appup", app->new_app->app->dir,
                                    STR_ARG(app->name))
                           .ptr;
    if (!fs_is_file(file))
        return 0;
    term = arena_alloc(arena, sizeof *term);
    if (term_read_file_first(arena, file, term, checker->err) != 0 ||
        appup_parse(arena, term, file, &appup, checker->err) != 0 ||
        appup_covers(arena, &appup, app->old_app->app->vsn, app->new_app->app->vsn,
                     &covers, checker->err) != 0 ||
        (covers && appup_script(arena, &appup, true, app->old_app->app->vsn, &script,
                                checker->err) != 0))
        return -1;
    if (script)
        read_script(checker, acts, script, file);
    else
        say_not_covered(checker, app, file);
    return 0;
}

static void acts_init(struct checker *checker, struct acts *acts)
{
    map_init(&acts->by_module, checker->arena);
    map_init(&acts->restarted, checker->arena);
}

int acts_read(struct checker *checker)
{
    acts_init(checker, &checker->relup);
    checker->appups =
        arena_array(checker->arena, checker->app_count, sizeof *checker->appups);
    for (size_t i = 0; i < checker->app_count; i++)
        acts_init(checker, &checker->appups[i]);
    if (checker->question->relup) {
        read_relup(checker);
        return 0;
    }
    for (size_t i = 0; i < checker->app_count; i++)
        if (read_own_appup(checker, &checker->apps[i], &checker->appups[i]) != 0)
            return -1;
    return 0;
}

const struct acts *acts_of(const struct checker *checker, const struct app_pair *app)
{
    const struct acts *own = &checker->appups[app - checker->apps];
    if (checker->relup.known)
        return &checker->relup;
    return own->known ? own : NULL;
}

unsigned acts_get(const struct acts *acts, str module)
{
    const unsigned *what = map_get(&acts->by_module, module);
    return what ? *what : 0;
}

bool acts_restart(const struct checker *checker, const struct app_pair *app)
{
    const struct acts *acts = acts_of(checker, app);
    return acts && map_has(&acts->restarted, app->name);
}
