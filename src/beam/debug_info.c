/*
 * Dbgi holds {debug_info_v1, Backend, Data}: Backend erl_abstract_code with Data
 * {Forms | none, Options}, or elixir_erl with Data {elixir_v1, Map, Specs} | none.
 */
#include "relc/beam/debug_info.h"

#include "code_index.h"
#include "code_reader.h"

enum { SCRATCH_LIMIT = 1024 * 1024, ARITY_MAX = 255 };

/* --- the list ------------------------------------------------------------------------
 */

static void index_data(struct code_index *index)
{
    struct etf_walk *walk = &index->info->walk;
    struct term tag, backend;
    size_t count;
    if (!etf_walk_tuple(walk, &count) || count != 3 || !code_index_term(index, &tag) ||
        !term_is_atom(&tag, "debug_info_v1") || !code_index_term(index, &backend))
        return;
    if (term_is_atom(&backend, "erl_abstract_code"))
        code_index_erlang(index);
    else if (term_is_atom(&backend, "elixir_erl"))
        code_index_elixir(index);
}

static void read_chunk(struct debug_info *info, str bytes)
{
    struct arena scratch;
    struct code_index index = {.info = info, .scratch = &scratch};
    arena_init(&scratch);
    etf_walk_begin(info->arena, bytes, DEBUG_CLAUSE_MAX, &info->walk);
    index_data(&index);
    arena_release(&scratch);
    if (info->language == DEBUG_NONE || !etf_walk_is_done(&info->walk))
        *info = (struct debug_info){.arena = info->arena, .beam = info->beam};
}

void debug_info_read(struct arena *arena, const struct beam *beam,
                     struct debug_info *info)
{
    const struct beam_chunk *chunk = beam_chunk(beam, "Dbgi");
    *info = (struct debug_info){.arena = arena, .beam = beam};
    if (chunk)
        read_chunk(info, chunk->data);
}

/* --- functions -----------------------------------------------------------------------
 */

static struct code_clause unknown_clause(struct arena *arena, uint32_t arity)
{
    size_t patterns = arity <= ARITY_MAX ? arity : 0;
    return (struct code_clause){
        .patterns = arena_array(arena, patterns, sizeof(struct code)),
        .pattern_count = patterns,
        .body = arena_alloc(arena, sizeof(struct code)),
        .body_count = 1,
    };
}

/* The next clause; false when it has not the form of one. */
static bool take_clause(struct debug_info *info, struct arena *arena, uint32_t arity,
                        struct code_clause *clause)
{
    struct term term;
    if (!etf_walk_term(&info->walk, arena, &term)) {
        *clause = unknown_clause(arena, arity);
        return true;
    }
    return info->language == DEBUG_ERLANG ? code_clause_erlang(arena, &term, clause)
                                          : code_clause_elixir(arena, &term, clause);
}

static bool enter_clauses(struct debug_info *info,
                          const struct debug_function_entry *entry, size_t *count)
{
    *count = 0;
    return etf_walk_seek(&info->walk, entry->at) && etf_walk_list(&info->walk, count);
}

static void read_function(struct debug_info *info, struct debug_function_entry *entry)
{
    struct code_function *function = &entry->function;
    struct arena *arena = info->arena;
    size_t count;
    entry->is_read = true;
    if (entry->size > DEBUG_FUNCTION_MAX) {
        function->clauses = arena_alloc(arena, sizeof *function->clauses);
        *function->clauses = unknown_clause(arena, function->arity);
        function->clause_count = 1;
        return;
    }
    if (!enter_clauses(info, entry, &count))
        return;
    function->clauses = arena_array(arena, count, sizeof *function->clauses);
    for (size_t i = 0; i < count && !info->walk.failed; i++)
        if (take_clause(info, arena, function->arity,
                        &function->clauses[function->clause_count]))
            function->clause_count++;
}

const struct code_function *debug_function(struct debug_info *info, str name,
                                           uint32_t arity)
{
    for (size_t i = 0; i < info->function_count; i++) {
        struct debug_function_entry *entry = &info->functions[i];
        if (entry->function.arity != arity || !str_eq(entry->function.name, name))
            continue;
        if (!entry->is_read)
            read_function(info, entry);
        return &entry->function;
    }
    return NULL;
}

static void visit_clauses(struct debug_info *info,
                          const struct debug_function_entry *entry, struct arena *arena,
                          debug_visit *visit, void *context)
{
    size_t count;
    if (!enter_clauses(info, entry, &count))
        return;
    for (size_t i = 0; i < count && !info->walk.failed; i++) {
        struct code_clause clause;
        bool is_one = take_clause(info, arena, entry->function.arity, &clause);
        size_t next = etf_walk_position(&info->walk);
        if (is_one)
            visit(context, &entry->function, &clause);
        etf_walk_seek(&info->walk, next);
        if (arena->size > SCRATCH_LIMIT)
            arena_release(arena);
    }
}

void debug_each_clause(struct debug_info *info, debug_visit *visit, void *context)
{
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < info->function_count; i++)
        visit_clauses(info, &info->functions[i], &arena, visit, context);
    arena_release(&arena);
}

/* --- records -------------------------------------------------------------------------
 */

/* Elixir modules have one struct at most, which is not listed. */
static void find_struct(struct debug_info *info)
{
    struct debug_record_entry *entry = arena_alloc(info->arena, sizeof *entry);
    entry->is_read = info->language == DEBUG_ELIXIR
                         ? code_read_struct(info, &entry->record)
                         : code_read_literals(info->arena, info->beam, &entry->record);
    info->records = entry;
    info->record_count = entry->is_read;
}

static bool read_record(struct debug_info *info, struct debug_record_entry *entry)
{
    struct term fields;
    if (!etf_walk_seek(&info->walk, entry->at) ||
        !etf_walk_term(&info->walk, info->arena, &fields))
        return false;
    code_record_erlang(info->arena, &fields, &entry->record);
    entry->is_read = true;
    return true;
}

const struct debug_record *debug_record(struct debug_info *info, str name)
{
    if (info->language != DEBUG_ERLANG && !info->records)
        find_struct(info);
    for (size_t i = 0; i < info->record_count; i++) {
        struct debug_record_entry *entry = &info->records[i];
        if (str_eq(entry->record.name, name))
            return entry->is_read || read_record(info, entry) ? &entry->record : NULL;
    }
    return NULL;
}
