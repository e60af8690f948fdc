/*
 * What `relc check` would say of the upgrade that is being built.
 */
#include "build/upgrade.h"

#include "relc/base/path.h"
#include "relc/build/upgrade_check.h"

static const enum report_level levels[] = {
    [UPGRADE_ERROR] = REPORT_ERROR,
    [UPGRADE_WARNING] = REPORT_WARNING,
    [UPGRADE_NOTE] = REPORT_NOTE,
};

static void report_finding(struct arena *arena, const struct plan *plan,
                           const struct upgrade_finding *finding,
                           const struct report *report)
{
    str place = STR("");
    if (finding->file)
        place = arena_printf(
            arena, "%.*s:%s",
            STR_ARG(path_relative_to(arena, str_of(finding->file), plan->project->root)),
            finding->line ? arena_printf(arena, "%u:", finding->line).ptr : "");
    report_say(report, levels[finding->kind->severity], "%.*s%s%.*s%s%.*s%s%.*s [%s]",
               STR_ARG(place), place.len ? " " : "", STR_ARG(finding->module),
               finding->module.len ? ": " : "", STR_ARG(finding->message),
               finding->hint.len ? ": " : "", STR_ARG(finding->hint),
               finding->kind->name);
}

static int judge_base(struct arena *arena, const struct plan *plan,
                      const struct release_view *base, const struct upgrade *upgrade,
                      const struct upgrade_side *new_side, const struct report *report,
                      struct err *err)
{
    struct upgrade_side old_side;
    struct upgrade_findings findings;
    const struct upgrade_question question = {
        .old_side = &old_side,
        .new_side = new_side,
        .relup = &upgrade->relup,
        .relup_file = "relup",
    };
    if (upgrade_side_of_view(arena, base, &old_side, err) != 0 ||
        upgrade_check(arena, &question, &findings, err) != 0)
        return -1;
    for (size_t i = 0; i < findings.count; i++)
        report_finding(arena, plan, &findings.items[i], report);
    if (!upgrade_findings_of(&findings, UPGRADE_ERROR))
        return 0;
    err_set(err, ERR_INPUT, "the upgrade from %.*s to %.*s would go wrong",
            STR_ARG(base->release.vsn), STR_ARG(plan->release.vsn));
    return err_hint(err, "docs/upgrading.md explains the words in brackets; --no-check "
                         "builds it nevertheless");
}

/* What is found out about one base is said, and then forgotten. */
static int judge_and_forget(const struct plan *plan, const struct release_view *base,
                            const struct upgrade *upgrade,
                            const struct upgrade_side *new_side,
                            const struct report *report, struct err *err)
{
    struct arena arena;
    arena_init(&arena);
    int status = judge_base(&arena, plan, base, upgrade, new_side, report, err);
    arena_release(&arena);
    return status;
}

int upgrade_judge(struct arena *arena, const struct plan *plan,
                  const struct upgrade *upgrade, const struct image *image,
                  const struct report *report, struct err *err)
{
    struct upgrade_side new_side;
    if (upgrade_side_of_plan(arena, plan, image, &new_side, err) != 0)
        return -1;
    for (size_t i = 0; i < upgrade->bases.count; i++)
        if (judge_and_forget(plan, &upgrade->bases.views[i], upgrade, &new_side, report,
                             err) != 0)
            return -1;
    return 0;
}
