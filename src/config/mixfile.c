#include "mixfile.h"

#include "config/exs/module.h"

/* A key of the list that project/0 returns. */
struct wanted {
    const char *name;
    const struct exs_node *value; /* NULL when it is not there */
    unsigned depth;
};

enum { WANT_APP, WANT_VERSION, WANT_APPS_PATH, WANT_BUILD_PATH, WANT_PER_ENV, WANTED };

/* Of several keys of one name the outermost counts: dependencies have versions, too. */
static void find_keys(struct wanted *wanted, const struct exs_node *node, unsigned depth)
{
    for (size_t i = 0; i < WANTED; i++) {
        const struct exs_node *value = exs_node_get(node, wanted[i].name);
        if (value && (!wanted[i].value || depth < wanted[i].depth)) {
            wanted[i].value = value;
            wanted[i].depth = depth;
        }
    }
    for (size_t i = 0; i < node->count; i++)
        find_keys(wanted, node->items[i], depth + 1);
}

static void find_in_project(struct arena *arena, str text, struct wanted *wanted)
{
    struct exs_module module;
    struct exs_node *root;
    struct err ignored;
    err_init(&ignored);
    if (exs_parse(arena, "mix.exs", text, &root, &ignored) == 0) {
        exs_module_read(&module, arena, root);
        const struct exs_node *project = exs_module_function(&module, "project");
        if (project)
            find_keys(wanted, project, 0);
        for (size_t i = 0; i < WANTED; i++)
            if (wanted[i].value)
                wanted[i].value = exs_module_resolve(&module, wanted[i].value);
    }
    err_release(&ignored);
}

/* The literal of a key as text; ptr NULL for anything else. */
static str text_of(struct arena *arena, const struct wanted *wanted, enum term_kind kind)
{
    const struct exs_node *node = wanted->value;
    if (!node || node->kind != EXS_LITERAL || node->value.kind != kind)
        return (str){NULL, 0};
    const struct term *value = &node->value;
    if (kind == TERM_ATOM)
        return arena_str(arena, value->as.atom);
    str text = {(const char *)value->as.binary.bytes, value->as.binary.bits / 8};
    return arena_str(arena, text);
}

struct mix_file mix_file_read(struct arena *arena, str text)
{
    struct wanted wanted[WANTED] = {
        [WANT_APP] = {.name = "app"},
        [WANT_VERSION] = {.name = "version"},
        [WANT_APPS_PATH] = {.name = "apps_path"},
        [WANT_BUILD_PATH] = {.name = "build_path"},
        [WANT_PER_ENV] = {.name = "build_per_environment"},
    };
    if (text.len)
        find_in_project(arena, text, wanted);
    const struct exs_node *per_env = wanted[WANT_PER_ENV].value;
    return (struct mix_file){
        .app = text_of(arena, &wanted[WANT_APP], TERM_ATOM),
        .version = text_of(arena, &wanted[WANT_VERSION], TERM_BINARY),
        .apps_path = text_of(arena, &wanted[WANT_APPS_PATH], TERM_BINARY),
        .build_path = text_of(arena, &wanted[WANT_BUILD_PATH], TERM_BINARY),
        .has_apps_path = wanted[WANT_APPS_PATH].value != NULL,
        .one_build_folder = per_env && per_env->kind == EXS_LITERAL &&
                            term_is_atom(&per_env->value, "false"),
    };
}
