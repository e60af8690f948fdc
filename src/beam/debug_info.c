/*
 * Dbgi holds {debug_info_v1, Backend, Data}: Backend erl_abstract_code with Data
 * {Forms | none, Options}, or elixir_erl with Data {elixir_v1, Map, Specs} | none.
 */
#include "relc/beam/debug_info.h"

#include "code_reader.h"
#include "relc/term/etf.h"

static void read_data(struct arena *arena, const struct term *backend,
                      const struct term *data, struct debug_info *info)
{
    const struct term *items = data->as.list.items;
    if (term_is_atom(backend, "erl_abstract_code") && term_is_tuple(data, NULL, 2) &&
        term_is_proper_list(&items[0])) {
        info->language = DEBUG_ERLANG;
        code_read_erlang(arena, &items[0], info);
    } else if (term_is_atom(backend, "elixir_erl") &&
               term_is_tuple(data, "elixir_v1", 3) && items[1].kind == TERM_MAP) {
        info->language = DEBUG_ELIXIR;
        code_read_elixir(arena, &items[1], info);
    }
}

static void read_chunk(struct arena *arena, str bytes, struct debug_info *info)
{
    struct err unreadable;
    struct term term;
    err_init(&unreadable);
    int status = etf_decode(arena, bytes, "Dbgi", &term, &unreadable);
    err_release(&unreadable);
    if (status == 0 && term_is_tuple(&term, "debug_info_v1", 3))
        read_data(arena, &term.as.list.items[1], &term.as.list.items[2], info);
}

void debug_info_read(struct arena *arena, const struct beam *beam,
                     struct debug_info *info)
{
    const struct beam_chunk *chunk = beam_chunk(beam, "Dbgi");
    *info = (struct debug_info){.language = DEBUG_NONE};
    if (chunk)
        read_chunk(arena, chunk->data, info);
    if (info->language == DEBUG_NONE)
        code_read_literals(arena, beam, info);
}

const struct code_function *debug_function(const struct debug_info *info, str name,
                                           uint32_t arity)
{
    for (size_t i = 0; i < info->function_count; i++)
        if (info->functions[i].arity == arity && str_eq(info->functions[i].name, name))
            return &info->functions[i];
    return NULL;
}

const struct debug_record *debug_record(const struct debug_info *info, str name)
{
    for (size_t i = 0; i < info->record_count; i++)
        if (str_eq(info->records[i].name, name))
            return &info->records[i];
    return NULL;
}
