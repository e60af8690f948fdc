/*
 * The setting config_providers: modules of Elixir with an argument, which is a term.
 */
#include "relc/config/values.h"

#include "relc/term/read.h"

#include <stdlib.h>
#include <string.h>

enum { ARGUMENT_MAX_DEPTH = 32 };

bool providers_is_set(const void *field)
{
    return ((const struct setting_providers *)field)->set;
}

static int bad_provider(const struct value_place *place, const struct yaml_node *node,
                        struct err *err)
{
    err_set(err, ERR_INPUT,
            "setting '%s': a provider is MODULE or {MODULE: ARGUMENT}, "
            "not %s",
            place->name, yaml_describe(place->source->arena, node));
    return config_error_at(place->source, node, err);
}

/* !term: Erlang's own notation, for atoms, tuples and keyword lists. */
static int term_of_text(const struct value_place *place, const struct yaml_node *node,
                        struct term *term, struct err *err)
{
    struct arena *arena = place->source->arena;
    str text = arena_printf(arena, "%.*s\n.", STR_ARG(node->text));
    struct term_source source = {place->source->file, text, 0};
    struct term *terms;
    size_t count;
    if (term_read_all(arena, &source, &terms, &count, err) != 0)
        return config_error_at(place->source, node, err);
    if (count != 1) {
        err_set(err, ERR_INPUT, "setting '%s': !term wants one Erlang term", place->name);
        return config_error_at(place->source, node, err);
    }
    *term = terms[0];
    return 0;
}

static bool is_integer(str text)
{
    size_t start = text.len && text.ptr[0] == '-';
    size_t digits = text.len > start ? strspn(text.ptr + start, "0123456789") : 0;
    return digits && digits <= 18 && start + digits == text.len;
}

static int term_of_scalar(const struct value_place *place, const struct yaml_node *node,
                          struct term *term, struct err *err)
{
    const struct yaml_node *value;
    bool flag;
    if (node->tag == YAML_TAG_TERM)
        return term_of_text(place, node, term, err);
    if (config_resolve(place->source, node, &value, err) != 0)
        return -1;
    if (!value)
        *term = term_nil();
    else if (node->tag == YAML_TAG_NONE && yaml_is_null(value))
        *term = term_atom(STR("nil"));
    else if (node->tag == YAML_TAG_NONE && yaml_is_bool(value, &flag))
        *term = term_atom(flag ? STR("true") : STR("false"));
    else if (node->tag == YAML_TAG_NONE && !value->quoted && is_integer(value->text))
        *term = term_integer(strtoll(value->text.ptr, NULL, 10));
    else
        *term = term_binary(place->source->arena, value->text);
    return 0;
}

/* As Elixir would write it: text is a binary, a list a list, a mapping a map. */
static int term_of_yaml(const struct value_place *place, const struct yaml_node *node,
                        unsigned depth, struct term *term, struct err *err)
{
    struct arena *arena = place->source->arena;
    struct term_builder items = {.arena = arena};
    struct term item;
    if (depth > ARGUMENT_MAX_DEPTH)
        return bad_provider(place, node, err);
    if (node->kind == YAML_SCALAR)
        return term_of_scalar(place, node, term, err);
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_node *value =
            node->kind == YAML_MAPPING ? node->pairs[i].value : node->items[i];
        if (term_of_yaml(place, value, depth + 1, &item, err) != 0)
            return -1;
        if (node->kind == YAML_MAPPING)
            term_add(&items, term_binary(arena, node->pairs[i].key->text));
        term_add(&items, item);
    }
    *term = node->kind == YAML_MAPPING ? term_map(arena, items.items, items.count / 2)
                                       : term_built_list(&items);
    return 0;
}

/* Mod or Mod.Sub, letters, digits and underscores, or an Erlang module. */
static bool is_module(str name)
{
    if (!name.len || name.len > 200)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
                    (c >= '0' && c <= '9' && i > 0) || (c == '.' && i > 0);
        if (!word || (c == '.' && name.ptr[i - 1] == '.'))
            return false;
    }
    return name.ptr[name.len - 1] != '.';
}

static int provider_read(const struct value_place *place, const struct yaml_node *node,
                         struct setting_provider *provider, struct err *err)
{
    const struct yaml_node *name = node;
    provider->argument = term_nil();
    if (node->kind == YAML_MAPPING && node->count == 1) {
        name = node->pairs[0].key;
        if (term_of_yaml(place, node->pairs[0].value, 0, &provider->argument, err) != 0)
            return -1;
    }
    if (name->kind != YAML_SCALAR || name->tag != YAML_TAG_NONE || !is_module(name->text))
        return bad_provider(place, node, err);
    provider->module = name->text;
    provider->place = (struct place){place->source->file, name->line, name->column};
    return 0;
}

int providers_read(const struct value_place *place, void *field, struct err *err)
{
    struct setting_providers *providers = field;
    const struct yaml_node *list = place->node;
    if (list->kind != YAML_SEQUENCE)
        return bad_provider(place, list, err);
    providers->items =
        arena_array(place->source->arena, list->count, sizeof *providers->items);
    providers->count = 0;
    providers->set = true;
    for (size_t i = 0; i < list->count; i++, providers->count++)
        if (provider_read(place, list->items[i], &providers->items[i], err) != 0)
            return -1;
    return 0;
}
