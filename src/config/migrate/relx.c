/*
 * The relx section of a rebar.config, or a relx.config: releases, and what is set for all
 * of them; what profiles set becomes environments.
 */
#include "config/migrate/relx.h"

#include "relc/base/path.h"
#include "relc/term/read.h"

/* app, {app, Type}, {app, Vsn}, {app, Vsn, Type} as relc writes them. */
static bool convert_app(struct moved *moved, const struct term *app,
                        struct term *converted)
{
    str version = {NULL, 0}, type = {NULL, 0};
    const struct term *items = app->as.list.items;
    *converted = *app;
    if (app->kind == TERM_ATOM)
        return true;
    if (app->kind != TERM_TUPLE || app->as.list.count < 2 || app->as.list.count > 3 ||
        items[0].kind != TERM_ATOM)
        return false;
    for (size_t i = 1; i < app->as.list.count; i++) {
        if (items[i].kind == TERM_ATOM)
            type = items[i].as.atom;
        else if (term_is_nil(&items[i]) || items[i].kind != TERM_LIST ||
                 !moved_text(moved->arena, &items[i], &version))
            return false;
    }
    str options = type;
    if (version.ptr)
        options =
            arena_printf(moved->arena, "{%s%.*s%sversion: %.*s}",
                         type.ptr ? "type: " : "", STR_ARG(type), type.ptr ? ", " : "",
                         STR_ARG(yaml_scalar(moved->arena, version)));
    *converted = term_pair(moved->arena, items[0], term_atom(options));
    return true;
}

static void set_apps(struct moved *moved, struct moved_profile *release,
                     const struct term *apps, unsigned line)
{
    struct term_builder list = {.arena = moved->arena};
    struct term one;
    for (size_t i = 0; term_is_proper_list(apps) && i < apps->as.list.count; i++) {
        if (convert_app(moved, &apps->as.list.items[i], &one))
            term_add(&list, one);
        else
            moved_note(moved, release, line,
                       "application %zu of the list has a form "
                       "without counterpart: name it by hand",
                       i + 1);
    }
    struct term value = term_built_list(&list);
    moved_set(moved, release, "applications", &value, line);
}

static bool project_has_app(const struct project *project, str name)
{
    for (size_t i = 0; i < project->app_count; i++)
        if (str_eq(project->apps[i].name, name))
            return true;
    return false;
}

static void set_version(struct moved *moved, struct moved_profile *release,
                        const struct term *vsn, unsigned line)
{
    if (vsn->kind == TERM_LIST) {
        moved_set(moved, release, "version", vsn, line);
        return;
    }
    moved_note(moved, release, line,
               "relc asks no version control system: give the version here, as "
               "`!env VERSION`, or that of an application as {current: APP}");
    if (!project_has_app(moved->project, release->name))
        moved_set_yaml(moved, release, "version", STR("\"0.0.0\""), line);
}

/* {release, {Name, Vsn}, [{erts, Vsn},] Apps [, Config]} */
static void read_release(struct moved *moved, const struct term *term,
                         const struct term *config)
{
    const struct term *items = term->as.list.items, *name = &items[1];
    size_t apps = term_is_tuple(&items[2], "erts", 2) ? 3 : 2;
    bool extends = term_is_tuple(name, NULL, 3);
    bool named = (extends || term_is_tuple(name, NULL, 2)) &&
                 name->as.list.items[0].kind == TERM_ATOM;
    unsigned line =
        relx_find_line(moved, named ? name->as.list.items[0].as.atom : STR("release"));
    if (!named || apps >= term->as.list.count) {
        moved_note(moved, &moved->top, line, "this release cannot be read");
        return;
    }
    struct moved_profile *release = moved_release(moved, name->as.list.items[0].as.atom);
    set_version(moved, release, &name->as.list.items[1], line);
    if (extends)
        moved_note(moved, release, line, "add the applications of the other release");
    set_apps(moved, release, &items[apps], line);
    relx_set_terms(moved, release, config);
    if (apps + 1 < term->as.list.count && term_is_proper_list(&items[apps + 1]))
        relx_set_terms(moved, release, &items[apps + 1]);
    relx_set_usual_files(moved, release);
    /* Without a mode, relx leaves ERTS out and has the sources in. */
    relx_set_flag(moved, release, "include_erts", false);
    relx_set_flag(moved, release, "include_src", true);
    if (moved_has(release, "include_erts") &&
        str_eqz(moved_get(release, "include_erts")->text, "false"))
        relx_set_flag(moved, release, "include_system_libs", true);
}

static void read_default(struct moved *moved, const struct term *config)
{
    const struct term *name = term_lookup(config, "default_release");
    if (name && term_is_tuple(name, NULL, 2))
        name = &name->as.list.items[0];
    if (name && name->kind == TERM_ATOM)
        moved->default_release = name->as.atom;
}

static void read_config(struct moved *moved, const struct term *config)
{
    for (size_t i = 0; i < config->as.list.count; i++) {
        const struct term *term = &config->as.list.items[i];
        if (relx_is_definition(term) && term->as.list.count > 2)
            read_release(moved, term, config);
    }
    read_default(moved, config);
}

/* {profiles, [{Name, [{relx, Config}]}]}; rebar3's prod has relx's mode prod. */
static void read_profiles(struct moved *moved, const struct term *profiles)
{
    moved_environment(moved, STR("default"));
    for (size_t i = 0;
         profiles && term_is_proper_list(profiles) && i < profiles->as.list.count; i++) {
        const struct term *pair = &profiles->as.list.items[i];
        if (!term_is_tuple(pair, NULL, 2) || pair->as.list.items[0].kind != TERM_ATOM)
            continue;
        const struct term *config = term_is_proper_list(&pair->as.list.items[1])
                                        ? term_lookup(&pair->as.list.items[1], "relx")
                                        : NULL;
        if (config && term_is_proper_list(config))
            relx_set_terms(
                moved, moved_environment(moved, pair->as.list.items[0].as.atom), config);
    }
    struct moved_profile *prod =
        moved_find(moved->environments, moved->environment_count, STR("prod"));
    if (!prod)
        prod = moved_environment(moved, STR("prod"));
    relx_set_mode(moved, prod, STR("prod"));
}

int move_relx(struct moved *moved, bool *found)
{
    struct term *terms, all;
    size_t count;
    struct term_source source = {moved->source.ptr, moved->text, 0};
    *found = false;
    if (term_read_all(moved->arena, &source, &terms, &count, moved->err) != 0)
        return -1;
    all = term_list(moved->arena, terms, count);
    bool alone = str_eqz(path_basename(moved->source), "relx.config");
    const struct term *relx = alone ? &all : term_lookup(&all, "relx");
    if (!relx || !term_is_proper_list(relx))
        return 0;
    read_config(moved, relx);
    *found = moved->release_count > 0;
    if (*found)
        read_profiles(moved, alone ? NULL : term_lookup(&all, "profiles"));
    return 0;
}
