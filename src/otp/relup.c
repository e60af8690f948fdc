/*
 * Relups at the level of releases (otp.md 5.2): which scripts make up a way.
 */
#include "instruction.h"
#include "steps.h"

/* Up to this release applications are removed before others are added and changed. */
enum { LAST_OTP_REMOVING_FIRST = 23 };

/* What all ways of one relup share. */
struct maker {
    struct arena *arena;
    const struct relup_input *input;
    const struct rel_app **order; /* in which top's applications start */
    struct map owners;            /* of top's modules */
    struct err *err;
};

static int require_sasl(const struct release *release, struct err *err)
{
    if (release_app(release, STR("sasl")))
        return 0;
    err_set(err, ERR_INPUT,
            "release '%.*s' %.*s has no application sasl: it cannot be upgraded hot",
            STR_ARG(release->name), STR_ARG(release->vsn));
    return err_hint(err, "add sasl to its applications; its release_handler does the "
                         "upgrade");
}

static void find_owners(struct arena *arena, const struct release *release,
                        struct map *owners)
{
    map_init(owners, arena);
    for (size_t i = 0; i < release->app_count; i++) {
        struct rel_app *app = &release->apps[i];
        for (size_t j = 0; j < app->app->modules.count; j++)
            if (!map_has(owners, app->app->modules.items[j]))
                map_put(owners, app->app->modules.items[j], app);
    }
}

static int no_appup(const struct app *app, str base_vsn, struct err *err)
{
    err_set(err, ERR_INPUT,
            "application '%.*s' has version %.*s in place of %.*s and no appup",
            STR_ARG(app->name), STR_ARG(app->vsn), STR_ARG(base_vsn));
    err_hint(err, "an appup tells how to get from one version to the other");
    return err_at(err, app->file, 0, 0);
}

static int no_entry(struct arena *arena, const struct appup *appup, const struct app *app,
                    bool up, str base_vsn, struct err *err)
{
    err_set(err, ERR_INPUT,
            "the appup of application '%.*s' %.*s has no way %s version %.*s",
            STR_ARG(app->name), STR_ARG(app->vsn), up ? "up from" : "down to",
            STR_ARG(base_vsn));
    err_hint(err, "%s these versions it has one: %.*s", up ? "up from" : "down to",
             STR_ARG(appup_versions(arena, appup, up)));
    return err_at(err, appup->file, 0, 0);
}

static int check_version(const struct maker *maker, const struct appup *appup,
                         const struct app *app)
{
    bool is_for;
    if (appup_is_for(maker->arena, appup, app->vsn, &is_for, maker->err) != 0)
        return -1;
    if (!is_for)
        report_say(maker->input->report, REPORT_WARNING,
                   "'%s' is for another version of application '%.*s' than %.*s",
                   appup->file ? appup->file : "its appup", STR_ARG(app->name),
                   STR_ARG(app->vsn));
    return 0;
}

/* The instructions of a script in full form. */
static int expand(struct way *way, const struct term *script, const char *file,
                  struct steps *steps)
{
    struct term full;
    *steps = (struct steps){.arena = way->arena};
    for (size_t i = 0; i < script->as.list.count; i++) {
        if (instruction_expand(way->arena, &script->as.list.items[i], file, &full,
                               way->err) != 0)
            return -1;
        steps_add(steps, full, file);
    }
    return 0;
}

static int add_appup_script(struct maker *maker, struct way *way, const struct app *app,
                            str base_vsn)
{
    const struct appup *appup = map_get(maker->input->appups, app->name);
    const struct term *script;
    struct steps steps;
    if (!appup)
        return no_appup(app, base_vsn, way->err);
    if (check_version(maker, appup, app) != 0 ||
        appup_script(way->arena, appup, way->up, base_vsn, &script, way->err) != 0)
        return -1;
    if (!script)
        return no_entry(way->arena, appup, app, way->up, base_vsn, way->err);
    if (expand(way, script, appup->file, &steps) != 0)
        return -1;
    return way_add_script(way, &steps);
}

/* In top's start order, on the way down as well. */
static int add_appup_scripts(struct maker *maker, struct way *way,
                             const struct release *base)
{
    for (size_t i = 0; i < maker->input->top->app_count; i++) {
        const struct app *app = maker->order[i]->app;
        const struct rel_app *old_app = release_app(base, app->name);
        if (old_app && !str_eq(old_app->app->vsn, app->vsn) &&
            add_appup_script(maker, way, app, old_app->app->vsn) != 0)
            return -1;
    }
    return 0;
}

static void add_new_apps(struct way *way)
{
    for (size_t i = 0; i < way->target->app_count; i++) {
        const struct rel_app *app = &way->target->apps[i];
        const char *type = start_type_name(app->type);
        if (!release_app(way->source, app->app->name))
            steps_add(&way->after,
                      term_triple(way->arena, term_atom(STR("add_application")),
                                  term_atom(app->app->name),
                                  term_atom(str_of(type ? type : "permanent"))),
                      NULL);
    }
}

static void remove_old_apps(struct way *way)
{
    for (size_t i = 0; i < way->source->app_count; i++) {
        str name = way->source->apps[i].app->name;
        if (!release_app(way->target, name))
            steps_add(&way->after,
                      step_of(way->arena, "remove_application", term_atom(name)), NULL);
    }
}

static int add_scripts(struct maker *maker, struct way *way, const struct release *base)
{
    bool removing_first = maker->input->otp <= LAST_OTP_REMOVING_FIRST;
    if (!str_eq(way->source->erts_vsn, way->target->erts_vsn))
        steps_add(&way->after, term_atom(STR("restart_new_emulator")), NULL);
    if (removing_first)
        remove_old_apps(way);
    add_new_apps(way);
    if (add_appup_scripts(maker, way, base) != 0)
        return -1;
    if (!removing_first)
        remove_old_apps(way);
    if (maker->input->restart_emulator)
        steps_add(&way->after, term_atom(STR("restart_emulator")), NULL);
    return 0;
}

static struct term whole_script(const struct way *way)
{
    struct term_builder list = {.arena = way->arena};
    for (size_t i = 0; i < way->before.count; i++)
        term_add(&list, way->before.items[i].term);
    term_add(&list, term_atom(STR("point_of_no_return")));
    for (size_t i = 0; i < way->after.count; i++)
        term_add(&list, way->after.items[i].term);
    return term_built_list(&list);
}

static int fill_way(struct maker *maker, struct way *way, const struct release *base)
{
    if (add_scripts(maker, way, base) != 0 || way_check(way) != 0 ||
        way_translate_apps(way) != 0 || way_translate_modules(way) != 0 ||
        way_merge_objects(way) != 0)
        return -1;
    way_place_restarts(way);
    return 0;
}

/* Of what is made on the way only the script is kept, a fifth of it. */
static int make_way(struct maker *maker, const struct release *base, bool up,
                    struct term *script)
{
    const struct release *top = maker->input->top;
    struct arena scratch;
    struct map base_owners;
    struct way way = {
        .arena = &scratch,
        .up = up,
        .source = up ? base : top,
        .target = up ? top : base,
        .owners = up ? &maker->owners : &base_owners,
        .before = {.arena = &scratch},
        .after = {.arena = &scratch},
        .err = maker->err,
    };
    arena_init(&scratch);
    find_owners(&scratch, base, &base_owners);
    int result = fill_way(maker, &way, base);
    if (result == 0) {
        struct term whole = whole_script(&way);
        *script = term_copy(maker->arena, &whole);
    }
    arena_release(&scratch);
    return result;
}

static int make_entry(struct maker *maker, const struct relup_base *base, bool up,
                      struct term *entry)
{
    const struct release *release = base->release;
    struct term script;
    if (make_way(maker, release, up, &script) != 0)
        return err_wrap(maker->err, "%s release %.*s", up ? "up from" : "down to",
                        STR_ARG(release->vsn));
    *entry = term_triple(maker->arena, term_string(maker->arena, release->vsn),
                         base->description ? *base->description : term_nil(), script);
    return 0;
}

/* One entry a base, as systools has them: the last one first. */
static int make_entries(struct maker *maker, bool up, struct term *entries)
{
    size_t count = maker->input->base_count;
    struct term *items = arena_array(maker->arena, count, sizeof *items);
    for (size_t i = 0; i < count; i++)
        if (make_entry(maker, &maker->input->bases[i], up, &items[count - 1 - i]) != 0)
            return -1;
    *entries = term_list(maker->arena, items, count);
    return 0;
}

static int check_bases(const struct maker *maker)
{
    const struct release *top = maker->input->top;
    for (size_t i = 0; i < maker->input->base_count; i++) {
        const struct release *base = maker->input->bases[i].release;
        if (require_sasl(base, maker->err) != 0)
            return -1;
        if (!str_eq(base->erts_vsn, top->erts_vsn))
            report_say(maker->input->report, REPORT_WARNING,
                       "ERTS changes from %.*s to %.*s between the releases %.*s and "
                       "%.*s: the node restarts",
                       STR_ARG(base->erts_vsn), STR_ARG(top->erts_vsn),
                       STR_ARG(base->vsn), STR_ARG(top->vsn));
    }
    return 0;
}

int relup_make(struct arena *arena, const struct relup_input *input, struct term *relup,
               struct err *err)
{
    struct maker maker = {.arena = arena, .input = input, .err = err};
    struct term ups, downs;
    if (require_sasl(input->top, err) != 0 || check_bases(&maker) != 0 ||
        release_start_order(arena, input->top, &maker.order, err) != 0)
        return -1;
    find_owners(arena, input->top, &maker.owners);
    if (make_entries(&maker, true, &ups) != 0 || make_entries(&maker, false, &downs) != 0)
        return -1;
    *relup = term_triple(arena, term_string(arena, input->top->vsn), ups, downs);
    return 0;
}

bool relup_script_restarts(const struct term *script)
{
    for (size_t i = 0; script->kind == TERM_LIST && i < script->as.list.count; i++)
        if (term_is_atom(&script->as.list.items[i], "restart_new_emulator") ||
            term_is_atom(&script->as.list.items[i], "restart_emulator"))
            return true;
    return false;
}

bool relup_restarts(const struct term *relup)
{
    if (!term_is_tuple(relup, NULL, 3))
        return false;
    for (size_t way = 1; way <= 2; way++) {
        const struct term *entries = &relup->as.list.items[way];
        for (size_t i = 0; entries->kind == TERM_LIST && i < entries->as.list.count;
             i++) {
            const struct term *entry = &entries->as.list.items[i];
            if (term_is_tuple(entry, NULL, 3) &&
                relup_script_restarts(&entry->as.list.items[2]))
                return true;
        }
    }
    return false;
}
