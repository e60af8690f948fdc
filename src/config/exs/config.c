/*
 * The forms of configuration files: those of Config and of the older Mix.Config.
 */
#include "config/exs/config.h"

#include "config/exs/merge.h"
#include "relc/base/fs.h"
#include "relc/base/path.h"

#include <string.h>

/* A file that is being read, and the one that imports it. */
struct import {
    str path;
    const struct import *importer;
    bool config;     /* import Config */
    bool mix_config; /* use Mix.Config */
};

struct reader {
    struct evaluator evaluator;
    const struct exs_options *options;
    struct term config;
    struct import *import;
    struct map read; /* paths of all files read so far */
};

static struct reader *reader_of(struct evaluator *evaluator)
{
    return evaluator->context;
}

static bool is_alias(const struct exs_node *node, const char *name)
{
    return node->kind == EXS_ALIAS && str_eqz(node->name, name);
}

static int form_import(struct evaluator *evaluator, const struct exs_node *node,
                       struct term *value)
{
    if (!is_alias(node->items[0], "Config"))
        return eval_beyond(evaluator, node, "this import");
    reader_of(evaluator)->import->config = true;
    *value = term_atom(STR("Elixir.Config"));
    return 0;
}

static int form_use(struct evaluator *evaluator, const struct exs_node *node,
                    struct term *value)
{
    if (!is_alias(node->items[0], "Mix.Config"))
        return eval_beyond(evaluator, node, "this use");
    reader_of(evaluator)->import->mix_config = true;
    *value = term_atom(STR("nil"));
    return 0;
}

static int form_require(struct evaluator *evaluator, const struct exs_node *node,
                        struct term *value)
{
    if (!is_alias(node->items[0], "Logger"))
        return eval_beyond(evaluator, node, "this require");
    *value = term_atom(STR("Elixir.Logger"));
    return 0;
}

static int need_import(struct evaluator *evaluator, const struct exs_node *node,
                       bool imported)
{
    str what = arena_printf(evaluator->arena, "'%.*s' without 'import Config'",
                            STR_ARG(node->name));
    return imported ? 0 : eval_beyond(evaluator, node, what.ptr);
}

static int form_env(struct evaluator *evaluator, const struct exs_node *node,
                    struct term *value)
{
    const struct reader *reader = reader_of(evaluator);
    *value = term_atom(reader->options->env);
    return need_import(evaluator, node, node->target || reader->import->config);
}

static int form_target(struct evaluator *evaluator, const struct exs_node *node,
                       struct term *value)
{
    const struct reader *reader = reader_of(evaluator);
    *value = term_atom(reader->options->target);
    return need_import(evaluator, node, node->target || reader->import->config);
}

/* Lays {app, settings} over what there is; the value is what there was. */
static int add_config(struct evaluator *evaluator, const struct exs_node *node,
                      const struct term *app, struct term settings, struct term *value)
{
    struct reader *reader = reader_of(evaluator);
    struct term pair = term_pair(evaluator->arena, *app, settings);
    struct term over = term_list(evaluator->arena, &pair, 1);
    *value = reader->config;
    if (eval_weigh(evaluator, node, &over) != 0)
        return -1;
    if (!merge_configs(evaluator->arena, value, &over, &evaluator->work, EXS_WORK_LIMIT,
                       &reader->config))
        return eval_beyond(evaluator, node, "a configuration of this size");
    return 0;
}

static int app_argument(struct evaluator *evaluator, const struct exs_node *node,
                        const struct term *app)
{
    const struct import *import = reader_of(evaluator)->import;
    if (app->kind != TERM_ATOM)
        return eval_fail(evaluator, node->items[0],
                         "config wants the name of an application as an atom");
    return need_import(evaluator, node, import->config || import->mix_config);
}

static int form_config(struct evaluator *evaluator, const struct exs_node *node,
                       struct term *value)
{
    struct term *args;
    if (evaluate_items(evaluator, node, &args) != 0 ||
        app_argument(evaluator, node, &args[0]) != 0)
        return -1;
    if (!term_is_keyword(&args[1]))
        return eval_fail(evaluator, node->items[1],
                         "config wants a keyword list for application '%.*s'",
                         STR_ARG(args[0].as.atom));
    return add_config(evaluator, node, &args[0], args[1], value);
}

static int form_config_key(struct evaluator *evaluator, const struct exs_node *node,
                           struct term *value)
{
    struct term *args;
    if (evaluate_items(evaluator, node, &args) != 0 ||
        app_argument(evaluator, node, &args[0]) != 0)
        return -1;
    if (args[1].kind != TERM_ATOM)
        return eval_fail(evaluator, node->items[1], "config wants an atom as the key");
    struct term pair = term_pair(evaluator->arena, args[1], args[2]);
    return add_config(evaluator, node, &args[0], term_list(evaluator->arena, &pair, 1),
                      value);
}

/* "a.exs -> b.exs -> a.exs" */
static str chain_text(const struct reader *reader, const struct import *import, str last)
{
    struct arena *arena = reader->evaluator.arena;
    str text = path_relative_to(arena, last, reader->options->root);
    for (; import; import = import->importer) {
        text = arena_printf(
            arena, "%.*s -> %.*s",
            STR_ARG(path_relative_to(arena, import->path, reader->options->root)),
            STR_ARG(text));
        if (str_eq(import->path, last))
            break;
    }
    return text;
}

static int check_not_read(struct reader *reader, const struct exs_node *node, str path)
{
    struct evaluator *evaluator = &reader->evaluator;
    for (const struct import *at = reader->import; at; at = at->importer)
        if (str_eq(at->path, path))
            return eval_fail(evaluator, node, "the imports never end: %.*s",
                             STR_ARG(chain_text(reader, reader->import, path)));
    if (map_has(&reader->read, path))
        return eval_beyond(evaluator, node, "the second import of one file");
    map_put(&reader->read, path, reader);
    return 0;
}

enum { IMPORT_MAX_DEPTH = 64 };

static int check_depth(struct reader *reader, const struct exs_node *node)
{
    size_t depth = 0;
    for (const struct import *at = reader->import; at; at = at->importer)
        depth++;
    return depth < IMPORT_MAX_DEPTH
               ? 0
               : eval_fail(&reader->evaluator, node,
                           "more than %d files import one another", IMPORT_MAX_DEPTH);
}

static int read_file(struct reader *reader, const char *path, struct term *value)
{
    struct evaluator *evaluator = &reader->evaluator;
    struct exs_node *root;
    str text;
    evaluator->file =
        path_relative_to(evaluator->arena, str_of(path), reader->options->root).ptr;
    if (fs_read(evaluator->arena, path, EXS_MAX_BYTES, &text, evaluator->err) != 0)
        return -1;
    if (exs_parse(evaluator->arena, evaluator->file, text, &root, evaluator->err) != 0) {
        evaluator->beyond = true;
        return -1;
    }
    evaluator->folder = path_dirname(evaluator->arena, str_of(path));
    evaluator->bindings = NULL;
    return evaluate(evaluator, root, value);
}

/* The path of an import, which is relative to the file that has it. */
static int import_path(struct evaluator *evaluator, const struct exs_node *node,
                       str *path)
{
    const struct import *import = reader_of(evaluator)->import;
    struct term value;
    if (need_import(evaluator, node, import->config || import->mix_config) != 0 ||
        evaluate(evaluator, node->items[0], &value) != 0)
        return -1;
    if (!term_text(&value, path))
        return eval_fail(evaluator, node->items[0], "import_config wants a path");
    if (memchr(path->ptr, 0, path->len) || str_starts(*path, STR("~")) ||
        (import->mix_config && str_find(*path, '*') < path->len))
        return eval_beyond(evaluator, node, "this path");
    *path = path_normalize(evaluator->arena,
                           path_join(evaluator->arena, evaluator->folder, *path));
    return 0;
}

static int form_import_config(struct evaluator *evaluator, const struct exs_node *node,
                              struct term *value)
{
    struct reader *reader = reader_of(evaluator);
    const struct evaluator outer = *evaluator;
    struct import import = {.importer = reader->import};
    if (import_path(evaluator, node, &import.path) != 0 ||
        check_not_read(reader, node, import.path) != 0 || check_depth(reader, node) != 0)
        return -1;
    if (!fs_is_file(import.path.ptr))
        return eval_fail(evaluator, node, "there is no file '%.*s' to import",
                         STR_ARG(import.path));
    reader->import = &import;
    if (read_file(reader, import.path.ptr, value) != 0)
        return -1;
    reader->import = (struct import *)import.importer;
    evaluator->file = outer.file;
    evaluator->folder = outer.folder;
    evaluator->bindings = outer.bindings;
    *value = term_atom(STR("ok"));
    return 0;
}

static const struct form config_forms[] = {
    {"", "import", 1, form_import},
    {"", "use", 1, form_use},
    {"", "require", 1, form_require},
    {"", "config", 2, form_config},
    {"", "config", 3, form_config_key},
    {"", "config_env", 0, form_env},
    {"", "config_target", 0, form_target},
    {"Mix", "env", 0, form_env},
    {"Mix", "target", 0, form_target},
    {"", "import_config", 1, form_import_config},
    {NULL, NULL, 0, NULL},
};

static void reader_init(struct reader *reader, struct arena *arena,
                        const struct exs_options *options, struct err *err)
{
    *reader = (struct reader){
        .evaluator = {.arena = arena,
                      .root = options->root,
                      .forms = config_forms,
                      .context = reader,
                      .err = err},
        .options = options,
        .config = term_nil(),
    };
    map_init(&reader->read, arena);
}

/* A file without config may have the configuration as its value instead. */
static int take_value(struct reader *reader, const struct term *value)
{
    const struct exs_node nowhere = {0};
    if (!term_is_nil(&reader->config) || value->kind != TERM_LIST)
        return 0;
    bool good = term_is_keyword(value);
    for (size_t i = 0; good && i < value->as.list.count; i++)
        good = term_is_keyword(&value->as.list.items[i].as.list.items[1]);
    if (!good)
        return eval_fail(&reader->evaluator, &nowhere,
                         "the value of the file is no configuration: "
                         "[app: [key: value]]");
    reader->config = *value;
    return 0;
}

int exs_config_read(struct arena *arena, const char *path,
                    const struct exs_options *options, struct term *config,
                    bool *needs_elixir, struct err *err)
{
    struct reader reader;
    struct term value;
    struct import import = {
        .path = path_normalize(arena, path_join(arena, options->root, str_of(path)))};
    reader_init(&reader, arena, options, err);
    reader.import = &import;
    map_put(&reader.read, import.path, &reader);
    int result = read_file(&reader, import.path.ptr, &value);
    if (result == 0)
        result = take_value(&reader, &value);
    *needs_elixir = result != 0 && reader.evaluator.beyond;
    *config = reader.config;
    return result;
}
