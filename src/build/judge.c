#include "build/judge.h"

#include "relc/base/path.h"

#include <stdlib.h>

str module_shown(str name)
{
    const str prefix = STR("Elixir.");
    return str_starts(name, prefix) ? str_slice(name, prefix.len, name.len) : name;
}

struct spot spot_of_app(const struct app_pair *app)
{
    return (struct spot){.app = app->name};
}

struct spot spot_in(struct checker *checker, const struct module_pair *module,
                    struct side_module *side, unsigned line)
{
    struct spot spot = {.app = module->app->name, .module = module->name};
    if (!side)
        return spot;
    const char *source = side_debug(checker, side)->source;
    spot.file = source ? source : side->file;
    spot.line = source ? line : 0;
    return spot;
}

void finding_add(struct checker *checker, enum upgrade_code code, const struct spot *spot,
                 const char *hint, const char *format, ...)
{
    struct upgrade_findings *findings = checker->findings;
    size_t count;
    va_list args;
    va_start(args, format);
    str message = arena_vprintf(checker->arena, format, args);
    va_end(args);
    findings->items = arena_grow(checker->arena, findings->items, findings->count,
                                 &findings->capacity, sizeof *findings->items);
    findings->items[findings->count++] = (struct upgrade_finding){
        .kind = &upgrade_kinds(&count)[code],
        .app = spot->app,
        .module = module_shown(spot->module),
        .file = spot->file ? arena_strz(checker->arena, str_of(spot->file)) : NULL,
        .line = spot->line,
        .message = message,
        .hint = str_of(hint),
    };
}

size_t upgrade_findings_of(const struct upgrade_findings *findings,
                           enum upgrade_severity severity)
{
    size_t count = 0;
    for (size_t i = 0; i < findings->count; i++)
        count += findings->items[i].kind->severity == severity;
    return count;
}

/* By kind, all else as found: an insertion sort, as there are few. */
static void sort_findings(struct upgrade_findings *findings)
{
    for (size_t i = 1; i < findings->count; i++) {
        struct upgrade_finding finding = findings->items[i];
        size_t at = i;
        for (; at > 0 && findings->items[at - 1].kind > finding.kind; at--)
            findings->items[at] = findings->items[at - 1];
        findings->items[at] = finding;
    }
}

static str core_version(const struct upgrade_side *side, const char *name)
{
    const struct rel_app *app = release_app(side->release, str_of(name));
    return app ? app->app->vsn : STR("");
}

/* OTP's own appups of these three restart the emulator, and systools for the ERTS. */
static bool restarts(const struct checker *checker)
{
    static const char *const core[] = {"kernel", "stdlib", "sasl"};
    if (checker->relup.known)
        return checker->relup.restarts;
    for (size_t i = 0; i < sizeof core / sizeof *core; i++) {
        str old_vsn = core_version(checker->old_side, core[i]);
        str new_vsn = core_version(checker->new_side, core[i]);
        if (old_vsn.len && new_vsn.len && !str_eq(old_vsn, new_vsn))
            return true;
    }
    return !str_eq(checker->old_side->release->erts_vsn,
                   checker->new_side->release->erts_vsn);
}

/* What goes through the restart of the emulator starts afresh: no process is kept. */
static const struct {
    int (*check)(struct checker *checker);
    bool of_running_code;
} checks[] = {
    {check_releases, false}, {check_apps, false},       {check_acts, true},
    {check_state, true},     {check_supervisors, true}, {check_native, true},
    {check_kept_code, true}, {check_protocols, true},   {check_config, true},
};

static int run_checks(struct checker *checker)
{
    if (pairs_read(checker) != 0 || acts_read(checker) != 0)
        return -1;
    checker->emulator_restarts = restarts(checker);
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        if (!(checks[i].of_running_code && checker->emulator_restarts) &&
            checks[i].check(checker) != 0)
            return -1;
    return checker->failed ? -1 : 0;
}

int upgrade_check(struct arena *arena, const struct upgrade_question *question,
                  struct upgrade_findings *findings, struct err *err)
{
    struct checker checker = {
        .arena = arena,
        .question = question,
        .old_side = question->old_side,
        .new_side = question->new_side,
        .findings = findings,
        .err = err,
    };
    *findings = (struct upgrade_findings){0};
    arena_init(&checker.scratch);
    int status = run_checks(&checker);
    arena_release(&checker.scratch);
    sort_findings(findings);
    return status;
}
