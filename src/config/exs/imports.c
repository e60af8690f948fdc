/*
 * Which files a configuration file imports, told from its text.
 */
#include "config/exs/config.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"

/* The files that are being collected. */
struct imports {
    struct arena *arena;
    str folder;       /* of the first file: all must be in it */
    struct map found; /* by their paths relative to the folder */
    bool unsure;      /* not all imports can be told */
    const struct exs_options *options;
    struct err *err;
};

static int visit_file(struct imports *imports, str path);

static int form_env(struct evaluator *evaluator, const struct exs_node *node,
                    struct term *value)
{
    const struct exs_options *options = evaluator->context;
    (void)node;
    *value = term_atom(options->env);
    return 0;
}

static int form_target(struct evaluator *evaluator, const struct exs_node *node,
                       struct term *value)
{
    const struct exs_options *options = evaluator->context;
    (void)node;
    *value = term_atom(options->target);
    return 0;
}

static const struct form import_forms[] = {
    {"", "config_env", 0, form_env}, {"", "config_target", 0, form_target},
    {"Mix", "env", 0, form_env},     {"Mix", "target", 0, form_target},
    {NULL, NULL, 0, NULL},
};

/* The path that an import names when that depends on the environment alone. */
static bool path_of(struct imports *imports, const struct exs_node *node, str folder,
                    str *path)
{
    struct err ignored;
    struct term value;
    struct evaluator evaluator = {
        .arena = imports->arena,
        .folder = folder,
        .root = imports->options->root,
        .forms = import_forms,
        .context = (void *)imports->options,
        .err = &ignored,
    };
    err_init(&ignored);
    bool known = evaluate(&evaluator, node, &value) == 0 && term_text(&value, path) &&
                 str_find(*path, '*') == path->len && str_find(*path, '\0') == path->len;
    err_release(&ignored);
    return known;
}

static int visit_import(struct imports *imports, const struct exs_node *node, str file)
{
    struct arena *arena = imports->arena;
    str path, folder = path_dirname(arena, file);
    if (!path_of(imports, node->items[0], folder, &path)) {
        imports->unsure = true;
        return 0;
    }
    path = path_normalize(arena, path_join(arena, folder, path));
    if (!fs_is_file(path.ptr))
        return 0;
    str relative = path_relative_to(arena, path, imports->folder);
    if (!path_is_inside(relative)) {
        err_set(imports->err, ERR_INPUT,
                "the import of '%.*s' cannot go into the release: it is not in '%.*s'",
                STR_ARG(path), STR_ARG(imports->folder));
        return err_at(imports->err, file.ptr, node->line, node->column);
    }
    return map_has(&imports->found, relative) ? 0 : visit_file(imports, path);
}

static int visit_node(struct imports *imports, const struct exs_node *node, str file)
{
    if (node->kind == EXS_CALL && !node->target && node->count == 1 &&
        str_eqz(node->name, "import_config"))
        return visit_import(imports, node, file);
    if (node->target && visit_node(imports, node->target, file) != 0)
        return -1;
    for (size_t i = 0; i < node->count; i++)
        if (visit_node(imports, node->items[i], file) != 0)
            return -1;
    return 0;
}

static void note(struct imports *imports, str path)
{
    map_put(&imports->found, path_relative_to(imports->arena, path, imports->folder),
            imports);
}

static int visit_file(struct imports *imports, str path)
{
    struct exs_node *root;
    struct err ignored;
    str text;
    note(imports, path);
    if (fs_read(imports->arena, path.ptr, EXS_MAX_BYTES, &text, imports->err) != 0)
        return -1;
    err_init(&ignored);
    int result = exs_parse(imports->arena, path.ptr, text, &root, &ignored);
    err_release(&ignored);
    if (result == 0)
        return visit_node(imports, root, path);
    imports->unsure = true;
    return 0;
}

/* Every .exs file of the folder and those below it. */
static int note_folder(struct imports *imports, str folder, unsigned depth)
{
    struct fs_list list;
    if (depth > 16)
        return 0;
    if (fs_list(imports->arena, folder.ptr, &list, imports->err) != 0)
        return -1;
    for (size_t i = 0; i < list.count; i++) {
        const struct fs_entry *entry = &list.entries[i];
        str path = path_join(imports->arena, folder, entry->name);
        if (entry->kind == FS_DIR && note_folder(imports, path, depth + 1) != 0)
            return -1;
        if (entry->kind != FS_DIR && str_ends(entry->name, STR(".exs")) &&
            fs_is_file(path.ptr))
            note(imports, path);
    }
    return 0;
}

int exs_config_files(struct arena *arena, const char *path,
                     const struct exs_options *options, str **files, size_t *count,
                     struct err *err)
{
    str file = path_normalize(arena, path_join(arena, options->root, str_of(path)));
    struct imports imports = {
        .arena = arena,
        .folder = path_dirname(arena, file),
        .options = options,
        .err = err,
    };
    map_init(&imports.found, arena);
    if (visit_file(&imports, file) != 0 ||
        (imports.unsure && note_folder(&imports, imports.folder, 0) != 0))
        return -1;
    *count = imports.found.count;
    *files = arena_array(arena, *count, sizeof **files);
    for (size_t i = 0; i < *count; i++)
        (*files)[i] = imports.found.entries[i].key;
    return 0;
}
