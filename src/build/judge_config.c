/* What of the configuration an upgrade does not put into force. */
#include "build/judge.h"

#include "relc/base/fs.h"
#include "relc/term/read.h"

/* A file with variables that are filled in later need not be Erlang terms yet. */
static struct term read_config(struct checker *checker, const struct upgrade_file *file)
{
    const struct term_source source = {.file = file->name, .text = file->text};
    struct term config;
    struct err ignored;
    if (!file->text.ptr)
        return term_nil();
    err_init(&ignored);
    int status = term_read_first(checker->arena, &source, &config, &ignored);
    err_release(&ignored);
    return status == 0 ? config : term_nil();
}

/* The first key whose value differs in two lists of settings; NULL when none does. */
static const char *differing_key(struct checker *checker, const struct term *a,
                                 const struct term *b)
{
    const struct term *lists[2] = {a, b};
    for (int side = 0; side < 2; side++) {
        const struct term *list = lists[side], *other = lists[1 - side];
        for (size_t i = 0; list && list->kind == TERM_LIST && i < list->as.list.count;
             i++) {
            const struct term *pair = &list->as.list.items[i];
            if (!term_is_tuple(pair, NULL, 2) ||
                pair->as.list.items[0].kind != TERM_ATOM ||
                term_is_atom(&pair->as.list.items[0], "config_provider_init"))
                continue;
            const char *key = arena_strz(checker->arena, pair->as.list.items[0].as.atom);
            const struct term *value = other ? term_lookup(other, key) : NULL;
            if (!value || !term_equal(value, &pair->as.list.items[1]))
                return key;
        }
    }
    return NULL;
}

static const struct app_pair *app_named(const struct checker *checker, const char *name)
{
    for (size_t i = 0; i < checker->app_count; i++)
        if (str_eqz(checker->apps[i].name, name))
            return &checker->apps[i];
    return NULL;
}

/* The callback module of the application that runs after the upgrade. */
static struct module_pair *callback_module(const struct app_pair *app)
{
    const struct term *mod = &app->new_app->app->mod;
    if (!term_is_tuple(mod, NULL, 2) || mod->as.list.items[0].kind != TERM_ATOM)
        return NULL;
    for (size_t i = 0; i < app->module_count; i++)
        if (app->modules[i].in_new &&
            str_eq(app->modules[i].name, mod->as.list.items[0].as.atom))
            return &app->modules[i];
    return NULL;
}

static int find_export(struct checker *checker, const struct side_module *side,
                       const char *name, uint32_t arity, bool *found)
{
    struct beam_functions functions;
    *found = false;
    if (beam_exports(&checker->scratch, &side->beam, &functions, checker->err) != 0)
        return -1;
    for (size_t i = 0; i < functions.count; i++)
        if (functions.items[i].arity == arity && str_eqz(functions.items[i].name, name))
            *found = true;
    return 0;
}

static int check_announced(struct checker *checker, const char *name, const char *key)
{
    const struct app_pair *app = app_named(checker, name);
    bool found = true;
    if (!app || !app->old_app || !app->new_app)
        return 0;
    struct module_pair *module = callback_module(app);
    if (!module)
        return 0;
    struct side_module *side = pair_side(checker, module, true);
    if (!side || find_export(checker, side, "config_change", 3, &found) != 0)
        return -1;
    if (found)
        return 0;
    struct spot spot = spot_in(checker, module, side, 0);
    finding_add(checker, CONFIG_NOT_ANNOUNCED, &spot,
                "a process that read it at its start keeps the old value; "
                "config_change/3 could tell it",
                "the setting '%s' of '%s' changes, and the application has no "
                "config_change/3",
                key, name);
    return 0;
}

static bool only_at_start(const char *app)
{
    static const char *const names[] = {"kernel", "stdlib", "sasl"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_eqz(str_of(app), names[i]))
            return true;
    return false;
}

static int check_setting(struct checker *checker, const char *app, const char *key)
{
    struct spot spot = {.app = str_of(app), .file = checker->new_side->sys_config.name};
    if (!only_at_start(app))
        return check_announced(checker, app, key);
    finding_add(checker, CONFIG_NEEDS_RESTART, &spot,
                "restart the node when it shall take effect",
                "the setting '%s' of '%s' changes, which is looked at only when the node "
                "starts",
                key, app);
    return 0;
}

/* All applications that one of the two configurations names. */
static int check_sys_config(struct checker *checker, const struct term *old_config,
                            const struct term *new_config)
{
    const struct term *lists[2] = {new_config, old_config};
    for (int side = 0; side < 2; side++) {
        const struct term *list = lists[side];
        for (size_t i = 0; list->kind == TERM_LIST && i < list->as.list.count; i++) {
            const struct term *pair = &list->as.list.items[i];
            if (!term_is_tuple(pair, NULL, 2) || pair->as.list.items[0].kind != TERM_ATOM)
                continue;
            const char *app = arena_strz(checker->arena, pair->as.list.items[0].as.atom);
            if (side == 1 && term_lookup(new_config, app))
                continue;
            const char *key = differing_key(checker, term_lookup(old_config, app),
                                            term_lookup(new_config, app));
            if (key && check_setting(checker, app, key) != 0)
                return -1;
        }
    }
    return 0;
}

static const struct term *providers_of(const struct term *config)
{
    const struct term *elixir = term_lookup(config, "elixir");
    const struct term *init = elixir ? term_lookup(elixir, "config_provider_init") : NULL;
    if (!init || init->kind != TERM_MAP)
        return NULL;
    for (size_t i = 0; i < init->as.map.count; i++)
        if (term_is_atom(&init->as.map.pairs[2 * i], "providers") &&
            init->as.map.pairs[2 * i + 1].kind == TERM_LIST)
            return &init->as.map.pairs[2 * i + 1];
    return NULL;
}

static str provider_module(const struct term *list, size_t i)
{
    const struct term *item = &list->as.list.items[i];
    if (!term_is_tuple(item, NULL, 2) || item->as.list.items[0].kind != TERM_ATOM)
        return STR("");
    return item->as.list.items[0].as.atom;
}

static void check_providers(struct checker *checker, const struct term *old_config,
                            const struct term *new_config)
{
    const struct term *olds = providers_of(old_config), *news = providers_of(new_config);
    size_t old_count = olds ? olds->as.list.count : 0;
    size_t new_count = news ? news->as.list.count : 0;
    bool same = old_count == new_count;
    struct spot spot = {.file = checker->new_side->sys_config.name};
    for (size_t i = 0; same && i < new_count; i++)
        same = str_eq(provider_module(olds, i), provider_module(news, i));
    if (!same)
        finding_add(checker, CONFIG_PROVIDERS_CHANGED, &spot,
                    "new providers run on the old version's code during the upgrade; "
                    "try it, or restart the node with the new version",
                    "the configuration providers change");
}

static void check_runtime_config(struct checker *checker)
{
    const struct upgrade_file *old_file = &checker->old_side->runtime_config,
                              *new_file = &checker->new_side->runtime_config;
    struct spot spot = {.file = new_file->name};
    if (!old_file->text.ptr == !new_file->text.ptr &&
        str_eq(old_file->text, new_file->text))
        return;
    finding_add(checker, RUNTIME_CONFIG_CHANGED, &spot,
                "it is evaluated during the upgrade; processes that read a value at "
                "their start keep the old one",
                "runtime.exs changes");
}

/* The next line of vm.args that says something; ptr NULL at the end. */
static str next_flag(str *rest)
{
    while (rest->ptr) {
        str line = str_trim(str_split(rest, '\n'));
        if (line.len && line.ptr[0] != '#')
            return line;
    }
    return (str){NULL, 0};
}

static void check_vm_args(struct checker *checker)
{
    str olds = checker->old_side->vm_args.text, news = checker->new_side->vm_args.text;
    struct spot spot = {.file = checker->new_side->vm_args.name};
    for (;;) {
        str old_flag = next_flag(&olds), new_flag = next_flag(&news);
        if (!old_flag.ptr && !new_flag.ptr)
            return;
        if (old_flag.ptr && new_flag.ptr && str_eq(old_flag, new_flag))
            continue;
        str shown = new_flag.ptr ? new_flag : old_flag;
        finding_add(checker, VM_ARGS_NEED_RESTART, &spot,
                    "stop and start the node when they shall take effect",
                    "the flags in vm.args change (%.*s), which are looked at only when "
                    "the node starts",
                    STR_ARG(shown));
        return;
    }
}

int check_config(struct checker *checker)
{
    struct term old_config = read_config(checker, &checker->old_side->sys_config);
    struct term new_config = read_config(checker, &checker->new_side->sys_config);
    if (check_sys_config(checker, &old_config, &new_config) != 0)
        return -1;
    check_providers(checker, &old_config, &new_config);
    check_runtime_config(checker);
    check_vm_args(checker);
    return 0;
}
