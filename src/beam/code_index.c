#include "code_index.h"

#include "code_reader.h"

enum { SCRATCH_LIMIT = 256 * 1024 };

bool code_index_term(struct code_index *index, struct term *term)
{
    return etf_walk_term(&index->info->walk, index->scratch, term);
}

void code_index_forget(struct code_index *index)
{
    if (index->scratch->size > SCRATCH_LIMIT)
        arena_release(index->scratch);
}

static void skip_list(struct etf_walk *walk)
{
    size_t count;
    if (!etf_walk_list(walk, &count) ||
        (etf_walk_skip(walk, count) && !etf_walk_list_end(walk, count)))
        etf_walk_skip(walk, 1); /* no list, or the tail of an improper one */
}

/* Into a tuple of that size; anything else is passed over. */
static bool enter_tuple(struct etf_walk *walk, size_t size)
{
    size_t count;
    bool is_tuple = etf_walk_tuple(walk, &count);
    if (is_tuple && count == size)
        return true;
    etf_walk_skip(walk, is_tuple ? count : 1);
    return false;
}

void code_index_function(struct code_index *index, const struct code_function *function)
{
    struct debug_info *info = index->info;
    size_t start = etf_walk_position(&info->walk);
    skip_list(&info->walk);
    info->functions = arena_grow(info->arena, info->functions, info->function_count,
                                 &index->function_capacity, sizeof *info->functions);
    info->functions[info->function_count++] = (struct debug_function_entry){
        .function = *function,
        .at = start,
        .size = etf_walk_position(&info->walk) - start,
    };
    info->functions[info->function_count - 1].function.name =
        arena_str(info->arena, function->name);
}

/* --- Erlang --------------------------------------------------------------------------
 */

static void index_record(struct code_index *index)
{
    struct debug_info *info = index->info;
    struct etf_walk *walk = &info->walk;
    struct term name;
    if (!enter_tuple(walk, 2))
        return;
    bool named = code_index_term(index, &name) && name.kind == TERM_ATOM;
    size_t start = etf_walk_position(walk);
    if (!etf_walk_skip(walk, 1) || !named)
        return;
    info->records = arena_grow(info->arena, info->records, info->record_count,
                               &index->record_capacity, sizeof *info->records);
    info->records[info->record_count++] = (struct debug_record_entry){
        .record.name = arena_str(info->arena, name.as.atom), .at = start};
}

/* {"src/m.erl", Line} */
static void index_file(struct code_index *index)
{
    struct debug_info *info = index->info;
    struct term value;
    str text;
    if (code_index_term(index, &value) && !info->source &&
        term_is_tuple(&value, NULL, 2) &&
        term_to_text(index->scratch, &value.as.list.items[0], &text))
        info->source = arena_strz(info->arena, text);
}

/* {attribute, Anno, Key, Value}, after the tag */
static void index_attribute(struct code_index *index)
{
    struct etf_walk *walk = &index->info->walk;
    struct term key;
    bool keyed = etf_walk_skip(walk, 1) && code_index_term(index, &key);
    if (keyed && term_is_atom(&key, "record")) {
        index_record(index);
    } else if (keyed && term_is_atom(&key, "file")) {
        index_file(index);
    } else {
        index->info->has_on_load |= keyed && term_is_atom(&key, "on_load");
        etf_walk_skip(walk, 1);
    }
}

/* {function, Anno, Name, Arity, Clauses}, after the tag */
static void index_function(struct code_index *index)
{
    struct term anno, name, arity;
    struct code_function function = {.line = 0};
    if (code_index_term(index, &anno))
        function.line = code_line_erlang(&anno);
    bool named = code_index_term(index, &name) && name.kind == TERM_ATOM;
    bool counted = code_index_term(index, &arity) && arity.kind == TERM_INTEGER;
    if (!named || !counted) {
        etf_walk_skip(&index->info->walk, 1);
        return;
    }
    function.name = name.as.atom;
    function.arity = (uint32_t)arity.as.integer;
    code_index_function(index, &function);
}

static void index_form(struct code_index *index)
{
    struct etf_walk *walk = &index->info->walk;
    struct term tag;
    size_t count;
    if (!etf_walk_tuple(walk, &count)) {
        etf_walk_skip(walk, 1);
        return;
    }
    if (!count)
        return;
    bool tagged = code_index_term(index, &tag);
    if (tagged && count == 4 && term_is_atom(&tag, "attribute"))
        index_attribute(index);
    else if (tagged && count == 5 && term_is_atom(&tag, "function"))
        index_function(index);
    else
        etf_walk_skip(walk, count - 1);
}

/* {Forms, Options} */
void code_index_erlang(struct code_index *index)
{
    struct etf_walk *walk = &index->info->walk;
    size_t parts, count;
    if (!etf_walk_tuple(walk, &parts) || parts != 2 || !etf_walk_list(walk, &count))
        return;
    for (size_t i = 0; i < count && !walk->failed; i++) {
        index_form(index);
        code_index_forget(index);
    }
    if (etf_walk_list_end(walk, count) && etf_walk_skip(walk, 1))
        index->info->language = DEBUG_ERLANG;
}

/* --- Elixir --------------------------------------------------------------------------
 */

static bool is_function(const struct term *id, const struct term *kind)
{
    return (term_is_atom(kind, "def") || term_is_atom(kind, "defp")) &&
           term_is_tuple(id, NULL, 2) && id->as.list.items[0].kind == TERM_ATOM &&
           id->as.list.items[1].kind == TERM_INTEGER;
}

/* {{Name, Arity}, Kind, Meta, Clauses} */
static void index_definition(struct code_index *index)
{
    struct etf_walk *walk = &index->info->walk;
    struct term id, kind, meta = term_nil();
    if (!enter_tuple(walk, 4))
        return;
    bool has_id = code_index_term(index, &id), has_kind = code_index_term(index, &kind);
    bool has_meta = code_index_term(index, &meta);
    if (!has_id || !has_kind || !has_meta || !is_function(&id, &kind)) {
        etf_walk_skip(walk, 1);
        return;
    }
    const struct code_function function = {
        .name = id.as.list.items[0].as.atom,
        .arity = (uint32_t)id.as.list.items[1].as.integer,
        .line = code_line_elixir(&meta),
        .generated = term_lookup(&meta, "context") != NULL,
    };
    code_index_function(index, &function);
}

static void index_definitions(struct code_index *index)
{
    struct etf_walk *walk = &index->info->walk;
    size_t count;
    if (!etf_walk_list(walk, &count)) {
        etf_walk_skip(walk, 1);
        return;
    }
    for (size_t i = 0; i < count && !walk->failed; i++) {
        index_definition(index);
        code_index_forget(index);
    }
    if (!etf_walk_list_end(walk, count))
        etf_walk_skip(walk, 1);
}

/* The value of one of the map's keys. */
static void index_value(struct code_index *index, const struct term *key)
{
    struct debug_info *info = index->info;
    struct term value;
    bool relative = term_is_atom(key, "relative_file");
    if (term_is_atom(key, "definitions")) {
        index_definitions(index);
        return;
    }
    if (!code_index_term(index, &value))
        return;
    if (value.kind == TERM_BINARY &&
        (relative || (term_is_atom(key, "file") && !info->source)))
        info->source = arena_strz(info->arena, (str){(const char *)value.as.binary.bytes,
                                                     value.as.binary.bits / 8});
    if (term_is_atom(key, "module") && value.kind == TERM_ATOM)
        info->module = arena_str(info->arena, value.as.atom);
    if (term_is_atom(key, "attributes"))
        info->has_on_load = term_lookup(&value, "on_load") != NULL;
}

/* {elixir_v1, #{definitions => Definitions, ...}, Specs} */
void code_index_elixir(struct code_index *index)
{
    struct debug_info *info = index->info;
    struct etf_walk *walk = &info->walk;
    struct term tag, key;
    size_t parts, count;
    if (!etf_walk_tuple(walk, &parts) || parts != 3 || !code_index_term(index, &tag) ||
        !term_is_atom(&tag, "elixir_v1") || !etf_walk_map(walk, &count))
        return;
    for (size_t i = 0; i < count && !walk->failed; i++) {
        if (code_index_term(index, &key))
            index_value(index, &key);
        else
            etf_walk_skip(walk, 1);
        code_index_forget(index);
    }
    if (!info->module.ptr)
        info->function_count = 0;
    if (etf_walk_skip(walk, 1))
        info->language = DEBUG_ELIXIR;
}
