#include "build/base_config.h"

#include "build/variables.h"
#include "relc/term/read.h"

#include <stdlib.h>

static int bad_config(struct err *err, const char *file, const char *what)
{
    err_set(err, ERR_FORMAT, "%s", what);
    err_hint(err, "a configuration is one list: [{app, [{key, Value}]}].");
    return err_at(err, file, 0, 0);
}

/* config(4): a list of {App, [{Key, Value}]} and of names of further files. */
static int check_config(struct arena *arena, const struct term *config, const char *file,
                        struct err *err)
{
    str name;
    if (!term_is_proper_list(config))
        return bad_config(err, file, "the configuration is not a list");
    for (size_t i = 0; i < config->as.list.count; i++) {
        const struct term *item = &config->as.list.items[i];
        if (item->kind == TERM_LIST && term_to_text(arena, item, &name))
            continue;
        if (!term_is_tuple(item, NULL, 2) || item->as.list.items[0].kind != TERM_ATOM ||
            !term_is_proper_list(&item->as.list.items[1]))
            return bad_config(err, file,
                              "an entry of the configuration is not "
                              "{app, [{key, Value}]}");
        const struct term *keys = &item->as.list.items[1];
        for (size_t j = 0; j < keys->as.list.count; j++)
            if (!term_is_tuple(&keys->as.list.items[j], NULL, 2))
                return bad_config(err, file,
                                  "a setting of the configuration is not "
                                  "{key, Value}");
    }
    return 0;
}

static int read_sys_config(struct arena *arena, const struct plan *plan,
                           struct term *config, struct err *err)
{
    const struct setting_text *setting = &plan->profile->sys_config;
    struct term *terms;
    size_t count;
    const char *file;
    str text;
    *config = term_nil();
    if (!setting->value.ptr)
        return 0;
    if (variables_render_file(arena, plan, setting, &file, &text, err) != 0)
        return -1;
    struct term_source source = {file, text, plan->target.release};
    if (term_read_all(arena, &source, &terms, &count, err) != 0)
        return -1;
    if (count != 1)
        return bad_config(err, file,
                          count ? "the file holds more than one term"
                                : "the file holds no term");
    *config = terms[0];
    return check_config(arena, config, file, err);
}

struct exs_options base_config_options(const struct plan *plan)
{
    const char *target = getenv("MIX_TARGET");
    return (struct exs_options){
        .root = plan->project->root,
        .env = plan->mix_env,
        .target = str_of(target && *target ? target : "host"),
        .program = plan->elixir_program,
    };
}

/* The pairs of the configuration, or what else is in it: names of files. */
static struct term part_of(struct arena *arena, const struct term *config, bool pairs)
{
    struct term_builder part = {.arena = arena};
    for (size_t i = 0; i < config->as.list.count; i++)
        if ((config->as.list.items[i].kind == TERM_TUPLE) == pairs)
            term_add(&part, config->as.list.items[i]);
    return term_built_list(&part);
}

/* Names of files stay at the end, where kernel expects them. */
static struct term lay_over(struct arena *arena, const struct term *under,
                            const struct term *over)
{
    struct term pairs = part_of(arena, over, true), files = part_of(arena, over, false);
    struct term merged = exs_config_merge(arena, under, &pairs);
    struct term_builder all = {.arena = arena};
    for (size_t i = 0; i < merged.as.list.count; i++)
        term_add(&all, merged.as.list.items[i]);
    for (size_t i = 0; i < files.as.list.count; i++)
        term_add(&all, files.as.list.items[i]);
    return term_built_list(&all);
}

int base_config_read(struct arena *arena, const struct plan *plan,
                     const struct report *report, struct term *config, struct err *err)
{
    struct exs_options options = base_config_options(plan);
    struct term base, sys_config;
    if (read_sys_config(arena, plan, &sys_config, err) != 0)
        return -1;
    *config = sys_config;
    if (!plan->config_file.ptr || plan->config_at_boot)
        return 0;
    if (exs_config_evaluate(arena, plan->config_file.ptr, &options, report, &base, err) !=
            0 ||
        check_config(arena, &base, plan->config_file.ptr, err) != 0)
        return -1;
    *config = lay_over(arena, &base, &sys_config);
    return 0;
}
