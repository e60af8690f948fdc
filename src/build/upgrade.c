#include "build/upgrade.h"

#include "relc/base/mem.h"
#include "relc/base/path.h"
#include "relc/otp/relup.h"
#include "relc/term/print.h"

/* release_handler works below the root of the release: without ERTS that is the host's.
 */
static int check_plan(const struct plan *plan, struct err *err)
{
    const struct setting_switch *erts = &plan->profile->include_erts;
    if (plan->dev_mode) {
        err_set(err, ERR_INPUT,
                "hot upgrades cannot be built in dev_mode, which links to the project");
        return err_hint(err, "choose another environment with --env");
    }
    if (plan->include_erts)
        return 0;
    err_set(err, ERR_INPUT, "hot upgrades will fail when include_erts is false");
    err_hint(err, "set include_erts to true, or to the root of an Erlang installation");
    return place_error(err, &erts->place);
}

static void name_bases(struct arena *arena, struct upgrade *upgrade)
{
    const struct upgrade_bases *bases = &upgrade->bases;
    upgrade->from.items = arena_array(arena, bases->count, sizeof *upgrade->from.items);
    upgrade->from.count = bases->count;
    for (size_t i = 0; i < bases->count; i++)
        upgrade->from.items[i] = bases->views[i].release.vsn;
}

static int make_relup(struct arena *arena, const struct plan *plan,
                      const struct upgrade_options *options, const struct report *report,
                      struct upgrade *upgrade, struct err *err)
{
    const struct upgrade_bases *bases = &upgrade->bases;
    struct relup_base *from = arena_array(arena, bases->count, sizeof *from);
    for (size_t i = 0; i < bases->count; i++)
        from[i].release = &bases->views[i].release;
    const struct relup_input input = {
        .top = &plan->release,
        .bases = from,
        .base_count = bases->count,
        .appups = &upgrade->appups.by_app,
        .otp = plan->target.release,
        .restart_emulator = options->restart_emulator,
        .report = report,
    };
    if (relup_make(&upgrade->terms, &input, &upgrade->relup, err) != 0)
        return err_wrap(err, "cannot make the relup");
    upgrade->relup_text = term_file(arena, &upgrade->relup, plan->target.release);
    upgrade->restarts_emulator = relup_restarts(&upgrade->relup);
    return 0;
}

int upgrade_make(struct arena *arena, const struct plan *plan,
                 const struct upgrade_options *options, const struct report *report,
                 struct upgrade *upgrade, struct err *err)
{
    const struct upgrade_search search = {
        .from = options->from,
        .from_count = options->from_count,
        .next = {&plan->release, options->apps, options->cache},
    };
    *upgrade = (struct upgrade){0};
    if (check_plan(plan, err) != 0 ||
        upgrade_bases_open(arena, plan, &search, &upgrade->bases, err) != 0)
        return -1;
    name_bases(arena, upgrade);
    if (upgrade_appups_find(&upgrade->terms, plan, &upgrade->bases, report,
                            &upgrade->appups, err) != 0 ||
        make_relup(arena, plan, options, report, upgrade, err) != 0)
        return -1;
    report_say(report, REPORT_STEP, "Relup successfully created");
    if (upgrade->restarts_emulator)
        report_say(report, REPORT_NOTE,
                   "this upgrade restarts the emulator: the node needs -heart in its "
                   "vm.args, and processes do not keep their state");
    return 0;
}

/* An application's own appup stays as its authors shipped it. */
static int add_appup(struct arena *arena, const struct plan *plan,
                     const struct upgrade_appup *appup, struct image *image,
                     struct err *err)
{
    const struct app *app = release_app(&plan->release, appup->app)->app;
    str path = arena_printf(arena, "%.*s/ebin/%.*s.appup",
                            STR_ARG(release_app_dir(arena, app)), STR_ARG(app->name));
    if (image_get(image, path))
        return 0;
    return image_add_memory(
        image, path, term_file(arena, &appup->term, plan->target.release), 0644, err);
}

int upgrade_add(struct arena *arena, const struct plan *plan,
                const struct upgrade *upgrade, struct image *image, struct err *err)
{
    str path = path_join(arena, release_vsn_dir(arena, &plan->release), STR("relup"));
    for (size_t i = 0; i < upgrade->appups.count; i++)
        if (add_appup(arena, plan, &upgrade->appups.items[i], image, err) != 0)
            return -1;
    return image_add_memory(image, path, upgrade->relup_text, 0644, err);
}

void upgrade_forget_terms(struct upgrade *upgrade)
{
    if (!upgrade->terms.blocks)
        return;
    arena_release(&upgrade->terms);
    upgrade->appups = (struct upgrade_appups){0};
    upgrade->relup = term_nil();
    mem_give_back();
}

void upgrade_close(struct upgrade *upgrade)
{
    upgrade_forget_terms(upgrade);
    upgrade_bases_close(&upgrade->bases);
}
